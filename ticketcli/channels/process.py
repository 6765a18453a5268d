"""Running a program that takes a message: no shell, no ticket text among its arguments, and never for too long."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ticketcli.channels.plain import one_line
from ticketcli.errors import Undelivered

_NEVER = (os.EX_DATAERR, os.EX_NOUSER, os.EX_NOHOST)
"""Exit codes by which a program says that a later attempt is useless (sysexits.h)."""
_TOLD = 300


def run(program: Sequence[str], text: str, variables: Mapping[str, str], directory: str, timeout: float) -> None:
    """Runs the program in `directory` with the text on standard input; returns when it ended with 0.

    It has a session of its own, which is ended when the time is up, and inherits no open file. Raises `Undelivered`.
    """
    with tempfile.TemporaryFile() as said:
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
        code = _ended(started, text.encode(errors="replace"), timeout)
        if code is None:
            raise Undelivered(f"{program[0]} took longer than {timeout:g} s and was ended", unreachable=True)
        if code != 0:
            end = f"exit code {code}" if code > 0 else f"signal {-code}"
            raise Undelivered(f"{program[0]} failed with {end}{_last_words(said.fileno())}", refused=code in _NEVER)


def _ended(started: subprocess.Popen[bytes], data: bytes, timeout: float) -> int | None:
    """The exit code; None when the program had to be ended, and everything that it had started with it."""
    try:
        started.communicate(data, timeout)
    except BaseException as error:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        return None
    return started.returncode


def _last_words(handle: int) -> str:
    size = os.fstat(handle).st_size
    words = one_line(os.pread(handle, _TOLD, max(0, size - _TOLD)).decode(errors="replace"))
    return f": {words}" if words else ""
