"""Files that are there whole or not at all."""

from __future__ import annotations

import os


def write_whole(path: str, data: bytes, mode: int, *, durable: bool = False) -> None:
    """Writes beside the path and moves it there; the file has exactly `mode`, whatever the umask.

    With `durable` it survives a power cut from then on. Raises `OSError`, and then leaves nothing behind.
    """
    beside = f"{path}.{os.getpid()}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        with open(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(data)
            if durable:
                file.flush()
                os.fsync(handle)
        os.replace(beside, path)
    except OSError:
        os.unlink(beside)
        raise
    if durable:
        sync_folder(os.path.dirname(path))


def sync_folder(path: str) -> None:
    """Makes what was created, renamed or removed in the folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
