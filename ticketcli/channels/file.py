"""Channel `file`: a line of JSON for each message, on disk before it counts as delivered."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Mapping
from typing import Any

from ticketcli.domain.events import Message
from ticketcli.domain.instants import format_instant
from ticketcli.errors import Undelivered


class FileChannel:
    def __init__(self, path: str) -> None:
        self._path = path

    def send(self, message: Message) -> None:
        """Adds the line and syncs it. A line that could not be written whole is taken off again."""
        line = json.dumps(message_json(message), ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
        try:
            new = not os.path.exists(self._path)
            handle = os.open(self._path, _FLAGS, 0o600)
            try:
                _append(handle, line)
            finally:
                os.close(handle)
            if new:
                _sync(os.path.dirname(self._path) or ".")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise Undelivered(f"{self._path}: {why}", "check the path, its mode and the space on the disk") from None


_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW


_BEGINNING = b'{"key"'
"""Of every line that this channel writes."""


def open_file(spec: Mapping[str, Any], directory: str) -> FileChannel:
    return FileChannel(os.path.join(directory, spec["path"]))


def message_json(message: Message) -> dict[str, Any]:
    """What programs get of a message; JSON keeps its texts from acting."""
    return {
        "key": message.key,
        "ticket": message.ticket,
        "kind": message.kind,
        "rule": message.rule,
        "to": message.to,
        "subject": message.subject,
        "body": message.body,
        "at": format_instant(message.at),
    }


def _append(handle: int, line: bytes) -> None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise OSError("not a regular file")
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # others wait their turn by trying again later
    size = os.fstat(handle).st_size
    if not _BEGINNING.startswith(os.pread(handle, len(_BEGINNING), 0)):  # the desk's settings, say
        raise OSError("it holds something else than messages")
    torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"  # whoever wrote it was killed
    try:
        _write(handle, b"\n" + line if torn else line)
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _sync(directory: str) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
