"""Sweeps that are killed, and words that come between plan and commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.desks import LEE, World
from tests.services.sweep_desk import CLOSE, closed
from ticketcli.domain.desk import Guard
from ticketcli.services import sweep as sweep_module
from ticketcli.stores.memory import MemoryEngine, MemoryWork

RULES = """
sla: [{name: s, targets: {resolution: 1h}, on_breach: [{label: late}, {notify: [carol]}]}]
autoclose: [{name: a, when: {status: resolved}, after: 48h, remind: [24h], close: {reason: handled, comment: bye}}]
"""
COUNT, AT_ONCE = 10, 3


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_module, "BATCH", AT_ONCE)


def made() -> World:
    """Half of the tickets were reminded and are to be closed, the others are late."""
    world = World(RULES)
    ids = [world.create(requester=LEE) for _ in range(COUNT)]
    world.do("resolve", *ids[::2])
    world.sweep("25h")
    ids += [world.create(f"new {n}", requester=LEE) for n in range(COUNT)]
    world.go("50h")
    return world


def everything(world: World) -> Any:
    """Tickets, filings, messages and events, but for what differs from run to run."""
    with world.store.read() as reader:
        tickets = list(reader.walk_tickets())
        events = [event._replace(run="", prev="", hash="", salts={}) for event in reader.walk_events()]
        messages = [reader.messages(ticket.id) for ticket in tickets]
        return tickets, [reader.filing(ticket.id) for ticket in tickets], messages, events


def commits(monkeypatch: pytest.MonkeyPatch, strike: Callable[[int], None], *, after: bool) -> list[int]:
    """Calls `strike` with the number of each commit, before or after it; answers how many there were so far."""
    count, commit = [0], MemoryWork.commit

    def committing(self: MemoryWork, counters: Any) -> None:
        count[0] += 1
        if not after:
            strike(count[0])
        commit(self, counters)
        if after:
            strike(count[0])

    monkeypatch.setattr(MemoryWork, "commit", committing)
    return count


def _kill_at(killed: int) -> Callable[[int], None]:
    def strike(number: int) -> None:
        if number == killed:
            raise Killed

    return strike


@pytest.mark.parametrize("after", [False, True], ids=["before-a-commit", "after-a-commit"])
def test_killed_anywhere_and_run_again_it_ends_as_an_undisturbed_one(after: bool) -> None:
    world = made()
    with pytest.MonkeyPatch.context() as patch:
        count = commits(patch, lambda number: None, after=after)
        world.sweep()
    wanted, total = everything(world), count[0]
    assert total >= 2 * COUNT // AT_ONCE

    for killed in range(1, total + 1):
        world = made()
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
            commits(patch, _kill_at(killed), after=after)
            world.sweep()
        world.sweep()
        assert everything(world) == wanted, f"killed at commit {killed}"


def test_a_word_that_comes_between_plan_and_commit_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    world, work, spoken = made(), MemoryEngine.work, [0]
    (last,) = world.ids()[COUNT - 2 : COUNT - 1]

    def working(self: MemoryEngine, timeout: float, holder: str) -> MemoryWork:
        spoken[0] += 1
        if spoken[0] == 2:  # the first batch is committed, and what is due was listed before it
            world.reply(last)
        return work(self, timeout, holder)

    monkeypatch.setattr(MemoryEngine, "work", working)
    report = world.sweep()

    assert world.ticket(last).status != "closed"
    assert {world.ticket(id).status for id in world.ids()[:COUNT:2] if id != last} == {"closed"}
    assert last not in [action.ticket for action in report.actions if action.action == "closed"]


def test_killed_where_the_guard_takes_a_share_it_closes_as_many_when_run_again() -> None:
    def crowded() -> World:
        world = World(CLOSE, guard=Guard(max_closes=1, max_share=0.5, max_gap=None))
        world.do("resolve", *[world.create(requester=LEE) for _ in range(40)])
        world.go("3h")
        return world

    world = crowded()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        commits(patch, _kill_at(5), after=True)
        world.sweep()
    world.sweep()
    undisturbed = crowded()
    undisturbed.sweep()

    assert everything(world) == everything(undisturbed)
    assert closed(world) == 20
