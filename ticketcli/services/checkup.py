"""Tickets that are not what their events and the rules make of them: found, and made anew from the events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ticketcli.domain.audit import facts_flaw
from ticketcli.domain.draft import Subject
from ticketcli.domain.events import Event
from ticketcli.domain.fold import fold
from ticketcli.domain.instants import Instant
from ticketcli.domain.planner import plan
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import StoreDamaged
from ticketcli.ports import Fault, Filing, Reader
from ticketcli.records import NamedTuple
from ticketcli.services.auditing import chain_flaw, orphans
from ticketcli.services.commit import UNPLANNED
from ticketcli.services.in_force import InForce, in_force
from ticketcli.services.session import Session
from ticketcli.services.store_desk import StoreDesk

_BATCH = 50
"""Tickets a commit."""


class Wrong(NamedTuple):
    """A ticket to be made anew, and why."""

    ticket: int
    what: str


def wrong_tickets(reader: Reader, rules: InForce, now: Instant, faults: Sequence[Fault]) -> Iterator[Wrong]:
    """Every ticket whose row, facts or index are not what its events say; `faults` are what the store found itself.

    Where the clock was set back, the time of the newest event counts: what was planned then is not wrong.
    """
    now = max(now, reader.head_recorded_at())
    known = {fault.row: fault.what for fault in faults if fault.table == "tickets" and fault.row is not None}
    yield from (Wrong(row, what) for row, what in known.items())
    desk = StoreDesk(reader)
    for ticket in _readable(reader):
        if ticket.id not in known:
            what = _what_is_wrong(reader, rules, desk, now, ticket)
            if what:
                yield Wrong(ticket.id, f"#{ticket.id}: {what}")
    yield from (Wrong(flaw.ticket, f"#{flaw.ticket}: {flaw.what}") for flaw in orphans(reader) if flaw.ticket)


def _readable(reader: Reader) -> Iterator[Ticket]:
    after = 0
    while True:
        try:
            yield from reader.walk_tickets(after)
            return
        except StoreDamaged as error:
            if "row" not in error.details:
                raise
            after = error.details["row"]


def _what_is_wrong(reader: Reader, rules: InForce, desk: StoreDesk, now: Instant, ticket: Ticket) -> str | None:
    try:
        events = reader.events(ticket.id)
    except StoreDamaged:
        return None  # the damage of the event is a finding of its own
    filing = reader.filing(ticket.id)
    assert filing is not None
    what = facts_flaw(ticket, events)
    if what is not None:
        return what
    if filing.kind != ticket.kind:
        return f"filed as {filing.kind}, but it is {ticket.kind}"
    return _misfiled(rules, desk, now, ticket, filing, lambda: events)


def _misfiled(
    rules: InForce, desk: StoreDesk, now: Instant, ticket: Ticket, filing: Filing, past: Callable[[], Sequence[Event]]
) -> str | None:
    """Whether the rules would want to look at the ticket, or for a person for it, before the index lets them."""
    if ticket.kind == "final" or filing.planned != rules.number:
        return None
    if filing.wake_at is not None and filing.wake_at <= now:
        return None
    made = plan(Subject(ticket, ticket, past), desk, rules.rulebook, now)
    if made.outcome == "loop":
        return None
    sooner = made.wake_at is not None and (filing.wake_at is None or made.wake_at < filing.wake_at)
    if made.events or sooner:
        return "filed so that the sweep would look at it too late"
    return None if made.seeks == filing.seeks else "filed so that it would wait for a person in the wrong place"


def rebuild(session: Session) -> list[int]:
    """Makes the index anew, and each wrong ticket from its events; answers their numbers. History stays as it is.

    The next sweep looks at what was rebuilt. Killed anywhere, the repeat goes on. Raises `StoreDamaged` when the
    events themselves are damaged.
    """
    with session.store.read() as reader:
        flaw = chain_flaw(reader)
        if flaw is not None:
            where = f"event {flaw.seq}: " if flaw.seq is not None else ""
            raise StoreDamaged(f"history itself is damaged: {where}{flaw.what}", "restore a backup")
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        tx.reindex()
    with session.store.read() as reader:
        rules = in_force(reader, session.files, session.notify_default, session.timezone)
        faults = list(reader.faults())
        ids = sorted({wrong.ticket for wrong in wrong_tickets(reader, rules, session.now, faults)})
    for start in range(0, len(ids), _BATCH):
        _rebuild_some(session, ids[start : start + _BATCH])
    return ids


def _rebuild_some(session: Session, ids: Sequence[int]) -> None:
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        rules = in_force(tx, session.files, session.notify_default, session.timezone)
        for id in ids:
            ticket = fold(tx.events(id))
            final = ticket.kind == "final"
            wake_at, planned = (None, UNPLANNED) if final else (session.now, rules.number)
            tx.rebuild(ticket, Filing(ticket.kind, wake_at, planned))
