"""The cells of a variable: the values that conditions tell apart, as bits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ticketcli.rulebook.logic.atoms import Atom, Var

NO, YES = 1, 2
"""The cells of a variable that is no or yes."""


def _bits(places: Collection[int]) -> int:
    """The number with these bits set; of tens of thousands at once, too."""
    if len(places) < 8:
        return sum(1 << place for place in places)
    octets = bytearray(max(places) // 8 + 1)
    for place in places:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")


class Words:
    """A cell for each word, one for all other words unless there are none, one for missing if it can be."""

    def __init__(self, values: Sequence[Any], var: Var) -> None:
        self.values = values
        self._at = {value: index for index, value in enumerate(values)}
        self.other = 0 if var.closed else 1 << len(values)
        self.count = len(values) + bool(self.other)
        self.missing = 1 << self.count if var.missing else 0
        self.count += var.missing
        self.usual = self.other or self.missing or 1
        """The cell that most tickets are in, as far as anybody can say."""

    def cells(self, atom: Atom) -> int:
        """The cells in which the atom holds."""
        if atom.test == "missing":
            return self.missing
        return _bits({self._at[value] for value in atom.values if value in self._at})

    def cell(self, value: Any) -> int:
        """The cell of a value, None meaning missing; 0 when the variable cannot have it."""
        if value is None:
            return self.missing
        return 1 << self._at[value] if value in self._at else self.other

    def word(self, cell: int) -> str | None:
        """The text of a cell that is one word."""
        index = cell.bit_length() - 1
        value = self.values[index] if index < len(self.values) else None
        return value if isinstance(value, str) else None

    def text_fits(self, cells: int, has: list[str], lacks: list[str], *, present: bool) -> bool:
        """Whether a text in one of these cells can contain all of `has`, none of `lacks`, and be there if `present`."""
        if cells & self.other or (cells & self.missing and not present):
            return True
        words = (word for word, index in self._at.items() if cells >> index & 1)
        return any(all(part in word for part in has) and not any(part in word for part in lacks) for word in words)


class Line:
    """A cell for each bound and each gap between bounds, one for missing if it can be."""

    def __init__(self, values: Sequence[Any], var: Var) -> None:
        self._at: dict[Any, int] = {}
        index, before = 0, 0 if var.sort == "elapsed" else None
        for value in sorted(values):
            # No time is shorter than none, and nothing lies between two whole numbers.
            index += not (var.sort == "elapsed" and value <= 0) and not (var.whole and value - 1 == before)
            self._at[value], before = index, value
            index += 1
        self.end = index + 1
        self.missing = 1 << self.end if var.missing else 0
        self.count = self.end + var.missing
        self.usual = 1

    def cells(self, atom: Atom) -> int:
        """The cells in which the atom holds."""
        if atom.test == "missing":
            return self.missing
        if atom.test == "in":
            return _bits({self._at[value] for value in atom.values})
        at = self._at[atom.values[0]]
        below, upto = (1 << at) - 1, (2 << at) - 1
        return {"before": below, "upto": upto, "from": ((1 << self.end) - 1) & ~below}[atom.test]

    def cell(self, value: Any) -> int:
        """The cell of a value, None meaning missing; 0 for one that no condition names."""
        if value is None:
            return self.missing
        return 1 << self._at[value] if value in self._at else 0


Shape = Words | Line


def shape_of(var: Var, values: Sequence[Any]) -> Shape:
    """The cells of a variable whose conditions name these values."""
    return Line(values, var) if var.sort in ("line", "elapsed", "distance") else Words(values, var)
