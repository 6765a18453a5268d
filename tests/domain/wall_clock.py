"""What is open, known a second, slow way: by looking at the wall clock minute by minute. No code of calendars in it.

Everything is read straight from the keys of the rule file and the definitions of design section 6. It works for offsets
of whole minutes, which all zones have since 1973.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MINUTE = 60


class WallClock:
    """Asks of single minutes whether they are open."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.zone = ZoneInfo(raw.get("timezone", "UTC"))
        self._week = dict(self._weekly())
        self._days: dict[date, bytes] = {}

    def open_at(self, instant: int) -> bool:
        local = datetime.fromtimestamp(instant, self.zone)
        return self.day(local.date())[local.hour * 60 + local.minute] == 1

    def day(self, day: date) -> bytes:
        """For each of the 1440 minutes that a clock can show on the date, whether it is open: 1 or 0."""
        if day not in self._days:
            flags = bytearray(1440)
            before = day - timedelta(1)
            self._paint(flags, self._spans(before), -1440, 1)
            self._paint(flags, self._spans(day), 0, 1)
            self._paint(flags, self._breaks(before), -1440, 0)
            self._paint(flags, self._breaks(day), 0, 0)
            self._days[day] = bytes(flags)
        return self._days[day]

    def _paint(self, flags: bytearray, spans: list[str], shift: int, value: int) -> None:
        for span in spans:
            start, end = (int(text[:2]) * 60 + int(text[3:]) for text in span.split("-"))
            for minute in range(start + shift, (end if end > start else end + 1440) + shift):
                if 0 <= minute < 1440:
                    flags[minute] = value

    def _breaks(self, day: date) -> list[str]:
        return list(self.raw.get("breaks", {}).get(day.isoformat(), []))

    def _spans(self, day: date) -> list[str]:
        text, yearly = day.isoformat(), "*" + day.isoformat()[4:]
        for holiday in self.raw.get("holidays", []):
            first, _, last = holiday.partition("..")
            if first <= text <= (last or first):
                return []
        if text in self.raw.get("dates", {}):
            return list(self.raw["dates"][text])
        for workday in self.raw.get("workdays", []):
            named = workday if isinstance(workday, dict) else {workday: "mon"}
            if text in named:
                return self._week.get(named[text], [])
        if yearly in self.raw.get("dates", {}):
            return list(self.raw["dates"][yearly])
        return [] if yearly in self.raw.get("holidays", []) else self._week.get(DAYS[day.weekday()], [])

    def _weekly(self) -> dict[str, list[str]]:
        week: dict[str, list[str]] = {}
        for key, spans in self.raw.get("hours", {}).items():
            for part in key.split(","):
                first, _, last = ("mon-sun" if part == "daily" else part).partition("-")
                place = DAYS.index(first)
                week[DAYS[place]] = spans
                while last and DAYS[place] != last:
                    place = (place + 1) % 7
                    week[DAYS[place]] = spans
        return week


class Stretch:
    """So many minutes from an instant on, each looked at: what is known of them by counting."""

    def __init__(self, clock: WallClock, start: int, minutes: int) -> None:
        self.start, self.end = start, start + minutes * MINUTE
        shown = [datetime.fromtimestamp(t, clock.zone) for t in range(start, self.end, MINUTE)]
        self.dates = [local.date() for local in shown]
        self.times = [local.hour * 60 + local.minute for local in shown]
        days = {day: clock.day(day) for day in set(self.dates)}
        self.open = [days[day][time] == 1 for day, time in zip(self.dates, self.times, strict=True)]
        self.open_dates = sorted({day for day, open in zip(self.dates, self.open, strict=True) if open})

    def is_open(self, t: int) -> bool:
        return self.open[(t - self.start) // MINUTE]

    def first(self, t: int, value: bool) -> int | None:
        """The first instant at or after `t` that is open (or closed); None when the stretch holds none."""
        here = (t - self.start) // MINUTE
        if value not in self.open[here:]:
            return None
        place = self.open.index(value, here)
        return t if place == here else self.start + place * MINUTE

    def changes(self) -> list[int]:
        """Every instant at which it opens or closes."""
        return [self.start + at * MINUTE for at in range(1, len(self.open)) if self.open[at - 1] != self.open[at]]

    def change(self, t: int) -> int | None:
        return self.first(t, not self.is_open(t))

    def between(self, a: int, b: int) -> int:
        """Open seconds of `[a, b)`."""
        return self._before(b) - self._before(a)

    def _before(self, t: int) -> int:
        """Open seconds of the stretch before `t`."""
        place, seconds = divmod(t - self.start, MINUTE)
        return MINUTE * sum(self.open[:place]) + (seconds if seconds and self.open[place] else 0)

    def add(self, t: int, seconds: int) -> int | None:
        """When so many open seconds are used up; with none, `t` if it is open, else the next opening."""
        if seconds == 0:
            return self.first(t, True)
        for place in range((t - self.start) // MINUTE, len(self.open)):
            if self.open[place]:
                begins = max(t, self.start + place * MINUTE)
                there = self.start + (place + 1) * MINUTE - begins
                if there >= seconds:
                    return begins + seconds
                seconds -= there
        return None

    def due(self, t: int, days: int, seconds: int) -> int | None:
        """The `days`-th later date that has an open minute, at the clock time of `t` or at the next opening; then
        so many open seconds."""
        here = (t - self.start) // MINUTE
        later = [day for day in self.open_dates if day > self.dates[here]]
        at = self._at(later[days - 1], self.times[here]) if len(later) >= days else None
        end = None if at is None else self.first(at + (t - self.start) % MINUTE, True)
        return end if end is None or seconds == 0 else self.add(end, seconds)

    def _at(self, day: date, time: int) -> int | None:
        """The first minute at which that time is shown; when it is left out, as long after the minute before the gap
        as the clock would have taken."""
        for place in range(self.dates.index(day) - 1, len(self.dates)):
            shown = (self.dates[place], self.times[place])
            if shown == (day, time):
                return self.start + place * MINUTE
            if shown > (day, time):
                before, showed = self.dates[place - 1], self.times[place - 1]
                lag = (day - before).days * 1440 + time - showed
                return self.start + (place - 1 + lag) * MINUTE
        return None
