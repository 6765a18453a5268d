"""Which value may stand under which key of a ticket, whoever gives it: `create`, `set`, or a JSON line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.known import known_person, known_team
from ticketcli.domain.texts import check_body, check_name, check_text, check_value
from ticketcli.domain.ticket import PRIORITIES, SOURCES
from ticketcli.errors import Invalid, NotFound

SHORT = {"tier": "requester.tier", "body": "description"}
_TEXTS = (
    *("subject", "description", "asset", "dedup_key"),
    *("requester.name", "requester.email", "requester.org"),
)
_NAMES = ("category", "requester.tier")
ONE_OF = {"priority": PRIORITIES, "source": SOURCES}
_VERBS = {"status": "ticket move 12 open", "labels": "ticket label 12 prod", "hold": "ticket hold 12"}
SETTABLE = (*_TEXTS, *_NAMES, *ONE_OF, "team", "assignee", "requester", "fields.", "external_ids.")


def checked_value(acting: Acting, raw_key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The key in full and its value, checked; a map such as `requester` comes back key by key.

    An empty text means none. Raises `NotFound` for a key that cannot be set, `Invalid` for a value that does not fit.
    """
    key = SHORT.get(raw_key, raw_key)
    if key == "requester" and isinstance(value, str):
        key = "requester.email"
    if key in ("requester", "fields", "external_ids") and isinstance(value, Mapping):
        for inner, item in value.items():
            yield from checked_value(acting, f"{key}.{inner}", item)
        return
    if key in ("fields", "external_ids") and value not in (None, ""):
        raise Invalid(f"{key}: an object is wanted, not {value!r}", 'write it like {"region": "north"}')
    if value in (None, ""):
        if key == "subject":
            raise Invalid("subject: a ticket needs one", "give it some words")
        _known_key(acting, key)
        yield key, "normal" if key == "priority" else None
        return
    yield key, _check(acting, key, value)


def _known_key(acting: Acting, key: str) -> None:
    top = key.partition(".")[0] + "."
    if key in _VERBS:
        raise NotFound(f"no key {key!r} to set", f"it has a command of its own: {_VERBS[key]}")
    if key not in SETTABLE and (top not in SETTABLE or key == top):
        near = own_field(acting, key) or nearest(key, [word.rstrip(".") for word in SETTABLE])
        hint = f"did you mean {near}?" if near else "the keys are: " + ", ".join(w.rstrip(".") for w in SETTABLE)
        raise NotFound(f"no key {key!r} to set", hint)


def own_field(acting: Acting, key: str) -> str | None:
    """`fields.NAME` where the desk declares a field of that name, which somebody gave as a key."""
    return f"fields.{key}" if key in (acting.rulebook.fields or ()) else None


def _check(acting: Acting, key: str, value: Any) -> Any:
    _known_key(acting, key)
    top, _, inner = key.partition(".")
    if top == "fields":
        return _field(acting, check_name("field", inner), value)
    if not isinstance(value, str):
        raise Invalid(f"{key}: a text is wanted, not {type(value).__name__}", "put it in quotes")
    if key == "dedup_key" and not value.strip():
        raise Invalid("dedup_key: it is only space", "is a variable unset?")
    if key in ONE_OF:
        if value not in ONE_OF[key]:
            near = nearest(value, ONE_OF[key])
            raise Invalid(f"{key}: no such value: {value!r}", f"one of {', '.join(ONE_OF[key])}" + _mean(near))
        return value
    if key == "team":
        return known_team(acting.rulebook, value)
    if key == "assignee":
        return known_person(acting.rulebook, value)
    if top == "external_ids":
        check_name("external id", inner)
    if key in _NAMES:
        return check_name(key, value)
    if key == "description":
        return check_body(key, value, acting.limits.text)
    return check_text(key, value, acting.limits.subject) if key == "subject" else check_text(key, value)


def _mean(near: str | None) -> str:
    return f"; did you mean {near}?" if near else ""


def _field(acting: Acting, name: str, value: Any) -> Any:
    """A field of the desk's own: any JSON value when none are declared, else as its declaration says."""
    known = acting.rulebook.fields
    if known is None:
        return value
    declared = known.get(name)
    if declared is None:
        near = nearest(name, known)
        hint = f"did you mean {near}?" if near else "declared: " + (", ".join(known) or "none")
        raise Invalid(f"no field {name!r} is declared", hint)
    from ticketcli.domain.operations.field_types import FIELD_TYPES

    return FIELD_TYPES[declared.get("type", "text")](name, value, declared)


def check_fields(acting: Acting, fields: Mapping[str, Any]) -> None:
    """Raises `Invalid` when the desk's own fields together are larger than the limit, or cannot be kept."""
    if fields:
        check_value("fields", fields)
        check_body("fields", json.dumps(fields, ensure_ascii=False), acting.limits.fields)
