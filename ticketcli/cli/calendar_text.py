"""A calendar as JSON, and as a page for people: its week, its dates, and when it opens and closes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timezone
from itertools import groupby
from typing import Any

from ticketcli.cli.calendars import hours, local, state, years_text
from ticketcli.domain.calendar import Calendar
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.opening import OpeningCalendar
from ticketcli.domain.openingdays import DAY, WEEK, Days, Spans
from ticketcli.services.asking import instant_or_none, next_changes

_CHANGES = 6
_KEYS = ("holidays", "dates", "workdays", "breaks")


def days_of(calendar: Calendar) -> Days:
    """Every calendar that has a name has days."""
    assert isinstance(calendar, OpeningCalendar)
    return calendar.days


def summary_json(calendar: Calendar, t: Instant) -> dict[str, Any]:
    """What `calendar list` says of it."""
    days = days_of(calendar)
    is_open, opens, closes = next_changes(calendar, t)
    return {
        "name": calendar.name,
        "timezone": zone_name(calendar),
        "week": days.open_a_week,
        "years": sorted(days.named_years),
        "open": is_open,
        "next_open": instant_or_none(opens),
        "next_close": instant_or_none(closes),
    }


def calendar_json(calendar: Calendar, t: Instant) -> dict[str, Any]:
    """All of it: hours by weekday, dates as rule files write them, and the next changes."""
    days = days_of(calendar)
    return {
        **summary_json(calendar, t),
        "hours": {name: _texts(spans) for name, spans in zip(WEEK, days.week)},
        "holidays": [*_ranges(days.holidays), *sorted(map(_yearly, days.yearly_holidays))],
        "dates": {**_dated(days.dates), **{_yearly(day): _texts(spans) for day, spans in days.yearly_dates.items()}},
        "workdays": {_iso(day): WEEK[days.workdays[day]] for day in sorted(days.workdays)},
        "breaks": _dated(days.breaks),
        "changes": [{"at": instant_or_none(at), "open": opens} for at, opens in _changes(calendar, t)],
    }


def zone_name(calendar: Calendar) -> str:
    return "UTC" if calendar.zone is timezone.utc else str(calendar.zone)


def page(calendar: Calendar, t: Instant) -> list[str]:
    """Lines for people, not yet escaped. Dates of years that are over on the calendar's clock are only counted."""
    days = days_of(calendar)
    this_year = local(calendar, t)[4:8]
    head = f"{calendar.name}, {zone_name(calendar)}: {hours(days.open_a_week)} a week, {state(calendar, t)}"
    lines = [head, "", *_labelled("Hours", _week(days))]
    found = calendar_json(calendar, t)
    for key in _KEYS:
        entries = list(_entries(found[key]))
        shown = [entry for entry in entries if entry.startswith("every") or _last_year(entry) >= this_year]
        over = len(entries) - len(shown)
        if over:
            shown.append(f"and {over} before {this_year}")
        lines += _labelled(key.capitalize(), shown)
    lines += _labelled("Covers", [years_text(days.named_years)] if days.named_years else ["any year"])
    changes = [f"{local(calendar, at)}  {'opens' if opens else 'closes'}" for at, opens in _changes(calendar, t)]
    return [*lines, "", *_labelled("Next", changes or ["never changes"])]


def _labelled(label: str, texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        yield f"{label if number == 0 else '':<12}{text}"


def _week(days: Days) -> Iterator[str]:
    """Days with the same hours that follow each other on one line."""
    for spans, run in groupby(zip(WEEK, days.week), lambda pair: pair[1]):
        names = [name.capitalize() for name, _ in run]
        name = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        yield f"{name:<8}  {'  '.join(_texts(spans)) or 'closed'}"


def _entries(found: list[str] | Mapping[str, Any]) -> Iterator[str]:
    """A line for each date of a key: `2026-10-01..2026-10-07`, `every 12-24  09:00-12:00`, `2026-10-10  like wed`."""
    for text in found:
        value = found[text] if isinstance(found, Mapping) else None
        day = f"every {text[2:]}" if text.startswith("*-") else text
        yield f"{day}  {_of_date(value)}".rstrip()


def _of_date(value: str | list[str] | None) -> str:
    """What a date has: spans, the hours of a weekday, or nothing more to say."""
    if isinstance(value, str):
        return f"like {value}"
    return "" if value is None else "  ".join(value) or "closed"


def _last_year(entry: str) -> str:
    """The year in which a date or a range of dates ends."""
    return entry[12:16] if entry[10:12] == ".." else entry[:4]


def _changes(calendar: Calendar, t: Instant) -> Iterator[tuple[float, bool]]:
    """The next instants at which it opens or closes, and which of both."""
    at: float = t
    for _ in range(_CHANGES):
        at = calendar.next_change(at)
        if at == NEVER:
            return
        yield at, calendar.is_open(at)


def _texts(spans: Spans) -> list[str]:
    return [f"{_clock(start)}-{_clock(end if end <= DAY else end - DAY)}" for start, end in spans]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _yearly(day: tuple[int, int]) -> str:
    return f"*-{day[0]:02}-{day[1]:02}"


def _dated(spans: Mapping[int, Spans]) -> dict[str, list[str]]:
    return {_iso(day): _texts(spans[day]) for day in sorted(spans)}


def _ranges(days: Iterable[int]) -> Iterator[str]:
    """Dates as rule files write them, those that follow each other as a range."""
    for _, run in groupby(enumerate(sorted(days)), lambda pair: pair[1] - pair[0]):
        found = [day for _, day in run]
        yield _iso(found[0]) if len(found) == 1 else f"{_iso(found[0])}..{_iso(found[-1])}"
