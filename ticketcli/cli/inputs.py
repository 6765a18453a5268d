"""What calls bring in: ticket numbers, times, durations, texts from files and standard input."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import click

from ticketcli.domain.instants import parse_instant
from ticketcli.errors import Invalid, NotFound, TicketError, UsageError

_LARGEST_ID = 2**63 - 1
_MAX_IDS_BYTES = 64 << 20
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP)


def parse_id(text: str) -> int | None:
    """The number of `12` or `#12`; None for anything else."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
        return None
    number = int(digits)
    return number if 0 < number <= _LARGEST_ID else None


def _typed(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """The parser as the type of a Click parameter: what it refuses is a usage error that names the parameter."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except TicketError as error:
            raise click.BadParameter(f"{error.message} ({error.hint})" if error.hint else error.message) from None

    return read


def _id(text: str) -> int:
    number = parse_id(text)
    if number is None:
        raise Invalid(f"{text!r} is no ticket number", "write it like 12 or #12")
    return number


def _seconds(text: str) -> float:
    from ticketcli.domain.durations import parse_duration

    return parse_duration(text, zero=True).plain


def _filled(text: str) -> str:
    if not text.strip():
        raise Invalid("it is empty", "is a variable unset?")
    return text


def _key(text: str) -> str:
    from ticketcli.domain.texts import check_value

    check_value("the key", text)
    return _filled(text)


ID = _typed(_id)
INSTANT = _typed(parse_instant)
"""An instant with its zone; the value is whole seconds (`Instant`)."""
FILLED = _typed(_filled)
"""A text that is not empty: the call would mean another desk, another person or no end without it."""
DURATION = _typed(_seconds)
"""A duration such as `10s`; the value is seconds, a day having 24 hours."""
KEY = _typed(_key)
"""A text that tells one thing from others. Without a character it would tell nothing: every call would make a new
ticket, or be taken for a repeat of another."""


def ids_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """The argument `ids`: one number or several, or `-` for those on standard input, each once, in the order given.

    No word at all is a usage error; an empty standard input is an empty tuple.
    """
    from ticketcli.cli.completing import tickets

    argument = click.argument(
        "ids", nargs=-1, required=True, metavar="ID...", callback=_ids, shell_complete=tickets
    )
    return argument(function)


def _ids(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> tuple[int, ...]:
    return ids_of_words(words)


def ids_of_words(words: Iterable[str]) -> tuple[int, ...]:
    """The numbers that words such as `12`, `#12` and `-` (standard input) stand for, each once, in the order given."""
    found: list[int] = []
    for word in words:
        found += ids_of_lines(read_stdin(_MAX_IDS_BYTES).split("\n")) if word == "-" else [ID(word)]
    return tuple(dict.fromkeys(found))


def ids_of_lines(lines: Iterable[str]) -> list[int]:
    """Numbers one a line, or JSON objects with `id`; empty lines are passed over. Raises `Invalid` naming the line."""
    return [_id_of_line(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


def _id_of_line(number: int, line: str) -> int:
    value: Any = line
    if line.startswith("{"):
        import json

        try:
            value = json.loads(line).get("id")
        except (ValueError, RecursionError):
            value = None
    id = value if type(value) is int and 0 < value <= _LARGEST_ID else parse_id(str(value))
    if id is None:
        shown = line if len(line) <= 40 else f"{line[:40]}…"
        raise Invalid(
            f"standard input, line {number}: no ticket number in {shown!r}", "one number or JSON object a line"
        )
    return id


def read_stdin(limit: int) -> str:
    """All of standard input, once: a second reader in the same call is a usage error (`-` given twice)."""
    return _text(standard_input().read(limit + 1), "standard input", limit)


def input_lines(limit: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines of standard input that hold something, with their numbers, as they come; None for one that is longer
    than `limit` bytes."""
    stdin = standard_input()
    number = 0
    while line := stdin.readline(limit + 1):
        number += 1
        too_long = len(line) > limit
        while len(line) > limit and not line.endswith(b"\n"):
            line = stdin.readline(limit + 1)
        if too_long or line.strip():
            yield number, None if too_long else line


def standard_input() -> BinaryIO:
    """Raises `UsageError` when it is closed, and for a second `-` in one call."""
    context = click.get_current_context()
    if context.meta.setdefault("ticketcli.stdin", False):
        raise UsageError("- stands here twice, but standard input can be read only once", "put one of them into a file")
    context.meta["ticketcli.stdin"] = True
    if sys.stdin is None:
        raise UsageError("standard input is closed", "pipe the text in, or name a file")
    return sys.stdin.buffer


def read_text(source: str, limit: int) -> str:
    """The text of a file, or of standard input for `-`: UTF-8 of at most `limit` bytes, a byte order mark taken off.

    Raises `NotFound` for a missing file, `Invalid` for a text that is too long or not UTF-8.
    """
    return read_stdin(limit) if source == "-" else _text(read_bytes(source, limit), source, limit)


def read_bytes(source: str, limit: int) -> bytes:
    """At most so many bytes, and one more, of a file or of standard input. Raises `NotFound` for a missing file."""
    if source == "-":
        return standard_input().read(limit + 1)
    try:
        with open(source, "rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
        raise NotFound(f"{source}: {(error.strerror or '').lower()}", "name a file, or - for standard input") from None


@contextmanager
def naming(source: str) -> Iterator[None]:
    """What is refused of a file's text says which file; standard input has no name."""
    try:
        yield
    except Invalid as error:
        if source != "-":
            error.message = f"{source}: {error.message}"
        raise


def _text(data: bytes, source: str, limit: int) -> str:
    if len(data) > limit:
        raise Invalid(f"{source}: more than {limit:,} bytes", "shorten it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(f"{source}, line {line}: not UTF-8", "convert it, say with iconv -t UTF-8") from None


def somebody_answers() -> bool:
    """Whether a question would be seen and could be answered."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)) and not os.environ.get(
        "CI"
    )
