"""Operators on lists, `has has_none`, and the one that every fact knows: `exists`."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.conditions.model import Judged, Leaf, Operand, Operator, Predicate, Wrong
from ticketcli.domain.conditions.text import as_text
from ticketcli.domain.conditions.vocabulary import check_value
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.words import word_key


def _read_members(operand: Operand) -> list[Any]:
    members = []
    for index, value in enumerate(operand.several()):
        text = as_text(value)
        if not text:
            raise Wrong("wrong-value", f"{operand.fact.name} is a list of texts", value, "", operand.place(index))
        members.append(check_value(operand, text, index))
    return members


def read_flag(operand: Operand) -> list[Any]:
    """The operand of `exists`."""
    if not isinstance(operand.raw, bool):
        raise Wrong("wrong-value", "exists takes true or false", operand.raw, "true")
    return [operand.raw]


def _has(leaf: Leaf) -> Predicate:
    get, wanted = leaf.get, frozenset(map(word_key, leaf.operand))
    known = Judged(lambda member: word_key(as_text(member) or "") in wanted)

    def test(ticket: Ticket) -> bool:
        members = get(ticket)
        if not members or not isinstance(members, (tuple, list)):
            return False
        for member in members:
            if known[member]:
                return True
        return False

    return test


def _has_none(leaf: Leaf) -> Predicate:
    has = _has(leaf)
    return lambda ticket: not has(ticket)


def _exists(leaf: Leaf) -> Predicate:
    get, wanted = leaf.get, leaf.operand[0]

    def test(ticket: Ticket) -> bool:
        value = get(ticket)  # 0 and false are there, empty texts, lists and mappings are not
        return (bool(value) or (value is not None and isinstance(value, (int, float)))) is wanted

    return test


OPERATORS = {
    "has": Operator(_read_members, _has),
    "has_none": Operator(_read_members, _has_none),
}
PRESENCE = {"exists": Operator(read_flag, _exists)}
