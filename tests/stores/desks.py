"""What tests do with a desk on SQLite, as a command does it: open, use, close."""

from __future__ import annotations

import os
import sqlite3
import warnings
from collections.abc import Callable
from pathlib import Path

from tests.contracts.making import NINE, add
from ticketcli.errors import TicketError
from ticketcli.stores import open_store
from ticketcli.stores import sqlite as engine_module
from ticketcli.stores.sqlite_sql import counter_checksum

URL = "sqlite:tickets.db"


def read(desk: Path) -> None:
    """Reads the ticket, and its event."""
    store = open_store(URL, str(desk))
    try:
        with store.read() as reader:
            reader.ticket(1)
            reader.events(1)
    finally:
        store.close()


def fetch(desk: Path, table: str) -> None:
    engine = engine_module.SqliteEngine(str(desk / "tickets.db"))
    snapshot = engine.snapshot()
    try:
        snapshot.fetch(table, 1)
    finally:
        snapshot.close()
        engine.close()


def write(desk: Path, team: str = "ops") -> None:
    store = open_store(URL, str(desk))
    try:
        with store.write(at=NINE, run="r2", timeout=0) as transaction:
            add(transaction, team=team)
    finally:
        store.close()


def size_of_log(desk: Path) -> int:
    return (desk / "tickets.db-wal").stat().st_size


def files(desk: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in desk.iterdir() if not path.name.endswith("-shm")}


def copied_log(desk: Path) -> Path:
    """The desk with everything in the main file."""
    connection = sqlite3.connect(desk / "tickets.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return desk / "tickets.db"


def set_format(raw: Callable[..., None], name: str, value: int) -> None:
    raw("UPDATE counters SET value = ?, crc = ? WHERE name = ?", value, counter_checksum(name, value), name)


def as_somebody_else(directory: Path, use: Callable[[], None]) -> str:
    """What happens to an account that may read the desk and write nothing there: "done", or the error's words."""
    for path in directory.iterdir():
        path.chmod(0o444)
    directory.chmod(0o555)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking while pytest's threads rest is fine
        child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            use()
            answer = "done"
        except TicketError as error:
            answer = f"{error.exit_code} {error}"
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent's test shows it
            answer = repr(error)
        os.write(writing, answer.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()
