"""Which value may stand under which key of a ticket, whoever gives it: `create`, `set`, or a JSON line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.field_types import FIELD_TYPES
from ticketcli.domain.operations.known import known_person, known_team
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.texts import BODY_LIMIT, SUBJECT_LIMIT, check_name, check_text
from ticketcli.domain.ticket import PRIORITIES, SOURCES
from ticketcli.errors import Invalid, NotFound

SHORT = {"tier": "requester.tier", "body": "description"}
_TEXTS = {
    "subject": SUBJECT_LIMIT,
    "description": BODY_LIMIT,
    "asset": SUBJECT_LIMIT,
    "dedup_key": SUBJECT_LIMIT,
    "requester.name": SUBJECT_LIMIT,
    "requester.email": SUBJECT_LIMIT,
    "requester.org": SUBJECT_LIMIT,
}
_NAMES = ("category", "requester.tier")
_ONE_OF = {"priority": PRIORITIES, "source": SOURCES}
SETTABLE = (*_TEXTS, *_NAMES, *_ONE_OF, "team", "assignee", "requester", "fields.", "external_ids.")


def checked_value(rulebook: Rulebook, raw_key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The key in full and its value, checked; a map such as `requester` comes back key by key.

    An empty text means none. Raises `NotFound` for a key that cannot be set, `Invalid` for a value that does not fit.
    """
    key = SHORT.get(raw_key, raw_key)
    if key == "requester" and isinstance(value, str):
        key = "requester.email"
    if key in ("requester", "fields", "external_ids") and isinstance(value, Mapping):
        for inner, item in value.items():
            yield from checked_value(rulebook, f"{key}.{inner}", item)
        return
    if value in (None, ""):
        if key == "subject":
            raise Invalid("subject: a ticket needs one", "give it some words")
        _known_key(key)
        yield key, "normal" if key == "priority" else None
        return
    yield key, _check(rulebook, key, value)


def _known_key(key: str) -> None:
    top = key.partition(".")[0] + "."
    if key not in SETTABLE and (top not in SETTABLE or key == top):
        near = nearest(key, [word.rstrip(".") for word in SETTABLE])
        hint = f"did you mean {near}?" if near else "the keys are: " + ", ".join(w.rstrip(".") for w in SETTABLE)
        raise NotFound(f"no key {key!r} to set", hint)


def _check(rulebook: Rulebook, key: str, value: Any) -> Any:
    _known_key(key)
    top, _, inner = key.partition(".")
    if top == "fields":
        return _field(rulebook, check_name("field", inner), value)
    if not isinstance(value, str):
        raise Invalid(f"{key}: a text is wanted, not {type(value).__name__}", "put it in quotes")
    if key in _ONE_OF:
        if value not in _ONE_OF[key]:
            near = nearest(value, _ONE_OF[key])
            raise Invalid(f"{key}: no such value: {value!r}", f"one of {', '.join(_ONE_OF[key])}" + _mean(near))
        return value
    if key == "team":
        return known_team(rulebook, value)
    if key == "assignee":
        return known_person(rulebook, value)
    if top == "external_ids":
        check_name("external id", inner)
    return check_name(key, value) if key in _NAMES else check_text(key, value, _TEXTS.get(key, SUBJECT_LIMIT))


def _mean(near: str | None) -> str:
    return f"; did you mean {near}?" if near else ""


def _field(rulebook: Rulebook, name: str, value: Any) -> Any:
    """A field of the desk's own: any JSON value when none are declared, else as its declaration says."""
    if rulebook.fields is None:
        return value
    declared = rulebook.fields.get(name)
    if declared is None:
        near = nearest(name, rulebook.fields)
        known = ", ".join(rulebook.fields) or "none"
        raise Invalid(f"no field {name!r} is declared", f"did you mean {near}?" if near else f"declared: {known}")
    return FIELD_TYPES[declared.get("type", "text")](name, value, declared)
