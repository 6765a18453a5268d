"""A mapping file of `ticket import` read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ticketcli.config.checked_yaml import read_checked
from ticketcli.config.zones import is_zone, nearest_zone
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.importing import KEYS
from ticketcli.errors import UsageError
from ticketcli.intake.encodings import named
from ticketcli.intake.mapping import KEY, Columns, Target, check_key
from ticketcli.rulebook.problems import Finding, Pointer
from ticketcli.rulebook.schema import Mistakes

_PLAIN = ("source", "encoding", "delimiter", "zone", "format")


def parse_mapping(data: bytes, path: str) -> Columns:
    """The mapping that a file holds. Raises `Invalid` that names every problem and its place."""
    hint = "ticket rules schema mapping says what may stand there"
    value = read_checked(data, path, "mapping", _beyond_schema, hint).value
    columns = {column: tuple(_target(raw) for raw in _listed(raw)) for column, raw in value.get("columns", {}).items()}
    plain = {key: value.get(key) for key in _PLAIN}
    key = value.get("key", ())
    return Columns(columns or None, tuple(_listed(key)), value.get("set", {}), **plain)


def _listed(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, (list, tuple)) else [raw]


def _target(raw: Any) -> Target:
    return Target(raw) if isinstance(raw, str) else Target(**raw)


def _targets(value: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    for column, raw in value.get("columns", {}).items():
        if isinstance(raw, list):
            yield from ((("columns", column, at), one) for at, one in enumerate(raw))
        else:
            yield ("columns", column), raw


def _beyond_schema(value: dict[str, Any]) -> Mistakes:
    """What JSON Schema cannot say: keys of tickets, zones, encodings."""
    for pointer, raw in _targets(value):
        if isinstance(raw, str):
            yield from _key_mistakes(raw, pointer)
        else:
            yield from _key_mistakes(raw["key"], (*pointer, "key"))
            yield from _zone_mistakes(raw.get("zone"), (*pointer, "zone"))
    for key in value.get("set", {}):
        yield from ((way, True, finding) for way, _, finding in _key_mistakes(key, ("set", key)))
    yield from _zone_mistakes(value.get("zone"), ("zone",))
    if "encoding" in value:
        try:
            named(value["encoding"])
        except UsageError as error:
            yield ("encoding",), False, Finding("unknown-encoding", error.message, text=value["encoding"])


def _key_mistakes(key: str, pointer: Pointer) -> Mistakes:
    try:
        check_key(key)
    except UsageError as error:
        near = nearest(key, KEYS)
        message = error.message if near else f"{error.message}; {error.hint}"
        yield pointer, False, Finding("unknown-key", message, text=key, suggestion=near)
    else:
        if key == KEY:
            message = "the row's key is not a key of the ticket: name its columns under `key:` at the top"
            yield pointer, False, Finding("unknown-key", message, text=key)


def _zone_mistakes(zone: str | None, pointer: Pointer) -> Mistakes:
    if zone is not None and not is_zone(zone):
        message = f"there is no time zone {zone}"
        yield pointer, False, Finding("unknown-timezone", message, text=zone, suggestion=nearest_zone(zone))
