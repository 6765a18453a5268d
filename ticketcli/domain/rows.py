"""A row of a file on its way in: what it says of a ticket, and where each of that stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.words import word_key
from ticketcli.errors import TicketError
from ticketcli.records import NamedTuple

MAX_QUOTED = 120
"""Characters of a wrong value that a problem quotes."""


_LISTING = "one of "
"""How a hint begins that names every right word; there are few."""


class Spot(NamedTuple):
    """Where a value of a row stands: the physical line, counted from 1, the name of its column, and its text."""

    line: int
    column: str
    text: str


class RowProblem(NamedTuple):
    """What is wrong with a row. `column` is "" when the row as a whole is meant; `suggestion` may be empty."""

    line: int
    column: str
    value: str
    message: str
    suggestion: str = ""


WHOLE = "sha256:"
"""How the key of a row begins that is told from others by its whole content."""


class Row(NamedTuple):
    """One row. `facts` are keys of a ticket with values of their JSON type, instants as whole UTC seconds."""

    line: int
    """The physical line where it begins, counted from 1."""
    key: str
    """What tells it from the other rows of its source."""
    facts: Mapping[str, Any]
    spot: Callable[[str], Spot]
    """Where the value of a key came from."""
    problems: tuple[RowProblem, ...]
    raw: Any
    """The row as it stood, for its reader to write it down again."""

    def problem(self, key: str, message: str, suggestion: str = "") -> RowProblem:
        """A problem with the value of that key, or with the row when the key came from no column."""
        return problem_at(self.spot(key), message, suggestion)


def said(problem: RowProblem) -> str:
    """What is wrong, led by the name of its column; a key of the same name is not said again."""
    key, colon, what = problem.message.partition(":")
    if not problem.column:
        return problem.message
    same = colon and _letters(key) == _letters(problem.column)
    return f"{problem.column}:{what}" if same else f"{problem.column}: {problem.message}"


def _letters(name: str) -> str:
    return "".join(letter for letter in word_key(name) if letter.isalnum())


def reason(problem: RowProblem) -> str:
    """The same with the nearest right word, as it stands in a file of refused rows."""
    return said(problem) + (f" (did you mean {problem.suggestion}?)" if problem.suggestion else "")


def problem_at(spot: Spot, message: str, suggestion: str = "") -> RowProblem:
    """A problem with what stands there; of a long text only the beginning is quoted."""
    text = spot.text if len(spot.text) <= MAX_QUOTED else spot.text[: MAX_QUOTED - 1] + "…"
    return RowProblem(spot.line, spot.column, text, message, suggestion)


class Complaint(NamedTuple):
    """Why a value may not stand under its key. `suggestion` is the nearest right word, if there is one."""

    key: str
    message: str
    suggestion: str = ""


def complaint(key: str, error: TicketError) -> Complaint:
    """The refusal of a value, with the nearest right word taken out of its hint; without one, with all of them."""
    words, found, near = error.hint.partition("did you mean ")
    if found:
        return Complaint(key, error.message, near.rstrip("?"))
    return Complaint(key, f"{error.message}; {words}" if words.startswith(_LISTING) else error.message)
