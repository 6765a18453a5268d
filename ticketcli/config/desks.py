"""Which desk a call works on, and why that one (design section 4)."""

from __future__ import annotations

import os
import sys

from ticketcli.config.places import data_folder
from ticketcli.config.trust import SETTINGS
from ticketcli.errors import NoDesk, NotPermitted
from ticketcli.records import NamedTuple

IDENTITY_FILE = os.path.join(".cache", "identity")
"""Holds the number that the desk's store must hold too."""


class Found(NamedTuple):
    """A desk's directory, and how it was found, in words."""

    path: str
    why: str


def find(named: str | None) -> Found:
    """The desk that `--desk` or TICKETCLI_DESK names, else the nearest around the working directory, else the user's.

    Raises `NoDesk` when there is none. Whether it is trusted is another question.
    """
    variable = os.environ.get("TICKETCLI_DESK")
    if named:
        return _named(named, "--desk")
    if variable:
        return _named(variable, "TICKETCLI_DESK")
    around = _around()
    if around is not None:
        return Found(around, "the nearest directory with ticketcli.yaml")
    if is_desk(own_desk()):
        return Found(own_desk(), "your own desk")
    raise NoDesk("no desk here", "set TICKETCLI_DESK or run ticket init")


def identity_of(desk: str) -> int | None:
    """The number that stands in the desk's own store; None when nothing says it, so that any store will do."""
    try:
        with open(os.path.join(desk, IDENTITY_FILE), "rb") as file:
            return int(file.read(40))
    except (OSError, ValueError):
        return None


def is_desk(path: str) -> bool:
    return os.path.isfile(os.path.join(path, SETTINGS))


def own_desk() -> str:
    """Where the user's own desk is, or would be."""
    return os.path.join(data_folder(), "desk")


def may_make_own_desk() -> bool:
    """A desk made silently in a pipeline or a container loses tickets: somebody must be there to see it."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI")


def _named(path: str, by: str) -> Found:
    whole = os.path.abspath(path)
    if not is_desk(whole):
        if _is_hidden(whole):
            raise NotPermitted(f"the desk {path} may not be looked into ({by})", "ask its owner, or join its group")
        raise NoDesk(f"no desk at {path}: {_missing(whole)} ({by})", f"check {by}, or run ticket init there")
    return Found(whole, f"named by {by}")


def _is_hidden(path: str) -> bool:
    """Whether the caller may not even see if a desk is there: to make one is no cure for that."""
    try:
        os.stat(os.path.join(path, SETTINGS))
    except PermissionError:
        return True
    except OSError:
        pass
    return False


def _missing(path: str) -> str:
    return f"it holds no {SETTINGS}" if os.path.isdir(path) else "no such directory"


def _around() -> str | None:
    try:
        folder = os.getcwd()
    except FileNotFoundError:
        return None
    while True:
        if is_desk(folder):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
