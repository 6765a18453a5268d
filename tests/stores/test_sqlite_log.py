"""The write-ahead log stays short, and a commit that fails says what became of it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.making import NINE, add, everything
from tests.stores.desks import URL, read, size_of_log, write
from ticketcli.errors import OutcomeUnknown, TicketError, Unavailable
from ticketcli.stores import open_store
from ticketcli.stores import sqlite as engine_module


def test_closing_leaves_a_short_log_for_the_next_process(desk: Path) -> None:
    assert 0 < size_of_log(desk) < engine_module.LOG_BYTES


def test_a_log_that_has_grown_is_emptied(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LOG_BYTES", 3 * size_of_log(desk))
    sizes = []
    for _ in range(60):
        write(desk)
        sizes.append(size_of_log(desk))

    assert max(sizes) <= engine_module.LOG_BYTES
    assert 0 in sizes
    read(desk)


def test_a_log_stays_when_a_writer_is_at_work(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LOG_BYTES", 0)
    first, second = (open_store(URL, str(desk)) for _ in range(2))
    with first.write(at=NINE, run="r2") as transaction:
        add(transaction)
    with second.write(at=NINE, run="r3") as transaction:
        add(transaction)
        first.close()
        assert size_of_log(desk) > 0
    second.close()
    assert size_of_log(desk) == 0


def test_a_long_process_keeps_its_log_short(desk: Path) -> None:
    store = open_store(URL, str(desk))
    for number in range(90):
        with store.write(at=NINE, run="sweep") as transaction:
            add(transaction, description=f"{number}" * 40000)
    assert size_of_log(desk) < 12 << 20
    store.close()


def test_a_commit_waits_for_the_disk(desk: Path) -> None:
    store = open_store(URL, str(desk))
    with store.write(at=NINE, run="r2") as transaction:
        add(transaction)
    connection = store._engine._writer  # type: ignore[attr-defined]
    full = 2
    assert connection.execute("PRAGMA synchronous").fetchone() == (full,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_another_program_in_the_store_makes_writers_busy(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_WAIT", 0.05)
    other = sqlite3.connect(desk / "tickets.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="another program"):
        write(desk)
    other.close()
    write(desk)


def test_a_full_disk_changes_nothing(desk: Path) -> None:
    store = open_store(URL, str(desk))
    before = everything(store)
    with store.write(at=NINE, run="r2"):
        pass
    connection = store._engine._writer  # type: ignore[attr-defined]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="nothing was changed"), store.write(at=NINE, run="r2") as transaction:
        add(transaction, description="x" * 100000)
    assert everything(store) == before
    store.close()


@pytest.mark.parametrize(
    ("words", "error"), [("disk I/O error", OutcomeUnknown), ("database or disk is full", Unavailable)]
)
def test_a_commit_that_fails_says_whether_anybody_knows_its_outcome(
    desk: Path, monkeypatch: pytest.MonkeyPatch, words: str, error: type[TicketError]
) -> None:
    class Failing(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement == "COMMIT":
                raise sqlite3.OperationalError(words)
            return super().execute(statement, *values)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, factory=Failing, **options))
    with pytest.raises(error, match=words) as caught:
        write(desk)
    assert caught.value.hint
    monkeypatch.undo()
    write(desk)


def test_another_program_that_closes_the_store_leaves_our_log(desk: Path) -> None:
    store = open_store(URL, str(desk))
    with store.read() as reader:
        tickets = len(list(reader.walk_tickets()))
    with store.write(at=NINE, run="r2") as transaction:
        add(transaction)
        look = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM tickets').connection.close()"
        subprocess.run([sys.executable, "-c", look, str(desk / "tickets.db")], check=True)
    store.close()
    store = open_store(URL, str(desk))
    with store.read() as reader:
        assert len(list(reader.walk_tickets())) == tickets + 1
    store.close()
