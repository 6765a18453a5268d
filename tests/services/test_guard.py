"""What keeps a sweep from closing too much: the guard, gaps between sweeps, a clock that went back (section 6)."""

from __future__ import annotations

import pytest

from tests.desks import DAY, HOUR, LEE, MINUTE, START, World, actions
from tests.services.sweep_desk import CLOSE, REMIND, closed, resolved
from ticketcli.domain.desk import Guard
from ticketcli.services.sweep_report import complaint


def test_the_guard_lets_so_many_go_in_any_day_and_defers_the_rest_oldest_first() -> None:
    world = World(CLOSE, guard=Guard(max_closes=10, max_gap=None))
    ids = resolved(world, 25)
    report = world.sweep("3h")
    assert (closed(world), report.deferred) == (10, 15)
    assert [ticket for ticket, kind in actions([report]) if kind == "closed"] == ids[:10]
    assert complaint(report).code == 7  # type: ignore[union-attr]
    assert "guard.max_closes" in complaint(report).message  # type: ignore[union-attr]
    assert world.sweep("12h").deferred == 15
    assert world.sweep("27h").deferred == 15, "ten closes lie exactly a day back"
    world.sweep(START + 27 * HOUR + 1)
    assert closed(world) == 20


def test_yes_close_allows_so_many_more_in_this_run() -> None:
    world = World(CLOSE, guard=Guard(max_closes=10, max_gap=None))
    resolved(world, 25)
    assert world.sweep("3h", allow_more=4).deferred == 11
    assert closed(world) == 14
    assert world.sweep("4h").deferred == 11


@pytest.mark.parametrize(
    ("guard", "count"),
    [
        pytest.param(Guard(1, 0.0, None), 10, id="ten at least"),
        pytest.param(Guard(1, 0.5, None), 15, id="a share of what is not final"),
        pytest.param(Guard(20, 0.1, None), 20, id="the count"),
    ],
)
def test_the_allowance_is_the_largest_of_three(guard: Guard, count: int) -> None:
    world = World(CLOSE, guard=guard)
    resolved(world, 30)
    world.sweep("3h")
    assert closed(world) == count


def test_the_guard_counts_reminders_too() -> None:
    world = World(REMIND, guard=Guard(max_closes=10, max_gap=None))
    resolved(world, 25)
    report = world.sweep("24h")
    assert (actions([report]).count((1, "reminded")), len(report.actions), report.deferred) == (1, 10, 15)
    world.sweep(START + 48 * HOUR + 1)
    assert sum("reminded" in world.kinds(id) for id in world.ids()) == 20
    assert closed(world) == 10


def test_yes_close_allows_so_many_more_reminders_too() -> None:
    world = World(REMIND, guard=Guard(max_closes=10, max_gap=None))
    resolved(world, 25)
    assert world.sweep("24h", allow_more=4).deferred == 11
    assert sum("reminded" in world.kinds(id) for id in world.ids()) == 14
    assert world.sweep("25h").deferred == 11


def test_closes_by_people_do_not_count() -> None:
    world = World(CLOSE, guard=Guard(max_closes=10, max_gap=None))
    ids = resolved(world, 20)
    world.do("close", *ids[:10])
    assert world.sweep("3h").deferred == 0


@pytest.mark.parametrize("gap", [26 * HOUR, None], ids=["a gap that counts", "no gap counts"])
def test_where_no_sweep_was_before_the_first_one_closes_nothing(gap: int | None) -> None:
    world = World(CLOSE, guard=Guard(max_gap=gap), swept=False)
    resolved(world, 2)
    report = world.sweep("3h")
    assert (report.postponed, closed(world), complaint(report)) == (2, 0, None)
    world.sweep("3h9m")
    assert closed(world) == 0
    world.sweep("3h10m")
    assert closed(world) == 2


def test_after_a_gap_the_sweep_closes_nothing_and_the_next_does_ten_minutes_later() -> None:
    world = World(CLOSE, guard=Guard())
    resolved(world, 3)
    report = world.sweep("27h")
    assert (report.postponed, world.kinds(1)[-1], report.next_wake_at) == (3, "postponed", START + 27 * HOUR + 600)
    world.answer(2, "are you there?", at="27h5m")
    world.sweep("27h5m")
    assert closed(world) == 0
    world.sweep_on_time("28h")
    assert [world.ticket(id).status for id in (1, 2, 3)] == ["closed", "resolved", "closed"]
    assert world.last(1, "closed").at == START + 27 * HOUR + 600


def test_after_a_gap_each_due_close_is_put_off_once_however_small_the_limit_of_the_sweeps() -> None:
    world = World(CLOSE, guard=Guard())
    resolved(world, 40)
    world.sweep("1h59m")
    reports = [world.sweep(29 * HOUR + START + minute * MINUTE, limit=3) for minute in range(40)]

    assert all(world.kinds(id).count("postponed") == 1 for id in world.ids())
    for id in world.ids():
        assert world.last(id, "closed").at - world.last(id, "postponed").at >= 600
    assert sum(report.postponed for report in reports) == 40


def test_what_comes_due_after_the_gap_is_not_put_off() -> None:
    world = World(CLOSE, guard=Guard())
    resolved(world, 2)
    world.go("26h")
    late = world.create(requester=LEE)
    world.do("resolve", late)
    assert world.sweep("27h", limit=1).postponed == 1
    assert world.sweep("28h").postponed == 1
    assert (world.ticket(1).status, world.ticket(late).status) == ("closed", "closed")
    assert "postponed" not in world.kinds(late)


def test_broken_rules_do_not_use_up_the_sweep_that_puts_off() -> None:
    world = World(CLOSE, guard=Guard())
    resolved(world, 2)
    world.files.broken = "rules/sla.yaml:3: no such key"
    assert world.sweep("40h").postponed == 0
    world.files.broken = ""
    assert world.sweep("40h1m").postponed == 2
    assert closed(world) == 0


def test_reminders_go_out_after_a_gap() -> None:
    world = World(REMIND, guard=Guard())
    resolved(world, 1)
    world.sweep("47h")
    assert world.kinds()[-1] == "reminded"


@pytest.mark.parametrize(("at", "count"), [("24h", 1), ("24h1s", 0)])
def test_only_more_than_the_gap_allowed_is_a_gap(at: str, count: int) -> None:
    world = World(CLOSE, guard=Guard(max_gap=24 * HOUR))
    resolved(world, 1)
    world.sweep(at)
    assert closed(world) == count


@pytest.mark.parametrize(("every", "gap"), [("5m", HOUR), ("4m", 500)], ids=str)
def test_an_idle_sweep_is_noted_often_enough_to_tell_a_gap(every: str, gap: int) -> None:
    world = World(CLOSE, guard=Guard(max_gap=gap))
    resolved(world, 1)
    world.sweep_every(every, "3h")
    assert closed(world) == 1
    assert "postponed" not in world.kinds()


def test_a_clock_an_hour_behind_closes_nothing_and_says_so() -> None:
    world = World(CLOSE)
    resolved(world, 1)
    world.create(at="10h")
    report = world.sweep("8h59m")
    assert (closed(world), complaint(report).code) == (0, 7)  # type: ignore[union-attr]
    world.sweep("9h")
    assert closed(world) == 1


def test_a_clock_that_is_behind_is_told_also_when_nothing_is_due() -> None:
    world = World()
    world.create(at="10h")
    world.sweep("10h")
    assert complaint(world.sweep("2h")).code == 7  # type: ignore[union-attr]
    assert complaint(world.sweep("9h30m")) is None


def test_a_sweep_noted_in_the_far_future_does_not_hide_a_gap() -> None:
    world = World(CLOSE, guard=Guard())
    world.sweep(START + 300 * DAY)
    world.go("1h")
    resolved(world, 1)
    assert world.sweep("3h30m").postponed == 1
    world.sweep("4h")
    assert closed(world) == 1
