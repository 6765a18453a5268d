"""The buffer of a write transaction: what it has changed and not yet handed to the engine, over what stands there.

Rows go to the engine together: at the commit, or before their table's index is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ticketcli.errors import Invalid
from ticketcli.ports import Scalar, Wanted
from ticketcli.stores.engine import Row, Work
from ticketcli.stores.layout import TABLES

_NUMBERED = {layout.counter: table for table, layout in TABLES.items()}
_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encode(document: Mapping[str, Any]) -> str:
    """The stored text. Raises `Invalid` for what JSON or UTF-8 cannot hold, such as NaN or half a surrogate pair."""
    try:
        text = _dumps(document)
        text.encode()
    except (ValueError, TypeError) as error:
        raise Invalid(f"a value cannot be stored: {error}", "use text, finite numbers, lists and maps") from None
    return text


class Buffer:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._stored: dict[tuple[str, int], Row | None] = {}
        self._pending: dict[str, dict[int, Row | None]] = {table: {} for table in TABLES}
        self._counters: dict[str, Scalar] = {}

    def fetch(self, table: str, id: int) -> Row | None:
        pending = self._pending[table]
        return pending[id] if id in pending else self._fetch_stored(table, id)

    def _fetch_stored(self, table: str, id: int) -> Row | None:
        if (table, id) not in self._stored:
            self._stored[table, id] = self._work.fetch(table, id)
        return self._stored[table, id]

    def keys(self, table: str) -> list[int]:
        self._flush(table)
        return self._work.keys(table)

    def size(self, table: str) -> int:
        self._flush(table)
        return self._work.size(table)

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        self._flush(table)
        return self._work.walk(table, after)

    def check(self) -> list[str]:
        return self._work.check()

    def reindex(self) -> None:
        self._work.reindex()

    def forget(self, table: str, id: int) -> None:
        """Removes a row, be it so damaged that it cannot be read."""
        self._pending[table].pop(id, None)
        self._work.drop(table, id)
        self._stored[table, id] = None

    def ids(self, table: str, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
        self._flush(table)
        return self._work.ids(table, column, wanted, limit, descending)

    def tally(self, table: str, column: str, where: Mapping[str, Wanted]) -> dict[Scalar, int]:
        self._flush(table)
        return self._work.tally(table, column, where)

    def least(self, table: str, column: str) -> Scalar | None:
        self._flush(table)
        return self._work.least(table, column)

    def counters(self) -> Mapping[str, Scalar]:
        return {**self._work.counters(), **self._counters}

    def set_counter(self, name: str, value: Scalar) -> None:
        self._counters[name] = value

    def next_number(self, counter: str) -> int:
        """A number never given before; it is spent when the transaction commits.

        So no row has it, and none is looked for. Should one stand there all the same, the engine's `put` reports it.
        """
        number = int(self.counter(counter)) + 1
        self._counters[counter] = number
        if counter in _NUMBERED:
            self._stored.setdefault((_NUMBERED[counter], number), None)
        return number

    def counter(self, name: str) -> Scalar:
        """One counter as it stands in this transaction; 0 when it was never set."""
        return self._counters[name] if name in self._counters else self._work.counters().get(name, 0)

    def absorb(self, table: str, touched: Mapping[int, dict[str, Any] | None]) -> None:
        """Takes over changed documents (None: removed): all of them, or none if one cannot be stored.

        A number above the table's counter moves the counter there, so that it is not given again.
        """
        layout = TABLES[table]
        changed: dict[int, Row | None] = {}
        for id, document in touched.items():
            if document is None:
                changed[id] = None
                continue
            before, text = self.fetch(table, id), encode(document)
            if before is None or text != before.text:
                changed[id] = Row(text, layout.values(document, before and before.columns))
        self._pending[table].update(changed)
        highest = max(changed, default=0)
        if highest > int(self.counter(layout.counter)):
            self._counters[layout.counter] = highest

    def file(self, table: str, id: int, values: Mapping[str, Scalar | None]) -> None:
        """Sets filed columns of a row; its document stays as it is. Raises `LookupError` when there is no such row."""
        row = self.fetch(table, id)
        if row is None:
            raise LookupError(f"{table} has no row {id}")
        columns = list(row.columns)
        for name, value in values.items():
            columns[TABLES[table].position(name)] = value
        if tuple(columns) != row.columns:
            self._pending[table][id] = Row(row.text, tuple(columns))

    def relieve(self) -> None:
        """Hands all rows to the engine and forgets them; what is asked for later is fetched from there."""
        for table in TABLES:
            self._flush(table)
        self._stored.clear()

    def commit(self) -> None:
        for table in TABLES:
            self._flush(table)
        self._work.commit(self._counters)

    def close(self) -> None:
        self._work.close()

    def _flush(self, table: str) -> None:
        pending = self._pending[table]
        for id, row in pending.items():
            before = self._fetch_stored(table, id)
            if row is not None:
                self._work.put(table, id, row, before)
            elif before is not None:
                self._work.drop(table, id)
            self._stored[table, id] = row
        pending.clear()
