"""Files that are there whole or not at all."""

from __future__ import annotations

import os


def write_whole(path: str, data: bytes, mode: int) -> None:
    """Writes beside the path and moves it there; the file has exactly `mode`, whatever the umask. Raises `OSError`."""
    beside = f"{path}.{os.getpid()}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        with open(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(data)
        os.replace(beside, path)
    except OSError:
        os.unlink(beside)
        raise
