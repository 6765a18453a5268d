"""Running a program that takes a message: no shell, no ticket text among its arguments, and never for too long."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from ticketcli.channels.plain import one_line
from ticketcli.errors import Undelivered

_NEVER = (os.EX_DATAERR, os.EX_NOUSER, os.EX_NOHOST)
"""Exit codes by which a program says that a later attempt is useless (sysexits.h)."""
_TOLD = 300
_LOOK = 0.1
"""Seconds between two looks at how much the program has said."""
_FLOOD = 2048
"""Blocks of 512 bytes that its words may take: 1 MiB."""


def run(program: Sequence[str], text: str, variables: Mapping[str, str], directory: str, timeout: float) -> None:
    """Runs the program in `directory` with the text on standard input; returns when it ended with 0.

    It has a session of its own, which is ended when the time is up, and inherits no open file. Raises `Undelivered`.
    """
    with _notes() as said:
        try:
            started = subprocess.Popen(
                list(program),
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                cwd=directory,
                env={**os.environ, **variables},
                start_new_session=True,
            )
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise Undelivered(f"{program[0]}: {why}", "check the path and the mode of the program") from None
        code = _ended(started, text.encode(errors="replace"), timeout, said.fileno())
        if code is None:
            raise Undelivered(f"{program[0]} took longer than {timeout:g} s and was ended", unreachable=True)
        if code != 0:
            end = f"exit code {code}" if code > 0 else f"signal {-code}"
            raise Undelivered(f"{program[0]} failed with {end}{_last_words(said.fileno())}", refused=code in _NEVER)


def _notes() -> IO[bytes]:
    """What the program says goes here; nowhere, when no temporary file can be made: the message matters more."""
    try:
        return tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
    except OSError:
        return open(os.devnull, "r+b")


def _ended(started: subprocess.Popen[bytes], data: bytes, timeout: float, said: int) -> int | None:
    """The exit code; None when the program had to be ended, and everything that it had started with it."""
    try:
        _wait(started, data, timeout, said)
    except BaseException as error:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        return None
    return started.returncode


def _wait(started: subprocess.Popen[bytes], data: bytes, timeout: float, said: int) -> None:
    """Until the program ends; a flood of words is thrown away as it comes, so that it fills no disk.

    Raises `subprocess.TimeoutExpired`.
    """
    rest: bytes | None = data
    until = time.monotonic() + timeout
    while True:
        left = until - time.monotonic()
        try:
            started.communicate(rest, min(_LOOK, left))
            return
        except subprocess.TimeoutExpired:
            if left <= _LOOK:
                raise
        rest = None  # what was not taken yet is still being written
        if os.fstat(said).st_blocks > _FLOOD:
            os.ftruncate(said, 0)  # the program writes on where it was; what lies before takes no room


def _last_words(handle: int) -> str:
    size = os.fstat(handle).st_size
    words = one_line(os.pread(handle, _TOLD, max(0, size - _TOLD)).decode(errors="replace"))
    return f": {words}" if words else ""
