"""What a machine says of one thing: that it is broken, or that it is well again (design section 7, dedup keys)."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.digest import sha256
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple

FIRING, RESOLVED = "firing", "resolved"
_DIGEST = 16
"""Hexadecimal digits."""


class Signal(NamedTuple):
    """`key` names the thing, always in the same words: the ticket about it holds it as its dedup key.

    A firing one opens a ticket from `facts`, or counts as an occurrence of the one that is there; within
    `reopen_within` seconds of its end the last one is reopened. A resolved one resolves it, saying `comment`.
    """

    key: str
    state: str
    facts: JsonMap
    reopen_within: int | None = None
    comment: str = ""
    where: str = ""
    """Where it stood in what came in: `alerts 3`."""


def clipped(text: str, limit: int) -> str:
    """The text, cut to so many characters; what machines write knows no limits."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def told_apart(text: str, limit: int) -> str:
    """The same for a text that tells things apart: what is cut off still counts, by its digest."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - _DIGEST - 1]}…{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGEST]}"


def named(text: Any) -> str:
    """A machine's word as a name: one line of printable characters, at most eighty."""
    words = "".join(char if char.isprintable() else " " for char in str(text)).split()
    return clipped(" ".join(words), 80)
