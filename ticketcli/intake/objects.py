"""JSON that comes in: one object, an array of objects, or an object a line (JSONL)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

MAX_DEPTH = 64
_LIKE = '{"subject": "disk full"}'
"""What to send, where nobody says otherwise."""
_DIGITS = 300
"""Of a whole number: more than any float has, and no work to read."""


class Given(NamedTuple):
    """One object and where it stood: `line 3`, `item 2`, or "" for the only one."""

    where: str
    keys: dict[str, Any]


def read_objects(text: str) -> list[Given]:
    """Every object in the text. Raises `Invalid` naming the line for what is no JSON object."""
    stripped = text.strip()
    if not stripped:
        raise Invalid("no JSON came in", f"send an object such as {_LIKE}")
    if stripped[0] == "[":
        items = _parse(stripped, "")
        return [Given(f"item {number}", _object(item, f"item {number}")) for number, item in enumerate(items, 1)]
    # Not splitlines(): U+2028 and its like may stand inside a JSON text.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and _begins_lines(lines[0][1].strip(), lines[1][1].strip()):
        return [_line(number, line) for number, line in lines]
    value = _parse(stripped, f"line {lines[0][0]}" if len(lines) == 1 else "")
    return [Given("", _object(value, "the input"))]


def read_object(text: str, where: str, like: str = _LIKE) -> dict[str, Any]:
    """The object of one line. Raises `Invalid` naming `where` for anything else, with an example of what is right."""
    return _object(_parse(text, where), where, like)


def parse_value(text: str) -> Any:
    """Any JSON value. Raises `Invalid` for what is none, for a key given twice, and for what is nested too deep."""
    value = _parse(text, "")
    if isinstance(value, (dict, list)) and _deeper(value, MAX_DEPTH):
        raise Invalid(f"nested deeper than {MAX_DEPTH}", "flatten it")
    return value


def _line(number: int, line: str) -> Given:
    where = f"line {number}"
    return Given(where, _object(_parse(line, where), where))


def _begins_lines(first: str, second: str) -> bool:
    """Whether these lines are JSONL rather than the beginning of one object over several lines."""
    return first.endswith("}") or (second.startswith("{") and not first.endswith((":", ",", "{", "[")))


def _object(value: Any, where: str, like: str = _LIKE) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(f"{where}: a JSON object is wanted", f"write it like {like}")
    if _deeper(value, MAX_DEPTH):
        raise Invalid(f"{where}: nested deeper than {MAX_DEPTH}", "flatten it")
    return value


def _deeper(value: Any, left: int) -> bool:
    inner: Iterator[Any] = iter(())
    if isinstance(value, dict):
        inner = iter(value.values())
    elif isinstance(value, list):
        inner = iter(value)
    return left == 0 or any(_deeper(item, left - 1) for item in inner if isinstance(item, (dict, list)))


def _parse(text: str, where: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        line = where or f"line {error.lineno}"
        what = f"{line}, column {error.colno}: not JSON ({error.msg.lower()})"
        raise Invalid(what, "check quotes and commas") from None
    except RecursionError:
        raise Invalid(f"{where or 'the input'}: nested too deep", "flatten it") from None
    except ValueError as error:
        raise Invalid(f"{where or 'the input'}: {error}", "send plain JSON") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError(f"{digits[:20]}… is too large a number")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_whole, parse_float=_finite, parse_constant=_no_constant
)
