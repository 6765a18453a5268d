"""Leaves of conditions as atoms: one variable, one test. What an operator means for a missing fact is said here again,
by sets of values; `tests/rulebook/logic` compares it with what the compiled operators answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain import facts
from ticketcli.domain.conditions import Node
from ticketcli.domain.conditions.numbers import date_key, flag_key, instant_key, number_key
from ticketcli.domain.conditions.text import as_text
from ticketcli.domain.conditions.vocabulary import STATES
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.ticket import KINDS, PRIORITIES
from ticketcli.domain.words import word_key
from ticketcli.records import NamedTuple

_PRESENT = frozenset(
    "id subject created_at updated_at status_since status.kind occurrences reopen_count comment_count version"
    " age in_status idle untouched silent".split()
)
"""Facts that no ticket lacks."""
_WHOLE = frozenset("id occurrences parent merged_into reopen_count comment_count version".split())
BOTH, STATUS = "both", "status"
CLOSED: Mapping[str, tuple[Any, ...]] = {
    BOTH: (False, True),
    "kind": KINDS,
    "priority": PRIORITIES,
    "state": STATES,
}
"""The values of the names that `Var.closed` has, but for `STATUS`: those of the rulebook."""


class Var(NamedTuple):
    """What can vary: a fact, or a part of one. `closed` names the values that it can have, "" when any may come."""

    fact: str
    sort: str
    """words, line, elapsed; contains, matches, member, exists, within and left are yes or no."""
    more: str = ""
    closed: str = ""
    missing: bool = True
    whole: bool = False
    """Only whole numbers."""


STATUS_VAR = Var("status", "words", "", STATUS, False)
PRIORITY_VAR = Var("priority", "words", "", "priority", False)
"""Its cells stand in the order of rank."""


class Atom(NamedTuple):
    """`test` is in (one of the values), missing, from, upto or before (the one value)."""

    var: Var
    test: str
    values: tuple[Any, ...] = ()


class Not(NamedTuple):
    part: Tree


class Group(NamedTuple):
    """All of the parts, or with `every` off at least one."""

    every: bool
    parts: tuple[Tree, ...]


Tree = Atom | Not | Group
Statuses = Mapping[str, str] | None


def atoms(node: Node, statuses: Statuses) -> Tree:
    """The condition over variables. `statuses` (name to kind) are those in which rules see tickets, None: unknown."""
    if "not" in node:
        return Not(atoms(node["not"], statuses))
    if "fact" not in node:
        every = "all" in node
        return Group(every, tuple(atoms(part, statuses) for part in node["all" if every else "any"]))
    name = node["fact"]
    if name == "status.kind" and statuses is not None:
        return _kind(node, statuses)
    if name == "status" and statuses is not None:
        return _words(STATUS_VAR, node, lambda word: word)
    fact = facts.find_fact(name, node.get("type"))
    assert fact is not None, node  # parsing let no other through
    return _FAMILIES.get(fact.type, _text)(node)


def _kind(node: Node, statuses: Mapping[str, str]) -> Tree:
    """A kind is its statuses."""
    asked = _words(Var("status.kind", "words", "", "kind", False), node, lambda word: word)
    held = asked.part if isinstance(asked, Not) else asked
    if not isinstance(held, Atom) or held.test != "in":
        return Group(True, ())  # exists
    among = Atom(STATUS_VAR, "in", tuple(name for name, kind in statuses.items() if kind in held.values))
    return Not(among) if isinstance(asked, Not) else among


def _words(var: Var, node: Node, key: Callable[[Any], Any]) -> Tree:
    """`is is_not in not_in exists` on what has words as values."""
    op, operand = node["op"], node["operand"]
    if op == "exists":
        absent: Tree = Atom(var, "missing") if var.missing else Group(False, ())
        return Not(absent) if operand[0] else absent
    among = Atom(var, "in", tuple(map(key, operand)))
    return Not(among) if op in ("is_not", "not_in") else among


def _yes(fact: str, sort: str, more: str) -> Atom:
    return Atom(Var(fact, sort, more, BOTH, False), "in", (True,))


def _any_of(parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Group(False, tuple(parts))


def _text(node: Node) -> Tree:
    name, op = node["fact"], node["op"]
    if op in ("contains", "matches"):
        keys = map(word_key, node["operand"]) if op == "contains" else node["operand"]
        return _any_of([_yes(name, op, key) for key in keys])
    return _words(Var(name, "words", missing=name not in _PRESENT), node, _word)


def _word(value: Any) -> str:
    return word_key(as_text(value) or "")


def _list(node: Node) -> Tree:
    name, op, operand = node["fact"], node["op"], node["operand"]
    if op == "exists":
        there = _yes(name, "exists", "")
        return there if operand[0] else Not(there)
    has = _any_of([_yes(name, "member", _word(word)) for word in operand])
    return has if op == "has" else Not(has)


def _priority(node: Node) -> Tree:
    var, op = PRIORITY_VAR, node["op"]
    if op in ("gte", "lte"):
        rank = PRIORITIES.index(node["operand"][0])
        return Atom(var, "in", PRIORITIES[rank:] if op == "gte" else PRIORITIES[: rank + 1])
    return _words(var, node, lambda word: word)


def _line(key: Callable[[Any], Any], more: str = "") -> Callable[[Node], Tree]:
    """Numbers, instants and dates by their order."""

    def tree(node: Node) -> Tree:
        name, op = node["fact"], node["op"]
        if op in ("past", "ahead"):
            return _distance(node)
        var = Var(name, "line", more, missing=name not in _PRESENT, whole=name in _WHOLE)
        if op in ("gte", "lte"):
            return Atom(var, "from" if op == "gte" else "upto", (key(node["operand"][0]),))
        return _words(var, node, key)

    return tree


def _distance(node: Node) -> Tree:
    """`past` and `ahead`, by how long ago the instant is."""
    var, seconds = _measured(node, "distance", missing=True)
    if node["op"] == "past":
        return Atom(var, "from", (seconds,))
    return Group(True, (Atom(var, "from", (-seconds,)), Atom(var, "before", (0,))))


def _timed(node: Node) -> Tree:
    name = node["fact"]
    if node["op"] == "exists":
        there: Tree = Group(True, ()) if name in _PRESENT else _yes(name, "exists", "")
        return there if node["operand"][0] else Not(there)
    var, seconds = _measured(node, "elapsed", missing=name not in _PRESENT)
    return Atom(var, "from" if node["op"] == "over" else "before", (seconds,))


def _measured(node: Node, sort: str, *, missing: bool) -> tuple[Var, int]:
    """Days and hours of one calendar have an order each, but none between them."""
    duration, calendar = parse_duration(node["operand"][0], zero=True), node.get("calendar")
    who = node.get("who", "anyone")
    fact = node["fact"] if node["fact"] != "silent" else "idle" if who == "anyone" else f"silent {who}"
    if calendar is None:
        return Var(fact, sort, missing=missing), duration.plain
    unit = duration.text if duration.days and duration.seconds else "d" if duration.days else "s"
    amount = duration.days if unit == "d" else duration.plain
    return Var(fact, sort, f"{calendar} {unit}", missing=missing), amount


def _within(node: Node) -> Tree:
    return _any_of([_yes("within", "within", name) for name in node["operand"]])


def _sla(node: Node) -> Tree:
    name = node["fact"]
    if node["op"] == "left_under":
        return _yes(name, "left", node["operand"][0])
    return _words(Var(name, "words", "", "state"), node, lambda word: word)


def _any(node: Node) -> Tree:
    """A field without declaration: what the operator says decides."""
    op, operand = node["op"], node["operand"]
    if op in ("has", "has_none"):
        return _list(node)
    if op in ("gte", "lte", "past", "ahead"):
        instant = isinstance(operand[0], str)
        return _line(instant_key if instant else number_key, "instant" if instant else "number")(node)
    return _text(node)


def _flag(node: Node) -> Tree:
    return _words(Var(node["fact"], "words", "", BOTH), node, flag_key)


_FAMILIES: Mapping[str, Callable[[Node], Tree]] = {
    facts.LIST: _list,
    facts.OBJECT: _list,
    facts.PRIORITY: _priority,
    facts.NUMBER: _line(number_key),
    facts.DATE: _line(date_key),
    facts.INSTANT: _line(instant_key),
    facts.FLAG: _flag,
    facts.TIMED: _timed,
    facts.SILENT: _timed,
    facts.WITHIN: _within,
    facts.SLA: _sla,
    facts.ANY: _any,
}
"""By type of fact; texts are the rest."""
