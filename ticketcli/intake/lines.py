"""The physical lines of a file on its way in, one at a time, each of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from typing import BinaryIO

from ticketcli.errors import Invalid
from ticketcli.intake.encodings import BROKEN, Encoding

MAX_LINE = 16 << 20
"""Characters."""


class Lines:
    """Reads a file from its start each time it is iterated, and counts the lines from 1 in `number`.

    Raises `Invalid` at a line of more than `MAX_LINE` characters: nothing behind it can be trusted to be a line.
    """

    def __init__(self, file: BinaryIO, encoding: Encoding, newline: str) -> None:
        self._file = file
        self.encoding = encoding
        self._newline = newline
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        self.number = 0
        text = TextIOWrapper(self._file, self.encoding.name, BROKEN, self._newline)
        try:
            while line := text.readline(MAX_LINE + 1):
                self.number += 1
                if len(line) > MAX_LINE:
                    raise Invalid(f"line {self.number}: longer than {MAX_LINE:,} characters", "is this the right file?")
                yield line
        finally:
            with suppress(ValueError):  # whoever stopped reading may have closed the file
                text.detach()

    def position(self) -> int:
        """Bytes read so far."""
        return self._file.tell()
