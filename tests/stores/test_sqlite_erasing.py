"""What was erased is in no free page, gap or log of a SQLite store, also where SQLite itself leaves it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.contracts.making import NINE, add
from ticketcli.errors import Unavailable
from ticketcli.stores import create_store, open_store
from ticketcli.stores.tiny import TinyStore

SECRET = "call Lee, 555 1234. "


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TinyStore]:
    """A store whose free pages and gaps hold what no row says any more."""
    create_store("sqlite:tickets.db", str(tmp_path))
    with closing(sqlite3.connect(tmp_path / "tickets.db", isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        for id, length in enumerate((5, 50, 500, 5000), 1):
            raw.execute("INSERT INTO meta (id, crc, doc) VALUES (?, 0, ?)", (id, SECRET * length))
        raw.execute("DELETE FROM meta")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store = open_store("sqlite:tickets.db", str(tmp_path))
    yield store
    store.close()


def found_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]


def test_free_pages_and_gaps_are_emptied(store: TinyStore, tmp_path: Path) -> None:
    assert found_in(tmp_path) == ["tickets.db"]

    store.purge()

    assert found_in(tmp_path) == []
    with store.read() as reader:
        assert list(reader.faults()) == []


def test_the_log_is_emptied(store: TinyStore, tmp_path: Path) -> None:
    for subject in (SECRET, "[redacted]"):
        with store.write(at=NINE, run="r") as transaction:
            add(transaction, subject=subject)
    with store.write(at=NINE, run="r") as transaction:
        transaction.save(transaction.tickets([2])[0]._replace(id=1), transaction.filing(1))  # type: ignore[arg-type]
    assert "tickets.db-wal" in found_in(tmp_path)

    store.purge()

    assert found_in(tmp_path) == []


def test_a_reader_of_the_old_state_is_waited_for_and_then_told_of(store: TinyStore, tmp_path: Path) -> None:
    reading = open_store("sqlite:tickets.db", str(tmp_path))
    with reading.read() as reader:
        reader.counter("seq")
        with pytest.raises(Unavailable):
            store.purge(timeout=0.1)
    reading.close()

    store.purge()

    assert found_in(tmp_path) == []
