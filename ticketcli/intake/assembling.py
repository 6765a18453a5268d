"""Records of a file, whatever its format, made rows: each mapped column read into the key that it fills."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Any

from ticketcli.domain.digest import sha256
from ticketcli.domain.operations.restoring import EVENTS
from ticketcli.domain.rows import WHOLE, Row, RowProblem, Spot, problem_at
from ticketcli.domain.template import fill
from ticketcli.errors import Invalid
from ticketcli.intake.mapping import Columns, Target, check_key, guess
from ticketcli.intake.objects import parse_value
from ticketcli.intake.reading import Read, Unreadable, reader_of

_NO_TEXT = re.compile("[\ud800-\udfff]")
ID = "id"
Fill = tuple[Target, Read]


class Assembler:
    """Makes rows by a mapping. `lazy`: columns are met one by one, and guessed unless the mapping names any."""

    def __init__(self, mapping: Columns, zone_of: Callable[[str | None], tzinfo], *, lazy: bool = False) -> None:
        self.mapping = mapping
        self._zone_of = zone_of
        self._guess = lazy and mapping.columns is None
        self._fills: dict[str, tuple[Fill, ...]] = {}
        self._set = [(key, value, self._reader(Target(check_key(key)))) for key, value in mapping.set.items()]
        self.key = mapping.key
        for column, targets in (mapping.columns or {}).items():
            self._fills[column] = tuple((target, self._reader(target)) for target in targets)

    def _reader(self, target: Target) -> Read:
        return reader_of(target, self.mapping.format, self._zone_of(target.zone or self.mapping.zone))

    def fills(self, column: str) -> tuple[Fill, ...]:
        """What that column fills; nothing when it is not mapped."""
        if column not in self._fills:
            self._fills[column] = self._guessed(column) if self._guess else ()
        return self._fills[column]

    def _guessed(self, column: str) -> tuple[Fill, ...]:
        key = guess(column)
        if key == "key":
            self.key = self.key or (column,)
        taken = any(fill[0].key == key for fills in self._fills.values() for fill in fills)
        if key is None or key == "key" or taken:
            return ()
        target = Target(key, format=self.mapping.formats.get(column))
        return ((target, self._reader(target)),)

    def known(self) -> list[tuple[str, str]]:
        """Each column and the key that it fills, those of the row key last."""
        pairs = [(column, target.key) for column, fills in self._fills.items() for target, _ in fills]
        return [*pairs, *((column, "key") for column in self.key)]

    def left_out(self) -> list[str]:
        """Columns that were met and fill nothing."""
        return [column for column, fills in self._fills.items() if not fills and column not in self.key]

    def row(self, line: int, record: Mapping[str, Any], spot: Callable[[str], Spot], raw: Any) -> Row:
        """The row of a record. `spot` answers where a column stands."""
        facts: dict[str, Any] = {}
        origins: dict[str, str] = {}
        problems: list[RowProblem] = []
        for column, value in record.items():
            for target, read in self._fills.get(column) or self.fills(column):
                origins.setdefault(target.key, column)
                self._put(facts, target.key, read, value, column, spot, problems)
        if self._set:
            texts = {column: value if isinstance(value, str) else str(value) for column, value in record.items()}
            for key, value, read in self._set:
                filled = fill(value, texts) if isinstance(value, str) else value
                self._put(facts, key, read, filled, key, spot, problems)
        key, wrong = self._row_key(record, raw)
        if wrong:
            problems.append(problem_at(spot(wrong), "the key of the row is empty"))
        return Row(line, key, facts, lambda name: spot(_origin(origins, name)), tuple(problems), raw)

    def _put(
        self,
        facts: dict[str, Any],
        key: str,
        read: Read,
        value: Any,
        column: str,
        spot: Callable[[str], Spot],
        problems: list[RowProblem],
    ) -> None:
        if isinstance(value, str) and not value.isascii() and (broken := _NO_TEXT.search(value)):
            problems.append(problem_at(spot(column), _no_text(broken[0])))
            return
        try:
            found = read(value)
        except Unreadable as error:
            problems.append(problem_at(spot(column), error.message, error.suggestion))
            return
        if found is not None and found != []:
            facts[key] = found

    def _row_key(self, record: Mapping[str, Any], raw: Any) -> tuple[str, str]:
        """The key of the row, and the column that should have given it but is empty."""
        if not self.key:
            said = json.dumps(raw, sort_keys=True).encode("utf-8", "surrogatepass")
            return f"{WHOLE}{sha256(said).hexdigest()}", ""
        parts = [str(value).strip() if (value := record.get(column)) is not None else "" for column in self.key]
        return "/".join(parts), "" if any(parts) else self.key[0]

    def exported(self, line: int, id: Any, events: Any, facts: Mapping[str, Any], spot: Callable[[str], Spot],
                 raw: Any) -> Row:  # fmt: skip
        """The row of a ticket that an export holds with its events."""
        problems: tuple[RowProblem, ...] = ()
        if isinstance(id, str) and id.isascii() and id.isdigit() and len(id) < 16:
            id = int(id)
        if isinstance(events, str):
            try:
                events = parse_value(events)
            except Invalid as error:
                problems = (problem_at(spot(EVENTS), error.message),)
        first = events[0] if isinstance(events, list) and events else events
        said = json.dumps([id, first], sort_keys=True).encode("utf-8", "surrogatepass")
        return Row(line, sha256(said).hexdigest(), {**facts, ID: id, EVENTS: events}, spot, problems, raw)


def _origin(origins: Mapping[str, str], name: str) -> str:
    """The column that a key came from, also when a part of it is meant, or what it is a part of."""
    if name in origins:
        return origins[name]
    top = name.partition(".")[0]
    inner = (column for key, column in origins.items() if key.startswith(f"{name}."))
    return origins.get(top) or next(inner, "")


def _no_text(character: str) -> str:
    byte = ord(character) - 0xDC00
    if byte == 0:
        return "holds a NUL byte"
    return f"the byte {byte:#04x} is no text in this encoding" if 0 < byte < 256 else "half a surrogate pair is no text"


def missing(columns: Iterable[str], header: Iterable[str]) -> list[str]:
    """Those columns that the header does not have."""
    there = set(header)
    return [column for column in columns if column not in there]
