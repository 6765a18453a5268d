"""Whether some ticket makes formulas true.

What must be is settled first: it narrows each variable. Then a ticket is guessed that is as usual as it still can be.
If some formula is not true of it, the alternatives of that formula are tried one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ticketcli.records import NamedTuple
from ticketcli.rulebook.logic.formula import All, Any, Formula, Literal, variables
from ticketcli.rulebook.logic.shapes import YES

Cells = Mapping[int, int]
MOST_STEPS = 50_000
"""Of one question: formulas looked at before it is given up."""
ALL_STEPS = 200_000
"""Of all questions about one rulebook: a fraction of a second."""
_DEEPEST = 200


class _GivenUp(Exception):
    pass


class _Kept(NamedTuple):
    """A formula, the variables that it names, and whether the usual ticket fits it."""

    formula: Formula
    names: set[int]
    usually: bool


class Solver:
    """Answers questions about formulas. What costs too much is given up, and then counts as possible.

    `full` has all cells of each variable, `usual` the one that most tickets are in. Some hang together: a text and what
    it contains, a list and its members. `possible` says whether they can be so together, and what finding that out
    cost; `implied` which variables are surely yes when one has a value.
    """

    def __init__(
        self,
        full: Sequence[int],
        usual: Sequence[int],
        implied: Callable[[int, int], Sequence[int]],
        possible: Callable[[Cells], tuple[bool, int]],
    ) -> None:
        self._full, self._usual = full, usual
        self._implied, self._possible = implied, possible
        self._first = [(among := full & most or full) & -among for full, most in zip(full, usual, strict=True)]
        """The usual cell of each variable, the first where several are."""
        self._kept: dict[int, _Kept] = {}
        self._all = ALL_STEPS
        self._steps = 0

    def may_hold(self, formulas: Iterable[Formula]) -> bool:
        """Whether all formulas (one at least) can be true of one ticket."""
        if self.tired:
            return True
        self._steps = min(MOST_STEPS, self._all)
        before = self._steps
        try:
            first, *rest = formulas
            return self._holds([first], rest, {}, 0)
        except _GivenUp:
            return True
        finally:
            self._all -= before - self._steps

    @property
    def tired(self) -> bool:
        """Whether so much was spent on this rulebook that nothing more is found out."""
        return self._all <= 0

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise _GivenUp

    def _holds(self, must: list[Formula], rest: list[Formula], cells: dict[int, int], depth: int) -> bool:
        """Settles what must be, and of the rest only what a guess gets wrong; then makes one choice, depth first."""
        self._spend(0 if depth < _DEEPEST else MOST_STEPS)
        choices: list[Any] = []
        while must or not choices:
            settled = self._settle([*must, *choices], cells)
            if settled is None or not self._fits(cells):
                return False
            guess, choices = dict(cells), settled
            wrong = next((choice for choice in choices if not self._true(choice, guess)), None)
            if wrong is not None:
                choices = [wrong, *(choice for choice in choices if choice is not wrong)]
                break
            self._spend(len(rest) // 4)
            must = self._unmet(rest, guess, cells)
            if not must and (self._agrees(guess, cells) and self._fits(guess) or not (rest or choices)):
                return True
            must = must or rest
            now = set(map(id, must))
            rest = [formula for formula in rest if id(formula) not in now]
        first, others = choices[0], choices[1:]
        return any(self._holds([part, *others], rest, dict(cells), depth + 1) for part in first.parts)

    def _fits(self, cells: Cells) -> bool:
        possible, cost = self._possible(cells)
        self._spend(cost)
        return possible

    def _agrees(self, guess: dict[int, int], cells: Cells) -> bool:
        """Whether all that nobody asked the guessed ticket can be as usual."""
        usual = self._usual
        return all(
            guess.get(other, usual[other]) == YES for var in cells for other in self._implied(var, guess[var])
        )

    def _unmet(self, rest: Sequence[Formula], guess: dict[int, int], cells: Cells) -> list[Formula]:
        """Those of the rest that the guessed ticket does not fit; asked most often of all, so the usual is short."""
        unmet = []
        for formula in rest:
            if not isinstance(formula, Literal):
                fits = self._whole(formula, guess, cells)
            elif formula.var in cells:
                fits = self._true(formula, guess)
            else:
                fits = self._first[formula.var] & formula.cells != 0
            if not fits:
                unmet.append(formula)
        return unmet

    def _whole(self, formula: Formula, guess: dict[int, int], cells: Cells) -> bool:
        """The same of a formula of the question; most name nothing that was narrowed, and are judged once for all."""
        kept = self._kept.get(id(formula))
        if kept is None or kept.formula is not formula:
            kept = self._kept[id(formula)] = _Kept(formula, variables(formula), self._true(formula, {}))
        return kept.usually if kept.names.isdisjoint(cells) else self._true(formula, guess)

    def _true(self, formula: Formula, guess: dict[int, int]) -> bool:
        """Whether the formula is true of the guessed ticket, of which each variable is settled when it is asked for."""
        if not isinstance(formula, Literal):
            self._spend(1)
            parts = (self._true(part, guess) for part in formula.parts)
            return all(parts) if isinstance(formula, All) else any(parts)
        cells = guess.get(formula.var, self._full[formula.var])
        if cells & (cells - 1):
            cells = cells & self._usual[formula.var] or cells
            cells = guess[formula.var] = cells & -cells
        return cells & formula.cells != 0

    def _settle(self, todo: list[Formula], cells: dict[int, int]) -> list[Any] | None:
        """Narrows `cells` by all that must hold; answers the choices that are left, None for a contradiction."""
        waiting: list[Any] = []
        narrowed = True
        while narrowed:
            narrowed, todo, waiting = False, [*todo, *waiting], []
            while todo:
                formula = todo.pop()
                self._spend(1)
                if isinstance(formula, All):
                    todo += formula.parts
                elif isinstance(formula, Literal):
                    before = cells.get(formula.var, self._full[formula.var])
                    cells[formula.var] = before & formula.cells
                    if not cells[formula.var]:
                        return None
                    narrowed = narrowed or cells[formula.var] != before
                elif (choice := self._choice(formula, cells)) is not None:
                    if not choice.parts:
                        return None
                    if len(choice.parts) == 1:
                        todo.append(choice.parts[0])
                    else:
                        waiting.append(choice)
        return waiting

    def _choice(self, formula: Any, cells: Cells) -> Any | None:
        """The parts that may still hold, None when one of them holds already."""
        self._spend(len(formula.parts))
        left: list[Formula] = []
        for part in formula.parts:
            if isinstance(part, Literal) and (known := cells.get(part.var)) is not None:
                if not known & ~part.cells:
                    return None
                if not known & part.cells:
                    continue
            left.append(part)
        return Any(tuple(left))
