"""The bytes of time-zone tables, so that a new table counts as a new rulebook; found without importing zoneinfo."""

from __future__ import annotations

import os

_SYSTEM = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
"""Where CPython looks too, unless PYTHONTZPATH says otherwise."""


def zone_bytes(name: str) -> bytes:
    """The table of an IANA zone; b"" when there is none of that name."""
    if name.startswith("/") or ".." in name.split("/"):
        return b""
    for folder in _folders():
        try:
            with open(os.path.join(folder, name), "rb") as file:
                return file.read()
        except OSError:
            continue
    return _from_package(name)


def _folders() -> tuple[str, ...]:
    given = os.environ.get("PYTHONTZPATH")
    return _SYSTEM if given is None else tuple(filter(os.path.isabs, given.split(os.pathsep)))


def _from_package(name: str) -> bytes:
    """From the tzdata package, which serves machines without tables of their own."""
    import tzdata  # type: ignore[import-untyped]

    try:
        with open(os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo", name), "rb") as file:
            return file.read()
    except OSError:
        return b""
