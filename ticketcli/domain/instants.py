"""Instants: whole seconds since 1970-01-01T00:00:00Z, so that all arithmetic is in UTC.

Aware datetimes of one zone subtract in wall time, which is an hour off after a clock change; integers are not.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from ticketcli.errors import Invalid

Instant = int
NEVER = math.inf
"""The `until` of what only an event can change."""

_EPOCH = datetime(1970, 1, 1)
_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|z|[+-]\d\d:\d\d)", re.ASCII
)


def is_shown(at: Instant) -> bool:
    """Whether the clocks of all zones can show it: `datetime` ends at both ends."""
    return _FIRST <= at < _LAST


@lru_cache(4096)  # a ticket names one instant many times: created, updated, entered, moved
def parse_instant(text: str) -> Instant:
    """The instant that an RFC 3339 text with a zone names; fractions of a second are cut off.

    Raises `Invalid` for anything else, also for a date that does not exist.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise Invalid(f"not an instant: {text!r}", "write it like 2026-03-02T09:00:00+08:00 or …Z")
    date, clock, zone = form.groups()
    try:
        naive = datetime.fromisoformat(f"{date}T{clock}")
        offset = 0 if zone in "Zz" else _offset(zone)
    except ValueError as error:
        raise Invalid(f"no such instant: {text!r} ({error})", "check month, day and hour") from None
    at = seconds_of(naive) - offset
    if not is_shown(at):
        raise Invalid(f"no such instant: {text!r} (the clocks of some zones do not show it)", "check the year")
    return at


def _offset(zone: str) -> int:
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("offset out of range")
    return (hours * 3600 + minutes * 60) * (1 if zone[0] == "+" else -1)


def seconds_of(naive: datetime) -> Instant:
    """Seconds between the epoch and a naive datetime read as UTC."""
    span = naive - _EPOCH
    return span.days * 86400 + span.seconds


_FIRST, _LAST = seconds_of(datetime(1, 1, 2)), seconds_of(datetime(9999, 12, 31))
"""What every time zone shows within the years 1 to 9999."""


@lru_cache(4096)
def format_instant(instant: Instant) -> str:
    """The RFC 3339 text in UTC: `2026-03-02T01:00:00Z`."""
    return (_EPOCH + timedelta(seconds=instant)).isoformat() + "Z"


def to_utc(instant: Instant) -> datetime:
    """The aware UTC datetime, for those who convert to a zone to show it."""
    return datetime.fromtimestamp(instant, timezone.utc)
