"""`key=value` words."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.errors import UsageError


def pairs(words: Iterable[str], what: str) -> dict[str, str]:
    """The words as a mapping, the last of a key counts. Raises `UsageError` for one without `=`."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageError(f"{what} {word!r} is no key=value", "write it like region=north")
        found[key] = value
    return found
