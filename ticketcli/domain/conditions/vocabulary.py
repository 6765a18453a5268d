"""Values that must be one of a known set of words: statuses, teams, people, priorities and the like."""

from __future__ import annotations

from collections.abc import Collection

from ticketcli.domain.conditions.model import Operand, Pointer, Vocabulary, Wrong
from ticketcli.domain.ticket import KINDS, PRIORITIES, SOURCES
from ticketcli.domain.words import word_key

STATES = ("running", "paused", "met", "breached")


def words(values: str, vocabulary: Vocabulary) -> Collection[str]:
    """The words of the kind that a fact's `values` names."""
    known: dict[str, Collection[str]] = {
        "status": vocabulary.statuses, "kind": KINDS, "priority": PRIORITIES, "source": SOURCES,
        "team": vocabulary.teams, "person": vocabulary.people, "state": STATES, "calendar": vocabulary.calendars,
    }  # fmt: skip
    return known[values]


def choices_of(operand: Operand) -> Collection[str] | None:
    """The words that may stand as values of the fact, None when any may."""
    if operand.fact.values:
        return words(operand.fact.values, operand.vocabulary)
    name = operand.fact.name
    declared = (operand.vocabulary.fields or {}).get(name.removeprefix("fields.")) if "fields." in name else None
    return declared.get("values") if isinstance(declared, dict) else None


def check_word(value: str, values: str, known: Collection[str], at: Pointer = ()) -> str:
    """The known spelling of the word. Raises `Wrong` with the nearest one when it is unknown."""
    if value in known:
        return value
    for word in known:
        if word_key(word) == word_key(value):
            return word
    from ticketcli.domain.nearest import nearest

    listed = f"; known: {', '.join(known)}" if 0 < len(known) <= 8 else ""
    raise Wrong(f"unknown-{values}", f"no {values} {value!r}{listed}", value, nearest(value, known), at)


def check_value(operand: Operand, value: str, index: int) -> str:
    """The value in its known spelling, as it is where any may stand. An e-mail address may stand for a watcher."""
    known = choices_of(operand)
    if known is None or (operand.fact.name == "watchers" and "@" in value):
        return value
    if value == "none" and value not in known:
        message = f"nothing is called none: ask for a missing {operand.fact.name} with {{exists: false}}"
        raise Wrong("wrong-value", message, value, "exists", operand.place(index))
    return check_word(value, operand.fact.values or "choice", known, operand.place(index))
