"""Calendars: what is open time, and what a duration means in it. Without hours, every instant is open.

Everything is counted in UTC seconds; spans are half-open, so that the closing instant is closed. The calendars of a
rulebook are made by `build_calendar`; time zones are loaded only then.
"""

from __future__ import annotations

from datetime import timezone, tzinfo
from typing import TYPE_CHECKING

from ticketcli.domain.instants import NEVER, Instant

if TYPE_CHECKING:
    from ticketcli.domain.durations import Duration
    from ticketcli.domain.ticket import JsonMap

DAY = 86400
ENDLESS = 10**11
"""Open seconds that no calendar has: the budget of a duration that never ends."""


class Calendar:
    """The calendar without hours: every instant is open and a day has 24 hours."""

    name: str | None = None
    zone: tzinfo = timezone.utc
    """In which its hours stand, and times without a zone are read."""
    typical_day = DAY
    """Open seconds of an ordinary working day, 0 when there is none."""
    recurs = True
    """Whether it opens again and again, not only on named dates."""

    def is_open(self, t: float) -> bool:
        return True

    def next_open(self, t: float) -> float:
        """The first open instant at or after `t`, NEVER when none comes."""
        return t

    def next_close(self, t: float) -> float:
        """The first closed instant at or after `t`, NEVER when none comes."""
        return NEVER

    def next_change(self, t: float) -> float:
        """The first instant after `t` at which it opens or closes, NEVER when that does not happen."""
        return NEVER

    def between(self, a: float, b: float) -> int:
        """Open seconds from `a` to `b`, negative when `b` lies before `a`."""
        return int(b - a)

    def add(self, t: float, seconds: float) -> float:
        """The instant at which so many open seconds after `t` are used up, NEVER when they never are.

        What is used up at closing time ends at closing time. Nothing to use up ends at `t` if that is open,
        else at the next opening.
        """
        return t + seconds

    def due(self, start: float, duration: Duration) -> float:
        """When the duration from `start` on is over.

        Days come first: N days end on the N-th later local date that has open time, at the same clock time, or at the
        next opening if that instant is closed. Hours, minutes and seconds are open time.
        """
        return start + duration.plain

    def before(self, end: Instant, duration: Duration) -> float:
        """The first instant from which `end` is at most that far: the mirror image of `due`."""
        return end - duration.plain

    def budget(self, start: Instant, duration: Duration) -> int:
        """The duration as open seconds, counted from `start` to the instant at which it is due."""
        return duration.plain

    def uncovered(self, a: float, b: float) -> tuple[int, ...]:
        """Years between the instants for which dated holidays or workdays are missing, though other years have them."""
        return ()


ALWAYS = Calendar()


def build_calendar(name: str, raw: JsonMap) -> Calendar:
    """The calendar that the mapping of a rule file describes (dates are texts). Raises `Invalid` when it is none."""
    from ticketcli.domain.opening import OpeningCalendar  # zoneinfo takes milliseconds
    from ticketcli.domain.openingdays import read_days
    from ticketcli.domain.zoneclock import ZoneClock, read_zone

    return OpeningCalendar(name, ZoneClock(read_zone(name, raw.get("timezone"))), read_days(name, raw))
