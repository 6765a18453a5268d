"""Taking back what rules did to a ticket (design section 7, `undo`). History stays; an event `undone` is added.

What stands again is the ticket as if the effects that are taken back had not happened: the fold of its events without
them. So whatever people did since then is kept, and pauses, clocks and waits are those of a ticket left alone.
A rule whose decision was taken back does not fire again in that episode: it must cease to hold and hold anew, and an
auto-close rule needs a new start of its wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ticketcli.domain.document import ticket_document
from ticketcli.domain.events import Event, RuleRef
from ticketcli.domain.fold import fold
from ticketcli.domain.instants import Instant, format_instant, parse_instant
from ticketcli.domain.sla import is_open
from ticketcli.domain.ticket import Episode, JsonMap, Ticket
from ticketcli.domain.unmade import as_if, taken_back
from ticketcli.records import NamedTuple

_EFFECTS = frozenset(
    "assigned prioritised labelled watched routed changed moved resolved closed reopened confirm_asked".split()
)
"""Kinds of events that changed the ticket and can be taken back; comments and messages stay said."""
_FIRINGS = frozenset({"escalated", "reminded", "confirm_asked", "prioritised"})
"""Kinds by which a rule holds; taken back, they do not come again in that episode."""
_CLOSES = frozenset({"closed", "resolved"})
_WEIGHTY = ("closed", "resolved", "reopened", "moved", "escalated", "reminded", "routed")
_SEEN = (
    *("status", "priority", "category", "labels", "team", "assignee", "watchers", "fields", "routed_by"),
    *("close_reason", "subject", "description"),
)
"""Facts by which one sees whether an effect still stands."""
_UNTOUCHED = ("version", "updated_at", "trail")


class Decision(NamedTuple):
    """What one rule did to a ticket in one run: its own event and the effects, in order."""

    run: str
    rule: RuleRef
    events: tuple[Event, ...]

    @property
    def last(self) -> Event:
        return self.events[-1]

    @property
    def kind(self) -> str:
        """The weightiest kind among its events."""
        kinds = [event.kind for event in self.events]
        return next((kind for kind in _WEIGHTY if kind in kinds), kinds[-1])

    @property
    def deeds(self) -> str:
        """What it did, for people: the weightiest kind, or all of them where none outweighs the others."""
        return self.kind if self.kind in _WEIGHTY else " and ".join(dict.fromkeys(event.kind for event in self.events))


def decisions(events: Iterable[Event], run: str | None = None) -> list[Decision]:
    """Every decision that could be taken back, in the order in which they ended; of one run, if it is named."""
    found: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if _counts(event) and event.rule is not None and run in (None, event.run):
            found.setdefault((event.run, event.rule.key), []).append(event)
    made = [Decision(key[0], some[0].rule, tuple(some)) for key, some in found.items() if some[0].rule]
    return sorted(made, key=lambda decision: decision.last.seq)


def _counts(event: Event) -> bool:
    return event.actor.class_ == "rule" and event.kind in _EFFECTS | _FIRINGS and not _unmarks(event)


def _unmarks(event: Event) -> bool:
    """A wait that ends takes its mark off the ticket: that goes with the wait, and is no action of its own."""
    section = event.rule.section if event.rule else ""
    return section == "autoclose" and event.kind == "labelled" and bool(event.data.get("remove"))


def undo(ticket: Ticket, events: Sequence[Event], wanted: Sequence[Decision]) -> JsonMap | None:
    """The data of the event that takes these decisions back; None when nothing of them stands any more."""
    skipped = _standing(events, wanted)
    skipped |= _ended_by(events, skipped)
    without = fold(as_if(events, skipped))
    stopped = {decision.rule.key: since for decision in wanted for since in _stopped(without, decision, skipped)}
    if not skipped and not stopped:
        return None
    skipped |= _no_longer_met(events, without, skipped)
    data: dict[str, Any] = {
        "what": [_told(decision) for decision in wanted],
        "events": sorted(skipped),
        **_difference(ticket, fold(as_if(events, skipped))),
        "stopped": {key: format_instant(since) for key, since in stopped.items()},
    }
    if any(decision.rule.section == "routing" for decision in wanted):
        data["chosen"] = ["team", "assignee"]  # a person decided: the rules leave it there
    return data


def _told(decision: Decision) -> dict[str, Any]:
    """The decision as the event names it."""
    at = format_instant(decision.last.at)
    return {"kind": decision.kind, "rule": decision.rule.key, "run": decision.run, "at": at}


def _standing(events: Sequence[Event], wanted: Iterable[Decision]) -> set[int]:
    """The effects of these decisions, none when the ticket would look the same without them."""
    gone = taken_back(events)
    effects = {event.seq for decision in wanted for event in decision.events if event.kind in _EFFECTS} - gone
    return effects if _look(fold(as_if(events))) != _look(fold(as_if(events, effects))) else set()


def _look(ticket: Ticket) -> tuple[Any, ...]:
    return (*(getattr(ticket, key) for key in _SEEN), ticket.trail.confirm_asked)


def _ended_by(events: Sequence[Event], skipped: set[int]) -> set[int]:
    """Episodes that the same run ended afterwards: they may go on, and if they may not the rules end them again."""
    first = {event.run: event.seq for event in reversed(events) if event.seq in skipped}
    return {
        event.seq
        for event in events
        if (event.kind == "lapsed" or _unmarks(event)) and event.seq > first.get(event.run, event.seq)
    }


def _no_longer_met(events: Sequence[Event], without: Ticket, skipped: set[int]) -> set[int]:
    """Records of SLA targets that only what is taken back had met."""
    return {
        event.seq
        for event in events
        if event.kind == "sla_met"
        and event.seq > min(skipped, default=event.seq)
        and is_open(without, event.data["target"], parse_instant(event.data["since"]))
    }


def _stopped(ticket: Ticket, decision: Decision, skipped: set[int]) -> Iterator[Instant]:
    """The start of the episode or wait in which the rule decided, if it may go on and was not stopped before."""
    key = decision.rule.key
    episode: Episode | None = ticket.episodes.get(key)
    stands = any(event.seq in skipped for event in decision.events)
    for event in reversed(decision.events):
        said = event.data.get("since") or event.data.get("firing", {}).get("since")
        since = parse_instant(said) if said else None
        goes_on = stands and event.kind in _CLOSES or (episode is not None and episode.since == since)
        if since is not None and goes_on:
            if ticket.trail.undone.get(key) != since:
                yield since
            return


def _difference(now: Ticket, then: Ticket) -> dict[str, Any]:
    """The keys that stand otherwise on the two, as they stand on `then`; null where nothing stands there."""
    facts, others = ticket_document(now), ticket_document(then)
    trails = facts.get("trail", {}), {**others.get("trail", {})}
    changed = dict(_keys(facts, others, _UNTOUCHED))
    if "fields" in changed:
        del changed["fields"]
        fields = _keys(facts.get("fields", {}), others.get("fields", {}), ())
        changed.update((f"fields.{key}", value) for key, value in fields)
    return {"set": changed, "trail": dict(_keys(*trails, ("changed", "undone")))}


def _keys(now: JsonMap, then: JsonMap, left_out: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for key in sorted({*now, *then}.difference(left_out)):
        if now.get(key) != then.get(key):
            yield key, then.get(key)
