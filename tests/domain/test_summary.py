"""The message of a close carries the whole ticket in a few lines, and nothing that was internal."""

from __future__ import annotations

import pytest

from tests.desks import LEE, World
from tests.domain.waiting_desk import DAILY, SILENT, resolved, waits
from ticketcli.domain.events import Message

WHOLE = """\
No reply for 48 hours on #1.

Ticket  #1 Printer on fire
Opened  2026-03-02T09:00:00Z by lee@x.cn
Status  new → resolved → closed
Closed  2026-03-04T10:00:00Z, requester-silent
Reopen  a reply by 2026-03-11T10:00:00Z (7d) reopens it, a later one opens a new ticket

2026-03-02T09:00:00Z lee@x.cn: It burns on two floors.
2026-03-02T10:00:00Z ann: fixed"""


def closing(world: World, id: int = 1) -> list[Message]:
    return [message for message in world.messages(id) if message.kind == "closing"]


def closed(world: World) -> World:
    world.sweep_every("1h", "60h")
    assert world.ticket().kind == "final"
    return world


def test_the_requester_is_told_everything_that_matters() -> None:
    world = closed(resolved(description="It burns\non two floors."))
    assert [(message.to, message.state, message.body) for message in closing(world)] == [
        ("lee@x.cn", "delivered", WHOLE)
    ]
    assert world.last(1, "closed").data["notified"] == [{"to": "lee@x.cn", "via": "desk", "state": "delivered"}]


def test_who_is_resolved_and_not_closed_is_told_so() -> None:
    rule = "after: 2d, remind: [1d], close: {reason: handled, to: resolved}"
    world = World(f"autoclose: [{{name: silent, when: {{status: pending}}, {rule}}}]")
    world.create("Printer on fire", requester=LEE)
    world.do("wait", 1)
    world.sweep_every("1h", "60h")
    reminder, end = (message.body for message in world.messages(1))

    assert world.ticket().kind == "resolved"
    assert reminder.startswith("will be resolved at 2026-03-04T09:00:00Z unless")
    assert end.startswith("was resolved: handled\n")
    assert "\nResolved  2026-03-04T09:00:00Z, handled\nReopen    a reply by" in end


def test_internal_notes_and_what_rules_noted_stay_inside() -> None:
    world = resolved(SILENT + 'escalation: [{name: e, when: {age: {over: 2h}}, then: [{comment: "secret of a rule"}]}]')
    world.do("comment", 1, at="2h", text="secret of ann", internal=True)
    body = closing(closed(world))[0].body
    assert "fixed" in body
    assert "secret" not in body


def test_long_texts_and_long_histories_are_cut() -> None:
    world = World(waits("silent: anyone, after: 2d, remind: [1d]", "status: new"))
    world.create("x" * 400, requester=LEE)
    for number in range(12):
        world.answer(1, f"{number}: " + "many words " * 100)
    body = closing(closed(world))[0].body
    assert "… 4 earlier comments" in body
    assert "ann: 3:" not in body
    assert "ann: 4:" in body
    assert max(map(len, body.splitlines())) < 330


def test_the_way_through_the_statuses_keeps_its_ends() -> None:
    world = World(waits("after: 2d, remind: [1d]", "status: pending"))
    world.create(requester=LEE)
    for _ in range(9):
        world.do("start", 1)
        world.do("wait", 1)
    line = next(line for line in closing(closed(world))[0].body.splitlines() if line.startswith("Status"))
    assert line.startswith("Status  new → … → pending → open → ")
    assert line.endswith("open → pending → closed")
    assert line.count("→") == 11


@pytest.mark.parametrize(
    ("rule", "facts", "told"),
    [
        pytest.param("remind: [1d]", {"requester": LEE, "assignee": "ann"}, ["lee@x.cn"], id="the requester"),
        pytest.param("remind: [1d]", {"requester": {"name": "Lee"}, "assignee": "ann"}, ["ann"], id="no address"),
        pytest.param("remind: [1d], remind_to: [watchers]", {"watchers": ["bob"]}, ["bob"], id="whom the rule reminds"),
        pytest.param("remind: []", {"requester": LEE, "assignee": "ann"}, ["lee@x.cn"], id="no reminder, a requester"),
        pytest.param("remind: []", {"assignee": "ann", "class_": "bot"}, [], id="no reminder, no requester"),
    ],
)
def test_who_was_reminded_is_told(rule: str, facts: dict[str, object], told: list[str]) -> None:
    world = World(waits(f"after: 2d, {rule}", "status: new"))
    world.create(**facts)  # type: ignore[arg-type]
    assert [message.to for message in closing(closed(world))] == told


def test_a_status_that_no_reply_reopens_says_so() -> None:
    lifecycle = """
    lifecycle:
      statuses: {new: initial, open: active, resolved: resolved, gone: final}
      transitions: [{from: new, to: [resolved, open]}, {from: open, to: [resolved]}, {from: resolved, to: [gone]}]
      on_requester_reply: {}
    """
    world = World({"rules/a.yaml": DAILY, "rules/b.yaml": lifecycle})
    world.create(requester=LEE)
    world.do("resolve", 1)
    assert "Reopen  ask for it, naming #1" in closing(closed(world))[0].body


def test_texts_that_were_erased_are_not_told_again() -> None:
    from ticketcli.services.redacting import redact

    world = resolved()
    redact(world.session(), [1], ["comments"])
    body = closing(closed(world))[0].body
    assert "fixed" not in body
    assert "ann: [redacted]" in body


def test_nobody_is_told_in_place_of_a_requester_that_is_not_there() -> None:
    world = World(waits("after: 2d, remind: [1d]", "status: new"), notify_default=("carol",))
    world.create(class_="bot")
    assert (closing(closed(world)), world.told()) == ([], ["carol"])


@pytest.mark.parametrize(
    ("template", "begins"),
    [
        ("", "#1 was closed: handled\n\nTicket  #1"),
        (', body: "{{ message }}, {{ to }}"', "was closed: handled\n\nTicket"),
    ],
)
def test_a_channel_sends_the_whole_text_by_default_and_by_its_own_template(template: str, begins: str) -> None:
    channels = f"channels: {{out: {{type: command, run: [x]{template}}}}}\n"
    world = World(waits("after: 2d, remind: []", "status: new") + channels)
    world.create(requester={"email": "bob@x.cn"})
    body = closing(closed(world))[0].body
    assert body.startswith(begins)
    assert "status:" not in body
