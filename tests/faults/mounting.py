"""Small file systems for tests, unmounted again whatever happens."""

from __future__ import annotations

import functools
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


@contextmanager
def mounted(at: Path, *what: str) -> Iterator[Path]:
    """`mount WHAT AT` while the block lasts. Raises `OSError` when it cannot be mounted."""
    at.mkdir(exist_ok=True)
    if not _run("mount", *what, str(at)):
        raise OSError(f"{' '.join(what)} cannot be mounted")
    try:
        yield at
    finally:
        if not _run("umount", str(at)):
            _run("umount", "--lazy", str(at))


def read_only(at: Path) -> None:
    """What is mounted there takes no writes from now on."""
    assert _run("mount", "-o", "remount,ro", str(at))


def image(path: Path, megabytes: int) -> Path:
    """A file with an empty ext4. Raises `OSError` when there is no mkfs.ext4."""
    with open(path, "wb") as file:
        file.truncate(megabytes << 20)
    if not _run("mkfs.ext4", "-q", "-F", str(path)):
        raise OSError("mkfs.ext4 is missing")
    return path


@functools.lru_cache(maxsize=2)
def can_mount(loop: bool = False) -> bool:
    """Whether this account may mount a tmpfs, or with `loop` an image."""
    if os.geteuid():
        return False
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        try:
            what = ("-o", "loop", str(image(top / "image", 8))) if loop else ("-t", "tmpfs", "tmpfs")
            with mounted(top / "at", *what):
                return True
        except OSError:
            return False
