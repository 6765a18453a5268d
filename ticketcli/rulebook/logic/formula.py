"""Formulas: a variable lies among some of its cells, and `all`, `any` of such. Negation is worked out at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ticketcli.records import NamedTuple


class Literal(NamedTuple):
    """The value of variable `var` lies in one of the cells whose bits are set in `cells`."""

    var: int
    cells: int


class All(NamedTuple):
    parts: tuple[Formula, ...]


class Any(NamedTuple):
    parts: tuple[Formula, ...]


Formula = Literal | All | Any
TRUE, FALSE = All(()), Any(())
"""Equal as tuples, so they are told apart by their class."""


def every(parts: Iterable[Formula]) -> Formula:
    """The formula that holds when all parts do; nested ones are taken apart."""
    flat: list[Formula] = []
    for part in parts:
        if isinstance(part, Any) and not part.parts:
            return FALSE
        flat += part.parts if isinstance(part, All) else (part,)
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def some(parts: Iterable[Formula]) -> Formula:
    """The formula that holds when one part does. Literals of one variable become one."""
    cells: dict[int, int] = {}
    others: list[Formula] = []
    for part in parts:
        if isinstance(part, All) and not part.parts:
            return TRUE
        for one in part.parts if isinstance(part, Any) else (part,):
            if isinstance(one, Literal):
                cells[one.var] = cells.get(one.var, 0) | one.cells
            else:
                others.append(one)
    flat = [*(Literal(*item) for item in cells.items()), *others]
    return flat[0] if len(flat) == 1 else Any(tuple(flat))


def negation(formula: Formula, full: Sequence[int]) -> Formula:
    """The opposite; `full` has all cells of each variable."""
    if isinstance(formula, Literal):
        return Literal(formula.var, full[formula.var] & ~formula.cells)
    parts = [negation(part, full) for part in formula.parts]
    return some(parts) if isinstance(formula, All) else every(parts)


def given(formula: Formula, values: Mapping[int, int]) -> Formula:
    """What is left of the formula once these variables lie in these cells, each in a single one."""
    if isinstance(formula, Literal):
        if formula.var not in values:
            return formula
        return TRUE if values[formula.var] & formula.cells else FALSE
    parts = [given(part, values) for part in formula.parts]
    return every(parts) if isinstance(formula, All) else some(parts)


def variables(formula: Formula) -> set[int]:
    """The variables that the formula names."""
    if isinstance(formula, Literal):
        return {formula.var}
    return {var for part in formula.parts for var in variables(part)}
