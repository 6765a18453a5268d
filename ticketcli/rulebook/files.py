"""Rule files on disk: which ones, and their bytes. On the way of every command, so it imports next to nothing."""

from __future__ import annotations

import errno
import os
import stat

from ticketcli.records import NamedTuple

MAX_BYTES = 1 << 20
"""Of one file."""
SUFFIX = ".yaml"


class RuleFile(NamedTuple):
    """One file: the name it is shown by, and its bytes or why it could not be read."""

    name: str
    data: bytes
    error: str = ""


def rule_names(directory: str) -> list[str]:
    """The names of the rule files in a folder, sorted. Raises `OSError` when it cannot be listed."""
    names = [name for name in os.listdir(directory) if name.endswith(SUFFIX) and not name.startswith(".")]
    return sorted(names)


def read_file(path: str, name: str, limit: int) -> RuleFile:
    """A regular file's bytes, of a larger one only `limit` and one more. A pipe or device is not waited for."""
    if not name.isprintable():
        return RuleFile(name.encode("unicode_escape").decode(), b"", "its name is not printable")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return RuleFile(name, b"", "not a regular file")
            return RuleFile(name, _read(handle, limit + 1))
        finally:
            os.close(handle)
    except OSError as error:
        return RuleFile(name, b"", os.strerror(error.errno or errno.EIO).lower())


def _read(handle: int, limit: int) -> bytes:
    parts: list[bytes] = []
    while limit > 0 and (part := os.read(handle, limit)):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)
