"""ticketcli.yaml read and checked: needed once per change of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ticketcli.config.zones import is_zone, nearest_zone
from ticketcli.errors import Invalid
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import Finding, Pointer, Problem, json_pointer
from ticketcli.rulebook.reader import Document, read_yaml
from ticketcli.rulebook.schema import load_schema, mistakes

_SHARE = re.compile(r"\d{1,2}(\.\d{1,3})?%|100%", re.ASCII)
_SHOWN = 5


def parse_settings(data: bytes, path: str) -> Document:
    """The checked document, whose value is a mapping. Raises `Invalid` that names every problem and its place."""
    document, refused = read_yaml(data)
    if document is None or refused:
        _refuse([_placed(path, line, column, way, what) for line, column, way, what in refused])
    problems = [_problem(path, document, *mistake) for mistake in _mistakes(document.value)]
    if problems:
        _refuse(sorted(problems))
    return document


def _mistakes(value: Any) -> Iterator[tuple[Pointer, bool, Finding]]:
    found = list(mistakes(load_schema("settings"), value, Known({}, {}, complete=False)))
    yield from found
    if not found:
        yield from _beyond_schema(value)


def _beyond_schema(value: dict[str, Any]) -> Iterator[tuple[Pointer, bool, Finding]]:
    """What JSON Schema cannot say: the zone exists, the share is one, the store is kept."""
    zone = value.get("timezone", "UTC")
    if not is_zone(zone):
        yield ("timezone",), False, Finding("unknown-timezone", f"there is no time zone {zone}", text=zone,
                                            suggestion=nearest_zone(zone))  # fmt: skip
    share = value.get("guard", {}).get("max_share", "10%")
    if not _SHARE.fullmatch(share):
        message = f"{share} is no share: write 0% to 100%"
        yield ("guard", "max_share"), False, Finding("share", message, text=share)
    store = value.get("store", "sqlite:tickets.db")
    trouble = _store_trouble(store)
    if trouble:
        yield ("store",), False, Finding("store", trouble, text=store)


def _store_trouble(url: str) -> str:
    """Why a desk cannot keep its tickets there; empty when it can."""
    from ticketcli.stores import open_store

    if url.startswith("memory:"):
        return "memory: forgets every ticket at the end of the call; write sqlite:tickets.db"
    try:
        open_store(url, "")
    except Invalid as error:
        return f"{error.message}: {error.hint}"
    return ""


def _problem(path: str, document: Document, pointer: Pointer, of_key: bool, what: Finding) -> Problem:
    place = document.at(pointer)
    line, column = (place.key_line, place.key_column) if of_key else (place.line, place.column)
    return _placed(path, line, column, pointer, what)


def _placed(path: str, line: int, column: int, pointer: Pointer, what: Finding) -> Problem:
    way = json_pointer(pointer)
    return Problem(path, line, column, way, what.level, what.code, what.message, what.text, what.suggestion)


def _refuse(problems: list[Problem]) -> NoReturn:
    lines = [_sentence(problem) for problem in problems[:_SHOWN]]
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    hint = "mend the settings of the desk, then try again"
    raise Invalid("; ".join(lines) + more, hint, problems=[problem.as_json() for problem in problems])


def _sentence(problem: Problem) -> str:
    hint = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.message}{hint}"
