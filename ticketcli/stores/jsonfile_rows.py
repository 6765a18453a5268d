"""One state of a `json:` store: to read, or to change in the one write transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from ticketcli.errors import StoreDamaged
from ticketcli.ports import Scalar, Wanted
from ticketcli.stores import jsonfile_form as form
from ticketcli.stores import looking
from ticketcli.stores.engine import Engine, Row, occupied
from ticketcli.stores.layout import FORMAT, TABLES

Columns = dict[int, tuple[Scalar | None, ...]]


class Part:
    """One table of the file, taken apart when it is first asked for."""

    def __init__(self, table: str, rows: bytes, index: bytes) -> None:
        self.table = table
        self.bodies = (rows, index)

    @cached_property
    def rows(self) -> dict[bytes, bytes]:
        return form.rows_in(self.bodies[0])

    @cached_property
    def _index(self) -> dict[int, dict[str, Any]]:
        return {int(id): entry for id, entry in form.parsed(self.bodies[1]).items()}

    @cached_property
    def columns(self) -> Columns:
        names = [column.name for column in TABLES[self.table].columns]
        return {id: tuple(map(entry.get, names)) for id, entry in self._index.items()}

    def row(self, id: int) -> Row | None:
        """Raises `StoreDamaged` when the document is not the one that the index knows."""
        text, columns = self.rows.get(form.key_of(id)), self.columns.get(id)
        if text is None and columns is None:
            return None
        if text is None or columns is None or form.checksum(self.table, id, text) != self._index[id]["crc"]:
            message = f"{self.table}: row {id} does not match its checksum"
            raise StoreDamaged(message, "restore a backup", table=self.table, row=id)
        return Row(text.decode(), columns)

    def strays(self) -> list[str]:
        """What stands in the table and in no index."""
        known = {form.key_of(id) for id in self.columns}
        return [f"{self.table}: {key[:20]!r} is no row of this store" for key in self.rows if key not in known]

    def changed(self, changes: Mapping[int, Row | None]) -> Part:
        """The table with these rows in place of those that stood there; None: removed."""
        rows, index = self.rows.copy(), form.rows_in(self.bodies[1])
        for id, row in changes.items():
            key = form.key_of(id)
            if row is None:
                rows.pop(key, None)
                index.pop(key, None)
            else:
                rows[key] = text = row.text.encode()
                index[key] = form.render_entry(self.table, id, text, row.columns)
        return Part(self.table, form.body_of(rows), form.body_of(index))


class State:
    """A whole file as it was read. Nothing of it changes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.mark, bodies = form.split(data)
        self.parts = {table: Part(table, bodies[table], bodies[form.INDEX[table]]) for table in TABLES}
        self.counters: dict[str, Scalar] = {
            counter["name"]: counter["value"] for counter in form.parsed(bodies[form.COUNTERS]).values()
        }


class JsonSnapshot:
    _ANY_FORMAT = False

    def __init__(self, engine: Engine, state: State) -> None:
        self._engine = engine
        self._state: State | None = state
        if self.formats()[1] < FORMAT and not self._ANY_FORMAT:
            from ticketcli.stores.migrations import outdated

            raise outdated(self.formats()[1])

    def fetch(self, table: str, id: int) -> Row | None:
        row = self._part(table).row(id)
        if row is not None:
            self._engine.rows_read += 1
        return row

    def keys(self, table: str) -> list[int]:
        return sorted(self._columns(table))

    def size(self, table: str) -> int:
        return len(self._columns(table))

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        for id in self.keys(table):
            row = self.fetch(table, id) if id > after else None
            if row is not None:
                yield id, row

    def check(self) -> list[str]:
        return [fault for table in TABLES for fault in self._part(table).strays()]

    def formats(self) -> tuple[int, int]:
        mark = self._whole().mark
        return mark.format_read, mark.format_write

    def ids(self, table: str, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
        return looking.ids(table, self._columns(table).items(), column, wanted, limit, descending)

    def tally(self, table: str, column: str, where: Mapping[str, Wanted]) -> dict[Scalar, int]:
        return looking.tally(table, self._columns(table).items(), column, where)

    def least(self, table: str, column: str) -> Scalar | None:
        return looking.least(table, self._columns(table).items(), column)

    def counters(self) -> Mapping[str, Scalar]:
        return self._whole().counters

    def close(self) -> None:
        self._state = None

    def _columns(self, table: str) -> Columns:
        return self._part(table).columns

    def _part(self, table: str) -> Part:
        return self._whole().parts[table]

    def _whole(self) -> State:
        if self._state is None:
            raise RuntimeError("this state of the store was left already")
        return self._state


class JsonWork(JsonSnapshot):
    """The write transaction: `save` is given the whole new file, `done` is called when it has ended."""

    def __init__(
        self, engine: Engine, state: State, save: Callable[[bytes], None], done: Callable[[], None]
    ) -> None:
        super().__init__(engine, state)
        self._save = save
        self._done = done
        self._changes: dict[str, dict[int, Row | None]] = {}
        self._filed: dict[str, Columns] = {}
        needed = state.mark.format_write
        if needed > FORMAT:
            message = f"the store can be read but not written: its format is {needed}, we write {FORMAT}"
            raise StoreDamaged(message, "upgrade ticketcli")

    def fetch(self, table: str, id: int) -> Row | None:
        changes = self._changes.get(table, {})
        return changes[id] if id in changes else super().fetch(table, id)

    def put(self, table: str, id: int, row: Row, before: Row | None) -> None:
        own = self._own(table)
        if before is None and id in own:
            raise occupied(table, id)
        own[id] = row.columns
        self._changes[table][id] = row

    def drop(self, table: str, id: int) -> None:
        self._own(table).pop(id, None)
        self._changes[table][id] = None

    def reindex(self) -> None:
        for table, layout in TABLES.items():
            for id, row in list(self.walk(table, 0)):
                columns = layout.values(json.loads(row.text), row.columns)
                if columns != row.columns:
                    self.put(table, id, Row(row.text, columns), row)

    def commit(self, counters: Mapping[str, Scalar]) -> None:
        state = self._whole()
        if not self._changes and counters.items() <= state.counters.items():
            return
        bodies = {form.COUNTERS: form.render_counters({**state.counters, **counters})}
        for table, part in state.parts.items():
            whole = part.changed(self._changes[table]) if self._changes.get(table) else part
            bodies[table], bodies[form.INDEX[table]] = whole.bodies
        self._save(b"".join(form.join(bodies, state.mark.format_write)))

    def close(self) -> None:
        if self._state is not None:
            super().close()
            self._done()

    def _columns(self, table: str) -> Columns:
        return self._filed[table] if table in self._filed else super()._columns(table)

    def _own(self, table: str) -> Columns:
        """The columns of the table as a copy of this transaction's own."""
        if table not in self._filed:
            self._filed[table] = dict(super()._columns(table))
            self._changes[table] = {}
        return self._filed[table]


class JsonSource(JsonWork):
    """The write transaction on a file of the present or an older format, whose rows are only walked."""

    _ANY_FORMAT = True
