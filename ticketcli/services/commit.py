"""One commit of one ticket: its own events, what the rules make of them, messages and `wake_at`, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

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
from ticketcli.ports import Filing, Sheet
from ticketcli.records import NamedTuple
from ticketcli.services.in_force import InForce, former
from ticketcli.services.store_desk import CURSORS

if TYPE_CHECKING:
    from ticketcli.domain.operations.acting import Acting

RESTORED = 1 << 53
"""In place of the number of the rulebook: the ticket was restored from an export and no rule has seen it here yet.

Above any number of a rulebook, so that a sweep finds it.
"""
UNPLANNED = -1
"""In place of the number of the rulebook; 0 stands for the rules of a desk whose files never checked yet."""


class Committed(NamedTuple):
    """The ticket after the commit, and the events written (the caller's own first)."""

    look: Look
    wake_at: Instant | None
    events: tuple[Event, ...]
    outcome: str = ""

    @property
    def ticket(self) -> Ticket:
        return self.look.ticket

    @property
    def view(self) -> View:
        """How the ticket stands now; to be asked before its transaction ends."""
        return view(self.look, self.wake_at)


class RunDesk(Desk, Protocol):
    """What lies outside a ticket, for one run: its counts are taken once and kept up by what the run writes."""

    former: dict[int, Rulebook]
    """Rulebooks by which tickets of this run were planned before, by number."""
    freed: set[str]
    """People who have a ticket less since `settle` looked last."""

    def note_written(self, kinds: Sequence[str]) -> None:
        """Counts what this run itself has just written by rule."""


class Bench(NamedTuple):
    """Where tickets are decided about: what may be read and written, the rules in force, who acts, and the desk."""

    sheet: Sheet
    rules: InForce
    acting: Acting
    desk: RunDesk
    muted: bool = False
    """No message arrives: a simulation says so."""

    def commit(self, before: Ticket | None, own: Sequence[Event], cause: Cause = Cause()) -> Committed:
        """Commits a change of one ticket, planned by the rules in force."""
        if self.muted:
            cause = cause._replace(muted=True)
        filing = self.sheet.filing(before.id) if before else None
        if filing is not None and filing.planned == RESTORED:
            cause = cause._replace(silent=True, sweep=False)
        past = former(self.sheet, filing.planned, self.rules, self.desk.former) if filing else None
        done = commit(self.sheet, self.rules, self.desk, self.acting.now, before, own, cause, past)
        self.desk.note_written([event.kind for event in done.events if event.rule])
        had = before.counts_for if before is not None else None
        if had is not None and done.ticket.counts_for != had:
            self.desk.freed.add(had)
        return done

    def settle(self) -> list[Committed]:
        """Gives tickets that wait for a person to those who have been freed; to be done before the transaction ends."""
        if not self.desk.freed:
            return []
        from ticketcli.services.seeking import place_waiting  # most calls free nobody

        return place_waiting(self)


def commit(
    tx: Sheet,
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
    return Committed(look, made.wake_at, events, made.outcome)


def write(tx: Sheet, rules: InForce, before: Ticket | None, own: Sequence[Event], made: Plan) -> None:
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
    kind = made.ticket.kind
    return Filing(kind, made.wake_at, UNPLANNED if kind == "final" else rules.number, made.seeks)
