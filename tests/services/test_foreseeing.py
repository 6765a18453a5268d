"""What is due and does not happen with the next sweep says what keeps it, and the next sweep does as it was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timezone

import pytest

from tests.desks import World
from tests.services.sweep_desk import CLOSE, REMIND, closed, resolved
from ticketcli.cli.clock_text import next_facts
from ticketcli.cli.moments import Moments
from ticketcli.domain.desk import Guard
from ticketcli.domain.ticket import View
from ticketcli.domain.upcoming import Upcoming
from ticketcli.services.explaining import explain
from ticketcli.services.reading import reading, shown

DAILY = Guard()
NARROW = Guard(max_closes=0, max_share=0, max_gap=None)


def next_close(world: World, id: int) -> Upcoming:
    session = world.session()
    with reading(session) as (reader, rules):
        step = shown(session, reader, rules, id, newest=1).upcoming[0]
        (finding,) = explain(session, reader, rules, id).findings
    assert (finding.effect, finding.reason) == (("waits", step.kept) if step.kept else ("acts", ""))
    return step


def _gap(world: World) -> None:
    world.go("30h")


def _frozen(world: World) -> None:
    world.go("3h")
    world.files.broken = "rules/test.yaml:1: broken"


def _clock(world: World) -> None:
    world.create("from the future", at="9h")
    world.go("3h")


def _nothing(world: World) -> None:
    world.go("3h")


@pytest.mark.parametrize(
    ("kept", "happens"), [("gap", _gap), ("frozen", _frozen), ("clock", _clock), ("", _nothing)]
)
def test_a_close_that_is_due_says_why_the_next_sweep_leaves_it(kept: str, happens: Callable[[World], None]) -> None:
    world = World(CLOSE, guard=DAILY)
    resolved(world, 1)
    happens(world)

    assert next_close(world, 1).kept == kept
    world.sweep()
    assert closed(world) == (0 if kept else 1)


def test_what_keeps_a_close_is_said_neither_before_it_is_due_nor_of_other_rules() -> None:
    world = World(CLOSE + "\nescalation: [{name: old, when: {age: {over: 1h}}, then: [{label: old}]}]", guard=DAILY)
    resolved(world, 1)
    world.go("1h30m")
    world.files.broken = "rules/test.yaml:1: broken"

    session = world.session()
    with reading(session) as (reader, rules):
        steps = shown(session, reader, rules, 1, newest=1).upcoming

    told = {step.kind: (step.at > session.now, step.kept) for step in steps}
    assert told == {"escalate": (False, ""), "close": (True, "")}


def test_a_close_that_the_first_sweep_after_a_gap_could_not_reach_is_put_off_by_the_next() -> None:
    world = World(CLOSE, guard=DAILY)
    resolved(world, 3)
    world.sweep("30h", limit=1)
    world.go("30h1m")

    assert [next_close(world, id).kept for id in (2, 3)] == ["gap", "gap"]
    world.sweep()
    assert closed(world) == 0
    world.go("30h12m")
    assert next_close(world, 2).kept == ""


@pytest.mark.parametrize(("rule", "due"), [(CLOSE, "3h"), (REMIND, "25h")], ids=["closes", "reminders"])
def test_what_the_guard_holds_back_says_so(rule: str, due: str) -> None:
    world = World(rule, guard=NARROW)
    resolved(world, 11)
    world.sweep(due)

    assert next_close(world, 11).kept == "guard"
    assert world.sweep().deferred == 1


def test_people_read_what_keeps_it() -> None:
    world = World(CLOSE, guard=DAILY)
    resolved(world, 1)
    world.go("30h")
    (fact,) = next_facts([next_close(world, 1)], View(), Moments(timezone.utc, world.now))

    assert fact.text == (
        "2026-03-02 11:00 (1d 4h ago): a would close it, but the next sweep puts it off, for there was none for long"
    )
