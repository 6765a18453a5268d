"""The history of a ticket as an export holds it, checked and made events again.

An export leaves out what belongs to the chain of its desk (`seq`, `recorded_at`, `run`, `prev`, `hash`): the desk that
takes the history in gives its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ticketcli.domain.document import ticket_output
from ticketcli.domain.events import Actor, Event, RuleRef
from ticketcli.domain.fold import apply, create
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.shape import check_shape
from ticketcli.domain.texts import Limits, check_body, check_text, check_value
from ticketcli.domain.ticket import CLASSES, Ticket
from ticketcli.errors import Invalid, TicketError

EVENTS = "events"
"""The key under which an export has the history of a ticket."""
EVENT_KEYS = ("at", "actor", "acting", "class", "kind", "data", "rule")
"""What an export says of an event."""
_KIND = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_LISTS = {"notified": dict} | dict.fromkeys(("erased", "skipped", "rules", "labels", "watch", "routed_by"), str)
"""What is read out of events item by item, and what the items are."""
_HINT = "take the export as it was written"


def restored(id: Any, given: Any, facts: Mapping[str, Any], limits: Limits) -> list[Event]:
    """The events of the ticket `id`. Raises `Invalid` unless they are a history that makes exactly these facts."""
    if not isinstance(id, int) or isinstance(id, bool) or not 0 < id < 1 << 53:
        raise Invalid(f"id: {id!r} is no ticket number", _HINT)
    if not isinstance(given, list) or not given:
        raise Invalid("events: a list is wanted, and at least one event", _HINT)
    events: list[Event] = []
    ticket: Ticket | None = None
    for number, raw in enumerate(given, 1):
        try:
            event = _event(id, raw, limits)
            ticket = _step(ticket, event)
        except TicketError as error:
            raise Invalid(f"event {number}: {error.message}", error.hint) from None
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            why = f"{type(error).__name__}: {error}"
            raise Invalid(f"event {number}: it does not fit its kind ({why})", _HINT) from None
        events.append(event)
    assert ticket is not None
    check_shape(ticket)
    shown = ticket_output(ticket, None)
    wrong = [key for key in shown if key in facts and key != "id" and shown[key] != facts[key]]
    if wrong:
        raise Invalid(f"{wrong[0]} is not what the events say: {str(shown[wrong[0]])[:60]}", _HINT)
    return events


def _event(id: int, raw: Any, limits: Limits) -> Event:
    if not isinstance(raw, Mapping):
        raise Invalid("an object is wanted", _HINT)
    strange = [key for key in raw if key not in EVENT_KEYS]
    if strange:
        raise Invalid(f"unknown key {strange[0]!r}", f"it may hold {', '.join(EVENT_KEYS)}")
    kind, class_, data = raw["kind"], raw["class"], raw["data"]
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise Invalid(f"kind: {kind!r} is no kind of event", _HINT)
    if class_ not in CLASSES:
        raise Invalid(f"class: no such class: {class_!r}", f"one of {', '.join(CLASSES)}")
    if not isinstance(data, dict):
        raise Invalid("data: an object is wanted", _HINT)
    check_value("data", data)
    _check_sizes(data, limits)
    _check_lists(data)
    acting = raw.get("acting")
    actor = Actor(check_text("actor", raw["actor"]), class_, None if acting is None else check_text("acting", acting))
    return Event(id, parse_instant(raw["at"]), actor, kind, data, _rule(raw.get("rule")))


def _check_sizes(data: Mapping[str, Any], limits: Limits) -> None:
    for key in ("text", "description"):
        if isinstance(data.get(key), str):
            check_body(key, data[key], limits.text)
    if isinstance(data.get("subject"), str):
        check_text("subject", data["subject"], limits.subject)


def _check_lists(data: Mapping[str, Any]) -> None:
    for key, kind in _LISTS.items():
        items = data.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
            raise Invalid(f"data.{key}: a list of {'texts' if kind is str else 'objects'} is wanted", _HINT)


def _rule(raw: Any) -> RuleRef | None:
    if raw is None:
        return None
    ref = RuleRef(**raw)
    if not all(isinstance(text, str) for text in (ref.section, ref.name, ref.file, ref.rulebook)):
        raise TypeError("a rule is named by texts")
    return ref._replace(line=int(ref.line))


def _step(ticket: Ticket | None, event: Event) -> Ticket:
    if (ticket is None) != (event.kind == "created"):
        raise Invalid("the first event is `created`, and no other", _HINT)
    return create(event) if ticket is None else apply(ticket, event)
