"""Files of rows, by format: one line in `FORMATS` for each, its module imported when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import tzinfo
from importlib import import_module
from typing import BinaryIO, Protocol, TextIO

from ticketcli.domain.rows import Row, RowProblem
from ticketcli.errors import Invalid
from ticketcli.intake.encodings import Encoding, detect, named
from ticketcli.intake.mapping import Columns
from ticketcli.ports import RowSource

FORMATS = {"csv": "csv_rows:CsvRows", "jsonl": "jsonl_rows:JsonlRows"}
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


_SAVE = "save the sheet as CSV, and import that"
_NO_ROWS = {
    b"PK\x03\x04": ("a workbook or an archive", _SAVE),
    b"\xd0\xcf\x11\xe0": ("a workbook", _SAVE),
    b"\x1f\x8b": ("compressed", "unpack it first"),
}
"""How files begin that people take for tables, what they are, and what to do."""


class FileRows(RowSource, Protocol):
    """What a format supplies: the class is called with the file, its encoding, the mapping and the zones by name."""

    encoding: Encoding
    head: list[RowProblem]
    """What is wrong with the header; then no row can be read."""

    def position(self) -> int:
        """Bytes read so far."""

    def columns(self) -> list[tuple[str, str]]:
        """Each mapped column met so far with its key."""

    def left_out(self) -> list[str]:
        """Columns met so far that are not mapped."""

    def write_refused(self, file: TextIO) -> Callable[[Row, Sequence[RowProblem]], None]:
        """Begins a file of refused rows, and answers what adds one: as it stood, with what is wrong with it."""


def open_rows(
    file: BinaryIO, name: str, format: str | None, mapping: Columns, zone_of: Callable[[str | None], tzinfo]
) -> FileRows:
    """The rows of a file that can be read more than once, in the given format or one told from its name or start.

    Raises `Invalid` for an empty file, and for one that is no text.
    """
    start = file.read(64)
    file.seek(0)
    for mark, (what, hint) in _NO_ROWS.items():
        if start.startswith(mark):
            raise Invalid(f"{name}: {what}, not rows of text", hint)
    if not start.strip():
        raise Invalid(f"{name}: the file is empty", "see: ticket import --template csv")
    encoding = named(mapping.encoding) if mapping.encoding else detect(file)
    known = format or _ENDINGS.get(os.path.splitext(name)[1].lower())
    if known is None:
        known = "jsonl" if start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"{" else "csv"
    module, _, cls = FORMATS[known].partition(":")
    rows: FileRows = getattr(import_module(f"ticketcli.intake.{module}"), cls)(file, encoding, mapping, zone_of)
    return rows
