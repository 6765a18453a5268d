"""The engine in memory, for scenario runs and tests: the same rows of text, the index answered by looking.

A commit replaces the tables that it changed, so whoever reads keeps the state it began with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

from ticketcli.errors import Unavailable
from ticketcli.ports import Scalar, Wanted
from ticketcli.stores import looking
from ticketcli.stores.engine import Row, occupied
from ticketcli.stores.layout import TABLES

Tables = dict[str, dict[int, Row]]


class MemoryEngine:
    def __init__(self) -> None:
        self.rows_read = 0
        self.tables: Tables = {name: {} for name in TABLES}
        self.counters: dict[str, Scalar] = {}
        self.turn = threading.Lock()
        self._holder = ""
        self._turns: set[str] = set()

    def snapshot(self) -> MemorySnapshot:
        return MemorySnapshot(self)

    def work(self, timeout: float, holder: str) -> MemoryWork:
        if not self.turn.acquire(timeout=max(0.0, timeout)):
            raise Unavailable(f"the desk is being written by {self._holder}", "try again", holder=self._holder)
        self._holder = holder
        return MemoryWork(self)

    def source(self, timeout: float, holder: str) -> MemoryWork:
        return self.work(timeout, holder)

    def files(self) -> list[str]:
        return []

    def take_turn(self, name: str) -> Callable[[], None] | None:
        if name in self._turns:
            return None
        self._turns.add(name)
        return lambda: self._turns.discard(name)

    def purge(self, timeout: float) -> None:
        """Nothing is kept of what rows once said."""

    def close(self) -> None:
        """Nothing is held."""


class MemorySnapshot:
    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine
        self._tables: Tables | None = dict(engine.tables)
        self._counters = dict(engine.counters)

    def fetch(self, table: str, id: int) -> Row | None:
        row = self._rows(table).get(id)
        if row is not None:
            self._engine.rows_read += 1
        return row

    def keys(self, table: str) -> list[int]:
        return sorted(self._rows(table))

    def size(self, table: str) -> int:
        return len(self._rows(table))

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        for id in self.keys(table):
            if id > after:
                self._engine.rows_read += 1
                yield id, self._rows(table)[id]

    def check(self) -> list[str]:
        return []

    def formats(self) -> tuple[int, int]:
        return 1, 1

    def ids(self, table: str, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
        return looking.ids(table, self._filed(table), column, wanted, limit, descending)

    def tally(self, table: str, column: str, where: Mapping[str, Wanted]) -> dict[Scalar, int]:
        return looking.tally(table, self._filed(table), column, where)

    def least(self, table: str, column: str) -> Scalar | None:
        return looking.least(table, self._filed(table), column)

    def _filed(self, table: str) -> looking.Filed:
        return ((id, row.columns) for id, row in self._rows(table).items())

    def counters(self) -> Mapping[str, Scalar]:
        return self._counters

    def close(self) -> None:
        self._tables = None

    def _rows(self, table: str) -> dict[int, Row]:
        return self._all()[table]

    def _all(self) -> Tables:
        if self._tables is None:
            raise RuntimeError("this state of the store was left already")
        return self._tables


class MemoryWork(MemorySnapshot):
    def __init__(self, engine: MemoryEngine) -> None:
        super().__init__(engine)
        self._copied: set[str] = set()

    def put(self, table: str, id: int, row: Row, before: Row | None) -> None:
        own = self._own(table)
        if before is None and id in own:
            raise occupied(table, id)
        own[id] = row

    def drop(self, table: str, id: int) -> None:
        self._own(table).pop(id, None)

    def reindex(self) -> None:
        """The index is answered by looking."""

    def commit(self, counters: Mapping[str, Scalar]) -> None:
        self._engine.tables = self._all()
        self._engine.counters = {**self._counters, **counters}

    def close(self) -> None:
        if self._tables is not None:
            super().close()
            self._engine.turn.release()

    def _own(self, table: str) -> dict[int, Row]:
        """The table as a copy of this transaction's own."""
        tables = self._all()
        if table not in self._copied:
            self._copied.add(table)
            tables[table] = dict(tables[table])
        return tables[table]
