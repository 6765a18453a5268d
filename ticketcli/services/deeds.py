"""What people and jobs did to a ticket in the words of a scenario, personal data replaced: per kind of event a verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ticketcli.domain.events import Event
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.masking import Masks
from ticketcli.domain.ticket import ENDED, JsonMap, Ticket


def offset_text(seconds: int) -> str:
    """`+1d2h` as a scenario writes it; what no duration can name is never asked for."""
    if seconds == 0:
        return "+0s"
    days, rest = divmod(seconds, 86400)
    parts = ((days, "d"), (rest // 3600, "h"), (rest % 3600 // 60, "m"), (rest % 60, "s"))
    return "+" + "".join(f"{count}{unit}" for count, unit in parts if count)


def _texts(masks: Masks, value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: masks.field(key, inner) for key, inner in value.items()}


GIVEN: dict[str, Callable[[Masks, Any], Any]] = {
    "subject": lambda masks, value: masks.text("subject", value, masks.worded("a subject", value)),
    "description": lambda masks, value: masks.text("description", value, masks.worded("a description", value)),
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
    "external_ids": lambda masks, value: {key: masks.external(key, inner) for key, inner in value.items()},
    "dedup_key": lambda masks, value: masks.text("dedup_key", value, masks.numbered("key", value)),
    "answered": lambda masks, value: value,
}
"""How each fact of a new ticket is replaced."""
WITH: dict[str, tuple[str, ...]] = {
    "moved": ("commented", "assigned"),
    "reopened": ("commented", "occurred"),
    "resolved": ("commented",),
    "closed": ("commented",),
    "changed": ("undone",),
}
"""What the same command wrote after one of these follows from it."""


def deeds_of(event: Event, masks: Masks, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    """The verb that wrote the event, and its flags; nothing for what follows from others or concerns other tickets."""
    found = _DEEDS.get(event.kind)
    if found is not None:
        yield from found(event.data, masks, event, ticket)


def _comment(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "comment", {"text": "a comment", **({} if data.get("public", True) else {"internal": True})}


def _answer(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    """An import knows of some answers only that they were given."""
    yield "comment", {"text": "a comment"}


def _move(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    if "confirmed" in data:
        yield "confirm", {}
    else:
        yield "move", {"to": data["to"], **({"reason": data["reason"]} if data.get("reason") else {})}


def _assign(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    to = data["to"]
    if to is None:
        yield "assign", {"nobody": True}
    elif to == event.actor.name and not masks.knows(to):
        yield "take", {}
    else:
        yield "assign", {"to": masks.person(to, "agent")}


def _set(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    values = {key: _value(masks, key, value) for key, value in data["set"].items()}
    if values:  # nothing is left of what was redacted
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
        return masks.external(inner, value)
    return value if inner or key not in GIVEN else GIVEN[key](masks, value)


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
    ended = ticket.closed_at or ticket.resolved_at or ticket.status_since
    again = {"subject": ticket.subject, "dedup_key": ticket.dedup_key}
    if ticket.kind in ENDED:
        yield "create", {**again, "reopen_within": offset_text(max(event.at - ended, 1))[1:]}
    elif ticket.dedup_key is not None:
        yield "create", again


def _undo(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "undo", {}


def _explain(data: JsonMap, masks: Masks, event: Event, ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "sla reason", {"code": data["code"], "text": "a reason", "target": data["target"]}


_DEEDS: dict[str, Callable[[JsonMap, Masks, Event, Ticket], Iterator[tuple[str, dict[str, Any]]]]] = {
    "commented": _comment,
    "answered": _answer,
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
    "undone": _undo,
    "sla_explained": _explain,
}
"""Per kind of event the verb that writes it."""
