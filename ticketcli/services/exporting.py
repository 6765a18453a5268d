"""`ticket export`: tickets with their whole history, in the order of their numbers, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ticketcli.domain.document import FACTS, ticket_output, write_instant
from ticketcli.domain.events import Event
from ticketcli.domain.operations.restoring import EVENTS
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import NotFound, StoreDamaged
from ticketcli.ports import Reader


def exported(reader: Reader, ids: Sequence[int] = ()) -> Iterator[dict[str, Any]]:
    """Facts and events of these tickets, or of all. Raises `NotFound` at a number that is none.

    Raises `StoreDamaged` rather than leave an event out.
    """
    for ticket in _tickets(reader, sorted(set(ids))) if ids else reader.walk_tickets():
        events = reader.events(ticket.id)
        if len(events) != ticket.version:
            raise StoreDamaged(f"ticket #{ticket.id}: the store does not find all of its events", "see: ticket doctor")
        facts = ticket_output(ticket, None)
        yield {**{key: facts[key] for key in FACTS}, EVENTS: [event_export(event) for event in events]}


def _tickets(reader: Reader, ids: Sequence[int]) -> Iterator[Ticket]:
    for id in ids:
        ticket = reader.ticket(id)
        if ticket is None:
            raise NotFound(f"no ticket #{id}", "ticket list shows what there is")
        yield ticket


def event_export(event: Event) -> dict[str, Any]:
    """An event without what belongs to the chain of this desk."""
    return {
        "at": write_instant(event.at),
        "actor": event.actor.name,
        "acting": event.actor.acting,
        "class": event.actor.class_,
        "kind": event.kind,
        "data": dict(event.data),
        "rule": None if event.rule is None else event.rule._asdict(),
    }
