"""A scenario from a real ticket: what people did to it, personal data replaced, and what today's rules make of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant, parse_instant, to_utc
from ticketcli.domain.masking import Masks
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import Case, Do, Given, Spot, Sweeps
from ticketcli.domain.scenario_verbs import arguments
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.errors import TicketError
from ticketcli.records import NamedTuple
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
    """The scenario as a file holds it, and what of the history today's rules refuse, which it leaves out."""

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
        masks, facts = self.masks, {key: value for key, value in data.items() if key in _GIVEN}
        for key, value in facts.items():
            facts[key] = _GIVEN[key](masks, value)
        if self.book.people and self.book.person(facts.get("assignee")) is None:
            facts.pop("assignee", None)
        return facts

    def deeds(self) -> Iterator[_Deed]:
        """What people and jobs did, in order; what one command wrote in several events is one deed where it can be."""
        run, done = "", ""
        for event in self.events[1:]:
            if event.actor.class_ == "rule":
                continue
            known = event.run == run and done in _WITH.get(event.kind, ())
            run, done = event.run, event.kind
            if known:
                continue
            for verb, value in _deed(event, self.masks, self.ticket):
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
        if verb == "create":
            return value
        return {**who, **value}

    @property
    def ticket(self) -> Ticket:
        """As it stands in the scenario so far."""
        return self.playing.ticket(self.playing.ids[""])

    def do(self, deed: _Deed) -> None:
        self.sweep_until(deed.at)
        before = self.playing.simulation.now
        on = f"again {len(self.timeline)}" if deed.verb == "create" else ""
        try:
            if deed.verb == "create":
                step = Do(deed.at, _SPOT, on, "create", {}, given=Given(on, deed.value, _SPOT, {}))
            else:
                step = Do(deed.at, _SPOT, "", deed.verb, *arguments(deed.verb, deed.value, self.start))
            self.playing.step(step)
        except TicketError as error:
            self.playing.simulation.now = before
            self.dropped.append(f"{offset_text(deed.at - self.start)} {deed.verb}: {error.message}")
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
        """Now; of a ticket that ended an hour after the last that happened."""
        last = self.events[-1]
        ended = any(event.kind == "closed" for event in self.events) and last.at + 3600 <= now
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


def offset_text(seconds: int) -> str:
    """`+1d2h` as a scenario writes it; what no duration can name is never asked for."""
    if seconds == 0:
        return "+0s"
    days, rest = divmod(seconds, 86400)
    parts = ((days, "d"), (rest // 3600, "h"), (rest % 3600 // 60, "m"), (rest % 60, "s"))
    return "+" + "".join(f"{count}{unit}" for count, unit in parts if count)


def start_text(at: Instant, zone: str) -> str:
    """The instant on the clock of that zone, with its offset."""
    from zoneinfo import ZoneInfo

    return to_utc(at).astimezone(ZoneInfo(zone)).isoformat()


def _texts(masks: Masks, value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: masks.field(key, inner) for key, inner in value.items()}


_GIVEN: dict[str, Callable[[Masks, Any], Any]] = {
    "subject": lambda masks, value: masks.text("subject", value, "a subject"),
    "description": lambda masks, value: masks.text("description", value, "a description"),
    "priority": lambda masks, value: value,
    "category": lambda masks, value: value,
    "labels": lambda masks, value: list(value),
    "source": lambda masks, value: value,
    "requester": lambda masks, value: masks.requester(value),
    "team": lambda masks, value: value,
    "assignee": lambda masks, value: masks.person(value, "agent"),
    "watchers": lambda masks, value: [masks.person(name) for name in value],
    "asset": lambda masks, value: masks.text("asset", value, masks.numbered("asset", value)),
    "fields": _texts,
    "external_ids": lambda masks, value: {key: masks.numbered("id", str(inner)) for key, inner in value.items()},
    "dedup_key": lambda masks, value: masks.text("dedup_key", value, masks.numbered("key", value)),
    "answered": lambda masks, value: value,
}
"""How each fact of a new ticket is replaced."""
_WITH: dict[str, tuple[str, ...]] = {
    "moved": ("commented", "assigned"),
    "reopened": ("commented", "occurred"),
    "resolved": ("commented",),
    "closed": ("commented",),
}
"""A move that the same command wrote after one of these follows from it."""


def _deed(event: Event, masks: Masks, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    """The verb that wrote the event, and its flags; nothing for what follows from others or concerns other tickets."""
    found = _DEEDS.get(event.kind)
    if found is not None:
        yield from found(event.data, masks, event, ticket)


def _comment(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "comment", {"text": "a comment", **({} if data.get("public", True) else {"internal": True})}


def _move(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    if "confirmed" in data:
        yield "confirm", {}
    else:
        yield "move", {"to": data["to"], **({"reason": data["reason"]} if data.get("reason") else {})}


def _assign(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    to = data["to"]
    if to is None:
        yield "assign", {"nobody": True}
    elif to == event.actor.name:
        yield "take", {}
    else:
        yield "assign", {"to": masks.person(to, "agent")}


def _set(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    values = {key: _value(masks, key, value) for key, value in data["set"].items() if key != "dedup_key"}
    if values:
        yield "set", values


def _value(masks: Masks, key: str, value: Any) -> Any:
    top, _, inner = key.partition(".")
    if value is None:
        return None
    if top == "fields":
        return masks.field(inner, value)
    if top == "requester" and inner in ("email", "name", "org"):
        return masks.requester({inner: value})[inner]
    if top == "external_ids":
        return masks.numbered("id", str(value))
    return value if inner or key not in _GIVEN else _GIVEN[key](masks, value)


def _prioritise(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "set", {"priority": data["to"]}


def _label(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "label", {key: list(data[key]) for key in ("add", "remove") if data.get(key)}


def _hold(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    until = data.get("until")
    lasting = None if until is None else parse_instant(until) - event.at
    reason = {"reason": "a reason"} if data.get("reason") else {}
    yield "hold", {**({"until": offset_text(lasting)[1:]} if lasting else {}), **reason}


def _extend(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "extend", {"by": offset_text(data["by"])[1:]} if data.get("by") else {}


def _route(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    if data.get("given_back"):
        yield "route", {}


def _unhold(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "unhold", {}


def _occurred(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    if ticket.kind in ("resolved", "final"):
        yield "reopen", {}
    elif ticket.dedup_key is not None:
        yield "create", {"subject": ticket.subject, "dedup_key": ticket.dedup_key}


_DEEDS: dict[str, Callable[[JsonMap, Masks, Event, Ticket], Iterator[tuple[str, dict[str, Any]]]]] = {
    "commented": _comment,
    "moved": _move,
    "resolved": _move,
    "closed": _move,
    "reopened": _move,
    "assigned": _assign,
    "changed": _set,
    "prioritised": _prioritise,
    "labelled": _label,
    "held": _hold,
    "unheld": _unhold,
    "extended": _extend,
    "routed": _route,
    "occurred": _occurred,
}
"""Per kind of event the verb that writes it."""
