"""Who works on it: assign, take, and giving a ticket back to the rules."""

from __future__ import annotations

from ticketcli.domain.events import Event
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.known import known_person
from ticketcli.domain.operations.moving import start
from ticketcli.domain.ticket import ENDED, Ticket
from ticketcli.domain.words import word_key
from ticketcli.errors import AlreadyTaken, Conflict


def assign(acting: Acting, ticket: Ticket, to: str | None) -> list[Event]:
    """To a person of the desk, or to nobody; binds routing rules from then on."""
    name = known_person(acting.rulebook, to) if to is not None else None
    if name == ticket.assignee and "assignee" in ticket.chosen:
        return []
    return [acting.event(ticket, "assigned", to=name, was=ticket.assignee, chosen=["assignee"])]


def take(acting: Acting, ticket: Ticket) -> list[Event]:
    """Assigns it to the caller, and starts it if it is new. Raises `AlreadyTaken` when somebody else has it."""
    me = acting.name
    if ticket.kind in ENDED:
        raise Conflict(f"#{ticket.id} is {ticket.status}", f"reopen it first: ticket reopen {ticket.id}")
    theirs = ticket.assignee is not None and word_key(ticket.assignee) != word_key(me)
    if theirs and "assignee" in ticket.chosen:
        people = acting.rulebook.people
        to = me if not people or acting.rulebook.person(me) else "--nobody, and take it"
        hint = f"agree with {ticket.assignee}, then: ticket assign {ticket.id} {to}"
        raise AlreadyTaken(f"#{ticket.id} is taken by {ticket.assignee}", hint)
    events = []
    if ticket.assignee != me or "assignee" not in ticket.chosen:
        events.append(acting.event(ticket, "assigned", to=me, was=ticket.assignee, chosen=["assignee"]))
    if ticket.kind == "initial":
        events += start(acting, ticket)
    return events


def route(acting: Acting, ticket: Ticket) -> list[Event]:
    """Gives the ticket back to the rules: what people chose binds no longer, and it is routed anew."""
    if ticket.kind == "final":
        hint = f"reopen it first: ticket reopen {ticket.id}"
        raise Conflict(f"#{ticket.id} is {ticket.status}: no rule sees it", hint)
    return [acting.event(ticket, "routed", given_back=True, was=list(ticket.chosen))]
