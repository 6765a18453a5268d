"""Whose desk is worked on: rules of a stranger's desk could act in your name, so it is refused, as git does."""

from __future__ import annotations

import os
import stat

from ticketcli.config.places import config_folder
from ticketcli.errors import Invalid, NotPermitted

SETTINGS = "ticketcli.yaml"
_GUARDED = (SETTINGS, "rules", ".cache")
"""What decides how a desk behaves, beside the directory itself."""


def check_trust(desk: str) -> None:
    """Raises `NotPermitted` unless the desk is yours, root's, of a group you are in, or named as trusted.

    A group desk is a directory with the setgid bit that its group may write, as `ticket init --shared` makes it.
    """
    stranger = _stranger(desk)
    if stranger is None or os.path.realpath(desk) in (*_of_environment(), *_of_file()):
        return
    path, owner = stranger
    raise NotPermitted(
        f"the desk {desk} is not trusted: {path} belongs to user {owner}",
        f"if you trust it, run: ticket desk trust {quoted(os.path.realpath(desk))}",
    )


def _stranger(desk: str) -> tuple[str, int] | None:
    """The first path of the desk that somebody else owns, and its owner."""
    folder = os.stat(desk)
    group = folder.st_gid if _is_group_desk(folder) else None
    trusted = (os.geteuid(), 0)
    if folder.st_uid not in trusted and group is None:
        return desk, folder.st_uid
    for name in _GUARDED:
        path = os.path.join(desk, name)
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            continue
        if found.st_uid not in trusted and (group is None or found.st_gid != group):
            return path, found.st_uid
    return None


def _is_group_desk(folder: os.stat_result) -> bool:
    shared = stat.S_ISGID | stat.S_IWGRP
    return folder.st_mode & (shared | stat.S_IWOTH) == shared and folder.st_gid in (os.getegid(), *os.getgroups())


def trust(desk: str) -> bool:
    """Keeps the desk in the user's list; False when it stands there already."""
    path = os.path.realpath(desk)
    if "\n" in path:
        raise Invalid(f"the path {path!r} holds a line break", "rename the directory")
    known = _of_file()
    if path in known:
        return False
    from ticketcli.config.files import write_whole  # only here, not on the way of every call

    os.makedirs(config_folder(), mode=0o700, exist_ok=True)
    text = "".join(f"{line}\n" for line in (*known, path))
    write_whole(_file(), text.encode(errors="surrogateescape"), 0o600, durable=True)
    return True


def _file() -> str:
    return os.path.join(config_folder(), "trusted")


def _of_file() -> list[str]:
    try:
        with open(_file(), errors="surrogateescape") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def _of_environment() -> list[str]:
    return [os.path.realpath(path) for path in os.environ.get("TICKETCLI_TRUST", "").split(":") if path]


def quoted(path: str) -> str:
    """The path as a shell takes it as one word."""
    import shlex

    return shlex.quote(path)
