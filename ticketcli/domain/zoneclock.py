"""The wall clock of a time zone: the one place that turns instants into local time and back.

Local time is counted in seconds since 1970-01-01 00:00 on that clock, local dates in days since then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from ticketcli.domain.instants import Instant, seconds_of
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

DAY = 86400
_EPOCH = datetime(1970, 1, 1)
_APART = 2 * DAY
"""No zone sets its clock twice within that time; Freetown did within four days, in 1939."""


class Piece(NamedTuple):
    """A stretch of time in which the clock is as far ahead of UTC throughout."""

    start: Instant
    end: Instant
    offset: int


def read_zone(name: str, zone: Any) -> tzinfo:
    """The zone of that IANA name for the calendar `name`, UTC when none is given. Raises `Invalid` for other words."""
    try:
        return zone_named("UTC" if zone is None else zone)
    except Invalid as error:
        raise Invalid(f"calendar {name}: {error.message}", error.hint) from None


def zone_named(zone: Any) -> tzinfo:
    """The zone of that IANA name. Raises `Invalid`, with the nearest name, when there is none."""
    if zone == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, TypeError, OSError):
        raise Invalid(f"no time zone {zone!r}", _hint(zone)) from None


def _hint(zone: Any) -> str:
    near = nearest_zone(zone) if isinstance(zone, str) else ""
    return f"did you mean {near}?" if near else "write it like Asia/Shanghai or Europe/Berlin"


def nearest_zone(name: str) -> str:
    """The zone that was most likely meant, "" when none is like it.

    Of an offset (`UTC+8`) and of letters (`CST` is in China and in Chicago) nobody knows which place is meant, and
    the nearest letters would be hours off.
    """
    from zoneinfo import available_timezones

    from ticketcli.domain.nearest import nearest

    if name.casefold() == "utc":
        return "UTC"
    places = [zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")]
    cities = [zone for zone in places if zone.rpartition("/")[2].casefold() == name.casefold().replace(" ", "_")]
    return cities[0] if len(cities) == 1 else nearest(name, places)


class ZoneClock:
    """What the clock shows when. A time that it shows twice means the first, one that it leaves out counts on from
    before the change: 02:30 is then the same as 03:30."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def shows(self, t: Instant) -> tuple[int, int]:
        """The local date at an instant, and the seconds since the midnight that began it."""
        return divmod(t + self.offset(t), DAY)

    def year(self, t: Instant) -> int:
        return datetime.fromtimestamp(t, self.zone).year

    def offset(self, t: Instant) -> int:
        """Seconds that the clock is ahead of UTC."""
        offset = datetime.fromtimestamp(t, self.zone).utcoffset() or timedelta()
        return offset.days * DAY + offset.seconds

    def instant_at(self, day: int, clock: int) -> Instant:
        """The instant at which the clock shows that time of the date."""
        naive = _EPOCH + timedelta(days=day, seconds=clock)
        offset = naive.replace(tzinfo=self.zone).utcoffset() or timedelta()
        return seconds_of(naive) - offset.days * DAY - offset.seconds

    def pieces(self, start: Instant, end: Instant) -> Iterator[Piece]:
        """That time in stretches of equal offset."""
        offset = self.offset(start)
        for known in range(start, end, _APART):
            after = self.offset(min(known + _APART, end))
            if after != offset:
                change = self._change(known, min(known + _APART, end), offset)
                yield Piece(start, change, offset)
                start, offset = change, after
        yield Piece(start, end, offset)

    def _change(self, low: int, high: int, offset: int) -> Instant:
        """When the offset stops being that, between an instant that has it and one that has not."""
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle) == offset else (low, middle)
        return high
