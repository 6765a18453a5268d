"""Comments, and what a requester's comment does to the status."""

from __future__ import annotations

from ticketcli.domain.events import Event
from ticketcli.domain.lifecycle import move_kind
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.texts import check_body
from ticketcli.domain.ticket import ENDED, Ticket
from ticketcli.errors import Invalid, UsageError


def comment(acting: Acting, ticket: Ticket, text: str, internal: bool = False) -> list[Event]:
    """A comment; a requester's moves the ticket as `on_requester_reply` says, and needs no role for it."""
    if not text.strip():
        raise Invalid("a comment without text", "write some, or pipe it in with -F -")
    check_body("comment", text, acting.limits.text)
    event = acting.event(ticket, "commented", text=text, public=not internal)
    if event.actor.class_ != "requester":
        return [event]
    if internal:
        raise UsageError("a requester's comment cannot be internal", "leave out --internal, or act as an agent")
    lifecycle = acting.rulebook.lifecycle
    to = lifecycle.on_requester_reply.get(ticket.status)
    if to is None:
        return [event]
    kind = lifecycle.kind(to)
    move = acting.event(ticket, move_kind(ticket.kind, kind), to=to, kind=kind, **{"from": ticket.status})
    return [event, move]


def needs_follow_up(acting: Acting, ticket: Ticket) -> bool:
    """Whether a comment by this caller is a requester's reply that comes after the reopening window."""
    if ticket.kind not in ENDED or acting.actor(ticket).class_ != "requester":
        return False
    ended = max(at for at in (ticket.resolved_at, ticket.closed_at, ticket.status_since) if at is not None)
    return acting.now > ended + acting.rulebook.lifecycle.reopen_window
