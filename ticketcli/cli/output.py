"""Everything on stdout goes through `write`; the data formats stand here: JSON, JSONL, CSV, ids and tables."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from ticketcli.cli.escape import UNSAFE, escape
from ticketcli.errors import OutcomeUnknown

FORMATS = ("table", "json", "jsonl", "csv", "ids")
MACHINE = ("json", "jsonl")
ANSWERS = (*FORMATS, "github")
"""What writes answer that pipelines make."""
DATA = ("json", "jsonl", "csv")
"""What any list of rows can be given out as."""


class ReaderGone(Exception):
    """Whoever read our stdout wants no more of it; for a call that changed nothing that is a good end."""


def write(text: str, *, done: str = "") -> None:
    """Writes text to stdout, whole, and makes sure that it left.

    `done` says what the call has changed by now ("ticket 12 was created"), "" when nothing. Raises `OutcomeUnknown`
    with those words when the text cannot be written, and `ReaderGone` when nothing was changed and the pipe is closed.
    """
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(_encoding(), "backslashreplace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        _abandon_stdout()
        if error.errno == errno.EPIPE and not done:
            raise ReaderGone from None
        cause = f"the answer could not be written to stdout ({(error.strerror or str(error)).lower()})"
        raise OutcomeUnknown(f"{done}, but {cause}" if done else cause, "check where stdout goes") from None


def _encoding() -> str:
    """The terminal's own; UTF-8 for files and pipes, whatever the locale."""
    return sys.stdout.encoding if sys.stdout.isatty() else "utf-8"


def _abandon_stdout() -> None:
    """Keeps the interpreter from complaining at its end about what it could not flush."""
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def json_text(value: Any) -> str:
    """One line of JSON. Characters that act or hide stand as `\\u…`: terminals show them, parsers agree."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if text.isascii() and "\x7f" not in text else _unsafe().sub(_as_json, text)


def json_lines(values: Iterable[Any]) -> str:
    """One line of JSON for each value."""
    return "".join(f"{json_text(value)}\n" for value in values)


@lru_cache(maxsize=1)
def _unsafe() -> re.Pattern[str]:
    return re.compile(f"[{UNSAFE}]")


def _as_json(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def rows_text(form: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as one of `DATA`; the columns are those of CSV."""
    if form == "csv":
        return csv_text(columns, rows)
    return json_lines(rows) if form == "jsonl" else json_text(rows) + "\n"


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A header and a row for each mapping. Lists are joined by commas, mappings are JSON, None is empty.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does one that begins with
    an apostrophe: taking one leading apostrophe off gives the text back.
    """
    import csv
    from types import SimpleNamespace

    lines: list[str] = []
    sheet = SimpleNamespace(write=lines.append)
    # With this terminator every cell that holds \r or \n is quoted; readers would take a bare one for a new row.
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(columns)
    shown = sys.stdout is not None and sys.stdout.isatty()
    for row in rows:
        cells = [_cell(row.get(column)) for column in columns]
        writer.writerow([escape(cell, lines=True) if shown else cell for cell in cells])
    return "".join(f"{line[:-2]}\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    from ticketcli.domain.cells import quoted

    return quoted(value if isinstance(value, str) else flat(value))


def flat(value: Any) -> str:
    """A JSON value as one text: lists of plain values joined by commas, anything deeper as JSON."""
    if isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json_text(value)


def ids_text(ids: Iterable[int]) -> str:
    """One number a line."""
    return "".join(f"{id}\n" for id in ids)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> str:
    """A table for people: cells escaped, wide characters aligned, columns named in `right` set flush right."""
    import tabulate

    cells = [[escape(cell) for cell in row] for row in rows]
    sides = ["right" if column in right else "left" for column in columns]
    tabulate.MIN_PADDING = 0  # columns that are no wider than their titles would stand two spaces apart from the rest
    text = tabulate.tabulate(cells, headers=list(columns), tablefmt="simple", disable_numparse=True, colalign=sides)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def use_colour() -> bool:
    """Whether stdout is a terminal whose user did not say NO_COLOR."""
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
