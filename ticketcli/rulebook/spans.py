"""Durations of rules, compared as far as they can be."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.durations import Duration, parse_duration
from ticketcli.errors import Invalid


def duration_of(text: Any) -> Duration | None:
    """The duration, or None when it is none; the schema told that already."""
    try:
        return parse_duration(text) if isinstance(text, str) else None
    except Invalid:
        return None


def at_least(one: Duration, other: Duration, calendar: str | None) -> bool:
    """Whether `one` is surely as long as `other`; under a calendar, days and hours cannot be compared."""
    if calendar is None:
        return one.plain >= other.plain
    return one.days >= other.days and one.seconds >= other.seconds
