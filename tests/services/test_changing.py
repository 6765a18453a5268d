"""Changing tickets: all or nothing, --each, versions, rehearsals, and which rules decide (design sections 1, 7)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import pytest

from tests.desks import LEE, START, World
from ticketcli.errors import Conflict, Invalid, NotFound, TicketError, Unavailable, VersionConflict
from ticketcli.services.changing import resolve_key
from ticketcli.services.in_force import bound_of, in_force
from ticketcli.services.steps import Options
from ticketcli.services.sweep_report import complaint

EACH, DRY = Options(each=True), Options(dry_run=True)
PRIORITY = "priority: [{name: outage, when: {subject: {contains: outage}}, set: urgent}]"


def opened(count: int, rules: str = "") -> World:
    world = World(rules)
    for _ in range(count):
        world.create(requester=LEE)
    return world


def state(world: World) -> Any:
    """Every row and counter of the store."""
    engine = world.store._engine  # type: ignore[attr-defined]
    return dict(engine.tables), dict(engine.counters)


def test_one_refusal_refuses_all_and_says_what_became_of_each() -> None:
    world = opened(3)
    world.do("close", 2)
    before = state(world)
    with pytest.raises(Conflict) as refused:
        world.do("wait", 1, 2, 3)
    assert state(world) == before
    assert [(row["id"], row["action"]) for row in refused.value.details["results"]] == [
        (1, "not_tried"),
        (2, "refused"),
        (3, "not_tried"),
    ]


@pytest.mark.parametrize(
    ("verb", "how", "said"),
    [
        ("move", {"to": "new"}, "#2: closed cannot become new"),
        ("wait", {}, "#2 is closed: no status of kind waiting can follow"),
    ],
)
def test_of_several_the_refused_one_is_named(verb: str, how: Any, said: str) -> None:
    world = opened(3)
    world.do("close", 2)
    with pytest.raises(Conflict) as refused:
        world.do(verb, 1, 2, 3, **how)
    assert refused.value.message == said


def test_a_number_that_is_not_there_refuses_all() -> None:
    world = opened(1)
    with pytest.raises(NotFound, match="#7"):
        world.do("close", 1, 7)
    assert world.ticket().status == "new"


def test_one_bad_object_opens_none() -> None:
    world = World()
    with pytest.raises(Invalid):
        world.open({"subject": "a"}, {"subject": " "}, {"subject": "c"})
    assert world.ids() == []
    assert world.create() == 1, "no number was spent"


def test_with_each_one_refusal_refuses_one() -> None:
    world = opened(3)
    world.do("close", 2)
    results = world.do("wait", 1, 2, 3, options=EACH)
    assert [(result.id, result.action) for result in results] == [(1, "updated"), (2, "refused"), (3, "updated")]
    assert results[1].error is not None and results[1].reason
    assert [world.ticket(id).status for id in (1, 2, 3)] == ["pending", "closed", "pending"]
    assert len({event.run for id in (1, 3) for event in world.events(id, "moved")}) == 1


def test_with_each_a_rehearsal_tells_refusals_too() -> None:
    world = opened(3)
    world.do("close", 2)
    before = state(world)
    results = world.do("wait", 1, 2, 3, options=Options(each=True, dry_run=True))
    assert [result.action for result in results] == ["updated", "refused", "updated"]
    assert state(world) == before


def test_with_each_a_desk_that_gets_busy_half_way_still_says_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    world = opened(4)
    write, calls = world.store.write, []

    @contextmanager
    def busy(**how: Any) -> Any:
        calls.append(how)
        if len(calls) > 2:
            raise Unavailable("the desk is being written", "try again")
        with write(**how) as tx:
            yield tx

    monkeypatch.setattr(world.store, "write", busy)
    results = world.do("start", 1, 2, 3, 4, options=EACH)
    assert [result.action for result in results] == ["updated", "updated", "refused", "not_tried"]
    with pytest.raises(Unavailable):
        world.do("start", 3, 4, options=EACH)


def test_a_version_that_somebody_changed_is_a_conflict() -> None:
    world = opened(1)
    assert world.do("start", 1, options=Options(if_version=1))[0].ticket is not None
    with pytest.raises(VersionConflict):
        world.do("wait", 1, options=Options(if_version=1))
    assert world.do("wait", 1, options=Options(if_version=2))[0].action == "updated"


@pytest.mark.parametrize(
    ("verb", "args"),
    [("close", {}), ("comment", {"text": "x"}), ("set", {"values": {"priority": "low"}}), ("label", {"add": ["x"]})],
)
def test_a_rehearsal_answers_the_same_and_changes_nothing(verb: str, args: dict[str, Any]) -> None:
    rules = "escalation: [{name: e, when: {comment_count: {gte: 1}}, then: [{notify: carol}]}]"
    world = opened(2, rules)
    before = state(world)
    rehearsed = world.do(verb, 1, 2, options=DRY, **args)
    assert state(world) == before
    done = world.do(verb, 1, 2, **args)
    strip = [(r.id, r.action, r.ticket, r.view, [(e.kind, e.data) for e in r.events]) for r in rehearsed]
    assert strip == [(r.id, r.action, r.ticket, r.view, [(e.kind, e.data) for e in r.events]) for r in done]


def test_a_rehearsed_create_spends_no_number() -> None:
    world = World(PRIORITY)
    before = state(world)
    results = world.open({"subject": "outage"}, {"subject": "x"}, options=DRY)
    assert [(r.id, r.ticket.priority) for r in results if r.ticket] == [(1, "urgent"), (2, "normal")]
    assert state(world) == before


def test_unchanged_writes_nothing() -> None:
    world = opened(1)
    before = state(world)
    result = world.do("label", 1, remove=["x"])[0]
    assert (result.action, result.ticket) == ("unchanged", world.ticket())
    assert state(world)[0] == before[0]


def test_the_same_number_twice_is_done_once() -> None:
    world = opened(1)
    assert [result.action for result in world.do("close", 1, 1)] == ["updated", "unchanged"]


def test_a_desk_without_rules_works_by_the_five_statuses() -> None:
    world = World(people=False)
    world.create()
    world.do("close", 1)
    assert (world.ticket().status, world.wake_at()) == ("closed", None)


def test_broken_rules_are_told_and_the_last_good_ones_go_on() -> None:
    world = World(PRIORITY)
    world.create("outage")
    told: list[tuple[str, ...]] = []
    world.files.broken = "rules/priority.yaml:3: no such key"
    world.open({"subject": "outage"}, options=Options(on_trouble=lambda rules: told.append(rules.trouble)))
    assert (world.ticket(2).priority, told) == ("urgent", [("rules/priority.yaml:3: no such key",)])
    assert world.view(2) is not None
    world.files.broken = ""
    world.open({"subject": "outage"}, options=Options(on_trouble=lambda rules: told.append(rules.trouble)))
    assert len(told) == 1


def test_rules_that_never_checked_leave_the_built_in_ones() -> None:
    world = World(PRIORITY, swept=False)
    world.files.broken = "broken"
    world.create("outage")
    assert world.ticket().priority == "normal"
    world.files.broken = ""
    world.do("label", 1, add=["x"])
    assert world.ticket().priority == "urgent"


def test_an_added_or_edited_file_decides_at_once_and_a_vanished_one_only_when_accepted() -> None:
    world = World({"rules/a.yaml": "", "rules/priority.yaml": PRIORITY})
    world.create("outage")
    world.files["rules/priority.yaml"] = PRIORITY.replace("urgent", "high")
    assert world.ticket(world.create("outage")).priority == "high"
    del world.files["rules/priority.yaml"]
    told: list[tuple[str, ...]] = []
    result = world.open({"subject": "outage"}, options=Options(on_trouble=lambda rules: told.append(rules.trouble)))[0]
    assert result.ticket is not None and result.ticket.priority == "high"
    assert told == [("rules/priority.yaml is gone",)]
    world.accept()
    assert world.ticket(world.create("outage")).priority == "normal"
    assert complaint(world.sweep()) is None


def test_each_event_names_the_rulebook_by_which_it_was_decided() -> None:
    world = World(PRIORITY)
    world.create("outage")
    first = world.last().rule
    world.files["rules/test.yaml"] = PRIORITY + "\n# edited"
    world.create("outage")
    second = world.last(2).rule
    assert first is not None and second is not None and first.rulebook != second.rulebook
    with world.store.read() as reader:
        assert all(reader.ids("rulebooks", "hash", [rule.rulebook]) for rule in (first, second))


def test_rules_that_broke_are_listed_as_they_last_were() -> None:
    world = World(PRIORITY)
    world.create()
    world.files.broken = "rules/test.yaml:1: broken"
    with world.store.read() as reader:
        bound = bound_of(reader, in_force(reader, world.files))
    assert [rule["name"] for rule in bound["priority"]] == ["outage"]


@pytest.mark.parametrize(("after", "action"), [("12h", "reopened"), ("12h1s", "created")])
def test_the_window_of_a_repeat_counts_from_the_close_of_a_closed_ticket(after: str, action: str) -> None:
    world = World()
    world.create(dedup_key="k")
    world.do("resolve", 1, at="1h")
    world.do("close", 1, at="10h")
    assert world.open({"subject": "s", "dedup_key": "k", "reopen_within": "2h"}, at=after)[0].action == action


@pytest.mark.parametrize("if_exists", [False, True])
def test_resolving_by_key(if_exists: bool) -> None:
    world = World()
    world.create(dedup_key="k")
    session = world.session
    assert resolve_key(session(), "k", {}, Options(), if_exists)[0].action == "updated"
    for key, id in (("k", 1), ("other", None)):
        if if_exists:
            result = resolve_key(session(), key, {}, Options(), if_exists)[0]
            assert (result.action, result.id) == ("unchanged", id)
        else:
            with pytest.raises(NotFound):
                resolve_key(session(), key, {}, Options(), if_exists)


def test_events_messages_ticket_and_wake_land_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    world = opened(1, "escalation: [{name: e, when: {labels: {has: hot}}, then: [{notify: carol}]}]")
    before = state(world)
    monkeypatch.setattr("ticketcli.stores.tiny.TinyTransaction.save", lambda *args: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        world.do("label", 1, add=["hot"])
    assert state(world) == before


@pytest.mark.parametrize("error", [TicketError("x"), KeyboardInterrupt()])
def test_leaving_by_an_error_gives_the_desk_back(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    world = opened(1)
    with monkeypatch.context() as patch:
        patch.setattr("ticketcli.services.commit.commit", lambda *args: (_ for _ in ()).throw(error))
        with pytest.raises(type(error)):
            world.do("start", 1)
    world.do("start", 1, at=START + 60)
    assert world.ticket().status == "open"
