"""Events that were taken back: which they are, and how a ticket stands as if they had not happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ticketcli.domain.document import parts_from
from ticketcli.domain.events import REDACTED, Event
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.ticket import Ticket, Trail

_RESTORES = ("set", "trail")


def taken_back(events: Sequence[Event]) -> frozenset[int]:
    """The `seq` of every event that an `undone` among these took back."""
    return frozenset(seq for event in events if event.kind == "undone" for seq in event.data["events"])


def as_if(events: Sequence[Event], more: Collection[int] = ()) -> Iterator[Event]:
    """The events as if those that were taken back, and `more`, had had no effect.

    They stay in place as events that change nothing but version, times and episodes, and what took them back restores
    nothing any more; so the fold of these is the ticket as it stands, also at the instants in between.
    """
    gone = {*taken_back(events), *more}
    for event in events:
        if event.seq and event.seq in gone:
            yield event._replace(kind="")
        elif event.kind == "undone":
            yield event._replace(data={key: value for key, value in event.data.items() if key not in _RESTORES})
        else:
            yield event


def undone(ticket: Ticket, event: Event) -> Ticket:
    """The fold of `undone`: what it says stands again, and its rules are silent for the rest of their episode."""
    data = event.data
    facts = _facts(ticket, data.get("set", {}))
    stopped = {key: parse_instant(since) for key, since in data.get("stopped", {}).items()}
    trail = {**parts_from(Trail, data.get("trail", {})), "undone": {**ticket.trail.undone, **stopped}}
    chosen = tuple(key for key in data.get("chosen", ()) if key not in ticket.chosen)
    facts["chosen"] = (*ticket.chosen, *chosen)
    return ticket._replace(**facts, trail=ticket.trail._replace(**trail))


def _facts(ticket: Ticket, given: Any) -> dict[str, Any]:
    plain = {key: value for key, value in given.items() if "." not in key}
    facts = parts_from(Ticket, plain)
    if "watchers" in facts:
        facts["watchers"] = tuple(name for name in facts["watchers"] if name != REDACTED)
    inner = {key.partition(".")[2]: value for key, value in given.items() if "." in key}
    if inner:
        fields = {**ticket.fields, **inner}
        facts["fields"] = {key: value for key, value in fields.items() if value is not None}
    return facts
