"""When a cron expression is due: five fields, on the clock of a time zone, with both clock changes settled.

croniter knows which times of the wall clock an expression names. Which instants those are is said here:
a time that the clock skips is due at the first moment after the gap; a time that comes twice is due once if the hour is
fixed, and twice if it is `*`, a list, a range or a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import lru_cache

from ticketcli.domain.instants import Instant
from ticketcli.domain.zoneclock import DAY, Piece, ZoneClock
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of each month, at most."""
_PLAIN = re.compile(r"\*|\d{1,2}(,\d{1,2})*", re.ASCII)
_NUMBER = re.compile(r"(?<![/\w])\d{1,9}(?!\w)", re.ASCII)
_CHANCE = re.compile(r"[rh](\(.*\))?(/.*)?", re.IGNORECASE)
_YEAR = 366 * DAY
_LOOKED_FOR = 50 * _YEAR
"""Seconds after which an expression that was due at no time is taken never to be: the leap day needs eight years."""
_EARLIEST, _LATEST = -62_104_060_800, 253_370_764_800  # 0002-01-01 and 9999-01-01, close to where datetime ends


class Cron(NamedTuple):
    """A checked expression: its five fields, and whether the hour is one number."""

    fields: str
    hour_is_fixed: bool


def read_cron(text: str) -> Cron:
    """The expression. Raises `Invalid` for what is none, is read differently by different crons, or is never due."""
    fields = NAMED.get(text.strip().lower(), text).split()
    if text.strip().startswith("@") and len(fields) == 1:
        raise Invalid(f"{text!r} is no cron expression", f"the names are {', '.join(NAMED)}")
    if len(fields) != len(_FIELDS):
        hint = "write five fields, minute hour day month weekday, such as '0 9 * * mon-fri', or @daily"
        raise Invalid(f"{text!r} is no cron expression: it has {len(fields)} fields", hint)
    for name, field in zip(_FIELDS, fields, strict=True):
        if any(_CHANCE.fullmatch(part) for part in field.split(",")):
            raise Invalid(f"{field!r}: chance decides nothing here", f"write the {name} as a number")
    day, weekday = fields[2], fields[4]
    if "/" in day and weekday not in ("*", "?"):
        hint = "make it two schedules, or name the days one by one"
        raise Invalid(f"{text!r}: crons differ on a stepped day together with a weekday", hint)
    cron = Cron(" ".join(fields), fields[1].isdecimal())
    _check(cron, text)
    return cron


def _check(cron: Cron, text: str) -> None:
    if _is_plain(cron.fields.split()):
        return
    from croniter import CroniterError, croniter

    try:
        croniter.expand(cron.fields)
        due = _ever(" ".join(cron.fields.split()[2:]))
    except (CroniterError, ValueError, KeyError, IndexError) as error:
        said = _outside(cron.fields.split()) or str(error).replace(cron.fields, "").strip(" []")
        hint = "write minute hour day month weekday, such as '0 9 * * mon-fri'"
        raise Invalid(f"{text!r} is no cron expression: {said}", hint) from None
    if not due:
        raise Invalid(f"{text!r} is never due: there is no such day", "look at the day and the month")


def _outside(fields: list[str]) -> str:
    """Which number is no minute, hour, day, month or weekday; "" when all are. What a step counts is none of them."""
    for name, field, (low, high) in zip(_FIELDS, fields, _LIMITS, strict=True):
        for number in _NUMBER.findall(field):
            if not low <= int(number) <= high:
                return f"the {name} {number} is not in {low} to {high}"
    return ""


def _is_plain(fields: list[str]) -> bool:
    """Whether every field is `*` or numbers, and there is such a day: most are, and thousands cost nothing then."""
    if not all(map(_PLAIN.fullmatch, fields)):
        return False
    numbers = [[] if field == "*" else [int(one) for one in field.split(",")] for field in fields]
    _, _, days, months, weekdays = numbers
    if not all(low <= n <= high for ns, (low, high) in zip(numbers, _LIMITS, strict=True) for n in ns):
        return False
    return not days or bool(weekdays) or min(days) <= max((_DAYS[month - 1] for month in months), default=31)


@lru_cache(256)
def _ever(days: str) -> bool:
    """Whether there is a day that the last three fields name. Raises as croniter does."""
    return next(_walls(Cron(f"0 0 {days}", True), 0, _LOOKED_FOR), None) is not None


def due_times(cron: Cron, zone: tzinfo, after: Instant, until: float) -> Iterator[Instant]:
    """The instants strictly after `after`, up to and including `until`, at which the expression is due; ascending."""
    last = after
    for piece, before in _pieces(ZoneClock(zone), max(after - 2 * DAY, _EARLIEST), int(min(until + 1, _LATEST))):
        for at in _due_in(cron, piece, before):
            if at > last:
                last = at
                yield at


def _pieces(clock: ZoneClock, start: Instant, end: Instant) -> Iterator[tuple[Piece, int]]:
    """The time between two clock changes, each with the offset before it; a year at a time, for callers stop early."""
    before = clock.offset(start)
    for first in range(start, end, _YEAR):
        for piece in clock.pieces(first, min(first + _YEAR, end)):
            yield piece, before
            before = piece.offset


def _due_in(cron: Cron, piece: Piece, before: int) -> Iterator[Instant]:
    start, end, offset = piece
    if before < offset and next(_walls(cron, start + before, start + offset), None) is not None:
        yield start
    repeated_until = start + before if cron.hour_is_fixed else start + offset
    for wall in _walls(cron, max(start + offset, repeated_until), end + offset):
        yield wall - offset


def _walls(cron: Cron, start: int, end: int) -> Iterator[int]:
    """The times in `[start, end)` that the expression names, as seconds since the epoch of a zone without offset."""
    from croniter import CroniterBadDateError, croniter

    walker = croniter(cron.fields, float(start - 1))
    while True:
        try:
            wall = int(walker.get_next(float))
        except CroniterBadDateError:  # none within fifty years
            return
        if wall >= end:
            return
        yield wall
