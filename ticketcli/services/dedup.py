"""Dedup keys: at most one ticket that is neither resolved nor final holds one (design section 7, `create`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.events import Event
from ticketcli.domain.fold import apply
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.ticket import ENDED, Ticket
from ticketcli.errors import Conflict, Invalid
from ticketcli.ports import Looking


def holder(reader: Looking, key: Any) -> Ticket | None:
    """The ticket that holds the key; when all that had it have ended, the newest of them."""
    if not isinstance(key, str) or not key:
        return None
    kinds = reader.tally("tickets", "kind", {"dedup_key": [key]})
    if not kinds:
        return None
    held = any(kind not in ENDED for kind in kinds)
    newest = reader.ids("tickets", "dedup_key", [key], limit=None if held else 1, descending=True)
    tickets = (ticket for id in newest if (ticket := reader.ticket(id)) is not None)
    return next((ticket for ticket in tickets if not held or ticket.kind not in ENDED), None)


def window_of(value: Any) -> int | None:
    """Seconds of `reopen_within`, given as such or as a duration. Raises `Invalid` for anything else."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    try:
        return parse_duration(value).plain
    except Invalid as error:
        raise Invalid(f"reopen_within: {error.message}", error.hint) from None


def yielding(reader: Looking, acting: Acting, ticket: Ticket, own: Sequence[Event]) -> list[Event]:
    """What must be added to a change so that the key stays with one ticket: who is reopened leaves it to its holder.

    Raises `Conflict` when the change gives the ticket a key that another one holds.
    """
    after = ticket
    for event in own:
        after = apply(after, event)
    key = after.dedup_key
    if key is None or after.kind in ENDED or (ticket.kind not in ENDED and ticket.dedup_key == key):
        return []
    other = holder(reader, key)
    if other is None or other.id == ticket.id or other.kind in ENDED:
        return []
    if ticket.dedup_key != key:
        raise Conflict(f"#{other.id} holds the key {key!r}", f"resolve it first: ticket resolve {other.id}")
    return [acting.event(ticket, "changed", set={"dedup_key": None}, was={"dedup_key": key})]
