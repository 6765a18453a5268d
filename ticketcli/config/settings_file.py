"""ticketcli.yaml read and checked: needed once per change of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ticketcli.domain.nearest import nearest
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
        found = [(line, column, pointer, finding) for line, column, pointer, finding in refused]
        _refuse(Problem(path, *place, json_pointer(way), what.level, what.code, what.message, what.text, what.suggestion)
                for *place, way, what in found)  # fmt: skip
    problems = [_problem(path, document, *mistake) for mistake in _mistakes(document.value)]
    if problems:
        _refuse(iter(sorted(problems)))
    return document


def _mistakes(value: Any) -> Iterator[tuple[Pointer, bool, Finding]]:
    found = list(mistakes(load_schema("settings"), value, Known({}, {}, complete=False)))
    yield from found
    if not found:
        yield from _beyond_schema(value)


def _beyond_schema(value: dict[str, Any]) -> Iterator[tuple[Pointer, bool, Finding]]:
    """What JSON Schema cannot say: the zone exists, the share is one."""
    zone = value.get("timezone", "UTC")
    if not _is_zone(zone):
        yield ("timezone",), False, Finding("unknown-timezone", f"there is no time zone {zone}", text=zone,
                                            suggestion=_nearest_zone(zone))  # fmt: skip
    share = value.get("guard", {}).get("max_share", "10%")
    if not _SHARE.fullmatch(share):
        message = f"{share} is no share: write 0% to 100%"
        yield ("guard", "max_share"), False, Finding("share", message, text=share)


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _nearest_zone(name: str) -> str:
    from zoneinfo import available_timezones

    return nearest(name, available_timezones())


def _problem(path: str, document: Document, pointer: Pointer, of_key: bool, what: Finding) -> Problem:
    place = document.at(pointer)
    line, column = (place.key_line, place.key_column) if of_key else (place.line, place.column)
    return Problem(path, line, column, json_pointer(pointer), what.level, what.code, what.message, what.text, what.suggestion)


def _refuse(problems: Iterator[Problem]) -> NoReturn:
    every = list(problems)
    lines = [_sentence(problem) for problem in every[:_SHOWN]]
    more = f"; and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    hint = "mend the settings of the desk, then try again"
    raise Invalid("; ".join(lines) + more, hint, problems=[problem.as_json() for problem in every])


def _sentence(problem: Problem) -> str:
    hint = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.message}{hint}"
