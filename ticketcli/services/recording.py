"""A scenario from a real ticket: what people did to it, personal data replaced, and what today's rules make of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from ticketcli.domain.events import IMPORT_RUN, Event
from ticketcli.domain.fold import fold
from ticketcli.domain.instants import Instant, to_utc
from ticketcli.domain.masking import Masks
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import Case, Do, Given, Spot, Sweeps
from ticketcli.domain.scenario_verbs import arguments, creation
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.domain.undoing import decisions
from ticketcli.errors import TicketError
from ticketcli.records import NamedTuple
from ticketcli.services.deeds import GIVEN, WITH, deeds_of, offset_text
from ticketcli.services.playing import Playing

EVERY = 600
"""Seconds between the sweeps of a recorded scenario."""
TELLING = (
    *("prioritised", "routed", "sla_warned", "sla_breached", "escalated", "reminded", "undelivered"),
    *("postponed", "confirm_asked", "resolved", "closed", "rule_loop"),
)
"""Kinds of events that a recorded scenario expects; the others follow from them."""
_SPOT = Spot()


class Recorded(NamedTuple):
    """The scenario as a file holds it, and what of the history it leaves out, and why."""

    raw: JsonMap
    dropped: tuple[str, ...] = ()


class _Deed(NamedTuple):
    """Something that somebody did, as a step says it."""

    at: Instant
    verb: str
    value: Any


def record(events: Sequence[Event], book: Rulebook, now: Instant) -> Recorded:
    """The scenario of a ticket's whole history, up to now (of a final ticket up to an hour after its end).

    Raises `Invalid` or `NotFound` when today's rules refuse such a ticket.
    """
    recording = _Recording(events, book)
    for deed in recording.deeds():
        recording.do(deed)
    recording.sweep_until(max(recording.end(now), recording.clock))
    return recording.recorded()


class _Recording:
    """Plays the scenario while it is written, so that what it expects is what comes of it."""

    def __init__(self, events: Sequence[Event], book: Rulebook) -> None:
        self.events, self.book, self.masks = events, book, Masks(book)
        self.start = self.clock = events[0].at
        self.facts = self.given(events[0].data)
        self.timeline: list[dict[str, Any]] = []
        self.dropped: list[str] = []
        given = Given("", self.facts, _SPOT, {})
        self.playing = Playing(Case("", "", _SPOT, self.start, book, (given,), ()))
        self.playing.open(given)

    def given(self, data: JsonMap) -> dict[str, Any]:
        """What the ticket was opened with."""
        masks, facts = self.masks, {key: value for key, value in data.items() if key in GIVEN and value}
        for key, value in facts.items():
            facts[key] = GIVEN[key](masks, value)
        if self.book.people and self.book.person(facts.get("assignee")) is None:
            facts.pop("assignee", None)
        return facts

    def deeds(self) -> Iterator[_Deed]:
        """What people and jobs did, in order; what one command wrote in several events is one deed where it can be."""
        run, done = "", ""
        own = [event for event in self.events[1:] if event.actor.class_ != "rule"]
        for event, after in zip_longest(own, own[1:]):
            known = event.run == run and done in WITH.get(event.kind, ()) and not run.endswith(IMPORT_RUN)
            run, done = event.run, event.kind
            if known:
                continue
            if event.kind == "undone" and not self.can_undo(event):
                continue
            if event.kind == "assigned" and after is not None and (after.run, after.kind) == (run, "moved"):
                yield _Deed(max(event.at, self.clock), "take", self.by(event, "take", {}))
                continue
            for verb, value in deeds_of(event, self.masks, self.ticket):
                yield _Deed(max(event.at, self.clock), verb, self.by(event, verb, value))

    def by(self, event: Event, verb: str, value: Any) -> Any:
        """The value of a verb with who acts."""
        actor = event.actor
        who: dict[str, Any] = {} if actor.class_ == "agent" else {"class": actor.class_}
        requester = self.ticket.requester
        if actor.class_ == "agent":
            who["as"] = self.masks.person(actor.name, "agent")
            if requester is not None and who["as"] in (requester.name, requester.email):
                who["class"] = "agent"
        return {**who, **value}

    @property
    def full(self) -> bool:
        """Whether nothing more can be done in this scenario: it is as much work as any may be."""
        return self.playing.left < 0

    @property
    def ticket(self) -> Ticket:
        """As it stands in the scenario so far."""
        return self.playing.ticket(self.playing.ids[""])

    def can_undo(self, event: Event) -> bool:
        """Whether `undo` takes back here what was taken back there, or the last of it."""
        self.sweep_until(max(event.at, self.clock))
        made = decisions(self.playing.simulation.sheet.events(self.playing.ids[""]))
        same = bool(made) and made[-1].rule.key == event.data["what"][-1]["rule"]
        if not same:
            self.drop(event.at, "undo", "that is not the last that a rule did here")
        elif len(event.data["what"]) > 1:
            self.drop(event.at, "undo --run", "only the last of it, by undo")
        return same

    def drop(self, at: Instant, verb: str, why: str) -> None:
        self.dropped.append(f"{offset_text(at - self.start)} {verb}: {why}")

    def do(self, deed: _Deed) -> None:
        if self.full:
            return
        self.sweep_until(deed.at)
        before = self.playing.simulation.now
        on = f"again {len(self.timeline)}" if deed.verb == "create" else ""
        try:
            if deed.verb == "create":
                made = creation(deed.value)
                given = Given(on, made.facts, _SPOT, {})
                step = Do(deed.at, _SPOT, on, "create", made.args, made.as_, made.class_, given)
            else:
                step = Do(deed.at, _SPOT, "", deed.verb, *arguments(deed.verb, deed.value, self.start))
            self.playing.step(step)
        except TicketError as error:
            self.playing.simulation.now = before
            self.drop(deed.at, f"{deed.verb} and all behind it" if self.full else deed.verb, error.message)
            return
        self.timeline.append({"at": offset_text(deed.at - self.start), "do": {deed.verb: deed.value}})
        self.clock = deed.at

    def sweep_until(self, at: Instant) -> None:
        if at - self.clock < EVERY:
            return
        self.playing.step(Sweeps(at, _SPOT, EVERY))
        self.timeline.append({"sweep": "10m", "until": offset_text(at - self.start)})
        self.clock = at

    def end(self, now: Instant) -> Instant:
        """Now; of a ticket that is final an hour after the last that happened."""
        last = self.events[-1]
        ended = fold(self.events).kind == "final" and last.at + 3600 <= now
        return last.at + 3600 if ended else now

    def recorded(self) -> Recorded:
        raw = {"ticket": self.facts, "timeline": self.timeline, "expect": self.expected()}
        return Recorded(raw, tuple(self.dropped))

    def expected(self) -> dict[str, Any]:
        ticket, id = self.ticket, self.playing.ids[""]
        expected: dict[str, Any] = {"status": ticket.status, "priority": ticket.priority, "team": ticket.team}
        if ticket.assignee is None or self.book.person(ticket.assignee):
            expected["assignee"] = ticket.assignee
        expected["labels"] = list(ticket.labels) or None
        for key in ("resolved_at", "closed_at"):
            at = getattr(ticket, key)
            expected[key] = None if at is None else offset_text(at - self.start)
        expected["close_reason"] = ticket.close_reason
        events = [event.kind for event in self.playing.by_rules(id) if event.kind in TELLING]
        return {**expected, **({"events": events} if events else {})}


def start_text(at: Instant, zone: str) -> str:
    """The instant on the clock of that zone, with its offset."""
    from zoneinfo import ZoneInfo

    return to_utc(at).astimezone(ZoneInfo(zone)).isoformat()
