"""What is wrong with a rule file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ticketcli.records import NamedTuple

MAX_MISTAKES = 500
"""Per file or rulebook and kind of check: what is wrong that often is not mended by a longer list."""
Pointer = tuple[str | int, ...]
"""The way from the top of a file to a value: keys and list positions."""


class Problem(NamedTuple):
    """Sorts by place. `line` and `column` count from 1; `pointer` is a JSON pointer; `level` is error or warning.

    `text` is the offending text, `suggestion` the nearest right one; both may be empty.
    """

    file: str
    line: int
    column: int
    pointer: str
    level: str
    code: str
    message: str
    text: str = ""
    suggestion: str = ""

    def as_line(self) -> str:
        """`file:line:col: level: message (did you mean …?) [code]`."""
        return f"{self.file}:{self.line}:{self.column}: {self.level}: {self.said} [{self.code}]"

    @property
    def said(self) -> str:
        """The message, with the suggestion unless the message itself makes it."""
        told = not self.suggestion or f"did you mean {self.suggestion}?" in self.message
        return self.message if told else f"{self.message} (did you mean {self.suggestion}?)"

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


class Finding(Exception):
    """Something wrong with one value, before its place is known. A finding with level `note` is no problem."""

    def __init__(self, code: str, message: str, *, text: str = "", suggestion: str = "", level: str = "error") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.text = text
        self.suggestion = suggestion
        self.level = level


def json_pointer(pointer: Pointer) -> str:
    """`("sla", 0, "a/b")` as `/sla/0/a~1b`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


def error_lines(problems: Iterable[Problem], limit: int) -> list[str]:
    """A line per error; of more than `limit` the rest is counted."""
    lines = [problem.as_line() for problem in problems if problem.level == "error"]
    more = len(lines) - limit
    return [*lines[:limit], f"and {more} more errors"] if more > 0 else lines
