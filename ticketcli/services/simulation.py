"""Tickets in memory under a clock that the caller turns: what a desk would do, decided by the code that does it.

Forecasts and rule tests run it. It keeps neither rows nor hashes, and nothing it decides reaches anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.actors import Caller
from ticketcli.domain.desk import Guard
from ticketcli.domain.draft import Cause
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.texts import Limits
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Undelivered
from ticketcli.ports import Filing, Looking
from ticketcli.records import NamedTuple
from ticketcli.services.changing import Changed, change_ticket, found, open_ticket
from ticketcli.services.commit import UNPLANNED, Bench, Committed
from ticketcli.services.in_force import InForce
from ticketcli.services.memory_sheet import MemoryDesk, MemorySheet
from ticketcli.services.outbox import after_attempt, tell, tells
from ticketcli.services.schedules import open_on
from ticketcli.services.seeking import in_turn
from ticketcli.services.sweep import BATCH, cause_of, decide_due
from ticketcli.services.sweep_report import Action, action_of
from ticketcli.services.undoing import undo_ticket

RUN = "simulation"
NUMBER = 1
"""Of the rulebook, where the caller knows none."""
PAUSE = 60
"""Seconds until the next sweep when one left something due: cron's minute."""
NO_GUARD = Guard(max_closes=10**9, max_gap=None)
_DAY = 86400
_SWEEPER = Caller(RUN, RUN, "bot")


class Around(NamedTuple):
    """What a simulation begins with beside its tickets."""

    guard: Guard = NO_GUARD
    swept_at: Instant | None = None
    """The last sweep before; None: at the start, so that the first one closes what is due."""
    begun_at: Instant = 0
    """The first sweep after a gap, while closes that were due then have still to be put off."""
    limits: Limits = Limits()
    closed: Sequence[Instant] = ()
    """When rules closed tickets in the day before, for the guard."""
    reminded: Sequence[Instant] = ()
    behind: Looking | None = None
    """Answers the events that were written before, rulebooks by number, and where round robin stands."""
    scheduled_at: Instant | None = None
    """When the next schedule is due; None: sweeps open no tickets."""


class Simulation:
    """One desk in memory. `now` is the clock; who turns it back gets what a desk does whose clock went back."""

    def __init__(self, rulebook: Rulebook, now: Instant, around: Around = Around(), number: int = NUMBER) -> None:
        self.now = now
        self.sheet = MemorySheet(around.behind)
        self.rules = InForce(rulebook, number, None)
        self.guard, self.limits = around.guard, around.limits
        self.swept_at = now if around.swept_at is None else around.swept_at
        self.begun_at = around.begun_at
        self.delivers = True
        self._scheduled_at = around.scheduled_at
        self._marks = {"closed": sorted(around.closed), "reminded": sorted(around.reminded)}
        self._stale: dict[int, None] = {}

    def put(self, ticket: Ticket, filing: Filing) -> None:
        """A ticket that exists already, as a store keeps it. One planned by other rules is looked at by the first
        sweep."""
        self.sheet.put(ticket, filing)
        if filing.planned not in (UNPLANNED, self.rules.number):
            self._stale[ticket.id] = None

    def create(self, facts: Mapping[str, Any], caller: Caller) -> Changed:
        """Opens a ticket now; what the rules make of it is done too. Raises what `ticket create` would."""
        bench = self._bench(caller)
        changed = open_ticket(bench, facts)
        bench.settle()
        self._deliver()
        return changed

    def begin(self, own: Sequence[Event], caller: Caller) -> Committed:
        """A ticket of which these events are known, the first `created`; only now do rules see it."""
        bench = self._bench(caller)
        done = bench.commit(None, own, Cause(created=True))
        bench.settle()
        self._deliver()
        return done

    def do(self, verb: str, id: int, args: Mapping[str, Any], caller: Caller) -> Changed:
        """A verb of the table of operations or `undo`, now. Raises what the command would."""
        bench, ticket = self._bench(caller), found(self.sheet, id)
        if verb == "undo":
            changed = undo_ticket(bench, self.sheet, ticket)
        else:
            changed = change_ticket(bench, verb, ticket, args)
        bench.settle()
        self._deliver()
        return changed

    def sweep(self) -> list[Action]:
        """Does what is due now, oldest due first, as `ticket sweep` would, and delivers the messages."""
        wake = self.next_wake()
        if wake is None or wake > self.now:
            self.swept_at = self.now
            return []
        due = self.sheet.due(self.now)
        bench = self._bench(_SWEEPER)
        cause, self.begun_at = cause_of(self.guard, self.now, self.swept_at, begun=self.begun_at), 0
        turns = in_turn(self.sheet, self._with_stale(due))
        opened = self._open_scheduled(bench)
        decided = (done for id in turns for done in decide_due(bench, id, cause))
        actions = [action_of(event) for done in (*opened, *decided) for event in done.events]
        self.sheet.wait_for(due)
        self.swept_at = self.now
        self._deliver()
        return actions

    def next_wake(self) -> Instant | None:
        """When a sweep has something to do; it may lie in the past."""
        if self._stale:
            return self.now
        known = (self.sheet.next_wake(), self.sheet.next_sending(), self._scheduled_at)
        return min([at for at in known if at is not None], default=None)

    def run(self, until: Instant, every: int = 1, begun: Instant | None = None) -> Iterator[tuple[Instant, Action]]:
        """Sweeps whenever something is due, up to and including `until`, and answers what was done and when.

        With `every` only at so many seconds from `begun` (or now), twice as many, and so on.
        """
        begun = self.now if begun is None else begun
        while (at := self.next_wake()) is not None:
            at = max(at, self.now)
            at += (begun - at) % every
            if at > until:
                break
            self.now = at
            actions = self.sweep()
            yield from ((self.now, action) for action in actions)
            self.pause(bool(actions))
        self.now = max(self.now, until)

    def pause(self, acted: bool) -> None:
        """Turns the clock on behind a sweep that left something due: to the next one, or to when that may help."""
        after = self.next_wake()
        if after is not None and after <= self.now:
            self.now = self.now + PAUSE if acted else self._release()

    def deliver_again(self) -> None:
        """From now on messages arrive again, and at once those that waited."""
        self.delivers = True
        self.sheet.send_at(self.now)
        self._deliver()

    def _release(self) -> Instant:
        """When something can change though all that is due was just refused: the guard forgets what was a day ago."""
        marks = [at + _DAY + 1 for mark in self._marks.values() for at in mark if at + _DAY + 1 > self.now]
        known = (self.sheet.next_wake(self.now), self.sheet.next_sending(), self._scheduled_at)
        later = [at for at in known if at is not None and at > self.now]
        return min([*marks, *later], default=self.now + PAUSE)

    def _bench(self, caller: Caller) -> Bench:
        """For one command or sweep."""
        self.sheet.run += 1
        acting = Acting(caller, self.rules.rulebook, self.now, self.limits)
        return Bench(self.sheet, self.rules, acting, MemoryDesk(self.sheet, self._marks, self.now), not self.delivers)

    def _open_scheduled(self, bench: Bench) -> list[Committed]:
        """Opens the tickets of schedules whose time has come."""
        done: list[Committed] = []
        more = self._scheduled_at is not None and self._scheduled_at <= self.now
        while more:
            opened = open_on(bench, BATCH)
            done += [*opened.tickets, *bench.settle()]
            self._scheduled_at, more = opened.next_due, opened.more
        return done

    def _with_stale(self, due: Sequence[int]) -> Sequence[int]:
        """The due tickets, then those planned by other rules, oldest `wake_at` first as a store lists them."""
        if not self._stale:
            return due
        others, self._stale = self._stale, {}
        return list(dict.fromkeys([*due, *self.sheet.by_wake(others)]))

    def _deliver(self) -> None:
        """Hands over what is to be sent by now; with `delivers` off every attempt fails as if nobody answered."""
        if not self.sheet.sending:
            return
        error = None if self.delivers else Undelivered("nobody answers", unreachable=True)
        for number in self.sheet.to_send(self.now):
            before = self.sheet.messages[number]
            tried = before._replace(attempts=before.attempts + 1, lease=RUN)
            after = after_attempt(tried, error, self.now, RUN)
            if after is not None:
                self.sheet.replace_message(number, after)
                if before.state != after.state and tells(self.sheet, after):
                    tell(self._bench(_SWEEPER), after)
