"""The fields of the list language: short names, and every fact that rules know under its own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.facts import FACTS, SILENT, find_fact
from ticketcli.domain.ticket import KINDS, SOURCES, TARGETS
from ticketcli.errors import UsageError
from ticketcli.services.query import own
from ticketcli.services.query.alternatives import Choose, Field
from ticketcli.services.query.words import Words, choose, suggestion

ALIASES = {
    "kind": "status.kind",
    "label": "labels",
    "watcher": "watchers",
    "tier": "requester.tier",
    "org": "requester.org",
    "reason": "close_reason",
    "created": "created_at",
    "updated": "updated_at",
    "resolved": "resolved_at",
    "closed": "closed_at",
    "dedup": "dedup_key",
}
"""Short names of facts."""
_COLUMNS = {
    "status": "status",
    "status.kind": "kind",
    "priority": "priority",
    "team": "team",
    "assignee": "assignee",
    "category": "category",
    "source": "source",
    "created_at": "created_at",
    "updated_at": "updated_at",
}
"""Facts by which the index can narrow a search, and their columns."""
_PASSAGES = ("subject", "description", "hold.reason", "rating.comment")
"""Texts of which a term names a part."""


def _of(choices: tuple[str, ...], what: str) -> Choose:
    return lambda words, word: choose(word, choices, what, UsageError)


_CHOICES: dict[str, Choose] = {
    "status": Words.status,
    "status.kind": _of(KINDS, "kind of status"),
    "source": _of(SOURCES, "source"),
    "team": Words.team,
    "assignee": Words.person,
    "watchers": Words.person_or_address,
}
_OWN = {
    field.name: field
    for field in (
        Field("text", "text", "anywhere"),
        Field("requester", "requester", "requester", "requester"),
        Field("id", "id", "number", column="id"),
        Field("dedup_key", "dedup_key", "own", "dedup_key", ask=own.ask_dedup),
        Field("sla", "sla", "own", ask=own.ask_sla),
        *(Field(f"sla.{target}", target, "own", ask=own.ask_sla) for target in TARGETS),
        Field("due", "due", "own", ask=own.ask_due),
        Field("closes", "closes", "own", ask=own.ask_closes),
        Field("turn", "turn", "own", ask=own.ask_turn),
        Field("rule", "rule", "own", ask=own.ask_rule),
        Field("hold", "hold", "own", ask=own.ask_hold),
        Field("link", "link", "own", ask=own.ask_link),
    )
}
"""Fields that are no fact of rules, or read otherwise."""


def find_field(name: str, declared: Mapping[str, Any] | None) -> Field:
    """The field of that name; `declared` are the desk's own, None when any may be.

    Raises `UsageError` with the nearest one when there is none.
    """
    name = ALIASES.get(name, name)
    if name in _OWN:
        return _OWN[name]
    if name.startswith("fields."):
        inner = name.removeprefix("fields.")
        known = inner if declared is None else choose(inner, declared, "field", UsageError)
        return Field(name, f"fields.{known}", "own", ask=own.ask_own_field)
    fact = find_fact(name)
    if fact is None or fact.type == SILENT:
        own_one = f"did you mean fields.{name}?" if name in (declared or ()) else ""
        raise UsageError(f"tickets have no field {name!r}", own_one or suggestion(name, field_names()))
    type = "passage" if name in _PASSAGES else fact.type
    return Field(name, name, type, _COLUMNS.get(name), _CHOICES.get(name))


def field_names() -> list[str]:
    """Every name that terms may use, but for the desk's own fields."""
    facts = [name for name, fact in FACTS.items() if fact.type != SILENT]
    return list(dict.fromkeys([*_OWN, *ALIASES, *facts, "fields."]))
