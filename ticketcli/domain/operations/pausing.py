"""Giving a ticket more time: extend, hold and unhold."""

from __future__ import annotations

from ticketcli.domain.events import RULES, Event
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.texts import check_text
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Conflict, Invalid

_YEAR = 366 * 86400
_LONGEST = 100 * _YEAR
"""Seconds by which auto-close can be put off in all, so that its time stays one that clocks show."""


def extend(acting: Acting, ticket: Ticket, by: int | None = None) -> list[Event]:
    """Restarts the auto-close wait now, or moves its end by so many seconds; nothing when there is no end to move."""
    if ticket.kind == "final":
        raise Conflict(f"#{ticket.id} is {ticket.status}: nothing waits there", "reopen it first: ticket reopen ID")
    if by is not None and by + sum(extension.by or 0 for extension in ticket.trail.extensions) > _LONGEST:
        hint = f"to stop it altogether: ticket hold {ticket.id}"
        raise Conflict(f"auto-close of #{ticket.id} is put off by more than {_LONGEST // _YEAR} years", hint)
    if by is not None and not _waits(acting, ticket):
        return []
    return [acting.event(ticket, "extended", by=by)]


def _waits(acting: Acting, ticket: Ticket) -> bool:
    """Whether the wait of an auto-close rule runs. One that begins later takes no earlier extension along."""
    if ticket.hold is not None and not _run_out(acting, ticket):
        return False
    from ticketcli.domain.cases import case_of
    from ticketcli.domain.waiting import applying

    rule, _ = applying(acting.rulebook, case_of(ticket, acting.rulebook, acting.now))
    return rule is not None


def hold(
    acting: Acting, ticket: Ticket, until: Instant | None = None, reason: str | None = None, lasting: int | None = None
) -> list[Event]:
    """Stops auto-close, reminders and escalation: until an instant, for `lasting` seconds, or until `unhold`."""
    if lasting is not None:
        until = acting.now + lasting
    if ticket.kind == "final":
        message = f"#{ticket.id} is {ticket.status}: there is nothing to hold"
        raise Conflict(message, "reopen it first: ticket reopen ID")
    if until is not None and until <= acting.now:
        hint = "name a later time; a date means its first second"
        raise Invalid(f"a hold cannot end in the past: {format_instant(until)}", hint)
    if reason is not None:
        check_text("reason", reason)
    if ticket.hold is not None and ticket.hold == (until, reason):
        return []
    held = acting.event(ticket, "held", until=None if until is None else format_instant(until), reason=reason)
    return [*_run_out(acting, ticket), held]


def unhold(acting: Acting, ticket: Ticket) -> list[Event]:
    """Ends the hold now; nothing when there is none."""
    return _run_out(acting, ticket) or ([acting.event(ticket, "unheld")] if ticket.hold else [])


def _run_out(acting: Acting, ticket: Ticket) -> list[Event]:
    """The end of a hold whose time is over though no sweep has noted it: what lies since then was not held."""
    until = ticket.hold.until if ticket.hold else None
    return [] if until is None or until > acting.now else [Event(ticket.id, until, RULES, "unheld", {})]
