"""Names of time zones."""

from __future__ import annotations

import os


def is_zone(name: str) -> bool:
    """Whether the IANA tables of this machine, or of tzdata, know the zone."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def nearest_zone(name: str) -> str:
    """The zone that was most likely meant, "" when none is like it."""
    from ticketcli.domain import zoneclock  # only a mistake needs it

    return zoneclock.nearest_zone(name)


def local_zone() -> str:
    """The zone of this machine by its IANA name, UTC when that cannot be told."""
    _, found, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return name if found and is_zone(name) and name != "Etc/UTC" else "UTC"
