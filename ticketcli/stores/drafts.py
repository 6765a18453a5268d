"""Stores in the making: beside their place, under a name of their own, until they are whole."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress

from ticketcli.errors import NotPermitted, TicketError, Unavailable

_OURS = r"\.\d+\.new(-wal|-shm|-journal|\.lock|\.new)?"


def discard_drafts(path: str) -> None:
    """Removes what was being made at `path` by this process, and by others that are gone."""
    folder, name = os.path.split(path)
    draft = re.compile(re.escape(name) + _OURS)
    with suppress(OSError):
        for found in os.listdir(folder or "."):
            if draft.fullmatch(found) and not alive(int(found[len(name) + 1 :].partition(".")[0])):
                with suppress(FileNotFoundError):
                    os.unlink(os.path.join(folder, found))


def alive(process: int) -> bool:
    """Whether another process of that number lives; it may be one that has nothing to do with the draft."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def unmade(path: str, error: OSError) -> TicketError:
    """Why there is no new store at `path`: a full disk passes, anything else is for a person."""
    what = f"{path}: cannot be made ({error.strerror})"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable(what, "free some space, then try again")
    return NotPermitted(what, "check the directory")
