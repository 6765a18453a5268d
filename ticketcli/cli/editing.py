"""A text written in the person's own editor (`VISUAL`, `EDITOR`)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ticketcli.cli.failure import say
from ticketcli.cli.inputs import somebody_answers
from ticketcli.errors import TicketError, UsageError

_LINE = "# ------ everything below this line is left out ------"


def edited(before: str, advice: str) -> str:
    """What the person made of the text.

    Raises `UsageError` without a terminal, when nothing was written, and when the editor fails or leaves no UTF-8; what
    it changed is then left in its file.
    """
    if not somebody_answers():
        raise UsageError("--edit needs a terminal", "give the text on the command line, or with -F")
    shown = "".join(f"# {line}\n" for line in advice.splitlines())
    written = _in_editor(f"{before}\n\n{_LINE}\n{shown}").partition(_LINE)[0].strip()
    if not written:
        raise UsageError("nothing was written, so nothing was done", f"write it above the line {_LINE[:8]}")
    return written


def _in_editor(laid_out: str) -> str:
    handle, path = tempfile.mkstemp(prefix="ticket-", suffix=".txt")
    given = laid_out.encode()
    with os.fdopen(handle, "wb") as file:
        file.write(given)
    try:
        click.edit(filename=path)
        with open(path, "rb") as file:
            text = file.read().decode("utf-8-sig")
    except (click.ClickException, OSError, UnicodeDecodeError) as error:
        raise _failed(error, path, given) from error
    os.unlink(path)
    return text.replace("\r\n", "\n")


def _failed(error: Exception, path: str, given: bytes) -> UsageError:
    """Nothing was done; the file stays if the editor changed it."""
    what = "the text is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"no text from the editor: {error}"
    try:
        with open(path, "rb") as file:
            changed = file.read() != given
        if not changed:
            os.unlink(path)
    except OSError:
        changed = False
    hint = f"it is kept in {path}" if changed else "set VISUAL or EDITOR to an editor that works, or use -F"
    return UsageError(f"{what}, so nothing was done", hint)


@contextmanager
def keeping(text: str) -> Iterator[None]:
    """What a person has written is not lost when the call fails or is interrupted: it is left in a file."""
    try:
        yield
    except BaseException as error:
        handle, path = tempfile.mkstemp(prefix="ticket-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        kept = f"your text is kept in {path}"
        if isinstance(error, TicketError):
            error.hint = f"{error.hint}; {kept}".removeprefix("; ")
        else:
            say(f"ticket: {kept}")
        raise
