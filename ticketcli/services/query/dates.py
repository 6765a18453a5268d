"""Dates and times as people type them in terms; without a zone they are the desk's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from ticketcli.domain.instants import Instant, is_shown, parse_instant
from ticketcli.errors import Invalid, UsageError
from ticketcli.records import NamedTuple

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d)?", re.ASCII)
_HINT = "write 2026-11-01, 2026-11-01T10:00 or 2026-11-01T10:00:00+08:00"


class Span(NamedTuple):
    """What a typed time covers: `first` to `last`, both included; a date alone is its whole day."""

    first: Instant
    last: Instant


def parse_span(text: str, zone: tzinfo) -> Span:
    """The seconds that a typed date or time covers. Raises `UsageError` when it is none."""
    try:
        span = _span(text, zone)
    except (Invalid, ValueError, OverflowError) as error:
        raise UsageError(f"not a date or time: {text!r}", _HINT) from error
    if not is_shown(span.first):
        raise UsageError(f"no such date or time: {text!r}", "check the year")
    return span


def _span(text: str, zone: tzinfo) -> Span:
    if _DATE.fullmatch(text):
        day = datetime.fromisoformat(text)
        return Span(_utc(day, zone), _utc(day + timedelta(days=1), zone) - 1)
    local = _LOCAL.fullmatch(text)
    if local:
        first = _utc(datetime.fromisoformat(text.upper()), zone)
        return Span(first, first if local[1] else first + 59)
    instant = parse_instant(text)
    return Span(instant, instant)


def parse_range(low: str, high: str, zone: tzinfo) -> tuple[Instant | None, Instant | None]:
    """First and last instant between two typed times, both covered whole if dates; an open end is None."""
    first = parse_span(low, zone).first if low else None
    if not high:
        return first, None
    span = parse_span(high, zone)
    return first, span.last if _DATE.fullmatch(high) else span.first


def _utc(local: datetime, zone: tzinfo) -> Instant:
    return int(local.replace(tzinfo=zone).timestamp())
