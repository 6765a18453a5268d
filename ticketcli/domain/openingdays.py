"""The keys of a calendar as local days: which spans of the wall clock each date has (design section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from typing import Any

from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

DAY = 86400
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_RANGE = 3660
MOST_HOLIDAYS = 7320
"""Dates with their year that a calendar may name as closed: two ranges of the longest."""
KEYS = ("timezone", "hours", "holidays", "dates", "workdays", "breaks")
_SPAN = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.ASCII)

Place = tuple[str | int, ...]
Spans = tuple[tuple[int, int], ...]
"""Sorted half-open spans in wall-clock seconds since the midnight that began the day; up to two days long."""


class Days(NamedTuple):
    """What each local date has. Dates are ordinals as in `datetime.date.toordinal`, yearly ones (month, day)."""

    week: tuple[Spans, ...]
    holidays: frozenset[int]
    dates: Mapping[int, Spans]
    workdays: Mapping[int, int]
    yearly_dates: Mapping[tuple[int, int], Spans]
    yearly_holidays: frozenset[tuple[int, int]]
    breaks: Mapping[int, Spans]
    named_years: frozenset[int]
    """Years of dated holidays and workdays."""

    def of(self, ordinal: int) -> Spans:
        """The spans that begin on the date, before breaks are cut out."""
        if ordinal in self.holidays:
            return ()
        if ordinal in self.dates:
            return self.dates[ordinal]
        if ordinal in self.workdays:
            return self.week[self.workdays[ordinal]]
        if self.yearly_dates or self.yearly_holidays:
            day = date.fromordinal(ordinal)
            yearly = (day.month, day.day)
            if yearly in self.yearly_dates:
                return self.yearly_dates[yearly]
            if yearly in self.yearly_holidays:
                return ()
        return self.week[(ordinal - 1) % 7]

    @property
    def recurs(self) -> bool:
        """Whether it opens again and again, not only on named dates."""
        return any(self.yearly_dates.values()) or (any(self.week) and len(self._yearly) < 366)

    @property
    def open_a_week(self) -> int:
        """Open seconds of a week in which no date is special and no clock is set."""
        covered = total = 0
        for start, end in sorted(span for day in range(-1, 7) for span in self._shifted(day)):
            end = min(end, 7 * DAY)
            total += max(0, end - max(start, covered))
            covered = max(covered, end)
        return total

    @property
    def stays_open(self) -> bool:
        """Whether the weekly hours leave no gap and nothing yearly does: only dates can close it."""
        return self.open_a_week == 7 * DAY and not self._yearly

    def _shifted(self, day: int) -> Spans:
        """The weekly spans of a day, counted from the beginning of Monday; -1 is the Sunday before."""
        return tuple((day * DAY + start, day * DAY + end) for start, end in self.week[day % 7])

    @property
    def _yearly(self) -> set[tuple[int, int]]:
        return {*self.yearly_holidays, *self.yearly_dates}

    @property
    def dated(self) -> range:
        """From the first to the last date that is named with its year."""
        named = [*self.holidays, *self.dates, *self.workdays, *self.breaks]
        return range(min(named), max(named) + 1) if named else range(0)


def read_days(name: str, raw: JsonMap) -> Days:
    """The days of the calendar `name`. Raises `Invalid` at the first key that cannot be read."""
    return _days_of(_Reader(name), raw)


def mistakes_in(name: str, raw: JsonMap) -> list[tuple[Place, Invalid]]:
    """Every entry of the calendar that cannot be read: where it stands in `raw`, and why."""
    reader = _Reader(name)
    reader.mistakes = []
    try:
        _days_of(reader, raw)
    except Invalid as error:
        reader.mistakes.append(((), error))
    return reader.mistakes


def _days_of(reader: _Reader, raw: JsonMap) -> Days:
    unknown = next((key for key in raw if key not in KEYS), None)
    if unknown is not None:
        raise reader.wrong(f"no key {unknown!r}", f"a calendar has {', '.join(KEYS)}")
    dates, yearly_dates = reader.dated_spans("dates", raw.get("dates"))
    holidays, yearly_holidays = reader.holidays(raw.get("holidays"))
    workdays = reader.workdays(raw.get("workdays"))
    breaks, yearly_breaks = reader.dated_spans("breaks", raw.get("breaks"))
    if yearly_breaks:
        raise reader.wrong("breaks take dates with a year", "write them like 2026-12-24")
    years = frozenset(date.fromordinal(day).year for day in (*holidays, *workdays))
    week = reader.week(raw.get("hours"))
    return Days(week, holidays, dates, workdays, yearly_dates, yearly_holidays, breaks, years)


class _Reader:
    """Reads keys; errors name the calendar. `mistakes`, if there is a list, gets those of single entries."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.mistakes: list[tuple[Place, Invalid]] | None = None

    @contextmanager
    def _entry(self, *place: str | int) -> Iterator[None]:
        """What is raised inside is about the entry at that place."""
        try:
            yield
        except Invalid as error:
            if self.mistakes is None:
                raise
            self.mistakes.append((place, error))

    def wrong(self, what: str, hint: str = "") -> Invalid:
        return Invalid(f"calendar {self._name}: {what}", hint)

    def week(self, raw: Any) -> tuple[Spans, ...]:
        week: dict[int, Spans] = {}
        for key, spans in self._mapping("hours", raw).items():
            with self._entry("hours", key):
                read = self.spans(f"hours: {key}", spans)
                for day in self._weekdays(str(key)):
                    if day in week:
                        raise self.wrong(f"hours: {WEEK[day]} is given twice", "name each day once")
                    week[day] = read
        return tuple(week.get(day, ()) for day in range(7))

    def _weekdays(self, key: str) -> Iterator[int]:
        """`mon`, `mon-fri`, `sat,sun`, `daily`; a range may pass the end of the week."""
        for part in key.replace("daily", "mon-sun").split(","):
            first, dash, last = part.strip().partition("-")
            start, end = self._weekday(first), self._weekday(last if dash else first)
            yield from ((start + step) % 7 for step in range((end - start) % 7 + 1))

    def _weekday(self, text: str) -> int:
        if text not in WEEK:
            raise self.wrong(f"no weekday {text!r}", f"write {', '.join(WEEK)}, mon-fri or daily")
        return WEEK.index(text)

    def spans(self, where: str, raw: Any) -> Spans:
        """Of one day. An empty list is a closed day; spans over midnight end on the next."""
        if not isinstance(raw, list):
            raise self.wrong(f"{where}: spans are a list", 'write ["09:00-12:00", "13:00-18:00"]')
        spans = sorted(self._span(where, text) for text in raw)
        for (_, end), (start, _) in pairwise(spans):
            if start < end:
                raise self.wrong(
                    f"{where}: spans overlap at {start // 3600:02}:{start // 60 % 60:02}", "let each end first"
                )
        return tuple(spans)

    def _span(self, where: str, text: Any) -> tuple[int, int]:
        form = _SPAN.fullmatch(text) if isinstance(text, str) else None
        if form is None:
            raise self.wrong(f"{where}: not a span: {text!r}", 'write it like "09:00-12:00"')
        start_hour, start_minute, end_hour, end_minute = map(int, form.groups())
        start, end = start_hour * 3600 + start_minute * 60, end_hour * 3600 + end_minute * 60
        if start >= DAY or end > DAY or max(start_minute, end_minute) > 59:
            raise self.wrong(f"{where}: no such time: {text!r}", "a day goes from 00:00 to 24:00")
        if start == end:
            raise self.wrong(f"{where}: the span is empty: {text!r}", "the whole day is 00:00-24:00")
        return start, end if end > start else end + DAY

    def dated_spans(self, key: str, raw: Any) -> tuple[dict[int, Spans], dict[tuple[int, int], Spans]]:
        """Those of dates with a year, and those of every year."""
        dated: dict[int, Spans] = {}
        yearly: dict[tuple[int, int], Spans] = {}
        for text, value in self._mapping(key, raw).items():
            with self._entry(key, text):
                spans = self.spans(f"{key}: {text}", value)
                if str(text).startswith("*-"):
                    yearly[self._yearly(str(text))] = spans
                else:
                    dated[self.date(text)] = spans
        return dated, yearly

    def holidays(self, raw: Any) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
        dated: set[int] = set()
        yearly: set[tuple[int, int]] = set()
        for index, entry in enumerate(self._list("holidays", raw)):
            with self._entry("holidays", index):
                text = str(entry)
                if text.startswith("*-"):
                    yearly.add(self._yearly(text))
                else:
                    dated.update(self._range(text))
            if len(dated) > MOST_HOLIDAYS:
                raise self.wrong(f"holidays: more than {MOST_HOLIDAYS} days", "close a weekday by its hours instead")
        return frozenset(dated), frozenset(yearly)

    def _range(self, text: str) -> range:
        first, dots, last = text.partition("..")
        start = self.date(first.strip())
        end = self.date(last.strip()) if dots else start
        if not start <= end < start + LONGEST_RANGE:
            raise self.wrong(f"holidays: not a range: {text!r}", "the earlier date comes first, at most ten years")
        return range(start, end + 1)

    def workdays(self, raw: Any) -> dict[int, int]:
        """Dates that have the hours of a weekday, Monday's unless another is named."""
        workdays: dict[int, int] = {}
        for index, entry in enumerate(raw.items() if isinstance(raw, dict) else self._list("workdays", raw)):
            pairs = (
                entry.items() if isinstance(entry, dict) else [entry if isinstance(entry, tuple) else (entry, "mon")]
            )
            with self._entry("workdays", entry[0] if isinstance(entry, tuple) else index):
                for text, weekday in pairs:
                    day = self.date(text)
                    if day in workdays:
                        raise self.wrong(f"workdays: {text!r} is given twice", "name each date once")
                    workdays[day] = self._weekday(str(weekday))
        return workdays

    def date(self, text: Any) -> int:
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            day = None
        if day is None or day.isoformat() != str(text) or not 1900 <= day.year <= 9000:
            raise self.wrong(f"no such date: {text!r}", "write it like 2026-12-24")
        return day.toordinal()

    def _yearly(self, text: str) -> tuple[int, int]:
        leap = f"2000{text[1:]}"  # a leap year, so that *-02-29 may be named
        try:
            day = date.fromisoformat(leap)
        except ValueError:
            day = None
        if day is None or day.isoformat() != leap:
            raise self.wrong(f"no such date: {text!r}", "write it like *-12-25")
        return day.month, day.day

    def _mapping(self, key: str, raw: Any) -> Mapping[Any, Any]:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            raise self.wrong(f"{key} is a mapping")
        return raw

    def _list(self, key: str, raw: Any) -> list[Any]:
        if raw is None:
            return []
        if not isinstance(raw, list):
            raise self.wrong(f"{key} is a list")
        return raw
