"""CSV on its way in: quoted line breaks, any delimiter, and the cells that a spreadsheet must not take for formulas."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from typing import BinaryIO, TextIO

from ticketcli.domain.cells import quoted, unquoted
from ticketcli.domain.counts import counted
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.restoring import EVENTS
from ticketcli.domain.rows import Row, RowProblem, Spot, reason
from ticketcli.domain.template import holes
from ticketcli.errors import Invalid
from ticketcli.intake.assembling import ID, Assembler, missing
from ticketcli.intake.encodings import Encoding
from ticketcli.intake.lines import Lines
from ticketcli.intake.mapping import Columns, guessed

PROBLEM = "import_problem"
"""The last column of a file of refused rows."""
MAX_CELL = 4 << 20
"""Characters: four times what a description may have, so that a longer one is a problem of its row."""
_DELIMITERS = ",;\t|"
_NUL = "\udc00"


class CsvRows:
    """The rows of a CSV file. `head` says what is wrong with its header; then no row can be read."""

    def __init__(
        self, file: BinaryIO, encoding: Encoding, mapping: Columns, zone_of: Callable[[str | None], tzinfo]
    ) -> None:
        csv.field_size_limit(MAX_CELL)
        self._lines = Lines(file, encoding, "")
        self.encoding = encoding
        self.delimiter = _usable(mapping.delimiter or _delimiter(next(iter(self._lines), "")))
        self.header = self._read_header()
        self._own = bool(self.header) and (self.header[-1] == PROBLEM or self.exported)
        if mapping.columns is None:
            mapping = guessed(self.header, mapping)
        self.assembler = Assembler(mapping, zone_of)
        self.head = [] if self.exported else list(self._head_problems(mapping))

    @property
    def exported(self) -> bool:
        """Whether the file is an export with the history of its tickets."""
        return ID in self.header and EVENTS in self.header

    def position(self) -> int:
        """Bytes read so far."""
        return self._lines.position()

    def columns(self) -> list[tuple[str, str]]:
        """Each mapped column with its key."""
        return [] if self.exported else self.assembler.known()

    def left_out(self) -> list[str]:
        """Columns that are not mapped."""
        known = {column for column, _ in self.columns()}
        return [] if self.exported else [name for name in self.header if name not in known and name != PROBLEM]

    def _read_header(self) -> list[str]:
        try:
            header = next(self._reader(), [])
        except csv.Error as error:
            raise Invalid(f"line 1: not CSV ({error})", "check the quotes of the first line") from None
        return [name.strip() for name in header]

    def _reader(self) -> Iterator[list[str]]:
        lines = (line.replace("\0", _NUL) if "\0" in line else line for line in self._lines)
        return csv.reader(lines, delimiter=self.delimiter, strict=True)

    def _head_problems(self, mapping: Columns) -> Iterator[RowProblem]:
        if not any(self.header):
            yield RowProblem(1, "", "", "there is no header: the first line must name the columns")
            return
        templates = [text for text in mapping.set.values() if isinstance(text, str)]
        wanted = [*(mapping.columns or {}), *mapping.key, *(hole for text in templates for hole in holes(text))]
        for column in missing(dict.fromkeys(wanted), self.header):
            message = f"there is no column {column!r}; there are: {', '.join(filter(None, self.header))}"
            yield RowProblem(1, column, "", message, nearest(column, self.header))
        for column in dict.fromkeys(wanted):
            if self.header.count(column) > 1:
                yield RowProblem(1, column, "", f"the column {column!r} stands there {self.header.count(column)} times")
        if not mapping.columns and not mapping.set:
            yield RowProblem(1, "", "", "no column is mapped: say which is which with --map COLUMN=subject")

    def rows(self) -> Iterator[Row]:
        """Every row, from the start."""
        reader = self._reader()
        next(reader, None)
        while True:
            start = self._lines.number + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield self._broken(start, str(error))
                continue
            if cells is None:
                return
            if cells:
                yield self._row(start, cells)

    def _broken(self, start: int, why: str) -> Row:
        """A row whose cells cannot be told. Raises `Invalid` if it began on an earlier line: a quote may be missing."""
        if self._lines.number > start:
            hint = "nothing behind it was read; is a closing quote missing?"
            raise Invalid(f"line {start}: a row that does not end ({why})", hint)
        spot = Spot(start, "", "")
        problem = RowProblem(start, "", "", f"not CSV ({why})")
        return Row(start, "", {}, lambda key: spot, (problem,), [])

    def _row(self, start: int, cells: list[str]) -> Row:
        header = self.header

        def spot(column: str) -> Spot:
            if column not in header[: len(cells)]:
                return Spot(start, "", "")
            at = header.index(column)
            line = start + sum(_breaks(cell) for cell in cells[:at])
            return Spot(line, column, cells[at])

        if len(cells) != len(header):
            problem = RowProblem(start, "", "", f"{counted(len(cells), 'cell')}, but the header has {len(header)}")
            return Row(start, "", {}, spot, (problem,), cells)
        if self._own:
            cells = [unquoted(cell) for cell in cells]
        record = dict(zip(header, cells, strict=True))
        if self.exported:
            return self.assembler.exported(start, record[ID], record[EVENTS], {}, spot, cells)
        return self.assembler.row(start, record, spot, cells)

    def write_refused(self, file: TextIO) -> Callable[[Row, Sequence[RowProblem]], None]:
        """Begins a file of refused rows, and answers what adds one: as it stood, with what is wrong with it."""
        kept = len(self.header) - (bool(self.header) and self.header[-1] == PROBLEM)
        writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow([*self.header[:kept], PROBLEM])

        def add(row: Row, problems: Sequence[RowProblem]) -> None:
            reasons = "; ".join(map(reason, problems))
            cells = [*row.raw[:kept], *[""] * (kept - len(row.raw))]
            writer.writerow([quoted(cell.replace(_NUL, "\ufffd")) for cell in [*cells, reasons]])

        return add


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _usable(delimiter: str) -> str:
    """Raises `Invalid` for what cannot stand between cells."""
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise Invalid(f"{delimiter!r} is no delimiter", "give one character, such as ';', or $'\\t' for a tab")
    return delimiter


def _delimiter(line: str) -> str:
    """The delimiter that the header uses most."""
    return max(_DELIMITERS, key=line.count)
