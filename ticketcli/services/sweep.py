"""`ticket sweep`: whatever is due, decided and committed in batches (design section 6, Sweep, exactly).

A sweep costs what is due: an index answers which tickets, and each is re-read and re-decided inside the transaction
that changes it. Killed anywhere and run again it ends where an undisturbed sweep ends, for every batch is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ticketcli.domain.desk import Guard
from ticketcli.domain.draft import Cause
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.ports import Range, Reader, Transaction
from ticketcli.records import NamedTuple
from ticketcli.services import schedules
from ticketcli.services.commit import UNPLANNED, Bench, Committed
from ticketcli.services.in_force import InForce, in_force, keep
from ticketcli.services.rehearsal import Rehearsal
from ticketcli.services.session import KEYS_KEPT, Session
from ticketcli.services.steps import Desktop
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.sweep_report import Action, Report, action_of

SWEPT_AT = "swept_at"
"""The counter that holds the instant of the last sweep."""
DEFERRED, POSTPONED = "deferred", "postponed"
"""Counters of how many tickets the last sweep that had something to do left for later, and put off."""
BEGUN_AT = "begun_at"
"""The counter that holds the instant of the first sweep after a gap, as long as closes that were due then may still
have to be put off; else 0."""
ACCEPTED_CLOCK = "accepted_clock"
"""The counter that holds the `recorded_at` of the newest event when somebody said that the clock now is right."""
BATCH = 50
"""Tickets a commit: enough to share one fsync, few enough to let writers in between."""
CLOCK_SLACK = 3600
"""Seconds that the clock may be behind the newest event before nothing is closed."""
IDLE_NOTE = 600
"""An idle sweep writes that it ran at most this often, in seconds."""


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
        last, begun = reader.counter(SWEPT_AT), reader.counter(BEGUN_AT)
        report = Report(
            session.run,
            session.now,
            trouble=rules.trouble,
            clock_behind=clock_behind(reader, session.now),
        )
        scheduled = schedules.pending(reader, rules, session.now)
        if not due and not scheduled and not wanted.dry_run and 0 <= session.now - last < _idle_note(session):
            return _ended(report, reader)
    cause = cause_of(session.guard, session.now, last, report.clock_behind, begun)
    cause = cause._replace(allow_more=wanted.allow_more)
    return _work_off(session, wanted, report, due, cause)


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
    """Whose `wake_at` has come, then those that another rulebook planned; both oldest `wake_at` first.

    Of tickets that wait for a person the longest waiting comes first.
    """
    due = reader.ids("tickets", "wake_at", Range(None, now + 1))
    known = rules.number or (0 if rules.built is None else None)
    stale = reader.ids("tickets", "planned", Range(0, known))
    stale += [] if known is None else reader.ids("tickets", "planned", Range(known + 1))
    if stale:
        others = set(stale)
        later = [id for id in reader.ids("tickets", "wake_at", Range(now + 1)) if id in others]
        due = list(dict.fromkeys([*due, *later, *stale]))
    if len(due) < 2:
        return due
    from ticketcli.services.seeking import in_turn  # an idle sweep has nothing to put in order

    return in_turn(reader, due)


def next_wake(reader: Reader) -> Instant | None:
    """When there is something to do: the earliest `wake_at` of the desk, the next attempt to send a message, or the
    next time of a schedule."""
    known = (reader.least("tickets", "wake_at"), reader.least("outbox", "due_at"), schedules.next_due(reader))
    return min((int(at) for at in known if at is not None), default=None)


def _ended(report: Report, reader: Reader) -> Report:
    send_at = reader.least("outbox", "due_at")
    return report._replace(next_wake_at=next_wake(reader), to_send=send_at is not None and int(send_at) <= report.at)


def cause_of(guard: Guard, now: Instant, last: Instant, behind: int = 0, begun: Instant = 0) -> Cause:
    """What a sweep may do, the `last` one having been then. `begun`: see `BEGUN_AT`.

    One noted in the future tells nothing about the gap before this one: the clock was wrong.
    """
    gap, silence = guard.max_gap, now - last
    begins = last == 0 or silence < -CLOCK_SLACK or (gap is not None and silence > gap)
    return Cause(
        sweep=True,
        postpone=now if begins else begun or None,
        frozen="the clock went back" if behind else "",
        guard=guard,
    )


def _work_off(session: Session, wanted: Wanted, report: Report, due: Sequence[int], cause: Cause) -> Report:
    """Scheduled tickets first, then the due ones batch by batch; the note that a sweep ran lands with the last one."""
    with _rehearsal_if(session, wanted.dry_run) as rehearsal:
        run = _Run(session, rehearsal, report, cause, wanted.limit)
        run.open_scheduled()
        run.decide(due)
    return run.report._replace(actions=tuple(run.actions))


class _Run:
    """One sweep, transaction by transaction; the desk's counts and the compiled rulebook are kept between them.

    `left` is how many tickets it may still act on, None without limit. Looking at a ticket on which nothing may be
    done, such as one that the guard holds back, takes none of it: else those would keep all others waiting.
    """

    def __init__(
        self, session: Session, rehearsal: Rehearsal | None, report: Report, cause: Cause, limit: int | None
    ) -> None:
        self.session, self.rehearsal, self.report, self.cause = session, rehearsal, report, cause
        self.left = limit
        self.actions: list[Action] = []
        self._desk: StoreDesk | None = None
        self._rules: InForce | None = None

    def open_scheduled(self) -> None:
        """Opens the tickets of schedules whose time has come, some in each commit."""
        more = True
        while more and self.left != 0:
            with self._desktop() as desktop:
                if not schedules.pending(desktop.tx, desktop.rules, self.session.now):
                    return
                opened = schedules.open_due(desktop, BATCH if self.left is None else min(self.left, BATCH))
                for done in [*opened.tickets, *desktop.bench.settle()]:
                    self._add(done)
            self._spend(len(opened.tickets))
            self.report = self.report._replace(refused=(*self.report.refused, *opened.refused))
            more = opened.more
        self.report = self.report._replace(limited=more)

    def decide(self, due: Sequence[int]) -> None:
        """Re-decides these tickets, some in each commit, as far as the limit goes."""
        looked_at, over = 0, False
        while not over:
            with self._desktop() as desktop:
                looked_at += self._decide(desktop, due[looked_at : looked_at + BATCH])
                over = looked_at == len(due) or self.left == 0
                if over:
                    self._leave(len(due) - looked_at)
                    self._end(desktop.tx)

    def _decide(self, desktop: Desktop, batch: Sequence[int]) -> int:
        """How many of the batch were looked at."""
        trouble = desktop.rules.trouble
        self.report = self.report._replace(trouble=self.report.trouble or trouble)
        cause = self.cause._replace(frozen=self.cause.frozen or ("the rules do not check" if trouble else ""))
        for number, id in enumerate(batch):
            if self.left == 0:
                return number
            for done in decide_due(desktop.bench, id, cause):
                self._add(done)
                self._spend(int(done.ticket.id == id and bool(done.events)))
        return len(batch)

    def _spend(self, tickets: int) -> None:
        self.left = None if self.left is None else self.left - tickets

    def _leave(self, tickets: int) -> None:
        """So many due tickets are left to the next sweep."""
        report = self.report
        limited = report.limited or tickets > 0
        self.report = report._replace(deferred=report.deferred + tickets, limited=limited, left=tickets)

    def _end(self, tx: Transaction) -> None:
        unfinished = self.report.limited or self.report.trouble or self.report.clock_behind
        tx.set_counter(BEGUN_AT, (self.cause.postpone or 0) if unfinished else 0)
        tx.set_counter(SWEPT_AT, self.session.now)
        tx.set_counter(DEFERRED, self.report.deferred)
        tx.set_counter(POSTPONED, self.report.postponed)
        tx.forget(self.session.now - KEYS_KEPT)
        self.report = _ended(self.report, tx)

    @contextmanager
    def _desktop(self) -> Iterator[Desktop]:
        session = self.session
        with _transaction(session, self.rehearsal) as tx:
            found = in_force(tx, session.files, session.notify_default, session.timezone, self._rules)
            self._rules = keep(tx, found, session.now)
            self._desk = StoreDesk(tx) if self._desk is None else self._desk.on(tx)
            yield Desktop(tx, self._rules, session.acting(self._rules), self._desk)

    def _add(self, done: Committed) -> None:
        report, notified = self.report, [one for e in done.events for one in e.data.get("notified", ())]
        self.actions += [action_of(event) for event in done.events]
        self.report = report._replace(
            examined=report.examined + 1,
            sent=report.sent + sum(one["state"] == "delivered" for one in notified),
            deferred=report.deferred + (done.outcome == "deferred"),
            postponed=report.postponed + (done.outcome == "postponed"),
            loops=(*report.loops, done.ticket.id) if done.outcome == "loop" else report.loops,
        )


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


def decide_due(bench: Bench, id: int, cause: Cause) -> list[Committed]:
    """Re-reads one ticket and does what is due on it now; then what follows for tickets that wait for a person.

    Empty when nothing is due any more.
    """
    filing = bench.sheet.filing(id)
    if filing is None or not (
        _due(filing.wake_at, bench.acting.now) or filing.planned not in (UNPLANNED, bench.rules.number)
    ):
        return []
    ticket = bench.sheet.ticket(id)
    return [] if ticket is None else [bench.commit(ticket, (), cause), *bench.settle()]


def _due(wake_at: Instant | None, now: Instant) -> bool:
    return (NEVER if wake_at is None else wake_at) <= now
