"""The SQL of the SQLite engine, made from the layout; checksums; and what SQLite's errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from ticketcli.errors import NotPermitted, StoreDamaged, TicketError, Unavailable
from ticketcli.ports import Range, Scalar, Wanted
from ticketcli.stores.engine import Row
from ticketcli.stores.layout import TABLES

APPLICATION_ID = 0x54434B54
"""`TCKT` in the file's header."""
_SECOND = {("tickets", "assignee"): ", kind", ("events", "mark"): ", recorded_at"}
"""Second columns of an index, for the questions asked most: who has how much to do, what did rules close lately."""
_AT_ONCE = 500
"""Old SQLite takes no more than 999 values in one statement."""


def schema() -> Iterator[str]:
    """The statements that make an empty store; every index leaves out rows without a value."""
    yield "CREATE TABLE counters (name TEXT PRIMARY KEY, value NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID"
    for table, layout in TABLES.items():
        columns = [column.name for column in layout.columns]
        # The document stands last: whoever reads columns only then skips it.
        kept = ", ".join(("id INTEGER PRIMARY KEY", "crc INTEGER NOT NULL", *columns, "doc TEXT NOT NULL"))
        yield f"CREATE TABLE {table} ({kept})"
        for column in columns:
            second = _SECOND.get((table, column), "")
            yield f"CREATE INDEX {table}_{column} ON {table} ({column}{second}) WHERE {column} IS NOT NULL"


def _columns(table: str) -> str:
    return ", ".join(column.name for column in TABLES[table].columns)


FETCH = {table: f"SELECT id, crc, doc, {_columns(table)} FROM {table} WHERE id = ?" for table in TABLES}
PAGE = {
    table: f"SELECT id, crc, doc, {_columns(table)} FROM {table} WHERE id > ? ORDER BY id LIMIT {_AT_ONCE}"
    for table in TABLES
}
"""The next rows in the order of their numbers."""
EVERYTHING = {table: f"SELECT * FROM {table} WHERE id > ? ORDER BY id LIMIT {_AT_ONCE}" for table in TABLES}
"""The next rows with whatever columns there are, in the order in which they were made."""
NUMBERS = {table: f"SELECT id FROM {table} WHERE id > ? ORDER BY id LIMIT {_AT_ONCE}" for table in TABLES}
INSERT = {
    table: f"INSERT INTO {table} (id, crc, doc, {_columns(table)}) VALUES (?, ?, ?{', ?' * len(layout.columns)})"
    for table, layout in TABLES.items()
}
COUNTERS = "SELECT name, value, crc FROM counters"
SET_COUNTER = "INSERT OR REPLACE INTO counters (name, value, crc) VALUES (?, ?, ?)"


def update(table: str, id: int, row: Row, before: Row) -> tuple[str, list[Any]]:
    """The statement that writes what differs: an index column that stays is not touched, nor is its index."""
    sets, values = ["crc = ?"], [checksum(table, id, row)]
    if row.text != before.text:
        sets.append("doc = ?")
        values.append(row.text)  # type: ignore[arg-type]
    for column, new, old in zip(TABLES[table].columns, row.columns, before.columns, strict=True):
        if new != old:
            sets.append(f"{column.name} = ?")
            values.append(new)  # type: ignore[arg-type]
    return f"UPDATE {table} SET {', '.join(sets)} WHERE id = ?", [*values, id]


def ids(
    table: str, column: str, wanted: Wanted, limit: int | None, descending: bool
) -> Iterator[tuple[str, list[Scalar]]]:
    """Statements that answer row numbers, one after the other, in order; without `limit` they answer all."""
    TABLES[table].position(column)
    order = "DESC" if descending else "ASC"
    end = f"ORDER BY {column} {order}, id {order}" + ("" if limit is None else f" LIMIT {int(limit)}")
    for part in _parts(wanted, descending):
        condition, values = _condition(column, part)
        yield f"SELECT id FROM {table} WHERE {condition} {end}", values


def _parts(wanted: Wanted, descending: bool) -> Iterator[Wanted]:
    if isinstance(wanted, Range):
        yield wanted
        return
    values = sorted(set(wanted), reverse=descending)
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def tally(table: str, column: str, where: Mapping[str, Wanted]) -> tuple[str, list[Scalar]]:
    """The statement that counts rows per value."""
    TABLES[table].position(column)
    conditions, values = [f"{column} IS NOT NULL"], []
    for name, wanted in where.items():
        TABLES[table].position(name)
        condition, operands = _condition(name, wanted)
        conditions.append(condition)
        values += operands
    return f"SELECT {column}, COUNT(*) FROM {table} WHERE {' AND '.join(conditions)} GROUP BY {column}", values


def least(table: str, column: str) -> str:
    """The statement that answers the smallest value; the indexes leave nulls out, so it must say so too."""
    TABLES[table].position(column)
    return f"SELECT MIN({column}) FROM {table} WHERE {column} IS NOT NULL"


def _condition(column: str, wanted: Wanted) -> tuple[str, list[Scalar]]:
    if isinstance(wanted, Range):
        bounds = [(f"{column} >= ?", wanted.low), (f"{column} < ?", wanted.high)]
        given = [(sql, value) for sql, value in bounds if value is not None]
        return " AND ".join(sql for sql, _ in given) or f"{column} IS NOT NULL", [value for _, value in given]
    return f"{column} IN ({', '.join('?' * len(wanted))})", list(wanted)


def checksum(table: str, id: int, row: Row) -> int:
    """Over the number, the document and the index columns. Raises `TypeError` for what is no text."""
    columns = ["\x1e" if value is None else str(value) for value in row.columns]
    return crc32("\x1f".join((table, str(id), *columns, row.text)).encode())


def counter_checksum(name: str, value: Scalar) -> int:
    return crc32(f"{name}\x1f{value}".encode())


def run(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of the answer. What SQLite raises becomes one of our errors."""
    try:
        return connection.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise explain(error) from error
    except UnicodeDecodeError as error:  # it stumbles over the text that its own message quotes
        raise StoreDamaged("the store is damaged: a text is not UTF-8", "restore a backup") from error


def explain(error: sqlite3.Error) -> TicketError:
    """The error for the person; SQLite's own words tell the cases apart, for their numbers came with Python 3.11."""
    text = str(error)
    for sign, kind, message, hint in _MEANINGS:
        if sign in text:
            return kind(message.format(text), hint)
    return StoreDamaged(f"the store is damaged: {text}", "restore a backup; keep the damaged files until then")


_MEANINGS: tuple[tuple[str, type[TicketError], str, str], ...] = (
    # First, for it quotes the text, which may hold any of the other words.
    ("Could not decode", StoreDamaged, "the store is damaged: a text is not UTF-8", "restore a backup"),
    ("locked", Unavailable, "the store is in use by another program ({})", "try again"),
    ("busy", Unavailable, "the store is in use by another program ({})", "try again"),
    ("is full", Unavailable, "nothing was changed: {}", "free some space, then try again"),
    ("disk I/O error", Unavailable, "the store cannot be read or written: {}", "check the disk, then try again"),
    ("readonly", NotPermitted, "the store cannot be written: {}", "writing needs access to the desk's files"),
    ("unable to open", NotPermitted, "the store cannot be opened: {}", "check the access to the desk's directory"),
)
