"""A text written in the person's own editor (`VISUAL`, `EDITOR`)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ticketcli.cli.inputs import somebody_answers
from ticketcli.errors import TicketError, UsageError

_LINE = "# ------ everything below this line is left out ------"


def edited(before: str, advice: str) -> str:
    """What the person made of the text. Raises `UsageError` without a terminal, or when nothing was written."""
    if not somebody_answers():
        raise UsageError("--edit needs a terminal", "give the text on the command line, or with -F")
    shown = "".join(f"# {line}\n" for line in advice.splitlines())
    text = click.edit(f"{before}\n\n{_LINE}\n{shown}", extension=".txt", require_save=False) or ""
    written = text.partition(_LINE)[0].strip()
    if not written:
        raise UsageError("nothing was written, so nothing was done", "write the subject into the first line")
    return written


@contextmanager
def keeping(text: str) -> Iterator[None]:
    """What a person has written is not lost when the call fails: it is left in a file, and the error says where."""
    try:
        yield
    except TicketError as error:
        handle, path = tempfile.mkstemp(prefix="ticket-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        error.hint = f"{error.hint}; your text is kept in {path}".removeprefix("; ")
        raise
