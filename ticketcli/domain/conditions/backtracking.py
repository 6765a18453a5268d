"""How badly a pattern can backtrack, judged from its automaton before it ever runs.

The automaton has a position for every character that the pattern writes. Searching from every place in the text counts
as a loop in front. Counted and optional parts are judged as if unbounded or as factors, which can only overstate.
What its loops mean is said in `ambiguity`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ticketcli.domain.conditions.ambiguity import Loops
from ticketcli.domain.conditions.patterns import MOST_REPEATS, BadPattern, Cost
from ticketcli.records import NamedTuple

MOST_POSITIONS = 400
"""A pattern with more is refused as too long."""
_EXACT = 16
"""Up to this count a repeated character is judged exactly."""
_GROUP_STEP, _CASE_STEP = 16, 3
"""What a step through a repeated group, or without regard to case, costs against one through a repeated character."""
_TOP = 0x110000
_MOST_CASED = 512
"""Characters of a range whose other cases are looked up; in a wider one any letter may be meant."""
_SAME_LETTER = {
    letter: letters
    for letters in ("Ii\u0130\u0131", "\u0398\u03b8\u03d1\u03f4", "\u0390\u1fd3", "\u03b0\u1fe3", "\ufb05\ufb06")
    for letter in letters
}
"""Letters that `re` takes for one under `(?i)`, though neither `lower` nor `upper` leads from one to the other."""
Ranges = tuple[tuple[int, int], ...]


class _Piece(NamedTuple):
    """A part of the pattern: whether it can be empty, and the positions at which it can begin and end."""

    nullable: bool
    first: frozenset[int]
    last: frozenset[int]


_EMPTY = _Piece(True, frozenset(), frozenset())


def cost_of(pattern: str, *, any_case: bool) -> Cost:
    """The cost of searching with a translated pattern. Raises `BadPattern` when it is exponential."""
    tree = list(_parser().parse(pattern))
    _check_nesting(tree, 1)
    automaton = _Automaton(any_case)
    anchored = bool(tree) and str(tree[0][0]) == "AT" and str(tree[0][1]).startswith("AT_BEGINNING")
    automaton.add(tree, searched=not anchored)
    masks = automaton.masks()
    factor = automaton.factor(masks)
    return Cost(Loops(masks, automaton.follow).degree(), factor, automaton.by_line())


def _parser() -> Any:
    """The parser behind `re`, which got a new name with Python 3.11."""
    try:
        return import_module("re._parser")
    except ImportError:
        return import_module("sre_parse")


def _check_nesting(tree: Any, outer: int) -> None:
    for op, value in tree:
        if str(op) in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = value
            counted = outer * max(1, int(low) if "MAXREPEAT" in str(high) else int(high))
            if counted > MOST_REPEATS and counted > outer:
                raise BadPattern(f"counted repeats inside each other go beyond {MOST_REPEATS}")
            _check_nesting(inner, counted)
        elif str(op) == "SUBPATTERN":
            _check_nesting(value[3], outer)
        elif str(op) == "BRANCH":
            for branch in value[1]:
                _check_nesting(branch, outer)


class _Automaton:
    """Positions (one per character the pattern writes), what each accepts, and which may follow which."""

    def __init__(self, any_case: bool) -> None:
        self._any_case = any_case
        self._accepts: list[Ranges] = []
        self.follow: list[set[int]] = []
        self._choices: list[tuple[frozenset[int], ...]] = []
        self._options: list[frozenset[int]] = []
        self._looping: set[int] = set()
        self._heavy = False

    def add(self, tree: Any, *, searched: bool) -> None:
        """The whole pattern, with a loop over any text in front when the search may begin anywhere."""
        whole = self._sequence(tree)
        if searched:
            start = self._position(((0, _TOP),))
            self.follow[start].update({start, *whole.first})

    def by_line(self) -> bool:
        """Whether no looping position accepts a line end."""
        return not any(low <= 10 < high for at in self._looping for low, high in self._accepts[at])

    def masks(self) -> list[int]:
        """Per position the characters it accepts, as bits of the smallest sets that the pattern tells apart."""
        bounds = sorted({bound for ranges in self._accepts for pair in ranges for bound in pair})
        bits = {bound: 1 << index for index, bound in enumerate(bounds)}
        return [sum(bits[high] - bits[low] for low, high in ranges) for ranges in self._accepts]

    def factor(self, masks: list[int]) -> int:
        """How many ways at most one text can be shared without loops: alternatives and options that begin alike."""
        ways = (_GROUP_STEP if self._heavy else 1) * (_CASE_STEP if self._any_case else 1)
        for firsts in self._choices:
            ways *= max(_alike(firsts, masks), 1)
        for first in self._options:
            ways *= 2 if any(self._ambiguous(position, first, masks) for position in first) else 1
        return ways

    def _ambiguous(self, position: int, first: frozenset[int], masks: list[int]) -> bool:
        """Whether text that begins the option can also go on without it."""
        rivals = {other for follow in self.follow if position in follow for other in follow - first}
        return any(masks[position] & masks[other] for other in rivals)

    def _sequence(self, tree: Any) -> _Piece:
        whole = _EMPTY
        for op, value in tree:
            whole = self._joined(whole, self._part(str(op), value))
        return whole

    def _joined(self, left: _Piece, right: _Piece) -> _Piece:
        for position in left.last:
            self.follow[position] |= right.first
        return _Piece(
            left.nullable and right.nullable,
            left.first | right.first if left.nullable else left.first,
            left.last | right.last if right.nullable else right.last,
        )

    def _part(self, op: str, value: Any) -> _Piece:
        if op == "SUBPATTERN":
            return self._sequence(value[3])
        if op == "BRANCH":
            return self._branch(value[1])
        if op in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(*value)
        if op == "AT":
            return _EMPTY
        return self._single(self._position(self._ranges(op, value)))

    def _single(self, position: int) -> _Piece:
        return _Piece(False, frozenset((position,)), frozenset((position,)))

    def _position(self, ranges: Ranges) -> int:
        if len(self._accepts) >= MOST_POSITIONS:
            raise BadPattern("the pattern is too long to be judged", "slow-pattern")
        self._accepts.append(ranges)
        self.follow.append(set())
        return len(self._accepts) - 1

    def _branch(self, branches: Any) -> _Piece:
        pieces = [self._sequence(branch) for branch in branches]
        if sum(piece.nullable for piece in pieces) > 1:
            raise BadPattern("two alternatives of the pattern can both be empty, or are the same", "slow-pattern")
        self._choices.append(tuple(piece.first for piece in pieces))
        first = frozenset[int]().union(*(piece.first for piece in pieces))
        self._options += [first] if any(piece.nullable for piece in pieces) else []
        return _Piece(
            any(piece.nullable for piece in pieces),
            first,
            frozenset().union(*(piece.last for piece in pieces)),
        )

    def _repeat(self, low: Any, high: Any, inner: Any) -> _Piece:
        if int(high) == 0:
            return _EMPTY
        if low == high and int(high) <= _EXACT and len(inner) == 1 and str(inner[0][0]) in _SINGLE:
            whole = _EMPTY
            for _ in range(int(high)):
                whole = self._joined(whole, self._part(str(inner[0][0]), inner[0][1]))
            return whole
        before = len(self._accepts)
        piece = self._sequence(inner)
        if piece.nullable:
            raise BadPattern("the pattern repeats what may be empty", "slow-pattern")
        if int(high) == 1:
            self._options += [] if low else [piece.first]
        else:
            self._looping.update(range(before, len(self._accepts)))
            self._heavy |= len(inner) > 1 or str(inner[0][0]) not in _SINGLE
            self._close_loop(piece)
        return _Piece(not low, piece.first, piece.last)

    def _close_loop(self, piece: _Piece) -> None:
        for position in piece.last:
            if self.follow[position] & piece.first:
                raise BadPattern("a repeat inside a repeat can split the same text in many ways", "slow-pattern")
            self.follow[position] |= piece.first

    def _ranges(self, op: str, value: Any) -> Ranges:
        if op == "LITERAL":
            return self._cased(((int(value), int(value) + 1),))
        if op == "NOT_LITERAL":
            return _without(self._cased(((int(value), int(value) + 1),)))
        if op == "ANY":
            return _without(((10, 11),))
        if op == "IN":
            return self._set(value)
        raise BadPattern(f"this is not shared by Python and RE2: {op.lower()}")

    def _set(self, members: Any) -> Ranges:
        ranges: list[tuple[int, int]] = []
        negated = False
        for op, value in members:
            if str(op) == "NEGATE":
                negated = True
            elif str(op) == "RANGE":
                ranges.append((value[0], value[1] + 1))
            else:
                ranges.append((value, value + 1))
        if negated:
            return _without(self._cased(tuple(ranges)))
        wide = self._any_case and any(high - low > _MOST_CASED for low, high in ranges)
        return ((0, _TOP),) if wide else _merged(self._cased(tuple(ranges)))

    def _cased(self, ranges: Ranges) -> Ranges:
        """With the other case of every letter, but for wide ranges: what they accept is less than it may be."""
        if not self._any_case:
            return ranges
        out = list(ranges)
        for low, high in ranges:
            for char in map(chr, range(low, high) if high - low <= _MOST_CASED else ()):
                others = {char.lower(), char.upper(), *_SAME_LETTER.get(char, "")}
                out += [(ord(other), ord(other) + 1) for other in others if len(other) == 1]
        return _merged(tuple(out))


_SINGLE = ("LITERAL", "NOT_LITERAL", "ANY", "IN")


def _merged(ranges: Ranges) -> Ranges:
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return tuple(out)


def _without(ranges: Ranges) -> Ranges:
    out, at = [], 0
    for low, high in _merged(ranges):
        if at < low:
            out.append((at, low))
        at = high
    return (*out, (at, _TOP)) if at < _TOP else tuple(out)


def _alike(firsts: tuple[frozenset[int], ...], masks: list[int]) -> int:
    """The most alternatives that one character can begin."""
    starts = [0] * len(firsts)
    for index, first in enumerate(firsts):
        for position in first:
            starts[index] |= masks[position]
    bits = max((mask.bit_length() for mask in starts), default=0)
    return max((sum(mask >> bit & 1 for mask in starts) for bit in range(bits)), default=1)
