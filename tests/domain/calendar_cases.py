"""Calendars of every kind, and the days around which they are asked: a fifth of these are clock-change days."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from tests.domain.wall_clock import DAYS

ZONES = sorted(zone for zone in available_timezones() if not zone.startswith(("posix", "right", "localtime")))
FIRST_YEAR, LAST_YEAR = 1973, 2060


class Case(NamedTuple):
    """A calendar, and the midnight (UTC) of the day around which its dates lie."""

    raw: dict[str, Any]
    midnight: int


@cache
def change_days(zone: str) -> tuple[date, ...]:
    """The local dates on which the zone's clock is set, in all years that are asked about (looked for once a week)."""
    table, found = ZoneInfo(zone), []
    at, end = datetime(FIRST_YEAR, 1, 2, tzinfo=timezone.utc), datetime(LAST_YEAR, 12, 1, tzinfo=timezone.utc)
    while at < end:
        offset = at.astimezone(table).utcoffset()
        days = [at + timedelta(day) for day in range(8)]
        if days[-1].astimezone(table).utcoffset() != offset:
            after = next(day for day in days if day.astimezone(table).utcoffset() != offset)
            found.append((after - timedelta(hours=12)).astimezone(table).date())
        at = days[-1]
    return tuple(found)


_CHANGING = [zone for zone in ZONES if "/" in zone and not zone.startswith("Etc")]


@st.composite
def _days_of_zones(draw: st.DrawFn) -> tuple[str, date]:
    if draw(st.sampled_from([True, False, False, False])):
        zone = draw(st.sampled_from(_CHANGING))
        days = change_days(zone)
        if days:
            return zone, draw(st.sampled_from(days))
        return "America/St_Johns", draw(st.sampled_from(change_days("America/St_Johns")))
    return draw(st.sampled_from(ZONES)), draw(st.dates(date(FIRST_YEAR, 1, 20), date(LAST_YEAR, 11, 1)))


@st.composite
def spans(draw: st.DrawFn) -> list[str]:
    """Of one day: sorted, not overlapping; the last may pass midnight or end at 24:00."""
    step = draw(st.sampled_from([1, 15, 60]))
    least = draw(st.sampled_from([0, 1, 2, 2]))
    marks = sorted(set(draw(st.lists(st.integers(0, 1439 // step), min_size=least, max_size=6))))
    texts = [_time(mark * step) for mark in marks]
    pairs = [f"{start}-{end}" for start, end in zip(texts[::2], texts[1::2], strict=False)]
    if len(texts) % 2:
        ends = ["24:00", "00:00", "03:15", "06:00", texts[-1]]
        pairs.append(f"{texts[-1]}-{draw(st.sampled_from(ends))}")
    return [pair for pair in pairs if pair[:5] != pair[6:]]


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


_WEEKS = [
    *(DAYS, ["mon-fri"], ["mon-fri", "sat,sun"], ["daily"], ["fri-mon", "wed"], ["mon,wed,fri", "tue", "sat-sun"], []),
]


_LIKE = st.sampled_from(["", "wed", "sun"])
"""The weekday whose hours a working day has; without one Monday's."""


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, day = draw(_days_of_zones())
    near = st.integers(-4, 8).map(lambda shift: (day + timedelta(shift)).isoformat())
    yearly = near.map(lambda text: "*" + text[4:])
    lengths = st.tuples(near, st.integers(0, 5))
    ranges = lengths.map(lambda pair: f"{pair[0]}..{date.fromisoformat(pair[0]) + timedelta(pair[1])}")
    raw: dict[str, Any] = {
        "timezone": zone,
        "hours": {key: draw(spans()) for key in draw(st.sampled_from(_WEEKS))},
        "holidays": draw(st.lists(near | yearly | ranges, max_size=2)),
        "dates": draw(st.dictionaries(near | yearly, spans(), max_size=2)),
        "workdays": [
            {text: day} if day else text for text, day in draw(st.dictionaries(near, _LIKE, max_size=2)).items()
        ],
        "breaks": draw(st.dictionaries(near, spans(), max_size=2)),
    }
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp())
    return Case({key: value for key, value in raw.items() if value}, midnight)
