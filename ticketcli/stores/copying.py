"""Rows copied from one store into another, whatever their engines, and proof that they are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Protocol

from ticketcli.ports import Scalar
from ticketcli.records import NamedTuple
from ticketcli.stores.engine import Row, Work
from ticketcli.stores.layout import TABLES

OF_A_FILE = ("format_read", "format_write")
"""Counters that say what a file is, not what the desk is."""


class Copied(Protocol):
    """What is copied: one state of a store, or a backup."""

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]: ...

    def counters(self) -> Mapping[str, Scalar]: ...


class Content(NamedTuple):
    """What stands in a table: how many rows, and the SHA-256 over numbers, documents and index columns."""

    rows: int
    sha256: str


def copy(source: Copied, work: Work) -> dict[str, Content]:
    """Puts every row and counter into an empty store and commits; answers what was read, in flat memory."""
    found = {table: _content(source, table, _putter(work, table)) for table in TABLES}
    counters = counters_of(source)
    work.commit(counters)
    return {**found, "counters": _content_of(counters)}


def contents(source: Copied) -> dict[str, Content]:
    """What stands in each table and in the counters."""
    found = {table: _content(source, table, lambda id, row: None) for table in TABLES}
    return {**found, "counters": _content_of(counters_of(source))}


def counters_of(source: Copied) -> dict[str, Scalar]:
    return {name: value for name, value in source.counters().items() if name not in OF_A_FILE}


def _putter(work: Work, table: str) -> Callable[[int, Row], None]:
    return lambda id, row: work.put(table, id, row, None)


def _content(source: Copied, table: str, use: Callable[[int, Row], None]) -> Content:
    """What stands in the table, each row of it used."""
    digest, rows = sha256(), 0
    for id, row in source.walk(table, 0):
        digest.update(f"{id} {row.columns!r} {row.text}\n".encode())
        use(id, row)
        rows += 1
    return Content(rows, digest.hexdigest())


def _content_of(counters: Mapping[str, Scalar]) -> Content:
    return Content(len(counters), sha256(repr(sorted(counters.items())).encode()).hexdigest())
