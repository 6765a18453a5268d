"""A look back: which rules were in force, what messages were, and what a look at one ticket costs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, LEE, START, World, instant
from tests.sending import Sending
from ticketcli.errors import NotFound, Undelivered
from ticketcli.ports import Range
from ticketcli.services import reading
from ticketcli.services.letters import retry
from ticketcli.services.past import Past
from ticketcli.stores import open_store

ROUTING = "routing: [{name: rest, team: servicedesk}]\n"
URGENT = "priority: [{name: all, set: urgent}]\n" + ROUTING
HIGH = "priority: [{name: all, set: high}]\n" + ROUTING


def past(world: World, at: str) -> Any:
    return reading.reading(world.session()._replace(at=instant(at), now=instant(at)))


def test_the_view_of_then_is_by_the_rules_of_then() -> None:
    sla = "sla: [{name: all, targets: {resolution: %s}}]"
    world = World(sla % "4h")
    world.create()
    world.files["rules/test.yaml"] = sla % "8h"
    world.create(at="2h")

    for at, hours in (("1h", 4), ("2h", 8), ("3h", 8)):
        with past(world, at) as (reader, rules):
            shown = reading.shown(world.session()._replace(now=instant(at)), reader, rules, 1)
            assert shown.view.sla["resolution"].due_at == START + hours * HOUR, at


def test_rules_that_came_back_are_found_by_what_they_decided() -> None:
    world = World(URGENT)
    world.create()
    hashes = []
    for at, text in (("1h", HIGH), ("2h", URGENT)):
        world.files["rules/test.yaml"] = text
        world.create(at=at)
    for at in ("1s", "1h", "2h"):
        with past(world, at) as (_, rules):
            hashes.append(rules.rulebook.hash)

    assert hashes[0] == hashes[2] != hashes[1]


def test_rules_that_decided_nothing_yet_are_in_force_once_they_are_kept() -> None:
    world = World(ROUTING)
    world.create()
    world.files["rules/test.yaml"] = ROUTING + "sla: [{name: all, targets: {resolution: 4h}}]\n"
    world.do("comment", 1, text="on it", at="1h")
    with past(world, "1h") as (_, rules):
        assert [policy.ref.name for policy in rules.rulebook.sla] == ["all"]
    with past(world, "30m") as (_, rules):
        assert rules.rulebook.sla == ()


def test_rules_that_were_kept_in_the_second_of_a_decision_came_after_it() -> None:
    world = World(ROUTING)
    world.create()
    world.files["rules/test.yaml"] = ROUTING + "sla: [{name: all, targets: {resolution: 4h}}]\n"
    world.sweep()
    with past(world, "0s") as (_, rules):
        assert [policy.ref.name for policy in rules.rulebook.sla] == ["all"]


def test_a_desk_without_rules_is_looked_at_without_rules() -> None:
    world = World("", people=False, swept=False)
    world.files.broken = "rules/test.yaml:1: broken"
    world.create()

    with past(world, "1h") as (reader, rules):
        assert (rules.number, reader.ticket(1).status) == (0, "new")


def test_a_ticket_that_nobody_touched_since_is_not_folded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    for _ in range(5):
        world.create()
    world.do("comment", 2, text="later", at="2h")
    folded: list[int] = []
    with past(world, "1h") as (reader, _):
        monkeypatch.setattr("ticketcli.services.past.fold", lambda events: folded.append(events[0].ticket))
        reader.tickets([1, 2, 3, 4, 5])

    assert folded == [2]


def test_one_ticket_is_looked_at_without_asking_who_changed_since() -> None:
    world = World()
    world.create()
    world.do("comment", 1, text="later", at="2h")
    with past(world, "1h") as (reader, _):
        assert reader.ticket(1).comment_count == 0
        assert reader._since is None


def test_a_message_that_was_delivered_later_was_still_queued() -> None:
    world = World("escalation: [{name: all, when: {age: {over: 0s}}, then: [{notify: ann}]}]")
    world.create()
    (message,) = world.messages()
    late = message._replace(delivered_at=START + 2 * HOUR)
    with world.store.write(at=world.now, run="test") as tx:
        tx.rewrite_messages(1, lambda one: late)
    with past(world, "1h") as (reader, _):
        assert [(one.state, one.delivered_at) for one in reader.messages(1)] == [("queued", None)]
    with past(world, "3h") as (reader, _):
        assert reader.messages(1) == [late]


def test_a_reminder_that_was_given_up_then_was_a_dead_letter_though_it_was_sent_again() -> None:
    def refuse(message: object) -> None:
        raise Undelivered("no such address", refused=True)

    world = Sending(
        "channels: {mail: {type: mail, host: h, from: desk@x.cn}}\n"
        "autoclose: [{name: a, when: {status: resolved}, after: 48h, remind: [24h], close: {reason: handled}}]"
    )
    world.play = refuse
    world.create(requester=LEE)
    world.do("resolve", 1)
    world.sweep("24h")
    world.play = lambda message: None
    world.go("26h")
    retry(world.session("ann"), [1])
    world.sweep("27h")

    assert world.states() == ["delivered"]
    for at, state in (("25h", "dead"), ("27h", "delivered")):
        with past(world, at) as (reader, _):
            assert [one.state for one in reader.messages(1)] == [state], at


def test_people_carry_the_load_of_then() -> None:
    world = World("""
        people: [{name: bob, capacity: 1}, {name: eve}]
        teams: {desk: {members: [bob]}}
        routing: [{name: rest, team: desk, assign: {strategy: round_robin}}]
        """)
    world.create()
    world.create()
    waiting = world.wake_at(2)
    world.do("resolve", 1, at="1h")
    world.do("assign", 2, at="2h", to="eve")
    world.create(at="3h", assignee="eve")
    with past(world, "30m") as (reader, _):
        assert reader.loads(["bob", "eve"]) == {"bob": 1, "eve": 0}
        filing = reader.filing(2)
        assert filing is not None and filing.wake_at == waiting, "nobody was free for it"


def test_a_ticket_that_was_not_there_yet_is_not_found() -> None:
    world = World()
    world.create(at="2h")
    session = world.session()._replace(at=START, now=START)
    with reading.reading(session) as (reader, rules), pytest.raises(NotFound, match="no ticket #1"):
        reading.shown(session, reader, rules, 1)
    with pytest.raises(NotFound, match="no ticket #1 yet"):
        reading.log(session, [1])
    with past(world, "1h") as (reader, _):
        assert (reader.ticket(1), reader.filing(1)) == (None, None)


SPANS = ((START - 1, None), (None, START + 1), (None, START), (None, None))


@pytest.mark.parametrize("engine", ["memory:", "json:t.json", "sqlite:t.db"])
def test_every_engine_looks_back(engine: str, tmp_path: Any) -> None:
    world = World(store=open_store(engine, str(tmp_path)) if engine == "memory:" else _made(engine, tmp_path))
    world.create(requester=LEE, labels=["a"])
    world.do("resolve", 1, at="1h")
    with world.store.read() as reader:
        then = Past(reader, START + 60, ((), "UTC"))

        assert then.tally("tickets", "status") == {"new": 1}
        assert then.ids("tickets", "requester", ["lee@x.cn"]) == [1]
        assert then.ids("tickets", "created_at", Range(START + 1)) == []
        assert [then.ids("tickets", "created_at", Range(*span)) for span in SPANS] == [[1], [1], [], [1]]
        assert then.ids("tickets", "team", Range()) == []
        assert [event.kind for event in then.events(1, newest=1)] == ["created"]


def _made(engine: str, folder: Any) -> Any:
    from ticketcli.stores import create_store

    create_store(engine, str(folder))
    return open_store(engine, str(folder))
