"""A YAML file beside the rules read and checked by its schema: settings, mappings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from ticketcli.errors import Invalid
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import Finding, Pointer, Problem, json_pointer
from ticketcli.rulebook.reader import Document, read_yaml
from ticketcli.rulebook.schema import Mistakes, load_schema, mistakes

_SHOWN = 5


def read_checked(
    data: bytes, path: str, schema: str, beyond: Callable[[dict[str, Any]], Mistakes], hint: str
) -> Document:
    """The document, whose value is a mapping that fits the schema, and that `beyond` finds nothing wrong with.

    Raises `Invalid` that names every problem and its place, with that hint.
    """
    document, problems = checked(data, path, schema, beyond)
    if document is None or problems:
        _refuse(problems, hint)
    return document


def checked(
    data: bytes, path: str, schema: str, beyond: Callable[[dict[str, Any]], Mistakes]
) -> tuple[Document | None, list[Problem]]:
    """The same with the problems for an answer; the document is None when it cannot be read."""
    document, refused = read_yaml(data)
    if document is None or refused:
        return None, [_placed(path, line, column, way, what) for line, column, way, what in refused]
    found = list(mistakes(load_schema(schema), document.value, Known({}, {}, complete=False)))
    found = found or list(beyond(document.value))
    return document, sorted(_problem(path, document, *mistake) for mistake in found)


def _problem(path: str, document: Document, pointer: Pointer, of_key: bool, what: Finding) -> Problem:
    place = document.at(pointer)
    line, column = (place.key_line, place.key_column) if of_key else (place.line, place.column)
    return _placed(path, line, column, pointer, what)


def _placed(path: str, line: int, column: int, pointer: Pointer, what: Finding) -> Problem:
    way = json_pointer(pointer)
    return Problem(path, line, column, way, what.level, what.code, what.message, what.text, what.suggestion)


def _refuse(problems: list[Problem], hint: str) -> NoReturn:
    lines = [_sentence(problem) for problem in problems[:_SHOWN]]
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    raise Invalid("; ".join(lines) + more, hint, problems=[problem.as_json() for problem in problems])


def _sentence(problem: Problem) -> str:
    hint = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.message}{hint}"
