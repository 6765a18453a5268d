"""A desk's files for `ticket doctor`: who may read and write them, and what killed calls left behind."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress

from ticketcli.config.trust import quoted
from ticketcli.services.doctor import Finding

_DRAFTS = re.compile(r"(?:.*\.|\.making-)(\d+)(?:\.new.*)?")
_PRIVATE, _SHARED = 0o600, 0o660


def examine_files(desk: str) -> list[Finding]:
    """Findings on the modes and groups of the desk's own files, and on drafts of processes that are gone."""
    return [*_modes(desk), *_drafts(desk)]


def _modes(desk: str) -> Iterator[Finding]:
    """Of the desk's folder, and of the files in it and in its cache; rules are protected by the folder."""
    top = os.stat(desk)
    shared = bool(top.st_mode & stat.S_ISGID)
    if top.st_mode & (0o007 if shared else 0o077):
        yield _too_open(desk, 0o2770 if shared else 0o700)
    allowed = _SHARED if shared else _PRIVATE
    for path, found in _files(desk):
        if found.st_mode & 0o777 & ~allowed:
            yield _too_open(path, allowed)
        elif shared and found.st_mode & 0o060 != 0o060:
            todo = f"chmod {allowed:o} {quoted(path)}"
            yield Finding("files", "warning", f"{path}: the group of this shared desk cannot use it", todo)
        elif shared and found.st_gid != top.st_gid:
            todo = f"chgrp {top.st_gid} {quoted(path)}"
            yield Finding("files", "warning", f"{path}: belongs to another group than the desk", todo)


def _too_open(path: str, mode: int) -> Finding:
    what = f"{path}: others than the desk's own may read or write it"
    return Finding("files", "warning", what, f"chmod {mode:o} {quoted(path)}")


def _files(desk: str) -> Iterator[tuple[str, os.stat_result]]:
    for path in _paths(desk):
        with suppress(FileNotFoundError):  # drafts of calls that run come and go
            found = os.lstat(path)
            if stat.S_ISREG(found.st_mode):
                yield path, found


def _paths(desk: str) -> Iterator[str]:
    """What stands in the desk's folder and in its cache, as far as the caller may look."""
    for folder in (desk, os.path.join(desk, ".cache")):
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            yield from [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def _drafts(desk: str) -> Iterator[Finding]:
    for path in _paths(desk):
        draft = _DRAFTS.fullmatch(os.path.basename(path))
        # a call that ended well removed its draft before it went, maybe since the folder was listed
        if draft and not os.path.exists(f"/proc/{draft[1]}") and os.path.lexists(path):
            todo = f"rm -r {quoted(path)}"
            yield Finding("files", "warning", f"{path}: left behind by a call that was killed", todo)
