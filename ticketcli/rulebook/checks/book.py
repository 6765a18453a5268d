"""What checks of a whole rulebook are given: its rules, what conditions mean, the words it knows, and the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ticketcli.domain.conditions import Node
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import ENDED
from ticketcli.records import NamedTuple
from ticketcli.rulebook.known import Known, Section
from ticketcli.rulebook.logic.formula import FALSE, TRUE, Formula, every
from ticketcli.rulebook.logic.space import Space
from ticketcli.rulebook.problems import Finding, Pointer
from ticketcli.rulebook.rules import Rule, name_of

_UNASSIGNED: Node = {"fact": "assignee", "op": "exists", "operand": [False], "line": 0}


class Found(NamedTuple):
    """Something wrong at a pointer that begins with the section; `key` means the key there, not its value."""

    pointer: Pointer
    finding: Finding
    key: bool = False


class Book:
    """One rulebook, however broken. `nodes` has the conditions that could be read, by their pointers.

    `now` is None where the answer may not depend on the time: a rulebook that is kept in the cache.
    """

    def __init__(
        self,
        sections: Mapping[str, Section],
        rules: Sequence[Rule],
        nodes: Mapping[Pointer, Node | None],
        known: Known,
        now: Instant | None,
    ) -> None:
        self.sections, self.rules, self.known, self.now = sections, rules, known, now
        self._nodes = nodes
        self._at = {rule.pointer: rule for rule in rules}

    def value(self, section: str) -> Any:
        """The section as its file has it, None when there is none."""
        return self.sections[section].value if section in self.sections else None

    def line(self, rule: Rule) -> int:
        return self.sections[rule.section].document.at(rule.pointer).line

    def of(self, *sections: str) -> list[Rule]:
        """The rules of these sections, children after their parent."""
        return [rule for rule in self.rules if rule.section in sections]

    def siblings(self) -> Iterator[list[Rule]]:
        """The rules of each list."""
        lists: dict[Pointer, list[Rule]] = {}
        for rule in self.rules:
            lists.setdefault(rule.pointer[:-1], []).append(rule)
        yield from lists.values()

    @cached_property
    def seen(self) -> Mapping[str, str] | None:
        """Name to kind of the statuses in which rules see a ticket, all but final ones; None: in files not read now."""
        if self.known.elsewhere("lifecycle"):
            return None
        return {name: kind for name, kind in self.known.statuses.items() if kind != "final"}

    @property
    def running(self) -> list[str]:
        """Statuses in which SLA clocks run unless they pause."""
        return [name for name, kind in (self.seen or {}).items() if kind not in ENDED]

    @cached_property
    def space(self) -> Space:
        """The variables of all conditions, and of those that checks ask about."""
        nodes = [node for node in self._nodes.values() if node is not None]
        return Space([*nodes, _UNASSIGNED], self.seen)

    @property
    def unassigned(self) -> Formula:
        return self.space.formula(_UNASSIGNED)

    def when(self, rule: Rule, key: str = "when") -> Formula | None:
        """A condition of the rule; None when it could not be read. Without `when` it holds always."""
        if key not in rule.raw:
            return TRUE if key == "when" else FALSE
        node = self._nodes.get((*rule.pointer, key))
        return None if node is None else self.space.formula(node)

    def only_final(self, rule: Rule) -> bool:
        """Whether a `when` that no ticket meets would hold in a final status."""
        node = self._nodes.get((*rule.pointer, "when"))
        if node is None or self.seen is None:
            return False
        space = Space([node], self.known.statuses)
        return space.may_hold(space.formula(node))

    def around(self, rule: Rule) -> Formula | None:
        """What holds of every ticket that comes to the rule: the conditions of the routes around it."""
        pointer, parts = rule.pointer, []
        while len(pointer) > 2:
            pointer = pointer[:-2]
            outer = self._at.get(pointer)
            formula = None if outer is None else self.when(outer)
            if formula is None:
                return None
            parts.append(formula)
        return every(parts)


def called(rule: Rule) -> str:
    """The rule's name, as far as it has one."""
    return name_of(rule.raw)
