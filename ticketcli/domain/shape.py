"""Whether a ticket folded from foreign events holds values of the types that its annotations name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ticketcli.domain import ticket as shapes
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Invalid

Fits = Callable[[Any], bool]


def check_shape(ticket: Ticket) -> None:
    """Raises `Invalid` naming the first key whose value does not fit."""
    for name, fits in _record("Ticket"):
        if not fits(getattr(ticket, name)):
            raise Invalid(f"the events give {name} a value of the wrong type", "take the export as it was written")


@lru_cache(64)
def _record(name: str) -> tuple[tuple[str, Fits], ...]:
    cls: Any = getattr(shapes, name)
    return tuple((field, _fits(cls.__annotations__[field])) for field in cls._fields)


def _fits(annotation: str) -> Fits:
    kind = annotation.removesuffix(" | None")
    test = _test(kind)
    return test if kind == annotation else lambda value: value is None or test(value)


def _test(kind: str) -> Fits:
    if kind == "str":
        return lambda value: isinstance(value, str)
    if kind in ("int", "Instant"):
        return lambda value: isinstance(value, int) and not isinstance(value, bool)
    if kind in ("JsonMap", "dict[str, Any]"):
        return lambda value: isinstance(value, Mapping)
    if kind.startswith("tuple["):
        item = _fits(kind.removeprefix("tuple[").removesuffix("]").removesuffix(", ..."))
        return lambda value: isinstance(value, tuple) and all(map(item, value))
    if kind.startswith("Mapping[str, "):
        inner = _fits(kind.removeprefix("Mapping[str, ").removesuffix("]"))
        return lambda value: isinstance(value, Mapping) and all(map(inner, value.values()))
    return lambda value: all(fits(getattr(value, name)) for name, fits in _record(kind))
