"""Tickets, events and messages as JSON: the form that is stored, and the form that is shown.

Stored: the keys of design section 5, instants as RFC 3339 UTC, nulls and empty lists or maps absent, the trail of a
ticket under `trail`. Shown: every key, in the design's order, nulls as null, no trail.
A key or a shape that this program does not know is `StoreDamaged`: leaving it out would lose it with the next write.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from ticketcli.domain import ticket as shapes
from ticketcli.domain.events import Actor, Event, Message, RuleRef
from ticketcli.domain.instants import Instant, format_instant, parse_instant, seconds_of
from ticketcli.domain.ticket import JsonMap, Ticket, View
from ticketcli.errors import Invalid, StoreDamaged
from ticketcli.records import NamedTuple

JsonDict = dict[str, Any]
_HINT = "a newer ticketcli wrote it, or the store is damaged: upgrade, or restore a backup"


class _Codec(NamedTuple):
    """How one kind of value is stored (nulls absent), shown (nulls as null) and loaded again."""

    store: Callable[[Any], Any]
    show: Callable[[Any], Any]
    load: Callable[[Any], Any]


write_instant = format_instant


@lru_cache(4096)
def read_instant(text: str) -> Instant:
    """The instant of a stored text; raises `Invalid` when it is none."""
    if len(text) == 20 and text[10] == "T" and text[19] == "Z":
        try:
            return seconds_of(datetime.fromisoformat(text[:19]))
        except ValueError:
            pass
    return parse_instant(text)


def _record(cls: Any) -> _Codec:
    """A NamedTuple as an object; its annotations say how each field is written."""
    names: tuple[str, ...] = cls._fields
    annotations = {name: cls.__annotations__[name] for name in names}
    codecs = [_codec(annotations[name]) for name in names]
    stores = [codec and codec.store for codec in codecs]
    shows = [codec and codec.show for codec in codecs]
    loads = {name: codec and codec.load for name, codec in zip(names, codecs, strict=True)}
    # A null is not stored, so what may be null and has no default is null when it is absent.
    nulls = {name: None for name in names if annotations[name].endswith("| None") and name not in cls._field_defaults}

    def store(value: Any) -> JsonDict:
        return {
            name: item if encode is None else encode(item)
            for name, item, encode in zip(names, value, stores, strict=True)
            if item or item == 0 or item == ""
        }

    def show(value: Any) -> JsonDict:
        return {
            name: item if encode is None or item is None else encode(item)
            for name, item, encode in zip(names, value, shows, strict=True)
        }

    def load(raw: JsonMap) -> Any:
        values: JsonDict = nulls.copy()
        for name, item in raw.items():
            decode = loads[name]
            values[name] = item if decode is None else decode(item)
        return cls(**values)

    return _Codec(store, show, load)


def _codec(annotation: str) -> _Codec | None:
    """The codec of a field by its annotation, as the shapes in `ticket.py` write it; None for what is JSON already."""
    kind = annotation.removesuffix(" | None")
    if kind in ("str", "int"):
        return None
    if kind == "Instant":
        return _INSTANT
    if kind in ("JsonMap", "dict[str, Any]"):
        return _MAP
    if kind.startswith("tuple["):
        item = _codec(kind.removeprefix("tuple[").removesuffix(", ...]"))
        return _LIST if item is None else _many(item)
    if kind.startswith("Mapping[str, "):
        item = _codec(kind.removeprefix("Mapping[str, ").removesuffix("]"))
        return _MAP if item is None else _mapped(item)
    return _record(getattr(shapes, kind))


def _many(codec: _Codec) -> _Codec:
    """A tuple of such values as a list."""
    store, show, load = codec
    return _Codec(
        lambda items: [store(item) for item in items],
        lambda items: [show(item) for item in items],
        lambda items: tuple([load(item) for item in items]),
    )


def _mapped(codec: _Codec) -> _Codec:
    """A map from texts to such values as an object."""
    store, show, load = codec
    return _Codec(
        lambda items: {key: store(item) for key, item in items.items()},
        lambda items: {key: show(item) for key, item in items.items()},
        lambda items: {key: load(item) for key, item in items.items()},
    )


_INSTANT = _Codec(write_instant, write_instant, read_instant)
_LIST = _Codec(list, list, tuple)
_MAP = _Codec(dict, dict, dict)
_TICKET, _VIEW, _MESSAGE, _RULE = (_record(cls) for cls in (Ticket, View, Message, RuleRef))

FACTS = (
    *("id", "subject", "description", "status", "priority", "category", "labels", "source", "requester", "team"),
    *("assignee", "watchers", "asset", "fields", "external_ids", "dedup_key", "occurrences", "parent", "children"),
    *("merged_into", "links", "attachments", "created_at", "updated_at", "status_since", "first_responded_at"),
    *("resolved_at", "closed_at", "last_requester_at", "last_agent_at", "last_activity_at", "touched_at"),
    *("reopen_count", "comment_count", "close_reason", "routed_by", "episodes", "hold", "rating", "chosen", "version"),
)
"""The keys of a shown ticket's facts, in the design's order."""


def ticket_document(ticket: Ticket) -> JsonDict:
    """The stored form. It may share maps such as `fields` with the ticket: serialise it before anybody changes them."""
    document: JsonDict = _TICKET.store(ticket)
    return document


def ticket_from(document: JsonMap) -> Ticket:
    """The ticket that a stored document holds."""
    ticket: Ticket = _loaded(_TICKET.load, document, "ticket", "id")
    return ticket


def ticket_output(ticket: Ticket, view: View | None) -> JsonDict:
    """The shown form; without a view its four keys are null."""
    shown = _TICKET.show(ticket._replace(trail=shapes.Trail()))
    output = {key: shown[key] for key in FACTS}
    output.update(dict.fromkeys(View._fields) if view is None else _VIEW.show(view))
    return output


def parts_from(cls: Any, document: JsonMap) -> JsonDict:
    """Some fields of a record such as `Ticket` as they are stored; a null is what stands where nothing is stored."""
    parts: JsonDict = {}
    for name, item in document.items():
        codec = _codec(cls.__annotations__[name])
        parts[name] = cls._field_defaults.get(name) if item is None else codec.load(item) if codec else item
    return parts


def view_document(view: View) -> JsonDict:
    """The stored form of a view, for an answer that is to be given again."""
    document: JsonDict = _VIEW.store(view)
    return document


def view_from(document: JsonMap) -> View:
    """The view that a stored document holds."""
    view: View = _loaded(_VIEW.load, document, "view", "wake_at")
    return view


def event_body(event: Event) -> JsonDict:
    """What the hash of an event covers beside the hash of its predecessor: all but `prev`, `hash` and salts."""
    body: JsonDict = {
        "seq": event.seq,
        "ticket": event.ticket,
        "at": write_instant(event.at),
        "recorded_at": write_instant(event.recorded_at),
        "actor": event.actor.name,
        "class": event.actor.class_,
        "kind": event.kind,
        "data": dict(event.data),
        "run": event.run,
    }
    if event.actor.acting is not None:
        body["acting"] = event.actor.acting
    if event.rule is not None:
        body["rule"] = _RULE.store(event.rule)
    return body


def event_document(event: Event) -> JsonDict:
    """The stored form."""
    document = event_body(event)
    document.update(prev=event.prev, hash=event.hash)
    if event.salts:
        document["salts"] = dict(event.salts)
    return document


def event_from(document: JsonMap) -> Event:
    """The event that a stored document holds."""
    event: Event = _loaded(_load_event, document, "event", "seq")
    return event


def event_output(event: Event) -> JsonDict:
    """The shown form: every key, `acting` and `rule` null when there is none; salts stay in the store."""
    return {
        "seq": event.seq,
        "ticket": event.ticket,
        "at": write_instant(event.at),
        "recorded_at": write_instant(event.recorded_at),
        "actor": event.actor.name,
        "acting": event.actor.acting,
        "class": event.actor.class_,
        "kind": event.kind,
        "data": dict(event.data),
        "run": event.run,
        "rule": None if event.rule is None else _RULE.show(event.rule),
        "prev": event.prev,
        "hash": event.hash,
    }


def message_document(message: Message) -> JsonDict:
    """The stored form."""
    document: JsonDict = _MESSAGE.store(message)
    return document


def message_from(document: JsonMap) -> Message:
    """The message that a stored document holds."""
    message: Message = _loaded(_MESSAGE.load, document, "message", "key")
    return message


def _load_event(document: JsonMap) -> Event:
    values = dict(document)
    actor = Actor(values.pop("actor"), values.pop("class"), values.pop("acting", None))
    rule = values.pop("rule", None)
    at, recorded_at = read_instant(values.pop("at")), read_instant(values.pop("recorded_at"))
    return Event(at=at, recorded_at=recorded_at, actor=actor, rule=rule and _RULE.load(rule), **values)


def _loaded(load: Callable[[JsonMap], Any], document: JsonMap, what: str, key: str) -> Any:
    try:
        return load(document)
    except (KeyError, TypeError, ValueError, AttributeError, Invalid) as error:
        name = document.get(key, "without number") if isinstance(document, dict) else "without number"
        raise StoreDamaged(f"{what} {name}: the stored document does not fit ({error})", _HINT) from error
