"""TinyDB over the rows of an engine: a Storage, and a Table that maps numbers to rows lazily.

A document asked for is one row fetched and decoded, so it is a copy. TinyDB's updaters change a mapping of such
copies; what they changed is serialised into the transaction's buffer at once. TinyDB's general scans (`search`,
`all`, `count`) work, at the cost of the whole table; nothing here uses them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from ticketcli.errors import StoreDamaged
from ticketcli.stores.buffer import Buffer
from ticketcli.stores.engine import Source
from ticketcli.stores.layout import TABLES

Json = dict[str, Any]
_loads = json.JSONDecoder().decode


class Rows(Mapping[str, Json]):
    """A table as TinyDB reads it: the number as text -> a fresh document."""

    def __init__(self, source: Source, table: str) -> None:
        self._source = source
        self._table = table

    def __getitem__(self, key: str) -> Json:
        row = self._source.fetch(self._table, int(key))
        if row is None:
            raise KeyError(key)
        document: Json = _loads(row.text)
        return document

    def __iter__(self) -> Iterator[str]:
        return map(str, self._source.keys(self._table))

    def __len__(self) -> int:
        return self._source.size(self._table)

    def following(self, number: int) -> Iterator[tuple[int, Json]]:
        """The documents behind that number, in order, without holding them all."""
        return ((id, _loads(row.text)) for id, row in self._source.walk(self._table, number))


class RowStorage(Storage):
    """TinyDB's way to the rows. It cannot be written as a whole, so tables cannot be dropped."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def read(self) -> dict[str, Any]:
        return {table: Rows(self.source, table) for table in TABLES}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        raise RuntimeError("the tables of a desk are never dropped or replaced")


class RowTable(Table):
    default_query_cache_capacity = 0
    _storage: RowStorage

    def _read_table(self) -> Any:
        return Rows(self._storage.source, self._name)

    def following(self, number: int) -> Iterator[Document]:
        """The documents behind that number, in order, without holding them all."""
        rows = Rows(self._storage.source, self._name)
        return (Document(document, id) for id, document in rows.following(number))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        buffer = self._buffer()
        changes = Changes(buffer, self._name)
        updater(changes)
        buffer.absorb(self._name, changes.touched)

    def _get_next_id(self) -> int:
        return self._buffer().next_number(TABLES[self._name].counter)

    def _buffer(self) -> Buffer:
        source = self._storage.source
        if not isinstance(source, Buffer):
            raise RuntimeError(  # noqa: TRY004 - it is not the type that is wrong, but the moment
                "documents are written inside a write transaction only"
            )
        return source


class RowDB(TinyDB):
    """TinyDB on one state of the store: a snapshot to read, a buffer to write."""

    table_class = RowTable

    def __init__(self, source: Source) -> None:
        super().__init__(source, storage=RowStorage)

    def walk(self, name: str, after: int, load: Callable[[Json], Any]) -> Iterator[Any]:
        """What `load` makes of each document behind that number, in order, without holding them all.

        Ends by `StoreDamaged`, whose details name table and row, at what cannot be read.
        """
        table = self.table(name)
        assert isinstance(table, RowTable)
        for document in table.following(after):
            try:
                yield load(document)
            except StoreDamaged as error:
                error.details.update(table=name, row=document.doc_id)
                raise

    def table(self, name: str, **options: Any) -> Table:
        """The table of that name, uncached, so that a query never answers from before a change."""
        return super().table(name, **{**options, "cache_size": 0})


class Changes(MutableMapping[int, Json]):
    """The mapping that TinyDB's updaters change: a private copy of each document they look at."""

    def __init__(self, buffer: Buffer, table: str) -> None:
        self._buffer = buffer
        self._table = table
        self.touched: dict[int, Json | None] = {}
        """Documents looked at or set, None for those removed."""

    def __getitem__(self, id: int) -> Json:
        if id not in self.touched:
            row = self._buffer.fetch(self._table, id)
            if row is None:
                raise KeyError(id)
            self.touched[id] = _loads(row.text)
        document = self.touched[id]
        if document is None:
            raise KeyError(id)
        return document

    def __setitem__(self, id: int, document: Json) -> None:
        self.touched[id] = document

    def __delitem__(self, id: int) -> None:
        if id not in self:
            raise KeyError(id)
        self.touched[id] = None

    def __contains__(self, id: object) -> bool:
        assert isinstance(id, int)
        if id in self.touched:
            return self.touched[id] is not None
        return self._buffer.fetch(self._table, id) is not None

    def __iter__(self) -> Iterator[int]:
        stored = self._buffer.keys(self._table)
        known = set(stored)
        added = [id for id, document in self.touched.items() if document is not None and id not in known]
        return iter([id for id in stored if self.touched.get(id, True) is not None] + added)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self.touched = dict.fromkeys([*self._buffer.keys(self._table), *self.touched])
