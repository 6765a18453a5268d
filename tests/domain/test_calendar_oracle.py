"""Calendars against the wall clock, minute by minute: any zone, any calendar, a fifth on days when the clock is set.

`CASES=9000 QUESTIONS=12 python -m pytest tests/domain/test_calendar_oracle.py -k wall_clock` asks many more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from tests.domain.calendar_cases import Case, cases
from tests.domain.wall_clock import MINUTE, Stretch, WallClock
from ticketcli.domain import openingblock
from ticketcli.domain.calendar import Calendar, build_calendar
from ticketcli.domain.durations import Duration
from ticketcli.domain.instants import NEVER
from ticketcli.domain.opening import OpeningCalendar
from ticketcli.domain.openingdays import Days
from ticketcli.domain.zoneclock import ZoneClock
from ticketcli.errors import Invalid

CASES = int(os.environ.get("CASES", "40"))
QUESTIONS = int(os.environ.get("QUESTIONS", "4"))
"""Rounds of questions to each calendar, each at other times."""
Draw = Callable[[st.SearchStrategy[int]], int]
DAY = 86400


def built(case: Case) -> Calendar | None:
    """The calendar; None when it never opens, which the clock must confirm."""
    try:
        return build_calendar("any", case.raw)
    except Invalid as error:
        assert "never opens" in error.message, error.message
        clock, start = WallClock(case.raw), case.midnight - 5 * DAY
        assert not any(Stretch(clock, start, 19 * 1440).open)
        return None


def same(name: str, got: float, wanted: int | None, stretch: Stretch) -> None:
    """What the minutes did not find must lie behind them."""
    if wanted is None:
        assert got >= stretch.end, (name, got)
    else:
        assert got == wanted, (name, got, wanted)


def compare(case: Case, calendar: Calendar, draw: Draw) -> None:
    """Every minute of some days, and every question, at instants to the second."""
    stretch = Stretch(WallClock(case.raw), case.midnight - 2 * DAY, draw(st.integers(4, 9)) * 1440)
    assert [calendar.is_open(t) for t in range(stretch.start, stretch.end, MINUTE)] == stretch.open
    for t in stretch.changes():
        assert calendar.is_open(t - 1) is not calendar.is_open(t) is calendar.is_open(t + 59)
    for _ in range(QUESTIONS):
        ask(case, calendar, stretch, draw)


def ask(case: Case, calendar: Calendar, stretch: Stretch, draw: Draw) -> None:
    start, end = draw(st.integers(-36, 36)), draw(st.integers(-48 * 3600, stretch.end - case.midnight - 1))
    a = case.midnight + start * 3600 + draw(st.integers(0, 3599))
    b = case.midnight + end
    assert calendar.between(a, b) == stretch.between(a, b) == -calendar.between(b, a)
    same("next_open", calendar.next_open(a), stretch.first(a, True), stretch)
    same("next_close", calendar.next_close(a), stretch.first(a, False), stretch)
    same("next_change", calendar.next_change(a), stretch.change(a), stretch)
    seconds = draw(st.sampled_from([0, max(0, stretch.between(a, b))]) | st.integers(0, 40 * 3600))
    same("add", calendar.add(a, seconds), stretch.add(a, seconds), stretch)
    days = draw(st.integers(1, 6))
    for more in (0, seconds):
        due = calendar.due(a, Duration(days, more, "", days * DAY + more))
        same("due", due, stretch.due(a, days, more), stretch)
        if due < stretch.end:
            assert calendar.budget(a, Duration(days, more, "", days * DAY + more)) == stretch.between(a, int(due))


@settings(max_examples=CASES, phases=[Phase.generate, Phase.shrink])
@given(cases(), st.data())
def test_a_calendar_agrees_with_the_wall_clock_minute_by_minute(case: Case, data: st.DataObject) -> None:
    calendar = built(case)
    assume(calendar is not None)
    assert calendar is not None
    compare(case, calendar, data.draw)


@settings(max_examples=CASES)
@given(cases(), st.integers(-(10**6), 10**6), st.integers(1, 4 * 10**6))
def test_adding_and_counting_are_inverse_over_weeks(case: Case, shift: int, seconds: int) -> None:
    calendar = built(case)
    assume(calendar is not None)
    assert calendar is not None
    start = case.midnight + shift
    end = calendar.add(start, seconds)
    assume(end != NEVER)
    assert calendar.between(start, end) == seconds
    assert calendar.is_open(end - 1)
    begin = calendar.before(int(end), Duration(0, seconds, "", seconds))
    assert begin <= start
    assert calendar.between(begin, end) == seconds
    assert begin == -NEVER or calendar.between(begin - 1, end) == seconds + 1, "where it ever was open before"


def _always_winter(clock: ZoneClock, t: int) -> int:
    """The offset at the first moment of 1973, whatever the season."""
    return int((datetime.fromtimestamp(94694400, clock.zone).utcoffset() or timedelta()).total_seconds())


_merged: Callable[[Iterable[tuple[int, int]]], list[tuple[int, int]]] = openingblock._merged
_add: Callable[[OpeningCalendar, float, float], float] = OpeningCalendar.add
FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "the clock is never set": (ZoneClock, "offset", _always_winter),
    "the closing instant is open": (openingblock, "_without", lambda spans, _: [(a, b + 1) for a, b in spans]),
    "breaks are not cut out": (openingblock, "_without", lambda spans, _: spans),
    "spans end at midnight": (
        openingblock, "_merged", lambda spans: _merged((a, min(b, (a // DAY + 1) * DAY)) for a, b in spans)
    ),
    "every date has the hours of its weekday": (Days, "of", lambda days, ordinal: days.week[(ordinal - 1) % 7]),
    "days have 24 hours": (OpeningCalendar, "due", lambda one, t, d: one.next_open(t + d.days * DAY)),
    "a budget that ends at closing time ends at the next opening": (
        OpeningCalendar, "add", lambda one, t, seconds: one.next_open(_add(one, t, seconds))
    ),
    "closed when open only on named dates": (OpeningCalendar, "next_close", lambda one, t: NEVER),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_calendar_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])

    @settings(max_examples=400, phases=[Phase.generate], report_multiple_bugs=False)
    @given(cases(), st.data())
    def asked(case: Case, data: st.DataObject) -> None:
        calendar = built(case)
        if calendar is not None:
            compare(case, calendar, data.draw)

    with pytest.raises(AssertionError):
        asked()
