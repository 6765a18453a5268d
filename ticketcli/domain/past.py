"""Facts that a ticket of a scenario has from before, as the events that must have happened (design section 7).

What is given is written as events of its time, what is missing follows from the rest. The events are folded as any
others; a given fact that they cannot come to is a contradiction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketcli.domain.actors import Caller
from ticketcli.domain.dating import Look
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.events import Actor, Event, RuleRef
from ticketcli.domain.fold import apply, create
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.lifecycle import move_kind
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.known import unknown
from ticketcli.domain.operations.opening import KEYS, opening
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import moment
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.domain.waiting import wait_of
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

TIMES = (
    *("created_at", "status_since", "first_responded_at", "resolved_at", "closed_at"),
    *("last_requester_at", "last_agent_at", "last_activity_at", "touched_at"),
)
PAST = (*TIMES, "status", "close_reason", "occurrences", "comment_count", "reopen_count", "hold", "reminded", "chosen")
"""Keys that a new ticket cannot have; without any of them it is simply created."""
DERIVED = (
    *("id", "updated_at", "version", "episodes", "routed_by", "sla", "autoclose", "turn", "wake_at"),
    *("children", "merged_into", "links", "attachments", "rating", "parent"),
)
"""Keys that follow from events or from the rules, so that a scenario cannot give them."""
GIVEN = tuple(key for key in KEYS if not key.endswith(".")) + PAST
"""Every key that a scenario may give."""
def wrong(key: str, message: str, hint: str = "") -> Invalid:
    """The error of a given fact that cannot be; its details say which."""
    return Invalid(f"{key}: {message}", hint, given=key)


def is_new(facts: JsonMap) -> bool:
    """Whether nothing is given of what happened before: the ticket is simply created."""
    return not any(key in PAST for key in facts)


def opener(facts: JsonMap) -> Caller:
    """Who opens the ticket: its requester, else a bot."""
    requester = facts.get("requester")
    who = requester if isinstance(requester, str) else (requester or {}).get("email") or (requester or {}).get("name")
    return Caller(who, who) if who else Caller("bot", "bot", "bot")


def past_events(id: int, facts: JsonMap, book: Rulebook, start: Instant) -> list[Event]:
    """The events that make the ticket so, oldest first, none after the start. Raises `Invalid`."""
    return _Past(id, facts, book, start).events()


class _Move(NamedTuple):
    at: Instant
    to: str


class _Past:
    """One ticket's past in the making."""

    def __init__(self, id: int, facts: JsonMap, book: Rulebook, start: Instant) -> None:
        self.id, self.facts, self.book, self.start = id, facts, book, start
        self.times = {key: self.time(key, facts[key]) for key in TIMES if key in facts}
        self.status = facts.get("status") or book.lifecycle.first
        if self.status not in book.lifecycle.statuses:
            raise unknown("status", str(self.status), book.lifecycle.statuses)
        self.since = self.status_since()
        self.created_at = self.times.get("created_at", min([*self.times.values(), self.since, start]))
        self.made: list[Event] = []

    def time(self, key: str, text: Any) -> Instant:
        try:
            at = moment(str(text), self.start)
        except Invalid as error:
            raise wrong(key, error.message, error.hint) from None
        if at > self.start:
            raise wrong(key, f"{text} lies after the start", "what happens later belongs into the timeline")
        return at

    def status_since(self) -> Instant:
        """Since when it is in its status: as given, else at the latest time given."""
        ends = {"resolved": "resolved_at", "final": "closed_at"}.get(self.book.lifecycle.kind(self.status), "")
        known = self.times.get("status_since", self.times.get(ends))
        if known is not None:
            return known
        if self.facts.get("reminded") and not self.times.keys() - {"created_at"}:
            return self.reminded_wait()
        return max(self.times.values(), default=self.start)

    def reminded_wait(self) -> Instant:
        """When the wait must have begun of which the first reminder told."""
        entry = self.facts["reminded"][0]
        rule = next((rule for rule in self.book.autoclose if rule.ref.name == entry["rule"]), None)
        after = rule.after.plain if rule else 0
        return self.time("reminded", entry["at"]) - after + parse_duration(entry["before"]).plain

    def events(self) -> list[Event]:
        born = self.opening()
        self.earlier()
        self.words()
        self.moves()
        self.later()
        ordered = [born, *sorted(self.made, key=lambda event: event.at)]
        ticket = self.folded(ordered)
        for reminder in self.facts.get("reminded", ()):
            event = self.reminder(reminder, ordered)
            ordered = sorted([*ordered, event], key=lambda event: event.at)
        self.compare(ticket)
        return ordered

    def folded(self, events: Sequence[Event]) -> Ticket:
        ticket = create(events[0])
        for event in events[1:]:
            ticket = apply(ticket, event)
        return ticket

    def opening(self) -> Event:
        given = {key: value for key, value in self.facts.items() if key not in PAST}
        event = opening(Acting(opener(given), self.book, self.created_at), self.id, given)
        if "chosen" not in self.facts:
            return event
        return event._replace(data={**event.data, "chosen": _listed(self.facts["chosen"])})

    def add(self, at: Instant, class_: str, kind: str, /, **data: Any) -> None:
        names = {"requester": opener(self.facts).name, "agent": self.facts.get("assignee") or "agent"}
        actor = Actor(names.get(class_, class_), class_)
        self.made.append(Event(self.id, max(at, self.created_at), actor, kind, data))

    def earlier(self) -> None:
        """What only its number is known of happened at once."""
        lifecycle, at = self.book.lifecycle, self.created_at
        for _ in range(self.facts.get("occurrences", 1) - 1):
            self.add(at, "bot", "occurred")
        ends = next((name for name, kind in lifecycle.statuses.items() if kind in ("resolved", "final")), None)
        active = next((name for name, kind in lifecycle.statuses.items() if kind == "active"), lifecycle.first)
        for _ in range(self.facts.get("reopen_count", 0) if ends else 0):
            self.move("bot", _Move(at, str(ends)))
            self.move("bot", _Move(at, active))

    def words(self) -> None:
        """Comments that account for who spoke when."""
        times = self.times
        agent = ("first_responded_at", "last_agent_at")
        for key, class_ in (("last_requester_at", "requester"), *((key, "agent") for key in agent)):
            at = times.get(key)
            said = key == "last_agent_at" and at == times.get("first_responded_at")
            if at is not None and not said and (at > self.created_at or class_ == "agent"):
                self.add(at, class_, "commented", text="…", public=True)
        active = max((event.at for event in self.made if event.actor.class_ != "bot"), default=self.created_at)
        at = times.get("last_activity_at")
        if at is not None and at > active:
            free = next((c for c in ("agent", "requester") if f"last_{c}_at" not in times), "agent")
            self.add(at, free, "commented", text="…", public=free == "requester")

    def moves(self) -> None:
        """Into its status; on the way to a final one it was resolved, if a time says so."""
        resolved_at = self.times.get("resolved_at")
        if resolved_at is not None and self.book.lifecycle.kind(self.status) == "final":
            to = next((name for name, kind in self.book.lifecycle.statuses.items() if kind == "resolved"), None)
            if to is not None:
                self.move(self.mover(resolved_at), _Move(resolved_at, to))
        if self.status != self.book.lifecycle.first or self.since > self.created_at:
            self.move(self.mover(self.since), _Move(self.since, self.status))

    def mover(self, at: Instant) -> str:
        """A class whose move contradicts no time that is given: an agent's is activity, a bot's touches only."""
        for class_, keys in (("agent", ("last_agent_at", "last_activity_at", "touched_at")), ("bot", ("touched_at",))):
            if all(self.times.get(key, at) >= at for key in keys):
                return class_
        return "rule"

    def move(self, class_: str, move: _Move) -> None:
        kinds = [event.data["kind"] for event in self.made if "kind" in event.data]
        kind, was = self.book.lifecycle.kind(move.to), kinds[-1] if kinds else "initial"
        data: dict[str, Any] = {"to": move.to, "kind": kind}
        if kind == "final":
            data["reason"] = self.facts.get("close_reason") or self.book.lifecycle.close_reasons[0]
        self.add(move.at, class_, move_kind(was, kind), **data)

    def later(self) -> None:
        """A hold, comments that only their number tells of, and the last touch."""
        count = self.facts.get("comment_count", 0) - sum(event.kind == "commented" for event in self.made)
        for _ in range(count):
            self.add(self.created_at, "bot", "commented", text="…", public=False)
        last = max((event.at for event in self.made), default=self.created_at)
        hold = self.facts.get("hold")
        if hold is not None:
            until = hold.get("until")
            ends = None if until is None else format_instant(moment(str(until), self.start))
            self.add(last, "agent", "held", until=ends, reason=hold.get("reason"))
        touched = self.times.get("touched_at")
        if touched is not None and touched > last:
            self.add(touched, "bot", "labelled")

    def reminder(self, given: Mapping[str, Any], events: Sequence[Event]) -> Event:
        """A reminder that was delivered at once, in the wait that ran then."""
        at, before = self.time("reminded", given["at"]), parse_duration(given["before"]).plain
        rules = {rule.ref.name: rule.ref for rule in self.book.autoclose}
        if given["rule"] not in rules:
            raise unknown("autoclose rule", given["rule"], rules)
        past = [event for event in events if event.at <= at]
        if not past or past[0].kind != "created":
            raise wrong("reminded", f"{given['at']} lies before the ticket was created", "give created_at")
        ticket, ref = self.folded(past), rules[given["rule"]]
        wait, _ = wait_of(Look(ticket, self.book, at, lambda: past))
        data: dict[str, Any] = {"before": before, "delivered": True, "key": f"given-{at}-{before}", "notified": []}
        if wait is not None and wait.rule.ref.key == ref.key:
            number = ticket.episodes[ref.key].fired + 1 if ref.key in ticket.episodes else 1
            data["since"] = format_instant(wait.since)
            data["firing"] = {"since": data["since"], "number": number}
        return _by_rule(self.id, at, ref, data)

    def compare(self, ticket: Ticket) -> None:
        """Raises `Invalid` for a given fact that the events do not come to."""
        for key, at in self.times.items():
            found = getattr(ticket, key)
            if found != at:
                shown = "nothing" if found is None else format_instant(found)
                raise wrong(key, f"{format_instant(at)} contradicts the rest, which comes to {shown}",
                                 "leave one of the times out")  # fmt: skip
        for key in ("status", "occurrences", "comment_count", "reopen_count", "close_reason"):
            if key in self.facts and getattr(ticket, key) != self.facts[key]:
                raise wrong(key, f"{self.facts[key]} contradicts the rest, which comes to {getattr(ticket, key)}",
                                 "leave one of them out")  # fmt: skip


def _by_rule(id: int, at: Instant, ref: RuleRef, data: JsonMap) -> Event:
    return Event(id, at, Actor("rules", "rule"), "reminded", data, ref)


def _listed(words: Any) -> list[str]:
    return list(words) if isinstance(words, (list, tuple)) else [words]
