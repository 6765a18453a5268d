"""Setting values by hand: `set key=value …` and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketcli.domain.events import Event
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.people import assign
from ticketcli.domain.operations.values import check_fields, checked_value
from ticketcli.domain.texts import check_name
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.words import has_label, with_labels
from ticketcli.errors import UsageError


def set_values(acting: Acting, ticket: Ticket, values: Mapping[str, Any]) -> list[Event]:
    """Sets keys by their JSON names (`priority`, `requester.tier`, `fields.x` …); null takes a value away.

    What a person sets is `chosen`: priority and routing rules leave it alone from then on. `tier` is short for
    `requester.tier`. Raises `Invalid` for a value that does not fit, `NotFound` for an unknown key, team or person.
    """
    if not values:
        raise UsageError("nothing to set", "write ticket set ID key=value")
    checked = {key: value for raw, given in values.items() for key, value in checked_value(acting, raw, given)}
    events: list[Event] = []
    if "assignee" in checked:
        events += assign(acting, ticket, checked.pop("assignee"))
    if "priority" in checked:
        events += _prioritise(acting, ticket, checked.pop("priority"))
    changed = {key: value for key, value in checked.items() if current(ticket, key) != value}
    new = {key.partition(".")[2]: value for key, value in changed.items() if key.startswith("fields.")}
    check_fields(acting, {**ticket.fields, **new} if new else {})
    chosen = [key for key in ("team", "category") if key in checked and key not in ticket.chosen]
    if changed or "team" in chosen:
        was = {key: _json(current(ticket, key)) for key in changed}
        events.append(acting.event(ticket, "changed", set=changed, was=was, chosen=chosen))
    return events


def _prioritise(acting: Acting, ticket: Ticket, to: str) -> list[Event]:
    if to == ticket.priority and "priority" in ticket.chosen:
        return []
    return [acting.event(ticket, "prioritised", to=to, was=ticket.priority, chosen=["priority"])]


def current(ticket: Ticket, key: str) -> Any:
    """What stands under a dotted key; None when nothing does."""
    top, _, inner = key.partition(".")
    value = getattr(ticket, top)
    if not inner:
        return value
    return value.get(inner) if isinstance(value, Mapping) else getattr(value, inner, None)


def _json(value: Any) -> Any:
    return value._asdict() if hasattr(value, "_asdict") else value


def label(acting: Acting, ticket: Ticket, add: Sequence[str] = (), remove: Sequence[str] = ()) -> list[Event]:
    """Adds and removes labels; one that is there in another spelling is the same label."""
    given, unwanted = ([check_name("label", word) for word in words] for words in (add, remove))
    new = [word for word in with_labels((), given) if not has_label(ticket.labels, word)]
    gone = [label for label in ticket.labels if has_label(unwanted, label)]
    if not new and not gone:
        return []
    lists = {"add": new, "remove": gone}
    return [acting.event(ticket, "labelled", **{key: words for key, words in lists.items() if words})]
