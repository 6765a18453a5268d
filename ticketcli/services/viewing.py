"""The view of a stored ticket: its clocks by the rulebook in force, and what the index holds."""

from __future__ import annotations

from ticketcli.domain.dating import Look
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.ticket import Ticket, View
from ticketcli.domain.viewing import view
from ticketcli.ports import Looking
from ticketcli.services.in_force import InForce


def view_of(reader: Looking, rules: InForce, ticket: Ticket, now: Instant) -> View:
    """How a stored ticket stands now."""
    return clocks_of(reader, rules, ticket, now)._replace(wake_at=wake_at(reader, ticket.id))


def clocks_of(reader: Looking, rules: InForce, ticket: Ticket, now: Instant) -> View:
    """The same without `wake_at`, for those who look at many tickets and ask the index only about some."""
    return view(look_at(reader, rules, ticket, now), None)


def wake_at(reader: Looking, id: int) -> Instant | None:
    """When something happens to the ticket by itself, by the index."""
    filing = reader.filing(id)
    return filing.wake_at if filing else None


def looked_at(reader: Looking, rules: InForce, id: int) -> float:
    """When rules look at the ticket next if nobody acts: past means with the next sweep, NEVER that they do not.

    What should have happened by then is the work of rules that undo each other, and were stopped.
    """
    filing = reader.filing(id)
    if filing is None or filing.planned != rules.number:
        return -NEVER
    return NEVER if filing.wake_at is None else filing.wake_at


def look_at(reader: Looking, rules: InForce, ticket: Ticket, now: Instant) -> Look:
    """The stored ticket for those who date a wait or foresee; its events are read only if they must be."""
    return Look(ticket, rules.rulebook, now, lambda: reader.events(ticket.id))
