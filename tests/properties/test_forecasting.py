"""What a forecast says is what sweeps then do."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import MINUTE, START, World
from tests.properties.histories import HORIZON, History, closing_rulebooks, examples, histories, minutes, rulebooks
from ticketcli.domain.desk import Guard
from ticketcli.services.forecasting import forecast
from ticketcli.services.sweep_report import Report

AHEAD = 300
"""Minutes that are foreseen."""
Told = tuple[int, int, str, str | None, dict[str, Any]]


def told(report: Report) -> list[Told]:
    return [(report.at, *action[:4]) for action in report.actions]


def foreseen(world: World, every: int, *only: int) -> list[Told]:
    steps = forecast(world.session(), AHEAD * MINUTE, every, only).steps
    return [(step.at, *step.action[:4]) for step in steps]


@given(
    rules=st.one_of(rulebooks(), closing_rulebooks()),
    history=histories(tickets=3),
    sweeps=st.sets(st.integers(0, HORIZON), max_size=40),
    at=st.integers(1, HORIZON),
    gap=st.sampled_from([None, 20 * MINUTE]),
    every=st.sampled_from([1, MINUTE, 7 * MINUTE]),
)
@examples(25)
def test_sweeping_does_what_was_foreseen(
    rules: str, history: History, sweeps: set[int], at: int, gap: int | None, every: int
) -> None:
    world = World(rules, guard=Guard(max_gap=gap), swept=gap is None)
    for minute, now in minutes()[: at + 1]:
        world.go(now)
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
    expected = foreseen(world, every)
    assert swept(world, max(every, MINUTE)) == expected


def swept(world: World, every: int) -> list[Told]:
    """Sweeps at every turn. All durations are whole minutes, so a sweep a minute is one whenever something is due."""
    begun, happened = world.now, told(world.sweep())
    for now in range(begun + every, begun + AHEAD * MINUTE + 1, every):
        happened += told(world.sweep(now))
    return happened


def test_a_forecast_starts_at_now() -> None:
    world = World("escalation: [{name: e, when: {age: {over: 1h}}, then: [{label: old}]}]")
    world.create()
    assert [at - START for at, *_ in foreseen(world, 1)] == [60 * MINUTE] * 2
    world.go("2h")
    assert [at - START for at, *_ in foreseen(world, 1)] == [120 * MINUTE] * 2
