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
    """The known zone most like the name, "" when none is."""
    from zoneinfo import available_timezones

    from ticketcli.domain.nearest import nearest

    return nearest(name, available_timezones())


def local_zone() -> str:
    """The zone of this machine by its IANA name, UTC when that cannot be told."""
    _, found, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return name if found and is_zone(name) and name != "Etc/UTC" else "UTC"
