"""Schema errors in plain words: one line each, with the offending text and the nearest right one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]

from ticketcli.rulebook.problems import Finding, Pointer

Nearest = Callable[[str, Collection[str]], str]
Explained = Iterator[tuple[Pointer, bool, Finding]]

_TYPES = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def explain(error: ValidationError, nearest: Nearest) -> Explained:
    """Pointer, whether its key is meant, and finding, for each thing that one schema error says."""
    pointer: Pointer = tuple(error.absolute_path)
    if isinstance(error.cause, Finding):
        yield pointer, error.validator == "x-keys", error.cause
    elif error.validator == "additionalProperties":
        yield from _unknown_keys(error, pointer, nearest)
    elif error.validator == "required":
        yield from _missing_keys(error, pointer)
    else:
        yield pointer, False, _EXPLAIN.get(str(error.validator), _other)(error, _called(pointer), nearest)


def shown(value: Any) -> str:
    """A value as it might stand in the file, cut to 60 characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _called(pointer: Pointer) -> str:
    """The last key on the way, which people know the value by."""
    words = [part for part in pointer if isinstance(part, str)]
    if not words:
        return "the entry" if pointer else "the file"
    return words[-1] if isinstance(pointer[-1], str) else f"an entry of {words[-1]}"


def _unknown_keys(error: ValidationError, pointer: Pointer, nearest: Nearest) -> Explained:
    choices = tuple(error.schema.get("properties", ()))
    around = f" in {_entry(error, pointer)}" if pointer else ""
    for key in error.instance:
        if key not in choices:
            suggestion = nearest(key, choices)
            known = "" if suggestion else f"; it may hold {', '.join(choices)}"
            message = f"unknown key {shown(key)}{around}{known}"
            yield (*pointer, key), True, Finding("unknown-key", message, text=key, suggestion=suggestion)


def _missing_keys(error: ValidationError, pointer: Pointer) -> Explained:
    # jsonschema tells each missing key in an error of its own, but says which only in its message.
    for key in error.validator_value:
        if error.message.startswith(repr(key)):
            yield pointer, False, Finding("missing-key", f"{_entry(error, pointer)} has no {key}", text=key)


def _entry(error: ValidationError, pointer: Pointer) -> str:
    """A mapping by its name, if it has one."""
    name = error.instance.get("name")
    if isinstance(name, str) and pointer and isinstance(pointer[-1], int):
        around = next((f"{part} " for part in reversed(pointer) if isinstance(part, str)), "")
        return f"{around}entry {shown(name)}"
    return _called(pointer)


def _type(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    wanted, value = error.validator_value, error.instance
    suggestion = ""
    kind = str(error.schema.get("x-is"))
    if kind.startswith(("duration", "moment")) and type(value) is int:
        message, sign = f"{called} needs a unit: {value}", "+" if kind == "moment" else ""
        return Finding("bad-duration", message, text=str(value), suggestion=f"{sign}{value}h")
    if wanted == "boolean" and isinstance(value, str):
        suggestion = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower(), "")
    elif wanted == "string" and isinstance(value, (bool, int, float)):
        suggestion = f'"{json.dumps(value)}"'
    elif wanted == "array" and isinstance(value, str) and " " not in value:  # a sentence is no list of one word
        suggestion = f"[{value}]"
    message = f"{called} must be {_TYPES[wanted]}, not {_kind_of(value)}"
    return Finding("wrong-type", message, text=shown(value), suggestion=suggestion)


def _kind_of(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return shown(value)


def _enum(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    choices = [choice if isinstance(choice, str) else json.dumps(choice) for choice in error.validator_value]
    value = error.instance
    suggestion = nearest(value, choices) if isinstance(value, str) else ""
    message = f"{called} must be {_one_of(choices)}, not {_kind_of(value)}"
    return Finding("unknown-value", message, text=shown(value), suggestion=suggestion)


def _one_of(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _empty(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    return Finding("empty", f"{called} is empty: fill it or leave it out", text=shown(error.instance))


def _too_long(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    message = f"{called} is longer than {error.validator_value} characters"
    return Finding("too-long", message, text=shown(error.instance))


def _range(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    bound = "at least" if error.validator == "minimum" else "at most"
    message = f"{called} must be {bound} {error.validator_value}, not {shown(error.instance)}"
    return Finding("out-of-range", message, text=shown(error.instance))


def _too_many_keys(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    most = error.validator_value
    much = "must have exactly one key" if most == 1 else f"may have at most {most} keys, not {len(error.instance)}"
    return Finding("too-many-keys", f"{called} {much}", text=shown(error.instance))


def _other(error: ValidationError, called: str, nearest: Nearest) -> Finding:
    return Finding("wrong-value", f"{called}: {shown(error.message)}", text=shown(error.instance))


_EXPLAIN: dict[str, Callable[[ValidationError, str, Nearest], Finding]] = {
    "type": _type,
    "enum": _enum,
    "minItems": _empty,
    "minLength": _empty,
    "minProperties": _empty,
    "maxLength": _too_long,
    "minimum": _range,
    "maximum": _range,
    "maxProperties": _too_many_keys,
}
