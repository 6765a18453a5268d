"""What the actions of a rule make of the facts that conditions ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ticketcli.domain.conditions.text import as_text
from ticketcli.domain.ticket import PRIORITIES
from ticketcli.domain.words import word_key
from ticketcli.records import NamedTuple
from ticketcli.rulebook.known import mappings
from ticketcli.rulebook.logic.atoms import BOTH, PRIORITY_VAR, Var
from ticketcli.rulebook.logic.space import Space
from ticketcli.rulebook.rules import Rule


class Effects(NamedTuple):
    """`cells` of variables that the rule settles, variables that it changes to who knows what, steps of `raise`."""

    cells: Mapping[int, int]
    unknown: frozenset[int]
    raises: int = 0


class _Gathering:
    """The effects of one rule's actions, one after the other; the first that sets a fact keeps it."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.cells: dict[int, int] = {}
        self.unknown: set[int] = set()
        self.raises = 0

    def settle(self, var: Var, value: Any) -> None:
        found = self.space.cell(var, value)
        if found is not None and found[1]:
            self.cells.setdefault(*found)
        elif found is not None:
            self.unknown.add(found[0])

    def forget(self, fact: str) -> None:
        self.unknown.update(number for _, number in self.space.variables(fact))

    def text(self, fact: str, value: str | None) -> None:
        """A text fact gets a value; what patterns say of it is not known."""
        for var, number in self.space.variables(fact):
            if var.sort == "words":
                self.settle(var, None if value is None else word_key(value))
            else:
                self.unknown.add(number)

    def member(self, fact: str, word: str, there: bool) -> None:
        self.settle(Var(fact, "member", word_key(word), BOTH, False), there)
        for var, number in self.space.variables(fact):
            if var.sort == "exists" and there:
                self.settle(var, True)
            elif var.sort == "exists":
                self.unknown.add(number)


def _words(value: Any) -> list[str]:
    return [word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str)]


def _label(into: _Gathering, value: Any) -> None:
    for word in _words(value):
        into.member("labels", word, True)


def _unlabel(into: _Gathering, value: Any) -> None:
    for word in _words(value):
        into.member("labels", word, False)


def _watch(into: _Gathering, value: Any) -> None:
    for word in _words(value):
        into.member("watchers", word, True)


def _assign(into: _Gathering, value: Any) -> None:
    """Who the manager is depends on the team."""
    if value == "manager":
        into.forget("assignee")
    else:
        into.text("assignee", None if value == "none" else str(value))


def _team(into: _Gathering, value: Any) -> None:
    into.text("team", str(value))
    into.forget("assignee")


def _priority(into: _Gathering, value: Any) -> None:
    if value in PRIORITIES:
        into.settle(PRIORITY_VAR, value)


def _raise(into: _Gathering, value: Any) -> None:
    into.raises = value if isinstance(value, int) and 0 < value < len(PRIORITIES) else len(PRIORITIES)


def _move(into: _Gathering, value: Any) -> None:
    for var, _ in into.space.variables("status") if isinstance(value, str) else ():
        into.settle(var, value)
    for _, number in into.space.variables("in_status"):
        into.cells.setdefault(number, 1)  # the time in the status begins anew: its first cell


def _set(into: _Gathering, value: Any) -> None:
    for fact, given in value.items() if isinstance(value, dict) else ():
        text = as_text(given)
        if text is None or any(var.closed or var.sort == "line" for var, _ in into.space.variables(str(fact))):
            into.forget(str(fact))
        else:
            into.text(str(fact), text)


_ACTIONS: Mapping[str, Callable[[_Gathering, Any], None]] = {
    "label": _label,
    "unlabel": _unlabel,
    "watch": _watch,
    "assign": _assign,
    "team": _team,
    "priority": _priority,
    "raise": _raise,
    "move": _move,
    "set": _set,
}
"""Those that change what a condition can ask about; a comment of a rule is no activity."""


def effects_of(rule: Rule, space: Space) -> Effects:
    """What firing the rule makes of the ticket; of an auto-close rule, what its reminder does."""
    into = _Gathering(space)
    actions: Iterable[Mapping[str, Any]] = mappings(rule.raw.get("then"))
    if rule.section == "priority":
        actions = [{"priority": rule.raw["set"]} if "set" in rule.raw else {"raise": rule.raw.get("raise")}]
    elif rule.section == "autoclose":
        actions = [{"label": rule.raw.get("mark")}]
    for action in actions:
        for key, value in action.items():
            if key in _ACTIONS:
                _ACTIONS[key](into, value)
    return Effects(into.cells, frozenset(into.unknown) - into.cells.keys(), into.raises)


RAISED = 0
"""No cell: the priority goes up from wherever it is."""


def changed(does: Effects, space: Space) -> dict[int, int]:
    """The variables that are settled, and the priority as `RAISED` if it is raised."""
    priority = space.cell(PRIORITY_VAR, PRIORITIES[0])
    return {**does.cells, priority[0]: RAISED} if does.raises and priority is not None else dict(does.cells)


def after(first: Effects, then: Effects, space: Space) -> dict[int, int] | None:
    """The variables that both settle, once `then` has come after `first`; None when that cannot be told."""
    cells = {**first.cells, **then.cells}
    priority = space.cell(PRIORITY_VAR, PRIORITIES[0])
    if then.raises and priority is not None:
        number = priority[0]
        if number not in first.cells:
            return None
        cells[number] = min(first.cells[number] << then.raises, 1 << len(PRIORITIES) - 1)
    return cells
