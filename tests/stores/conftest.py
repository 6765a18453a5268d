"""Desks on SQLite. One is made and copied, for making one takes syncs."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts.making import NINE, add, an_event
from tests.stores.desks import URL, write
from ticketcli.stores import create_store, open_store


@pytest.fixture(scope="module")
def first_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("first")
    create_store(URL, str(directory))
    store = open_store(URL, str(directory))
    with store.write(at=NINE, run="r1") as transaction:
        ticket = add(transaction, team="dba", description="It burns. " * 3)
        transaction.append(an_event(ticket.id, "created", subject="x"))
    store.close()
    return directory


@pytest.fixture
def desk(first_desk: Path, tmp_path: Path) -> Path:
    """A desk with one ticket, its event and a wake-up time."""
    for name in ("tickets.db", "tickets.db-wal"):
        shutil.copy(first_desk / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def raw(desk: Path) -> Iterator[Callable[..., None]]:
    """Changes the store behind the program's back."""
    connection = sqlite3.connect(desk / "tickets.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")

    def change(statement: str, *values: object) -> None:
        connection.execute(statement, values)

    yield change
    connection.close()


@pytest.fixture
def open_desk() -> Iterator[Path]:
    """A desk that other accounts can reach."""
    directory = Path(tempfile.mkdtemp())
    create_store(URL, str(directory))
    write(directory)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)
