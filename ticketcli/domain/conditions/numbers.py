"""Operators on what has an order: numbers, instants, dates, priorities (by rank), and flags, which only equal.

Both sides are turned into keys that compare; a value without key is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from ticketcli.domain.conditions.model import Judged, Known, Leaf, Operand, Operator, Predicate, Wrong
from ticketcli.domain.conditions.vocabulary import check_word
from ticketcli.domain.facts import ANY, DATE, FLAG, INSTANT, NUMBER, PRIORITY
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.ticket import PRIORITIES
from ticketcli.errors import Invalid

Key = Callable[[Any], Any]
_RANKS = {name: rank for rank, name in enumerate(PRIORITIES)}


def number_key(value: Any) -> float | None:
    """A finite number, also written as text: `--field size=5` keeps a text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if isfinite(value) else None
    if not isinstance(value, str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def instant_key(value: Any) -> int | None:
    """UTC seconds, also from RFC 3339 text, which is how a field holds an instant."""
    if isinstance(value, str):
        try:
            return parse_instant(value)
        except Invalid:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def date_key(value: Any) -> str | None:
    """`YYYY-MM-DD`, which sorts as text."""
    from datetime import date

    try:
        return value if isinstance(value, str) and date.fromisoformat(value).isoformat() == value else None
    except ValueError:
        return None


def flag_key(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value)
    return value if isinstance(value, bool) else None


def _rank(value: Any) -> int | None:
    return _RANKS.get(value) if isinstance(value, str) else None


_KEYS: dict[str, Key] = {
    NUMBER: number_key, INSTANT: instant_key, DATE: date_key, FLAG: flag_key, PRIORITY: _rank,
}  # fmt: skip
_SHAPES = {
    NUMBER: "a number", INSTANT: "an instant such as 2026-03-02T09:00:00+08:00", DATE: "a date such as 2026-03-02",
    FLAG: "true or false", ANY: "a number, or an instant such as 2026-03-02T09:00:00+08:00",
}  # fmt: skip


def _read_value(operand: Operand, value: Any, index: int) -> Any:
    type, at = operand.fact.type, operand.place(index)
    if type == PRIORITY and isinstance(value, str):
        return check_word(value, "priority", PRIORITIES, at)
    quoted = isinstance(value, str) and type == NUMBER or isinstance(value, int) and type == INSTANT
    key = _key(type, value)
    if quoted or key is None or key(value) is None:
        shape = _SHAPES.get(type, f"one of {', '.join(PRIORITIES)}")
        shape += ", without quotes" if quoted and type == NUMBER and number_key(value) is not None else ""
        asked = operand.fact.name if operand.op in ("is", "in") else f"{operand.fact.name}: {operand.op}"
        raise Wrong("wrong-value", f"{asked} needs {shape}", value, "", at)
    return value


def _read_values(operand: Operand) -> list[Any]:
    return [_read_value(operand, value, index) for index, value in enumerate(operand.several())]


def _read_bound(operand: Operand) -> list[Any]:
    return [_read_value(operand, operand.single(), 0)]


def _key(type: str, value: Any) -> Key | None:
    """How values of the type compare; of a field that was not declared, the operand's form decides."""
    if type == ANY:
        return instant_key if isinstance(value, str) and instant_key(value) is not None else number_key
    return _KEYS.get(type)


def _test(leaf: Leaf, judge: Callable[[Any, list[Any]], bool]) -> Predicate:
    """Compares the key of the ticket's value, None when it is missing, with those of the operand."""
    key, get = _key(leaf.fact.type, leaf.operand[0]) or number_key, leaf.get
    keys = [key(value) for value in leaf.operand]
    if leaf.fact.type == PRIORITY:
        known = Judged(lambda value: judge(key(value), keys))
        return Known(get, known)
    return lambda ticket: judge(key(get(ticket)), keys)


EQUAL = Operator(_read_values, lambda leaf: _test(leaf, lambda key, wanted: key in wanted))
DIFFERENT = Operator(_read_values, lambda leaf: _test(leaf, lambda key, wanted: key not in wanted))
AT_LEAST = Operator(_read_bound, lambda leaf: _test(leaf, lambda key, bound: key is not None and key >= bound[0]))
AT_MOST = Operator(_read_bound, lambda leaf: _test(leaf, lambda key, bound: key is not None and key <= bound[0]))

EQUALITY = {"is": EQUAL, "is_not": DIFFERENT, "in": EQUAL, "not_in": DIFFERENT}
ORDER = {"gte": AT_LEAST, "lte": AT_MOST}
