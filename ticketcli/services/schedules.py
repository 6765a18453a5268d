"""Opening the tickets of schedules: by the sweep, one for each due time, never twice.

What was opened is remembered by schedule, in the commit that opens it. The earliest time to come stands in a counter,
so that a sweep for which no schedule is due loads none.
"""

from __future__ import annotations

from typing import Any

from ticketcli.domain.instants import Instant
from ticketcli.domain.schedules import Schedule
from ticketcli.errors import TicketError
from ticketcli.ports import Reader
from ticketcli.records import NamedTuple
from ticketcli.services.commit import Bench, Committed
from ticketcli.services.in_force import InForce
from ticketcli.services.steps import Desktop

DUE_AT = "schedule_at"
"""The counter that holds when the next schedule is due; 0 when none ever is."""
BY = "scheduled_by"
"""The counter that holds the number of the rulebook by which that was worked out."""
OPENED = "schedules"
"""The note that holds, by the name of each schedule, its expression, zone, and up to when it was looked at."""


class Opened(NamedTuple):
    """`more`: the limit left some for the next commit. `refused` says which ticket could not be opened, and why."""

    tickets: tuple[Committed, ...] = ()
    refused: tuple[str, ...] = ()
    more: bool = False
    next_due: Instant | None = None


def pending(reader: Reader, rules: InForce, now: Instant) -> bool:
    """Whether a schedule is due, or the rulebook changed since schedules were last looked at."""
    due_at = reader.counter(DUE_AT)
    return reader.counter(BY) != rules.number or 0 < due_at <= now


def next_due(reader: Reader) -> Instant | None:
    """When the next schedule is due."""
    return reader.counter(DUE_AT) or None


def open_due(desktop: Desktop, limit: int) -> Opened:
    """Opens what is due now, at most `limit` tickets, and keeps when the next is due."""
    opened = open_on(desktop.bench, limit)
    desktop.tx.set_counter(DUE_AT, opened.next_due or 0)
    desktop.tx.set_counter(BY, desktop.rules.number)
    return opened


def open_on(bench: Bench, limit: int) -> Opened:
    """Opens what is due now, at most `limit` tickets. A schedule seen for the first time begins now."""
    turn = _Turn(bench, limit)
    for schedule in bench.rules.rulebook.schedules:
        turn.take(schedule)
    return turn.end()


class _Turn:
    """One commit's share of the work."""

    def __init__(self, bench: Bench, limit: int) -> None:
        self.bench, self.left = bench, limit
        self.now = bench.acting.now
        self.known: dict[str, Any] = bench.sheet.note(OPENED) or {}
        self.after: dict[str, dict[str, Any]] = {}
        self.next: list[Instant] = []
        self.tickets: list[Committed] = []
        self.refused: list[str] = []

    def take(self, schedule: Schedule) -> None:
        """Opens what is due of one schedule and remembers up to when that is done."""
        name, (cron, zone) = schedule.ref.name, schedule.words
        known = self.known.get(name, {})
        same = (known.get("cron"), known.get("timezone")) == (cron, zone)
        after: Instant = known["after"] if same else self.now
        after = self._open(schedule, after)
        self.after[name] = {"cron": cron, "timezone": zone, "after": after}
        upcoming = next(schedule.due_times(after), None)
        if upcoming is not None:
            self.next.append(upcoming)

    def _open(self, schedule: Schedule, after: Instant) -> Instant:
        """Answers up to when everything is done."""
        for at in schedule.to_open(after, self.now, self.left + 1):
            if self.left <= 0:
                return after
            try:
                self._ticket(schedule, at)
            except TicketError as error:
                self.refused.append(f"schedule {schedule.ref.name} could not open its ticket: {error.message}")
                return after
            after = at
        return max(after, self.now)

    def _ticket(self, schedule: Schedule, at: Instant) -> None:
        from ticketcli.domain.operations.opening import opening
        from ticketcli.services.changing import open_ticket
        from ticketcli.services.dedup import holder

        facts = schedule.facts(at)
        opening(self.bench.acting, 0, facts)  # raises before a number is spent
        own_key = "dedup_key" not in schedule.ticket
        if own_key and holder(self.bench.sheet, facts["dedup_key"]) is not None:
            return
        done = open_ticket(self.bench, facts, schedule.ref).committed
        if done is not None:
            self.tickets.append(done)
            self.left -= 1

    def end(self) -> Opened:
        """Writes down what was done; what a limit left over is due at once."""
        if self.after != self.known:
            self.bench.sheet.set_note(OPENED, self.after)
        left_over = any(at <= self.now for at in self.next) and not self.refused
        return Opened(tuple(self.tickets), tuple(self.refused), left_over, min(self.next, default=None))
