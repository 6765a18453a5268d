"""A backup: one state of the desk as a file in the stock TinyDB format; its last line has the SHA-256 of all the rest.

It has the form of a `json:` store, and is written and read in flat memory, row by row.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any, BinaryIO
from zlib import crc32

from ticketcli.errors import Conflict, NotFound, NotPermitted, OutcomeUnknown, StoreDamaged, TicketError, Unavailable
from ticketcli.ports import BackupMade, Scalar
from ticketcli.stores import jsonfile_form as form
from ticketcli.stores.copying import Copied, counters_of
from ticketcli.stores.engine import Row
from ticketcli.stores.layout import FORMAT, TABLES

_TAIL = 4096
"""The mark stands well within so many last bytes."""
_AT_ONCE = 1 << 20


class _Writer:
    """Writes sections one after the other and keeps the sums."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = sha256()
        self._crc = form.begin_checksum(FORMAT, FORMAT)
        self._covered = False

    def section(self, name: str, lines: Iterator[bytes]) -> int:
        self._put(form.HEAD if name == form.SECTIONS[0] else form.SEAM[name])
        self._covered = name in form.COVERED
        count = 0
        for count, line in enumerate(lines, 1):
            self._put(b",\n" + line if count > 1 else line)
        self._covered = False
        return count

    def end(self) -> str:
        digest = self._sum.hexdigest()
        self._file.write(form.render_mark(form.Mark(FORMAT, FORMAT, self._crc, digest)))
        return digest

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._sum.update(data)
        if self._covered:
            self._crc = crc32(data, self._crc)


def write_backup(source: Copied, path: str) -> BackupMade:
    """Writes the state beside `path` and moves it there, mode 0600, synced. An older backup is replaced.

    Raises `Conflict` when something else stands there, `NotPermitted` or `Unavailable` when it cannot be written,
    `OutcomeUnknown` when it stands there and nobody knows for how long.
    """
    path = os.path.abspath(path)
    _check_place(path)
    draft = f"{path}.{os.getpid()}.new"
    try:
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            rows, digest = _fill(_Writer(file), source)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        os.replace(draft, path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):  # on a read-only file system even a draft that is not there cannot be removed
            os.unlink(draft)
    _sync_folder(path)
    return BackupMade(path, size, digest, rows)


def _fill(writer: _Writer, source: Copied) -> tuple[dict[str, int], str]:
    rows = {}
    for table in TABLES:
        lines = (b"%b:%b" % (form.key_of(id), row.text.encode()) for id, row in source.walk(table, 0))
        rows[table] = writer.section(table, lines)
    for table in TABLES:
        writer.section(form.INDEX[table], _index(source, table))
    writer.section(form.COUNTERS, iter([form.render_counters(counters_of(source))]))
    return rows, writer.end()


def _index(source: Copied, table: str) -> Iterator[bytes]:
    for id, row in source.walk(table, 0):
        yield b"%b:%b" % (form.key_of(id), form.render_entry(table, id, row.text.encode(), row.columns))


def _check_place(path: str) -> None:
    if os.path.lexists(path) and not os.path.isfile(path):  # a device would be read without end, and then replaced
        raise Conflict(f"{path} is {'a folder' if os.path.isdir(path) else 'no file'}", "name the file to write")
    try:
        with open(path, "rb") as file:
            mark, _ = form.read_mark(_tail(file))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from None
    except StoreDamaged:
        raise Conflict(f"{path} exists and is no backup", "name another file, or remove it first") from None
    if mark.sha256 is None:
        raise Conflict(f"{path} is the store of a desk", "name another file")


def _tail(file: BinaryIO) -> bytes:
    file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
    return file.read()


def _sync_folder(path: str) -> None:
    """The file is in place: a folder that cannot be synced does not take it away."""
    try:
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        message = f"{path} was written, but may not survive a power cut ({error.strerror})"
        raise OutcomeUnknown(message, "check the disk, then make the backup again") from None


def _unwritable(path: str, error: OSError) -> TicketError:
    if error.errno in (13, 1, 30, 2, 20):  # EACCES EPERM EROFS ENOENT ENOTDIR
        return NotPermitted(f"{path}: cannot be written ({error.strerror})", "name another file")
    return Unavailable(f"{path}: no backup was made ({error.strerror})", "make room, then try again")


class Backup:
    """A backup to read from, in flat memory. Close it when done."""

    def __init__(self, path: str) -> None:
        """Reads it through: raises `NotFound`, or `StoreDamaged` unless it is a whole backup or `json:` store."""
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise NotFound(f"no backup at {path}", "name the file that ticket backup wrote") from None
        except OSError as error:
            raise NotPermitted(f"{path}: cannot be read ({error.strerror})", "see who may read it") from None
        try:
            self._verify()
        except (StoreDamaged, OSError) as error:
            self.close()
            why, hint = (error.message, error.hint) if isinstance(error, StoreDamaged) else (error.strerror, "")
            hint = hint if hint.startswith("upgrade") else "use another backup"
            raise StoreDamaged(f"{path}: this is no whole backup: {why}", hint) from None

    def close(self) -> None:
        os.close(self._file)

    def counters(self) -> Mapping[str, Scalar]:
        return {entry["name"]: entry["value"] for _, entry in self._entries(form.COUNTERS)}

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        """The rows in the order of the file. Raises `StoreDamaged` at one that its checksum does not fit."""
        names = [column.name for column in TABLES[table].columns]
        index = self._entries(form.INDEX[table])
        for key, text in self._lines(table):
            id, entry = next(index, (0, {}))
            if key != form.key_of(id) or form.checksum(table, id, text) != entry["crc"]:
                message = f"{table}: what stands at {key[:20]!r} does not match its checksum"
                raise StoreDamaged(message, "use another backup", table=table, row=id)
            if id > after:
                yield id, Row(text.decode(), tuple([entry.get(name) for name in names]))
        if next(index, None) is not None:
            raise StoreDamaged(f"{table}: rows are missing", "use another backup")

    def _entries(self, section: str) -> Iterator[tuple[int, dict[str, Any]]]:
        for key, text in self._lines(section):
            yield int(key[1:-1]), form.parsed_entry(text)

    def _lines(self, section: str) -> Iterator[tuple[bytes, bytes]]:
        """Number in quotes and JSON of each row; generators of several sections may run side by side."""
        rest = b""
        for data in self._bytes(*self._places[section]):
            *lines, rest = (rest + data).split(b",\n")
            for line in lines:
                key, _, text = line.partition(b":")
                yield key, text
        if rest:
            key, _, text = rest.partition(b":")
            yield key, text

    def _bytes(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            data = os.pread(self._file, min(_AT_ONCE, end - start), start)
            if not data:
                raise StoreDamaged("it became shorter while it was read", "use another backup")
            start += len(data)
            yield data

    def _verify(self) -> None:
        size = os.fstat(self._file).st_size
        tail = b"".join(self._bytes(max(0, size - _TAIL), size))
        mark, start = form.read_mark(tail)
        end = size - len(tail) + start
        self._places = self._find_sections(end)
        self.format = mark.format_write
        digest, crc = sha256(), form.begin_checksum(mark.format_read, mark.format_write)
        for data in self._bytes(0, end):
            digest.update(data)
        for section in form.COVERED:
            for data in self._bytes(*self._places[section]):
                crc = crc32(data, crc)
        if crc != mark.crc or mark.sha256 not in (None, digest.hexdigest()):
            raise StoreDamaged("it does not match its checksum")

    def _find_sections(self, end: int) -> dict[str, tuple[int, int]]:
        """Where the rows of each section begin and end."""
        heads = {form.SEAM[name][4:]: name for name in form.SECTIONS[1:]}
        starts = [(form.SECTIONS[0], len(form.HEAD))]
        with open(os.dup(self._file), "rb") as file:
            file.seek(0)
            place = len(file.readline())
            for line in file:
                place += len(line)
                if line in heads:
                    starts.append((heads[line], place))
        names = [name for name, _ in starts]
        if names != list(form.SECTIONS) or os.pread(self._file, len(form.HEAD), 0) != form.HEAD:
            raise StoreDamaged("its sections are not in place")
        ends = [*(start - len(form.SEAM[name]) for name, start in starts[1:]), end]
        return {name: (start, last) for (name, start), last in zip(starts, ends)}
