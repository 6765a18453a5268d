"""JSONL on its way in: an object a line; inner keys are columns with a dot (`user.email`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, BinaryIO, TextIO

from ticketcli.domain.operations.restoring import EVENTS
from ticketcli.domain.rows import Row, RowProblem, Spot, reason
from ticketcli.errors import Invalid
from ticketcli.intake.assembling import ID, Assembler
from ticketcli.intake.csv_rows import PROBLEM
from ticketcli.intake.encodings import Encoding
from ticketcli.intake.lines import Lines
from ticketcli.intake.mapping import Columns
from ticketcli.intake.objects import read_object


class JsonlRows:
    """The rows of a JSONL file. Which columns there are is known when all of it was read."""

    def __init__(
        self, file: BinaryIO, encoding: Encoding, mapping: Columns, zone_of: Callable[[str | None], tzinfo]
    ) -> None:
        self._lines = Lines(file, encoding, "\n")  # U+2028 and its like may stand inside a JSON text
        self.encoding = encoding
        self.assembler = Assembler(mapping, zone_of, lazy=True)
        self.head: list[RowProblem] = []

    def position(self) -> int:
        """Bytes read so far."""
        return self._lines.position()

    def columns(self) -> list[tuple[str, str]]:
        """Each mapped column met so far with its key."""
        return self.assembler.known()

    def left_out(self) -> list[str]:
        """Columns met so far that are not mapped."""
        return [name for name in self.assembler.left_out() if name != PROBLEM]

    def rows(self) -> Iterator[Row]:
        """Every row, from the start."""
        for line in self._lines:
            if line.strip():
                yield self._row(self._lines.number, line)

    def _row(self, number: int, line: str) -> Row:
        try:
            found = read_object(line, f"line {number}")
        except Invalid as error:
            spot, message = Spot(number, "", ""), error.message.removeprefix(f"line {number}").lstrip(":, ")
            if line.lstrip().startswith("["):
                message = "a JSON object a line is wanted, not a list (jq -c '.[]' takes one apart)"
            return Row(number, "", {}, lambda key: spot, (RowProblem(number, "", "", message),), line)
        if EVENTS in found:
            own = {key: value for key, value in found.items() if key != PROBLEM}
            return self.assembler.exported(number, own.get(ID), own[EVENTS], own, _spots(number, own), line)
        record = dict(self._flat(found, ""))
        return self.assembler.row(number, record, _spots(number, record), line)

    def _flat(self, found: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
        """Columns and values; an object that is mapped, or that no inner key of is, stays whole."""
        for key, value in found.items():
            column = f"{above}{key}"
            if isinstance(value, dict) and value and not self.assembler.fills(column):
                yield from self._flat(value, f"{column}.")
            else:
                yield column, value

    def write_refused(self, file: TextIO) -> Callable[[Row, Sequence[RowProblem]], None]:
        """What adds a refused row to the file: its object with what is wrong with it, or its line as it stood."""

        def add(row: Row, problems: Sequence[RowProblem]) -> None:
            reasons = "; ".join(map(reason, problems))
            try:
                found = read_object(row.raw, "")
            except Invalid:
                file.write(row.raw if row.raw.endswith("\n") else f"{row.raw}\n")
            else:
                file.write(json.dumps({**found, PROBLEM: reasons}, ensure_ascii=True) + "\n")

        return add


def _spots(number: int, record: Mapping[str, Any]) -> Callable[[str], Spot]:
    def spot(column: str) -> Spot:
        if column not in record:
            return Spot(number, "", "")
        value = record[column]
        return Spot(number, column, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    return spot
