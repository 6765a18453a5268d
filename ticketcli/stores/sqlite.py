"""The engine on SQLite: one SQL table per TinyDB table, write-ahead log, every commit synced.

Opening never makes a store, and readers open read-only. Closing leaves the write-ahead log where it is: SQLite's last
connection would copy it into the main file and remove it, three more syncs in every short process. A read-only
connection cannot do that, so one is closed last. The next process reads the log again, so it is kept short.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from ticketcli.errors import Conflict, NotPermitted, StoreDamaged, TicketError, Unavailable
from ticketcli.stores import sqlite_sql as sql
from ticketcli.stores.layout import FORMAT
from ticketcli.stores.sqlite_rows import SqliteSnapshot, SqliteSource, SqliteWork

if TYPE_CHECKING:
    from ticketcli.stores.lock import WriterLock

LOG_BYTES = 1 << 20
"""A log longer than this is copied and emptied at close: reading it again costs a process half a millisecond."""
_WAIT = 1.0
"""Seconds that SQLite's own locks are waited for. Readers never need them, and writers have the lock file."""
_MAGIC = b"SQLite format 3\0"
_MISSING = "name another store in ticketcli.yaml, or restore a backup"


class SqliteEngine:
    """Opens its connections when they are first needed: one for reading, one for writing."""

    def __init__(self, path: str) -> None:
        self.rows_read = 0
        self._path = path
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._reading = False
        self._looked_at = False

    @cached_property
    def _lock(self) -> WriterLock:
        from ticketcli.stores.lock import WriterLock  # readers take none

        return WriterLock(f"{self._path}.lock", self._path)

    def snapshot(self) -> SqliteSnapshot:
        if self._reading:  # a view inside a view: it sees what was committed since, so it needs its own connection
            connection = self._connect("ro")
            return SqliteSnapshot(self, connection, connection.close)
        if self._reader is None:
            self._reader = self._connect("ro")
        self._reading = True
        return SqliteSnapshot(self, self._reader, self._read_ended)

    def _read_ended(self) -> None:
        self._reading = False

    def work(self, timeout: float, holder: str) -> SqliteWork:
        return SqliteWork(self, *self._locked(timeout, holder))

    def source(self, timeout: float, holder: str) -> SqliteSource:
        return SqliteSource(self, *self._locked(timeout, holder))

    def _locked(self, timeout: float, holder: str) -> tuple[sqlite3.Connection, Callable[[], None]]:
        if self._writer is None:
            self._writer = self._connect_writer()
        self._lock.acquire(timeout, holder)
        return self._writer, self._lock.release

    def files(self) -> list[str]:
        return [f"{self._path}{suffix}" for suffix in ("", "-wal", "-shm", ".lock")]

    def take_turn(self, name: str) -> Callable[[], None] | None:
        if not os.path.exists(self._path):
            raise StoreDamaged(f"{self._path}: there is no store here", _MISSING)
        from ticketcli.stores.lock import take_turn

        return take_turn(self._path, name)

    def purge(self, timeout: float) -> None:
        """Writes the whole file anew, without free pages and gaps, and empties the log."""
        if self._writer is None:
            self._writer = self._connect_writer()
        self._lock.acquire(timeout, "erasing")
        try:
            sql.run(self._writer, f"PRAGMA busy_timeout = {int(timeout * 1000)}")
            sql.run(self._writer, "VACUUM")
            if sql.run(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
                raise Unavailable("a reader still holds what was erased", "do the same again when it has ended")
        finally:
            sql.run(self._writer, f"PRAGMA busy_timeout = {int(_WAIT * 1000)}")
            self._lock.release()

    def close(self) -> None:
        reader, self._reader = self._reader, None
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(
                TicketError, OSError
            ):  # everything is committed: what fails here only costs the next process time
                self._empty_log(writer)
                reader = reader or self._connect("ro")
                sql.run(reader, "PRAGMA schema_version")
            writer.close()
        if reader is not None:
            reader.close()

    def _connect(self, mode: str) -> sqlite3.Connection:
        """A connection to a file that is a store of ours. Raises `StoreDamaged` when it is none.

        The file is looked at before the first connection only: a process that closes a file of its own loses all locks
        it has on it, SQLite's too. Another program that closed the store then took the log with our change away.
        """
        if not self._looked_at:
            _look_at(self._path)
            self._looked_at = True
        return _open(self._path, mode)

    def _connect_writer(self) -> sqlite3.Connection:
        connection = self._connect("rw")
        try:
            sql.run(connection, "PRAGMA synchronous = FULL")
            sql.run(connection, "PRAGMA fullfsync = ON")
        except TicketError:
            connection.close()
            raise
        return connection

    def _empty_log(self, writer: sqlite3.Connection) -> None:
        """Copies a long log into the main file, unless another writer is at work, who will."""
        if os.stat(f"{self._path}-wal").st_size > LOG_BYTES:
            self._lock.acquire(0, "copying the log")
            try:
                sql.run(writer, "PRAGMA busy_timeout = 0")
                sql.run(writer, "PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self._lock.release()


def create(path: str, mode: int, group: int | None, fill: Callable[[SqliteEngine], None] | None = None) -> None:
    """Makes a store at `path`, empty or as `fill` leaves it, whole or not at all.

    Raises `Conflict` when something is there already.
    """
    from ticketcli.stores.drafts import discard_drafts

    draft = f"{path}.{os.getpid()}.new"
    if any(os.path.lexists(f"{path}{suffix}") for suffix in ("", "-wal", "-journal")):  # SQLite would read those too
        raise _taken(path)
    try:
        _make_file(draft, mode, group)
        _fill(draft)
        if fill is not None:
            _fill_further(draft, fill)
        os.link(draft, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        from ticketcli.stores.drafts import unmade

        raise unmade(path, error) from None
    finally:
        discard_drafts(path)
    engine = SqliteEngine(path)
    engine.work(
        _WAIT, "making the desk"
    ).close()  # the log's files stay from now on, also for readers who may not make them
    engine.close()
    _sync_directory(os.path.dirname(path) or ".")


def _taken(path: str) -> Conflict:
    return Conflict(f"{path} exists already", "take another directory, or remove the file")


def _fill_further(draft: str, fill: Callable[[SqliteEngine], None]) -> None:
    """Everything ends in the one file, which is what is linked into place."""
    engine = SqliteEngine(draft)
    try:
        fill(engine)
    finally:
        engine.close()
    connection = SqliteEngine(draft)._connect_writer()
    try:
        if sql.run(connection, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            raise Unavailable(f"{draft}: another program is looking at it", "try again")
    finally:
        connection.close()


def _make_file(path: str, mode: int, group: int | None) -> None:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        os.fchmod(file, mode)
        if group is not None:
            os.fchown(file, -1, group)
    finally:
        os.close(file)


def _fill(path: str) -> None:
    connection = _open(path, "rw")
    try:
        sql.run(connection, f"PRAGMA application_id = {sql.APPLICATION_ID}")
        sql.run(connection, "BEGIN")
        for statement in sql.schema():
            sql.run(connection, statement)
        for name in ("format_read", "format_write"):
            sql.run(connection, sql.SET_COUNTER, (name, FORMAT, sql.counter_checksum(name, FORMAT)))
        sql.run(connection, "COMMIT")
        sql.run(connection, "PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _sync_directory(path: str) -> None:
    directory = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _look_at(path: str) -> None:
    """Raises `StoreDamaged` when the file is no store of ours, `NotPermitted` when it cannot be read."""
    try:
        with open(path, "rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise StoreDamaged(f"{path}: there is no store here", _MISSING) from None
    except IsADirectoryError:
        raise StoreDamaged(f"{path}: this is a folder, no ticketcli store", _MISSING) from None
    except OSError as error:
        raise NotPermitted(f"{path}: cannot be read ({error.strerror})", "ask for access to the desk") from None
    if not header:
        raise StoreDamaged(f"{path}: the store is empty (0 bytes)", "restore a backup")
    if len(header) < 100 or not header.startswith(_MAGIC) or header[68:72] != sql.APPLICATION_ID.to_bytes(4, "big"):
        raise StoreDamaged(f"{path}: this file is no ticketcli store", _MISSING)


def _open(path: str, mode: str) -> sqlite3.Connection:
    escaped = "".join(
        chr(byte) if 45 <= byte < 58 or chr(byte).isalpha() and byte < 128 else f"%{byte:02X}"
        for byte in os.fsencode(path)
    )
    try:
        return sqlite3.connect(f"file:{escaped}?mode={mode}", uri=True, timeout=_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise sql.explain(error) from error
