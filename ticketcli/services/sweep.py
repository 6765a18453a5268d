"""`ticket sweep`: whatever is due, decided and committed in batches (design section 6, Sweep, exactly).

A sweep costs what is due: an index answers which tickets, and each is re-read and re-decided inside the transaction
that changes it. Killed anywhere and run again it ends where an undisturbed sweep ends, for every batch is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ticketcli.domain.desk import Guard
from ticketcli.domain.draft import Cause
from ticketcli.domain.events import Event
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.ports import Range, Reader, Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.commit import UNPLANNED, Bench, Committed
from ticketcli.services.in_force import InForce, in_force, keep
from ticketcli.services.rehearsal import Rehearsal
from ticketcli.services.session import KEYS_KEPT, Session
from ticketcli.services.steps import Desktop
from ticketcli.services.store_desk import StoreDesk

SWEPT_AT = "swept_at"
"""The counter that holds the instant of the last sweep."""
DEFERRED, POSTPONED = "deferred", "postponed"
"""Counters of how many tickets the last sweep that had something to do left for later, and put off."""
ACCEPTED_CLOCK = "accepted_clock"
"""The counter that holds the `recorded_at` of the newest event when somebody said that the clock now is right."""
BATCH = 50
"""Tickets a commit: enough to share one fsync, few enough to let writers in between."""
CLOCK_SLACK = 3600
"""Seconds that the clock may be behind the newest event before nothing is closed."""
IDLE_NOTE = 600
"""An idle sweep writes that it ran at most this often, in seconds."""


class Action(NamedTuple):
    """One thing a sweep did: the event it wrote, or would write in a dry run."""

    ticket: int
    action: str
    rule: str | None
    data: dict[str, Any]
    event: Event


class Report(NamedTuple):
    run: str
    at: Instant
    examined: int = 0
    actions: tuple[Action, ...] = ()
    sent: int = 0
    failed: int = 0
    deferred: int = 0
    postponed: int = 0
    next_wake_at: Instant | None = None
    loops: tuple[int, ...] = ()
    trouble: tuple[str, ...] = ()
    """What is wrong with the rule files: nothing was closed."""
    clock_behind: int = 0
    """Seconds the clock is behind the newest event, when that is too much: nothing was closed."""
    limited: bool = False
    """`--limit` left something for the next sweep."""
    to_send: bool = False
    """Messages are due to leave the desk."""


class Wanted(NamedTuple):
    """What the caller asks of a sweep. `limit` None = no limit; `allow_more` = `--yes-close N`."""

    dry_run: bool = False
    limit: int | None = None
    allow_more: int = 0


def sweep(session: Session, wanted: Wanted = Wanted()) -> Report:
    """Does what is due and says what it did."""
    with session.store.read() as reader:
        rules = in_force(reader, session.files, session.notify_default, session.timezone)
        due = due_tickets(reader, rules, session.now)
        last = reader.counter(SWEPT_AT)
        report = Report(
            session.run,
            session.now,
            trouble=rules.trouble,
            clock_behind=clock_behind(reader, session.now),
            limited=wanted.limit is not None and len(due) > wanted.limit,
            deferred=max(0, len(due) - wanted.limit) if wanted.limit is not None else 0,
        )
        if not due and not wanted.dry_run and 0 <= session.now - last < _idle_note(session):
            return _ended(report, reader)
    cause = cause_of(session.guard, session.now, last, report.clock_behind)._replace(allow_more=wanted.allow_more)
    return _work_off(session, wanted, report, due if wanted.limit is None else due[: wanted.limit], cause)


def clock_behind(reader: Reader, now: Instant) -> int:
    """Seconds that the clock is behind the newest event, if that is too much and nobody accepted it; else 0."""
    newest = reader.head_recorded_at()
    behind = newest - now
    return behind if behind > CLOCK_SLACK and reader.counter(ACCEPTED_CLOCK) != newest else 0


def _idle_note(session: Session) -> int:
    """How old the note of the last sweep may get: well within the gap that the guard allows."""
    gap = session.guard.max_gap
    return IDLE_NOTE if gap is None else min(IDLE_NOTE, gap // 4)


def due_tickets(reader: Reader, rules: InForce, now: Instant) -> list[int]:
    """Whose `wake_at` has come, then those that another rulebook planned; both oldest `wake_at` first."""
    due = reader.ids("tickets", "wake_at", Range(None, now + 1))
    known = rules.number or (0 if rules.built is None else None)
    stale = reader.ids("tickets", "planned", Range(0, known))
    stale += [] if known is None else reader.ids("tickets", "planned", Range(known + 1))
    if not stale:
        return due
    others = set(stale)
    later = [id for id in reader.ids("tickets", "wake_at", Range(now + 1)) if id in others]
    return list(dict.fromkeys([*due, *later, *stale]))


def next_wake(reader: Reader) -> Instant | None:
    """When there is something to do: the earliest `wake_at` of the desk, or the next attempt to send a message."""
    known = (reader.least("tickets", "wake_at"), reader.least("outbox", "due_at"))
    return min((int(at) for at in known if at is not None), default=None)


def _ended(report: Report, reader: Reader) -> Report:
    send_at = reader.least("outbox", "due_at")
    return report._replace(next_wake_at=next_wake(reader), to_send=send_at is not None and int(send_at) <= report.at)


def cause_of(guard: Guard, now: Instant, last: Instant, behind: int = 0) -> Cause:
    """What a sweep may do, the `last` one having been then.

    One noted in the future tells nothing about the gap before this one: the clock was wrong.
    """
    gap, silence = guard.max_gap, now - last
    return Cause(
        sweep=True,
        postpone=last == 0 or silence < -CLOCK_SLACK or (gap is not None and silence > gap),
        frozen="the clock went back" if behind else "",
        guard=guard,
    )


def _work_off(session: Session, wanted: Wanted, report: Report, due: Sequence[int], cause: Cause) -> Report:
    """The due tickets batch by batch; the note that a sweep ran lands with the last one."""
    batches = [due[start : start + BATCH] for start in range(0, len(due), BATCH)] or [[]]
    desk: StoreDesk | None = None
    rules: InForce | None = None
    with _rehearsal_if(session, wanted.dry_run) as rehearsal:
        for batch in batches:
            with _transaction(session, rehearsal) as tx:
                desk = StoreDesk(tx) if desk is None else desk.on(tx)
                found = in_force(tx, session.files, session.notify_default, session.timezone, rules)
                rules = keep(tx, found, session.now)
                desktop = Desktop(tx, rules, session.acting(rules), desk)
                report = report._replace(trouble=report.trouble or rules.trouble)
                allowed = cause._replace(frozen=cause.frozen or ("the rules do not check" if rules.trouble else ""))
                for id in batch:
                    report = _decide(desktop, report, id, allowed)
                if batch is batches[-1]:
                    tx.set_counter(SWEPT_AT, session.now)
                    tx.set_counter(DEFERRED, report.deferred)
                    tx.set_counter(POSTPONED, report.postponed)
                    tx.forget(session.now - KEYS_KEPT)
                    report = _ended(report, tx)
    return report


@contextmanager
def _rehearsal_if(session: Session, dry_run: bool) -> Iterator[Rehearsal | None]:
    if not dry_run:
        yield None
        return
    with session.store.read() as reader:
        yield Rehearsal(reader)


@contextmanager
def _transaction(session: Session, rehearsal: Rehearsal | None) -> Iterator[Transaction]:
    if rehearsal is not None:
        yield rehearsal
        return
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        yield tx


def _decide(desktop: Desktop, report: Report, id: int, cause: Cause) -> Report:
    done = decide_due(desktop.bench, id, cause)
    return report if done is None else _add(report, id, done)


def decide_due(bench: Bench, id: int, cause: Cause) -> Committed | None:
    """Re-reads one ticket and does what is due on it now; None when nothing is any more."""
    filing = bench.sheet.filing(id)
    if filing is None or not (
        _due(filing.wake_at, bench.acting.now) or filing.planned not in (UNPLANNED, bench.rules.number)
    ):
        return None
    ticket = bench.sheet.ticket(id)
    return None if ticket is None else bench.commit(ticket, (), cause)


def _due(wake_at: Instant | None, now: Instant) -> bool:
    return (NEVER if wake_at is None else wake_at) <= now


def _add(report: Report, id: int, done: Committed) -> Report:
    actions = tuple(action_of(event) for event in done.events)
    return report._replace(
        examined=report.examined + 1,
        actions=report.actions + actions,
        sent=report.sent + sum(one["state"] == "delivered" for e in done.events for one in e.data.get("notified", ())),
        deferred=report.deferred + (done.outcome == "deferred"),
        postponed=report.postponed + (done.outcome == "postponed"),
        loops=(*report.loops, id) if done.outcome == "loop" else report.loops,
    )


def action_of(event: Event) -> Action:
    """The line of a report that an event is."""
    data = {key: value for key, value in event.data.items() if key not in ("firing", "kind", "evidence")}
    return Action(event.ticket, event.kind, event.rule.name if event.rule else None, data, event)


class Complaint(NamedTuple):
    """Why a sweep does not end well: the exit code, what is wrong, and what to do next."""

    code: int
    message: str
    hint: str


def complaint(report: Report) -> Complaint | None:
    """What is wrong after a sweep; None when all is well."""
    if report.trouble:
        gone = report.trouble[0].endswith(" is gone")
        hint = "put it back, or confirm with: ticket rules accept" if gone else "see: ticket rules check"
        return Complaint(5, f"nothing was closed by rule: {report.trouble[0]}", hint)
    if report.loops:
        listed = ", ".join(f"#{id}" for id in report.loops[:5])
        return Complaint(5, f"rules undo each other on {listed}", f"ticket log {report.loops[0]} names them")
    if report.clock_behind:
        behind = f"the clock is {report.clock_behind} s behind the newest event, so nothing was closed"
        return Complaint(7, behind, "set the clock, or if it is right: ticket doctor --accept-clock")
    if report.limited:
        return Complaint(7, f"--limit left {_tickets(report.deferred)}", "the next sweep goes on")
    if report.deferred:
        hint = "look at them with ticket sweep --dry-run, then ticket sweep --yes-close N, or raise guard.max_closes"
        return Complaint(7, f"guard.max_closes and guard.max_share held {_tickets(report.deferred)} back", hint)
    return None


def _tickets(count: int) -> str:
    return "1 ticket" if count == 1 else f"{count} tickets"
