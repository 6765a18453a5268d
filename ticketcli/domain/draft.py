"""The working sheet of one plan: the ticket as it stands so far, and what has been decided on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ticketcli.domain.cases import case_of
from ticketcli.domain.conditions import Case
from ticketcli.domain.dating import Look
from ticketcli.domain.desk import Desk, Guard
from ticketcli.domain.digest import sha256
from ticketcli.domain.events import RULES, Event, Message, RuleRef
from ticketcli.domain.fold import apply
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket
from ticketcli.records import NamedTuple


class Cause(NamedTuple):
    """Why a plan is made, and what it may do."""

    sweep: bool = False
    """Only a sweep reminds and closes."""
    created: bool = False
    reroute: bool = False
    silent: bool = False
    """The ticket comes from elsewhere: what holds already is recorded, and nobody is told of it."""
    postpone: Instant | None = None
    """Closes that were due by then are put off, once: after a gap, a restore, or when there was no sweep before."""
    frozen: str = ""
    """Why nothing may be closed at all (broken rules, a clock that went back); empty when it may."""
    guard: Guard = Guard()
    allow_more: int = 0
    """`--yes-close N`: so many closes, and so many reminders, beyond the guard's allowance."""
    muted: bool = False
    """Nothing is delivered, at the desk neither: only a simulation says so."""


class Firing(NamedTuple):
    """One firing of a rule within an episode; `part` tells its actions apart."""

    ref: RuleRef
    since: Instant
    number: int
    part: int = 0

    def as_data(self) -> dict[str, Any]:
        return {"since": format_instant(self.since), "number": self.number}

    def key(self, ticket: int, to: str) -> str:
        """What lets a receiver drop a repeat (design section 6, When rules run); it names nobody."""
        said = f"{ticket}/{self.ref.key}/{self.since}/{self.number}/{self.part}/{to}"
        digest: str = sha256(said.encode()).hexdigest()
        return digest[:32]


class Subject(NamedTuple):
    """The ticket to plan for: as it stands after a command's own events, and as it stood before (None at creation).

    `history` answers the stored events, oldest first, should a wait need them; `own` are the events of this commit
    that are already applied to `ticket`. `former` is the rulebook the ticket was last planned by, if it is another.
    """

    ticket: Ticket
    before: Ticket | None
    history: Callable[[], Sequence[Event]] = tuple
    own: tuple[Event, ...] = ()
    former: Rulebook | None = None


class Draft:
    """One plan in the making. Stages read `base` (the ticket as it stood before the stage) and add events."""

    def __init__(self, subject: Subject, rulebook: Rulebook, desk: Desk, now: Instant, cause: Cause) -> None:
        self.ticket = subject.ticket
        self.base = subject.ticket
        """As it stood before the stage: rules of one stage see the same facts."""
        self.subject = subject
        self.rulebook, self.desk, self.now, self.cause = rulebook, desk, now, cause
        self.events: list[Event] = []
        self.messages: list[Message] = []
        self.cursors: dict[str, str] = {}
        self.wake_at = NEVER
        """When something may change by itself."""
        self.wish: str | None = None
        """Of whom the ticket waits for a person, as text; None when it does not."""
        self.claimed: dict[str, str] = {}
        """By field the rule that keeps it for this stage."""
        self.outcome = ""
        self._case: Case | None = None

    def past(self) -> Sequence[Event]:
        """Every event of the ticket so far, those of this plan included."""
        return (*self.subject.history(), *self.subject.own, *self.events)

    def look(self) -> Look:
        """The ticket as it stood before this stage, for those who date a wait."""
        return Look(self.base, self.rulebook, self.now, self.past)

    def load(self, people: Sequence[str]) -> Mapping[str, int]:
        """The load of these people without this ticket, which a choice may take from them or leave with them."""
        loads, before = dict(self.desk.load(people)), self.subject.before
        if before is not None and before.counts_for in loads:
            loads[before.counts_for] -= 1
        return loads

    def add(self, kind: str, data: dict[str, Any], rule: RuleRef | None = None, at: Instant | None = None) -> None:
        """Decides an event: it is applied at once."""
        event = Event(self.ticket.id, self.now if at is None else at, RULES, kind, data, rule)
        self.events.append(event)
        self.ticket = apply(self.ticket, event)

    def fire(self, kind: str, data: dict[str, Any], firing: Firing) -> None:
        """Decides an event that opens or continues the episode of its rule."""
        self.add(kind, {**data, "firing": firing.as_data()}, firing.ref)

    def claim(self, field: str, rule: RuleRef) -> bool:
        """Whether `rule` may set `field` in this stage: the first rule in file order keeps it."""
        return self.claimed.setdefault(field, rule.key) == rule.key

    def wake(self, at: float) -> None:
        """Something may change at `at`."""
        if at < self.wake_at:
            self.wake_at = at

    def case(self) -> Case:
        """What conditions are asked about: the ticket before this stage, now."""
        if self._case is None or self._case.ticket is not self.base:
            self._case = case_of(self.base, self.rulebook, self.now)
        return self._case
