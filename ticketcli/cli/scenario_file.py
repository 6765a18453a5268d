"""A scenario as the text of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.scalars import read_scalar

_PLAIN = re.compile(r"[\w+-][\w +./@-]*")


def scenario_text(head: str, name: str, start: str, raw: Mapping[str, Any]) -> str:
    """A file with one scenario; `head` stands above it as a comment."""
    lines = [f"# {line}" for line in head.splitlines()]
    lines += [f"- name: {flow(name)}", f"  start: {start}", f"  ticket: {flow(raw['ticket'])}"]
    if raw["timeline"]:
        lines += ["  timeline:", *(f"    - {flow(step)}" for step in raw["timeline"])]
    lines += ["  expect:", *(f"    {key}: {flow(value)}" for key, value in raw["expect"].items())]
    return "\n".join(lines) + "\n"


def flow(value: Any) -> str:
    """A value in YAML's flow style, which the reader of rule files reads as the same value."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _is_plain(value) else "".join(map(_shown, json.dumps(value, ensure_ascii=False)))
    return json.dumps(value)


def _shown(character: str) -> str:
    """What does not print stands as its code, as YAML writes it: unlike JSON in one piece."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_plain(text: str) -> bool:
    """Whether the text may stand without quotes: it is not read as a number, nor as a word such as `true`."""
    if not _PLAIN.fullmatch(text) or text.endswith(" ") or text.startswith("- "):
        return False
    try:
        return bool(read_scalar(text) == text)
    except Finding:
        return False
