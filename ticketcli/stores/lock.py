"""The desk's lock file: one writer at a time, waiting in the kernel until a deadline.

The file is made once and never renamed or removed, so that everybody locks the same one. The lock belongs to the open
file and is not inherited by programs that are started; it ends with its holder, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from contextlib import suppress

from ticketcli.errors import NotPermitted, Unavailable


class WriterLock:
    """`pattern` is the file whose mode and group the lock file gets when it is made: the store's."""

    def __init__(self, path: str, pattern: str) -> None:
        self._path = path
        self._pattern = pattern
        self._file: int | None = None

    def acquire(self, timeout: float, holder: str) -> None:
        """Takes the lock and writes this process and `holder` (what it is doing) into it.

        Raises `Unavailable` with the holder's words when the lock was not had within `timeout` seconds; 0: at once.
        """
        file = _open(self._path, self._pattern)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if timeout <= 0:
                os.close(file)
                raise _taken(self._path) from None
            _Waiter(file).wait(timeout, self._path)
        except OSError as error:
            os.close(file)
            raise _unlockable(self._path, error) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"process {os.getpid()} on {os.uname().nodename}: {holder}\n".encode(errors="replace"), 0)
        self._file = file

    def release(self) -> None:
        """Gives the lock back; without it, does nothing."""
        file, self._file = self._file, None
        if file is not None:
            fcntl.flock(file, fcntl.LOCK_UN)  # closing would not do while a forked child has the file too
            os.close(file)


def _open(path: str, pattern: str) -> int:
    """The lock file, made with mode and group of `pattern` when it is not there."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with suppress(FileNotFoundError):
            return os.open(path, flags)
        with suppress(FileExistsError):
            _make(path, os.stat(pattern))
        return os.open(path, flags)
    except OSError as error:
        raise _unlockable(path, error) from None


def _make(path: str, like: os.stat_result) -> None:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(file, like.st_mode & 0o666)
        with suppress(PermissionError):
            os.fchown(file, -1, like.st_gid)
    finally:
        os.close(file)


def take_turn(path: str, name: str) -> Callable[[], None] | None:
    """Holds the turn at `name` of the store at `path` until the answer is called; None while another has it."""
    lock = WriterLock(f"{path}.{name}.lock", path)
    try:
        lock.acquire(0, name)
    except Unavailable:
        return None
    return lock.release


class _Waiter:
    """Waits in a thread of its own: the kernel's lock knows no deadline, and a signal would disturb the program."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._deciding = threading.Lock()
        self._ended = threading.Event()
        self._error: OSError | None = None
        self._given_up = False

    def wait(self, timeout: float, path: str) -> None:
        """Returns with the lock, or raises and leaves the file to be closed by the thread that still waits."""
        threading.Thread(target=self._block, daemon=True).start()
        try:
            self._ended.wait(timeout)
        finally:
            with self._deciding:
                self._given_up = not self._ended.is_set()
        if self._error is not None:
            raise _unlockable(path, self._error)
        if self._given_up:
            raise _taken(path)

    def _block(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as error:
            self._error = error
        with self._deciding:
            self._ended.set()
            if self._given_up or self._error:
                os.close(self._file)


def _unlockable(path: str, error: OSError) -> NotPermitted:
    return NotPermitted(f"{path}: cannot be locked ({error.strerror})", "writing to the desk needs access to this file")


def _taken(path: str) -> Unavailable:
    holder = "another process"
    with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        holder = file.read(200).strip() or holder
    return Unavailable(
        f"the desk is being written by {holder}", "try again, or wait longer (--lock-timeout)", holder=holder
    )
