"""The view of a stored ticket: its clocks by the rulebook in force, and what the index holds."""

from __future__ import annotations

from ticketcli.domain.dating import Look
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket, View
from ticketcli.domain.viewing import view
from ticketcli.ports import Looking
from ticketcli.services.in_force import InForce


def view_of(reader: Looking, rules: InForce, ticket: Ticket, now: Instant) -> View:
    """How a stored ticket stands now."""
    filing = reader.filing(ticket.id)
    return view(look_at(reader, rules, ticket, now), filing.wake_at if filing else None)


def look_at(reader: Looking, rules: InForce, ticket: Ticket, now: Instant) -> Look:
    """The stored ticket for those who date a wait or foresee; its events are read only if they must be."""
    return Look(ticket, rules.rulebook, now, lambda: reader.events(ticket.id))
