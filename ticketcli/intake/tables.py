"""Files of rows, by format: one line in `FORMATS` for each, its module imported when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import tzinfo
from importlib import import_module
from typing import Any, BinaryIO

from ticketcli.errors import Invalid
from ticketcli.intake.encodings import detect, named
from ticketcli.intake.mapping import Columns

FORMATS = {"csv": "csv_rows:CsvRows", "jsonl": "jsonl_rows:JsonlRows"}
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


def open_rows(
    file: BinaryIO, name: str, format: str | None, mapping: Columns, zone_of: Callable[[str | None], tzinfo]
) -> Any:
    """The rows of a file that can be read more than once, in the given format or one told from its name or start.

    Raises `Invalid` for an empty file.
    """
    start = file.read(64)
    file.seek(0)
    if not start.strip():
        raise Invalid(f"{name}: the file is empty", "see: ticket import --template csv")
    encoding = named(mapping.encoding) if mapping.encoding else detect(file)
    known = format or _ENDINGS.get(os.path.splitext(name)[1].lower())
    if known is None:
        known = "jsonl" if start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"{" else "csv"
    module, _, cls = FORMATS[known].partition(":")
    return getattr(import_module(f"ticketcli.intake.{module}"), cls)(file, encoding, mapping, zone_of)
