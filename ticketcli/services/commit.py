"""One commit of one ticket: its own events, what the rules make of them, messages and `wake_at`, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ticketcli.domain.dating import Look
from ticketcli.domain.desk import Desk
from ticketcli.domain.draft import Cause, Subject
from ticketcli.domain.events import Event
from ticketcli.domain.fold import apply, create
from ticketcli.domain.instants import Instant
from ticketcli.domain.planner import Plan, plan
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket, View
from ticketcli.domain.viewing import view
from ticketcli.ports import Filing, Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.in_force import InForce
from ticketcli.services.store_desk import CURSORS

UNPLANNED = -1
"""In place of the number of the rulebook; 0 stands for the rules of a desk whose files never checked yet."""


class Committed(NamedTuple):
    """The ticket after the commit, its view, and the events written (the caller's own first)."""

    ticket: Ticket
    view: View
    events: tuple[Event, ...]
    outcome: str = ""


def commit(
    tx: Transaction,
    rules: InForce,
    desk: Desk,
    now: Instant,
    before: Ticket | None,
    own: Sequence[Event],
    cause: Cause = Cause(),
    former: Rulebook | None = None,
) -> Committed:
    """Applies the caller's events, runs the planner, and hands everything to the transaction."""
    ticket = before
    for event in own:
        ticket = create(event) if ticket is None else apply(ticket, event)
    assert ticket is not None
    id = ticket.id
    subject = Subject(ticket, before, lambda: tx.events(id) if before else (), tuple(own), former)
    made = plan(subject, desk, rules.rulebook, now, cause)
    write(tx, rules, before, own, made)
    events = (*own, *made.events)
    look = Look(made.ticket, rules.rulebook, now, lambda: tx.events(id))
    shown = view(look, made.wake_at)
    return Committed(made.ticket, shown, events, made.outcome)


def write(tx: Transaction, rules: InForce, before: Ticket | None, own: Sequence[Event], made: Plan) -> None:
    """Hands the plan to the transaction; a plan without events changes the index only, and only if it is off."""
    filing = filing_of(made, rules)
    events = (*own, *made.events)
    if not events:
        if tx.filing(made.ticket.id) != filing:
            tx.refile(made.ticket.id, filing)
        return
    for event in events:
        tx.append(event)
    for message in made.messages:
        tx.enqueue(message)
    if made.cursors:
        tx.set_note(CURSORS, {**(tx.note(CURSORS) or {}), **made.cursors})
    tx.save(made.ticket, filing)


def filing_of(made: Plan, rules: InForce) -> Filing:
    """What the index keeps: a final ticket is planned by no rulebook, so that no change of rules looks at it."""
    final = made.ticket.kind == "final"
    return Filing(made.ticket.kind, made.wake_at, UNPLANNED if final else rules.number)
