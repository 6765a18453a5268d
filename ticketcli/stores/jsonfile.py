"""The engine on one JSON file, which plain TinyDB and jq read: for small desks and for looking inside.

Every commit writes the whole file anew beside the old one, syncs it and moves it into place, so that whoever reads has
one committed state and a crash leaves one. That costs as much as the store is large: a few milliseconds at 1,000
tickets.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from ticketcli.errors import Conflict, NotPermitted, OutcomeUnknown, StoreDamaged, TicketError, Unavailable
from ticketcli.stores import jsonfile_form as form
from ticketcli.stores.drafts import discard_drafts, unmade
from ticketcli.stores.jsonfile_rows import JsonSnapshot, JsonSource, JsonWork, State
from ticketcli.stores.lock import WriterLock, take_turn

_MISSING = "name another store in ticketcli.yaml, or restore a backup"


class JsonEngine:
    """Reads the file for every state; one that did not change since is not taken apart again."""

    def __init__(self, path: str) -> None:
        self.rows_read = 0
        self._path = os.path.realpath(path)  # moving a file into place would replace a link, not what it names
        self._lock = WriterLock(f"{self._path}.lock", self._path)
        self._known: State | None = None

    def snapshot(self) -> JsonSnapshot:
        return JsonSnapshot(self, self._state())

    def work(self, timeout: float, holder: str) -> JsonWork:
        return self._locked(JsonWork, timeout, holder)

    def source(self, timeout: float, holder: str) -> JsonWork:
        return self._locked(JsonSource, timeout, holder)

    def _locked(self, kind: type[JsonWork], timeout: float, holder: str) -> JsonWork:
        _check_there(self._path)
        self._lock.acquire(timeout, holder)
        try:
            return kind(self, self._state(), self._save, self._lock.release)
        except BaseException:
            self._lock.release()
            raise

    def files(self) -> list[str]:
        return [self._path, f"{self._path}.lock"]

    def take_turn(self, name: str) -> Callable[[], None] | None:
        _check_there(self._path)
        return take_turn(self._path, name)

    def purge(self, timeout: float) -> None:
        """Every commit writes the file anew; only the draft of one that was killed may hold more."""
        _check_there(self._path)
        self._lock.acquire(timeout, "erasing")
        try:
            with suppress(FileNotFoundError):
                os.unlink(_draft(self._path))
        finally:
            self._lock.release()

    def close(self) -> None:
        self._known = None

    def _state(self) -> State:
        data = _read(self._path)
        if self._known is None or self._known.data != data:
            try:
                self._known = State(data)
            except StoreDamaged as error:
                raise StoreDamaged(f"{self._path}: {error.message}", error.hint) from error
        return self._known

    def _save(self, data: bytes) -> None:
        replace(self._path, data)


def create(path: str, mode: int, group: int | None, fill: Callable[[JsonEngine], None] | None = None) -> None:
    """Makes a store at `path`, empty or as `fill` leaves it, whole or not at all.

    Raises `Conflict` when something is there already.
    """
    draft = f"{path}.{os.getpid()}.new"
    empty = dict.fromkeys(form.SECTIONS, b"")
    if os.path.lexists(path):
        raise _taken(path)
    try:
        _write(draft, b"".join(form.join(empty)), mode, group)
        if fill is not None:
            fill(JsonEngine(draft))
        os.link(draft, path)
        _sync_folder(path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise unmade(path, error) from None
    finally:
        discard_drafts(path)


def _taken(path: str) -> Conflict:
    return Conflict(f"{path} exists already", "take another directory, or remove the file")


def replace(path: str, data: bytes) -> None:
    """Puts the file in place of the old one, with its mode and group, and makes that durable.

    Raises `Unavailable` or `NotPermitted` while the old one still stands, `OutcomeUnknown` when nobody can tell.
    """
    draft, old = _draft(path), os.stat(path)
    try:
        with suppress(FileNotFoundError):
            os.unlink(draft)
        _write(draft, data, old.st_mode & 0o777, old.st_gid)
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(draft)
        _refuse(path, error)
    try:
        _sync_folder(path)
    except OSError as error:
        hint = "look whether it is there before you repeat it; the same --idempotency-key makes that safe"
        message = f"the disk failed while the change was being saved: {error.strerror}"
        raise OutcomeUnknown(message, hint) from error


def _draft(path: str) -> str:
    """Beside the store; who writes holds the lock, so one name will do, and a killed writer's is written over."""
    return f"{path}.new"


def _write(path: str, data: bytes, mode: int, group: int | None) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        os.fchmod(file, mode)
        if group is not None and os.fstat(file).st_gid != group:
            os.fchown(file, -1, group)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)


def _sync_folder(path: str) -> None:
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_there(path: str) -> None:
    if not os.path.exists(path):
        raise StoreDamaged(f"{path}: there is no store here", _MISSING)


def _read(path: str) -> bytes:
    """The bytes of a file that may be a store. Raises `StoreDamaged` when it cannot be one."""
    try:
        with open(path, "rb", buffering=0) as file:
            data = file.readall()
    except FileNotFoundError:
        raise StoreDamaged(f"{path}: there is no store here", _MISSING) from None
    except IsADirectoryError:
        raise StoreDamaged(f"{path}: this is a folder, no ticketcli store", _MISSING) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if not data:
        raise StoreDamaged(f"{path}: the store is empty (0 bytes)", "restore a backup")
    if not data.startswith(form.HEAD):
        raise StoreDamaged(f"{path}: this file is no ticketcli store, or is damaged at its beginning", _MISSING)
    return data


def _unreadable(path: str, error: OSError) -> TicketError:
    if error.errno == errno.EIO:
        return Unavailable(f"{path}: cannot be read ({error.strerror})", "check the disk, then try again")
    return NotPermitted(f"{path}: cannot be read ({error.strerror})", "ask for access to the desk")


def _refuse(path: str, error: OSError) -> NoReturn:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = "writing needs access to the desk's directory, for the file is written anew beside the old one"
        raise NotPermitted(f"{path}: cannot be written ({error.strerror})", hint) from None
    raise Unavailable(f"nothing was changed: {path}: {error.strerror}", "make room, then try again") from None
