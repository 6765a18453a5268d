"""One state of a SQLite store: to read, or to change in the one write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ticketcli.errors import OutcomeUnknown, StoreDamaged
from ticketcli.ports import Scalar, Wanted
from ticketcli.stores import sqlite_sql as sql
from ticketcli.stores.engine import Engine, Row, occupied
from ticketcli.stores.layout import FORMAT, TABLES


class SqliteSnapshot:
    """Reads within one transaction on `connection`; `done` is called when it has ended."""

    def __init__(self, engine: Engine, connection: sqlite3.Connection, done: Callable[[], None]) -> None:
        self._engine = engine
        self._connection = connection
        self._done = done
        self._open = True
        try:
            self._ask(self._BEGIN)
            self._counters = self._read_counters()
            self._check_format()
        except BaseException:
            self.close()
            raise

    _BEGIN = "BEGIN"
    _ANY_FORMAT = False

    def fetch(self, table: str, id: int) -> Row | None:
        try:
            found = self._ask(sql.FETCH[table], (id,))
        except StoreDamaged as error:
            error.details.update(table=table, row=id)
            raise
        return self._row(table, *found[0]) if found else None

    def _row(self, table: str, id: int, crc: object, text: str, *columns: Scalar | None) -> Row:
        self._engine.rows_read += 1
        row = Row(text, columns)
        if not _sound(table, id, row, crc):
            message = f"{table}: row {id} does not match its checksum"
            raise StoreDamaged(message, "restore a backup", table=table, row=id)
        return row

    def keys(self, table: str) -> list[int]:
        return [id for (id,) in self._ask(f"SELECT id FROM {table} ORDER BY id")]

    def size(self, table: str) -> int:
        return int(self._ask(f"SELECT COUNT(*) FROM {table}")[0][0])

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        while page := self._page(table, after):
            for id, row in page:
                if id <= after:
                    raise StoreDamaged(f"{table}: the rows behind {after} are out of order", "restore a backup")
                after = id
                yield id, row

    def _page(self, table: str, after: int) -> list[tuple[int, Row]]:
        """The next rows; where one of them cannot be read, those before it."""
        try:
            return [(found[0], self._row(table, *found)) for found in self._ask(sql.PAGE[table], (after,))]
        except StoreDamaged:
            rows: list[tuple[int, Row]] = []
            for (id,) in self._ask(sql.NUMBERS[table], (after,)):
                try:
                    row = self.fetch(table, id)
                except StoreDamaged:
                    if rows:
                        return rows
                    raise
                rows += [] if row is None else [(id, row)]
            return rows

    def check(self) -> list[str]:
        return [text for (text,) in self._ask("PRAGMA integrity_check(20)") if text != "ok"]

    def formats(self) -> tuple[int, int]:
        return int(self._counters.get("format_read", 0)), int(self._counters.get("format_write", 0))

    def ids(self, table: str, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
        found: list[int] = []
        for statement, values in sql.ids(table, column, wanted, limit, descending):
            found += [id for (id,) in self._ask(statement, values)]
            if limit is not None and len(found) >= limit:
                break
        return found[:limit]

    def tally(self, table: str, column: str, where: Mapping[str, Wanted]) -> dict[Scalar, int]:
        statement, values = sql.tally(table, column, where)
        return dict(self._ask(statement, values))

    def least(self, table: str, column: str) -> Scalar | None:
        found: Scalar | None = self._ask(sql.least(table, column))[0][0]
        return found

    def counters(self) -> Mapping[str, Scalar]:
        return self._counters

    def close(self) -> None:
        if self._open:
            self._open = False
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            self._done()

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        if not self._open:
            raise RuntimeError("this state of the store was left already")
        return sql.run(self._connection, statement, values)

    def _read_counters(self) -> dict[str, Scalar]:
        counters: dict[str, Scalar] = {}
        for name, value, crc in self._ask(sql.COUNTERS):
            if crc != sql.counter_checksum(name, value):
                raise StoreDamaged(f"the counter {name!r} does not match its checksum", "restore a backup")
            counters[name] = value
        return counters

    def _check_format(self) -> None:
        needed = int(self._counters.get("format_read", 0))
        if not 0 < needed <= FORMAT:
            raise StoreDamaged(f"the store has format {needed}; this program reads up to {FORMAT}", "upgrade ticketcli")
        if self.formats()[1] < FORMAT and not self._ANY_FORMAT:
            from ticketcli.stores.migrations import outdated

            raise outdated(self.formats()[1])


class SqliteWork(SqliteSnapshot):
    """The write transaction."""

    _BEGIN = "BEGIN IMMEDIATE"

    def put(self, table: str, id: int, row: Row, before: Row | None) -> None:
        if before is not None:
            self._ask(*sql.update(table, id, row, before))
            return
        try:
            self._ask(sql.INSERT[table], (id, sql.checksum(table, id, row), row.text, *row.columns))
        except StoreDamaged as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                raise occupied(table, id) from error
            raise

    def drop(self, table: str, id: int) -> None:
        self._ask(f"DELETE FROM {table} WHERE id = ?", (id,))

    def reindex(self) -> None:
        self._ask("REINDEX")

    def commit(self, counters: Mapping[str, Scalar]) -> None:
        for name, value in counters.items():
            self._ask(sql.SET_COUNTER, (name, value, sql.counter_checksum(name, value)))
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if "disk I/O error" in str(error):
                hint = "look whether it is there before you repeat it; the same --idempotency-key makes that safe"
                raise OutcomeUnknown(f"the disk failed while the change was being saved: {error}", hint) from error
            raise sql.explain(error) from error

    def _check_format(self) -> None:
        super()._check_format()
        needed = int(self._counters.get("format_write", 0))
        if not 0 < needed <= FORMAT:
            message = f"the store can be read but not written: its format is {needed}, this program writes {FORMAT}"
            raise StoreDamaged(message, "upgrade ticketcli")


class SqliteSource(SqliteWork):
    """The write transaction on a store of the present or an older format, whose rows are only walked."""

    _ANY_FORMAT = True

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        """Rows with the present index columns; None in those that the store does not keep."""
        names = [name for _, name, *_ in self._ask(f"PRAGMA table_info({table})")][2:-1]  # without id, crc and doc
        while page := self._ask(sql.EVERYTHING[table], (after,)) if names else []:
            for after, crc, *columns, text in page:
                row = self._row(table, after, crc, text, *columns)
                kept = dict(zip(names, row.columns, strict=True))
                yield after, Row(row.text, tuple([kept.get(column.name) for column in TABLES[table].columns]))


def _sound(table: str, id: int, row: Row, crc: object) -> bool:
    try:
        return sql.checksum(table, id, row) == crc
    except TypeError:  # a document that is no text
        return False
