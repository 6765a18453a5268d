"""Operators on texts: `is is_not in not_in contains matches`. They compare without case; only `matches` sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ticketcli.domain.conditions.model import Judged, Known, Leaf, Operand, Operator, Predicate, Wrong, shown
from ticketcli.domain.conditions.vocabulary import check_value
from ticketcli.domain.facts import ANY
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.words import word_key


def as_text(value: Any) -> str | None:
    """The text by which a value compares: numbers and flags as a rule file writes them, lists have none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else None


def _read_words(operand: Operand) -> list[Any]:
    """Texts, in the known spelling where the fact has one."""
    return [check_value(operand, text, index) for index, text in enumerate(_read_texts(operand))]


def _read_texts(operand: Operand) -> list[Any]:
    texts = []
    for index, value in enumerate(operand.several()):
        text = as_text(value) if operand.fact.type == ANY else value
        if not isinstance(text, str):
            hint = "exists" if value is None else f'"{shown(value)}"' if isinstance(value, (int, float)) else ""
            message = f"{operand.fact.name} is a text: " + (
                "ask for a missing one with {exists: false}" if value is None else "write it in quotes"
            )
            raise Wrong("wrong-value", message, value, hint, operand.place(index))
        if not text:
            message = f"{operand.fact.name}: an empty text counts as missing, ask with {{exists: false}}"
            raise Wrong("wrong-value", message, '""', "exists", operand.place(index))
        texts.append(text)
    return texts


def _read_patterns(operand: Operand) -> list[Any]:
    from ticketcli.domain.conditions.patterns import BadPattern, read_pattern

    costs, patterns, judge = [], _read_texts(operand), operand.vocabulary.judge or read_pattern
    for index, text in enumerate(patterns):
        try:
            costs.append(list(judge(text)))
        except BadPattern as bad:
            raise Wrong(bad.code, str(bad), text, bad.suggestion, operand.place(index)) from None
    operand.node["costs"] = costs
    return patterns


def _equal(leaf: Leaf) -> Predicate:
    get, wanted = _getter(leaf), frozenset(map(word_key, leaf.operand))
    known = Judged(lambda value: value is not None and word_key(value) in wanted)
    return Known(get, known)


def _different(leaf: Leaf) -> Predicate:
    get, wanted = _getter(leaf), frozenset(map(word_key, leaf.operand))
    known = Judged(lambda value: value is None or word_key(value) not in wanted)
    return Known(get, known)


def _contains(leaf: Leaf) -> Predicate:
    get, wanted = _getter(leaf), tuple(map(word_key, leaf.operand))
    if len(wanted) == 1:
        return _contains_one(get, wanted[0])

    def test(ticket: Ticket) -> bool:
        value = get(ticket)
        if not value:
            return False
        text = word_key(value)
        for part in wanted:  # a loop, for any() costs a generator on the hot path
            if part in text:
                return True
        return False

    return test


def _contains_one(get: Callable[[Ticket], str | None], part: str) -> Predicate:
    def test(ticket: Ticket) -> bool:
        value = get(ticket)
        return value is not None and part in word_key(value)

    return test


def _matches(leaf: Leaf) -> Predicate:
    from ticketcli.domain.conditions.patterns import Cost, matcher, read_pattern

    get, costs = _getter(leaf), leaf.node.get("costs")
    known = [read_pattern(text) for text in leaf.operand] if costs is None else [Cost(*cost) for cost in costs]
    searches = tuple(map(matcher, leaf.operand, known))

    def test(ticket: Ticket) -> bool:
        value = get(ticket)
        if not value:  # the empty text is missing, though a pattern may match it
            return False
        return any(search(value) for search in searches)

    return test


def _getter(leaf: Leaf) -> Callable[[Ticket], str | None]:
    """The text of the fact. Only the desk's own fields may hold something else."""
    get = leaf.get
    if leaf.fact.root not in ("fields", "external_ids"):
        return get
    return lambda ticket: as_text(get(ticket))


OPERATORS = {
    "is": Operator(_read_words, _equal),
    "is_not": Operator(_read_words, _different),
    "in": Operator(_read_words, _equal),
    "not_in": Operator(_read_words, _different),
    "contains": Operator(_read_texts, _contains, slow=True),
    "matches": Operator(_read_patterns, _matches, slow=True),
}
