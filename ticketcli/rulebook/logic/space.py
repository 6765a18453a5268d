"""Conditions as formulas: each fact becomes variables, whose values fall into the few cells that conditions tell apart.

A text has a cell for each word that some condition names, one for all others, one for "missing"; what has an order has
a cell for each bound and each gap between bounds; members of lists and patterns are yes or no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ticketcli.domain.conditions import Node
from ticketcli.records import NamedTuple
from ticketcli.rulebook.logic.atoms import BOTH, CLOSED, STATUS, STATUS_VAR, Atom, Not, Tree, Var, atoms
from ticketcli.rulebook.logic.formula import FALSE, TRUE, Formula, Literal, every, negation, some
from ticketcli.rulebook.logic.shapes import NO, YES, Shape, Words, shape_of
from ticketcli.rulebook.logic.solve import MOST_STEPS, Cells, Solver


class _Parts(NamedTuple):
    """What is settled about the parts of one fact: texts it contains, texts it lacks, and all parts that it has."""

    has: list[str]
    lacks: list[str]
    there: list[str]

    def note(self, part: Var, value: int) -> None:
        if value == YES:
            self.there.append(part.more)
        if part.sort == "contains" and value in (NO, YES):
            (self.has if value == YES else self.lacks).append(part.more)


class Space:
    """The variables of some conditions. `statuses` (name to kind) are those in which rules see tickets."""

    def __init__(self, nodes: Iterable[Node], statuses: Mapping[str, str] | None) -> None:
        self._statuses = tuple(statuses or ())
        self._vars: dict[Var, int] = {}
        self._values: list[dict[Any, None]] = []
        self._implications: dict[tuple[int, int], list[int]] = {}
        self._trees: dict[int, tuple[Node, Tree]] = {}
        """By identity: equal conditions of two rules are two nodes. The node is kept, so that its identity stays."""
        for node in nodes:
            tree = atoms(node, statuses)
            self._note(tree)
            self._trees[id(node)] = (node, tree)
        self._note(Atom(STATUS_VAR, "in"))

    def _note(self, tree: Tree) -> None:
        if isinstance(tree, Not):
            self._note(tree.part)
        elif isinstance(tree, Atom):
            number = self._vars.setdefault(tree.var, len(self._values))
            if number == len(self._values):
                closed = self._statuses if tree.var.closed == STATUS else CLOSED.get(tree.var.closed, ())
                self._values.append(dict.fromkeys(closed))
            if not tree.var.closed:
                self._values[number].update(dict.fromkeys(tree.values))
        else:
            for part in tree.parts:
                self._note(part)

    @cached_property
    def _shapes(self) -> Sequence[Shape]:
        return [shape_of(var, list(values)) for var, values in zip(self._vars, self._values)]

    @cached_property
    def _names(self) -> Sequence[Var]:
        return list(self._vars)

    @cached_property
    def full(self) -> Sequence[int]:
        """All cells of each variable."""
        return [(1 << shape.count) - 1 for shape in self._shapes]

    def formula(self, node: Node | None) -> Formula:
        """The formula of one of the conditions with which the space was made; None holds always."""
        return TRUE if node is None else self._formula(self._trees[id(node)][1])

    def _formula(self, tree: Tree) -> Formula:
        if isinstance(tree, Not):
            return self.opposite(self._formula(tree.part))
        if isinstance(tree, Atom):
            var = self._vars[tree.var]
            cells = self._shapes[var].cells(tree)
            return TRUE if cells == self.full[var] else Literal(var, cells) if cells else FALSE
        parts = [self._formula(part) for part in tree.parts]
        return every(parts) if tree.every else some(parts)

    def in_status(self, names: Iterable[str]) -> Formula:
        """The status is one of these."""
        return self._formula(Atom(STATUS_VAR, "in", tuple(names)))

    def opposite(self, formula: Formula) -> Formula:
        return negation(formula, self.full)

    def cell(self, var: Var, value: Any) -> tuple[int, int] | None:
        """The number of a variable and the cell of a value (None: missing); None when no condition names it."""
        number = self._vars.get(var)
        return None if number is None else (number, self._shapes[number].cell(value))

    def variables(self, fact: str) -> Iterable[tuple[Var, int]]:
        """The variables that stand for a fact, and their numbers."""
        return self._by_fact.get(fact, ())

    @cached_property
    def _by_fact(self) -> Mapping[str, Sequence[tuple[Var, int]]]:
        found: dict[str, list[tuple[Var, int]]] = {}
        for var, number in self._vars.items():
            found.setdefault(var.fact, []).append((var, number))
        return found

    def may_hold(self, *formulas: Formula) -> bool:
        """Whether some ticket makes all of them true; no means surely not."""
        return self._solver.may_hold(formulas)

    @property
    def tired(self) -> bool:
        """Whether every further answer is that it may hold: too much was asked."""
        return self._solver.tired

    @cached_property
    def _solver(self) -> Solver:
        return Solver(self.full, [shape.usual for shape in self._shapes], self._implied, self._possible)

    @cached_property
    def _contains(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """By fact: the words that conditions look for in its text, and their variables."""
        found: dict[str, list[tuple[str, int]]] = {}
        for var, number in self._vars.items():
            if var.sort == "contains":
                found.setdefault(var.fact, []).append((var.more, number))
        return found

    def _implied(self, number: int, cell: int) -> Sequence[int]:
        """The variables that are surely yes when that one is in that cell."""
        key = (number, cell)
        if key not in self._implications:
            self._implications[key] = self._implications_of(self._names[number], self._shapes[number], cell)
        return self._implications[key]

    def _implications_of(self, var: Var, shape: Shape, cell: int) -> list[int]:
        if var.sort == "member":
            whole = self._vars.get(Var(var.fact, "exists", "", BOTH, False))
            return [whole] if cell == YES and whole is not None else []
        text = var.more if var.sort == "contains" and cell == YES else None
        if var.sort == "words" and isinstance(shape, Words):
            text = shape.word(cell)
        return [] if text is None else [number for word, number in self._contains.get(var.fact, ()) if word in text]

    @cached_property
    def _parts(self) -> dict[int, tuple[Var, Var]]:
        """The variables that are part of a fact, each with the one that stands for the fact itself."""
        whole = {(var.fact, var.sort): var for var in self._vars}
        parts = ((number, var) for var, number in self._vars.items() if var.sort in ("contains", "matches", "member"))
        return {
            number: (var, whole.get(key) or Var(*key))
            for number, var in parts
            if (key := (var.fact, "exists" if var.sort == "member" else "words"))
        }

    def _possible(self, cells: Cells) -> tuple[bool, int]:
        """Whether facts can have and lack these parts: a list with members is there, a text contains what is in it.

        Beside it, how many steps that took.
        """
        facts: dict[Var, _Parts] = {}
        for number, value in cells.items():
            if number in self._parts:
                part, whole = self._parts[number]
                facts.setdefault(whole, _Parts([], [], [])).note(part, value)
        cost = len(cells)
        for whole, parts in facts.items():
            cost += len(parts.has) * len(parts.lacks)
            if cost > MOST_STEPS:
                return True, cost
            if not self._fits(whole, parts, cells):
                return False, cost
        return True, cost

    def _fits(self, whole: Var, parts: _Parts, cells: Cells) -> bool:
        if parts.has and any(word in text for word in parts.lacks for text in parts.has):
            return False
        number = self._vars.get(whole, -1)
        if number < 0:
            return True
        left, shape = cells.get(number, self.full[number]), self._shapes[number]
        if not isinstance(shape, Words) or whole.sort == "exists":
            return not parts.there or left & YES != 0
        return shape.text_fits(left, parts.has, parts.lacks, present=bool(parts.there))
