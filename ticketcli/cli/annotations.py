"""`-o github`: what is wrong in a file as workflow commands, which GitHub shows beside its line in a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.cli.escape import escape
from ticketcli.records import NamedTuple


class Annotation(NamedTuple):
    """`level` is error, warning or notice; line and column count from 1, and 0 means that there is none."""

    level: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    title: str = ""


def github_text(annotations: Iterable[Annotation]) -> str:
    """A line per annotation: `::error file=rules/sla.yaml,line=3,col=5::message`.

    No text can end its line or property and begin a command of its own: what means something there is percent-encoded,
    as GitHub's toolkit does it, and what acts on a terminal (people read these logs too) stands as its code.
    """
    return "".join(f"{_line(annotation)}\n" for annotation in annotations)


def _line(annotation: Annotation) -> str:
    given = {
        "file": annotation.file,
        "line": str(annotation.line or ""),
        "col": str(annotation.column or ""),
        "title": annotation.title,
    }
    properties = ",".join(f"{key}={_property(value)}" for key, value in given.items() if value)
    head = f"::{annotation.level} {properties}" if properties else f"::{annotation.level}"
    return f"{head}::{_message(annotation.message)}"


def _message(text: str) -> str:
    """Line breaks stay, encoded; GitHub shows them."""
    return escape(text.replace("%", "%25"), lines=True).replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
