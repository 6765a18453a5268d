"""Where a user's own files go: the XDG base directories."""

from __future__ import annotations

import os
import pwd


def data_folder() -> str:
    """For the user's own desk."""
    return _folder("XDG_DATA_HOME", ".local/share")


def config_folder() -> str:
    """For the list of trusted desks."""
    return _folder("XDG_CONFIG_HOME", ".config")


def state_folder() -> str:
    """For reports of bugs."""
    return _folder("XDG_STATE_HOME", ".local/state")


def _folder(variable: str, default: str) -> str:
    """The standard says that a relative path in such a variable is to be ignored."""
    base = os.environ.get(variable, "")
    if not os.path.isabs(base):
        base = os.path.join(_home(), default)
    return os.path.join(base, "ticketcli")


def _home() -> str:
    """HOME, else the home of the account; the root directory for users without either (some containers)."""
    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        return home
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return "/"


def account() -> str:
    """The account name of the user id, never what USER or LOGNAME say; `uid-N` without a passwd entry."""
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"
