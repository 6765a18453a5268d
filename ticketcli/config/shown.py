"""The settings one by one, and where each comes from: for `ticket config show`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ticketcli.config.settings import read_settings
from ticketcli.config.settings_file import parse_settings
from ticketcli.config.trust import SETTINGS
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple
from ticketcli.rulebook.reader import Document
from ticketcli.rulebook.schema import load_schema

DEFAULT = "default"


class Setting(NamedTuple):
    """`key` is dotted (`guard.max_gap`), `value` JSON as the file writes it, `origin` `FILE:LINE` or `default`."""

    key: str
    value: Any
    origin: str


def settings_shown(desk: str) -> list[Setting]:
    """Every setting of the desk, as the schema orders them. Raises `Invalid` as `load_settings` does."""
    path = os.path.join(desk, SETTINGS)
    document = parse_settings(read_settings(path), path)
    schema = load_schema("settings")
    settings = list(_of(schema, schema, document, ()))
    if "name" in document.value:
        return settings
    return [Setting("name", os.path.basename(desk) or "desk", DEFAULT), *settings]


def _of(part: JsonMap, schema: JsonMap, document: Document, above: tuple[str, ...]) -> Iterator[Setting]:
    """The settings under one part of the schema."""
    for key, reference in part["properties"].items():
        pointer, inner = (*above, key), _resolved(reference, schema)
        if "properties" in inner:
            yield from _of(inner, schema, document, pointer)
        elif pointer in document.places:
            yield Setting(
                ".".join(pointer), _at(document.value, pointer), f"{SETTINGS}:{document.places[pointer].key_line}"
            )
        elif "default" in inner:
            yield Setting(".".join(pointer), inner["default"], DEFAULT)


def _resolved(part: JsonMap, schema: JsonMap) -> JsonMap:
    """The part itself, or what it refers to."""
    name = part.get("$ref", "").removeprefix("#/$defs/")
    return {**schema["$defs"][name], **part} if name else part


def _at(value: Any, pointer: tuple[str, ...]) -> Any:
    for key in pointer:
        value = value[key]
    return value
