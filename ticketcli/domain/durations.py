"""Durations as rules write them: `90s 30m 48h 3d 2w` and sums such as `1d12h` (design section 6)."""

from __future__ import annotations

from ticketcli.domain.instants import NEVER
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

DAY = 86400
LONGEST = 3653 * DAY
"""Ten years, leap days included."""
_UNITS = (("w", 7 * DAY), ("d", DAY), ("h", 3600), ("m", 60), ("s", 1))
_HINT = "write it like 90s, 30m, 48h, 3d, 2w or 1d12h, larger units first"


class Duration(NamedTuple):
    """Days and seconds are kept apart: under a calendar a day is a date, not 24 hours.

    `days` includes weeks, `seconds` is the part written in hours, minutes and seconds.
    """

    days: int
    seconds: int
    text: str
    plain: int
    """Seconds without a calendar, where a day has 24 hours."""
    weeks: bool = False
    """Whether `w` was written, which no calendar takes."""


def parse_duration(text: str, *, zero: bool = False) -> Duration:
    """The duration that the text names; `0s` only with `zero`.

    Raises `Invalid` for any other form, for nothing at all, and for more than ten years.
    """
    amounts = _amounts(text)
    days = amounts["w"] * 7 + amounts["d"]
    seconds = amounts["h"] * 3600 + amounts["m"] * 60 + amounts["s"]
    duration = Duration(days, seconds, text, days * DAY + seconds, "w" in text)
    if duration.plain == 0 and not (zero and text == "0s"):
        raise Invalid(f"a duration must be longer than nothing: {text!r}", _HINT)
    if duration.plain > LONGEST:
        raise Invalid(f"longer than ten years: {text!r}", "the longest duration is 3653d")
    return duration


def _amounts(text: str) -> dict[str, int]:
    """How many of each unit; each stands at most once, larger ones first."""
    rest, amounts = text if isinstance(text, str) else "", dict.fromkeys("wdhms", 0)
    readable = bool(rest)
    for unit, _ in _UNITS:
        number, found, tail = rest.partition(unit)
        if found:
            readable = readable and number.isascii() and number.isdigit() and len(number) <= 9
            amounts[unit], rest = int(number) if readable else 0, tail
    if rest or not readable:
        raise Invalid(f"not a duration: {text!r}", _HINT)
    return amounts


def format_duration(seconds: float) -> str:
    """For people, at most two neighbouring units, the rest cut off: `2d 3h`, `45m`, `0s`, `-5m`, `never`."""
    if seconds == NEVER:
        return "never"
    sign, rest, parts = "-" if seconds < 0 else "", abs(int(seconds)), []
    for unit, size in _UNITS[1:]:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
        if parts and (not count or len(parts) == 2):
            break
    return sign + " ".join(parts) if parts else "0s"


def format_hours(seconds: float) -> str:
    """As `format_duration` without days: `40h`, `37h 30m`. For time of a calendar, whose days are dates."""
    if abs(seconds) < DAY or seconds == NEVER:
        return format_duration(seconds)
    hours, rest = divmod(abs(int(seconds)), 3600)
    minutes = f" {rest // 60}m" if rest >= 60 else ""
    return f"{'-' if seconds < 0 else ''}{hours}h{minutes}"
