"""The types of the desk's own fields: one function per type, one line to register it (rule section `fields`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from ticketcli.domain.instants import format_instant, parse_instant
from ticketcli.domain.nearest import nearest
from ticketcli.domain.texts import check_text
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import Invalid

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)


def _text(name: str, value: Any, declared: JsonMap) -> str:
    if not isinstance(value, str):
        raise Invalid(f"fields.{name}: a text is wanted", "put it in quotes")
    return check_text(f"fields.{name}", value, len(value))


def _number(name: str, value: Any, declared: JsonMap) -> float | int:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Invalid(f"fields.{name}: {value!r} is no number", "write it like 12 or 3.5")
    return float(value) if "." in value else int(value)


def _date(name: str, value: Any, declared: JsonMap) -> str:
    try:
        day = date.fromisoformat(value).isoformat()
        if day != value:  # 20260302 and 2026-W10-1, which only newer Pythons read
            raise ValueError
        return day
    except (TypeError, ValueError):
        raise Invalid(f"fields.{name}: {value!r} is no date", "write it like 2026-03-02") from None


def _time(name: str, value: Any, declared: JsonMap) -> str:
    return format_instant(parse_instant(value if isinstance(value, str) else repr(value)))


def _flag(name: str, value: Any, declared: JsonMap) -> bool:
    known = {"true": True, "false": False, "yes": True, "no": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in known:
        raise Invalid(f"fields.{name}: {value!r} is neither true nor false", "write true or false")
    return known[value]


def _choice(name: str, value: Any, declared: JsonMap) -> str:
    values = declared.get("values", ())
    if value not in values:
        near = nearest(str(value), values)
        hint = f"did you mean {near}?" if near else "one of: " + ", ".join(values)
        raise Invalid(f"fields.{name}: no such value: {value!r}", hint)
    return str(value)


def _list(name: str, value: Any, declared: JsonMap) -> list[Any]:
    items = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else [value]
    return [_choice(name, item, declared) for item in items] if declared.get("values") else items


FIELD_TYPES: dict[str, Callable[[str, Any, JsonMap], Any]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "time": _time,
    "bool": _flag,
    "choice": _choice,
    "list": _list,
}
