"""Cells turned into values of a ticket: words translated, times read in their format and zone, lists split."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone, tzinfo
from functools import lru_cache
from typing import Any

from ticketcli.domain.instants import Instant, format_instant, parse_instant, seconds_of
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.importing import TIMES
from ticketcli.domain.ticket import PRIORITIES, SOURCES
from ticketcli.domain.words import word_key
from ticketcli.errors import Invalid
from ticketcli.intake.mapping import Target
from ticketcli.intake.objects import parse_value

_KEPT = ("subject", "description")
"""Texts that stay as they are, with the space around them."""
ANY_VALUE = "*"
_WORDS = {"priority": PRIORITIES, "source": SOURCES}
_KNOWN_TO_THE_DESK = ("status", "team", "assignee", "close_reason")
"""What the rules of the desk tell right from wrong."""


class Unreadable(Exception):
    """Why a value cannot be read, and the nearest right word."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message, self.suggestion = message, suggestion


Read = Callable[[Any], Any]


def reader_of(target: Target, format: str | None, zone: tzinfo) -> Read:
    """Turns a cell of that target's column into its value, None for an empty one; raises `Unreadable`.

    `format` and `zone` are those of times that name none.
    """
    read = _plain_reader(target, target.format or format, zone)
    if target.empty is not None:
        return _with_default(target._replace(empty=None), format, zone, read(target.empty))
    if target.values is None:
        return read
    translate = _translator(target.key, target.values)

    def translated(value: Any) -> Any:
        found = translate(value)
        return read(found) if found is not None else None

    return translated


def _with_default(target: Target, format: str | None, zone: tzinfo, default: Any) -> Read:
    read = reader_of(target, format, zone)

    def filled(value: Any) -> Any:
        found = read(value)
        return default if found is None else found

    return filled


def _plain_reader(target: Target, format: str | None, zone: tzinfo) -> Read:
    key = target.key
    if key in TIMES or target.type == "time":
        times = time_reader(key, format, zone)
        return times if key in TIMES else _written(times)
    if key in ("labels", "watchers") or target.type == "list":
        return lambda value: _list(value, target.split)
    if key == "comments" or target.type == "json":
        return lambda value: _json(key, value)
    if target.type in _TYPES:
        convert = _TYPES[target.type]
        return lambda value: None if value in (None, "") else convert(key, value)
    return _verbatim if key in _KEPT or key.startswith("fields.") else _stripped


def _verbatim(value: Any) -> Any:
    return None if value == "" else value


def _stripped(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _translator(key: str, values: Mapping[str, Any]) -> Read:
    """Looks a word up, as it stands or else in any spelling; right words need no translation."""
    right = {word_key(str(word)): word for word in (*_WORDS.get(key, ()), *values.values()) if word is not None}
    known = {**right, **{word_key(word): value for word, value in values.items()}}

    def translate(value: Any) -> Any:
        text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        if text in values:
            return values[text]
        found = word_key(text.strip())
        if found in known:
            return known[found]
        if not found:
            return None
        if ANY_VALUE in values:
            return text if values[ANY_VALUE] == ANY_VALUE else values[ANY_VALUE]
        if key in _KNOWN_TO_THE_DESK:
            return text
        words = [word for word in [*values, *map(str, right.values())] if word]
        raise Unreadable("not among the `values` of its column", nearest(text, words))

    return translate


def _list(value: Any, separator: str) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return list(value)
    return [part for word in str("" if value is None else value).split(separator) if (part := word.strip())]


def _json(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return parse_value(value)
    except Invalid as error:
        raise Unreadable(f"{key}: {error.message}") from None


def _number(key: str, value: Any) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = str(value).strip().replace(" ", "").replace("\u00a0", "")
    try:
        return int(text) if text.lstrip("+-").isdigit() and len(text) < 300 else _finite(float(text))
    except ValueError:
        raise Unreadable(f"{key}: no number") from None


def _finite(number: float) -> float:
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number


_FLAGS = dict.fromkeys(("true", "yes", "y", "1", "是"), True) | dict.fromkeys(("false", "no", "n", "0", "否"), False)


def _flag(key: str, value: Any) -> bool:
    found = value if isinstance(value, bool) else _FLAGS.get(word_key(str(value).strip()))
    if found is None:
        raise Unreadable(f"{key}: neither true nor false")
    return found


_TYPES: Mapping[str, Callable[[str, Any], Any]] = {"number": _number, "bool": _flag}


def _written(read: Read) -> Read:
    """A time as the text that a field keeps."""

    def written(value: Any) -> Any:
        at = read(value)
        try:
            return None if at is None else format_instant(at)
        except OverflowError:
            raise Unreadable("no such time") from None

    return written


def time_reader(key: str, format: str | None, zone: tzinfo) -> Read:
    """Reads times in a format: None for ISO 8601, `epoch`, `epoch-ms`, or a pattern as of strptime.

    One without an offset is in `zone`; what the clock skips there counts from before the gap, of what it repeats the
    first counts.
    """
    scale = {"epoch": 1, "epoch-ms": 1000}.get(format or "")

    @lru_cache(1024)
    def read(value: Any) -> Instant | None:
        if isinstance(value, str):
            value = value.strip()
        if value in (None, ""):
            return None
        if scale is not None:
            return _from_epoch(key, value, scale)
        if not isinstance(value, str):
            raise Unreadable(f"{key}: no time")
        return _iso(key, value, zone) if format in (None, "iso") else _in_format(key, value, str(format), zone)

    return read


def _from_epoch(key: str, value: Any, scale: int) -> Instant:
    try:
        return int(float(value) // scale)
    except (ValueError, TypeError, OverflowError):
        raise Unreadable(f"{key}: no seconds since 1970") from None


def _iso(key: str, text: str, zone: tzinfo) -> Instant:
    try:
        return parse_instant(text)
    except Invalid:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        hint = "name its format, such as --date COLUMN=%d/%m/%Y"
        raise Unreadable(f"{key}: no date or time in ISO 8601; {hint}") from None
    return _instant(key, found, zone)


def _in_format(key: str, text: str, format: str, zone: tzinfo) -> Instant:
    try:
        found = datetime.strptime(text, format)
    except ValueError:
        hint = "" if "%" in format else "; a format is written like %d/%m/%Y"
        raise Unreadable(f"{key}: not in the format {format}{hint}") from None
    return _instant(key, found, zone)


def _instant(key: str, found: datetime, zone: tzinfo) -> Instant:
    aware = found if found.tzinfo is not None else found.replace(tzinfo=zone)
    try:
        return seconds_of(aware.astimezone(timezone.utc).replace(tzinfo=None))
    except (OverflowError, ValueError):
        raise Unreadable(f"{key}: no such time") from None
