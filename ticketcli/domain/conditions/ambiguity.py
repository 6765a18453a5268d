"""In how many ways the loops of a pattern can share one text.

Two different ways around one loop on the same word mean exponential time, and refusal. A chain of k loops, each on a
word on which it also leads into the next, means n ** (k + 1) steps (A. Weber, H. Seidl: On the degree of ambiguity of
finite automata, 1991).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import product
from typing import Any

from ticketcli.domain.conditions.patterns import BadPattern

MOST_STEPS = 20_000
"""Of the analysis itself; a pattern beyond is refused as too complicated. Those that people write take hundreds."""


class Loops:
    """Ambiguity of loops, by walking several positions through the same word at once."""

    def __init__(self, masks: list[int], follow: list[set[int]]) -> None:
        self._masks, self._follow = masks, follow
        self._steps = 0
        self._reach = [self._reachable(start) for start in range(len(masks))]
        self._loops = [at for at in range(len(masks)) if at in self._reach[at]]

    def degree(self) -> int:
        """The power of the text's length that bounds the steps of a search."""
        for ring in {frozenset(self._ring(at)) for at in self._loops}:
            if self._splits(min(ring), ring):
                raise BadPattern("a repeat inside a repeat can split the same text in many ways", "slow-pattern")
        links = {at: [to for to in self._loops if self._linked(at, to)] for at in self._loops}
        depth: dict[int, int] = {}
        for at in sorted(self._loops, key=lambda at: len(self._reach[at])):  # what is reached comes first
            starts = [other for other in self._loops if other in self._reach[at]]
            depth[at] = max((1 + depth.get(to, 0) for start in starts for to in links[start]), default=0)
        return 1 + max(depth.values(), default=0)

    def _ring(self, at: int) -> set[int]:
        """The positions of the loop on which it lies."""
        return {other for other in self._reach[at] if at in self._reach[other]}

    def _reachable(self, start: int) -> set[int]:
        seen: set[int] = set()
        todo = list(self._follow[start])
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo.extend(self._follow[at])
        return seen

    def _splits(self, at: int, ring: frozenset[int]) -> bool:
        """Whether two different ways lead from the position back to it on one word: exponential time."""
        before = self._walk((at, at), (ring, ring))
        home, todo = {(at, at)}, [(at, at)]
        while todo:
            for pair in before.get(todo.pop(), ()):
                if pair not in home:
                    home.add(pair)
                    todo.append(pair)
        return any(one != other for one, other in home)

    def _linked(self, at: int, to: int) -> bool:
        """Whether one word leads from `at` to itself, from `at` to `to`, and from `to` to itself: one power more."""
        mine, other = self._ring(at), self._ring(to)
        if to not in self._reach[at] or mine == other:
            return False
        between = {place for place in self._reach[at] if to in self._reach[place]}
        return (at, to, to) in self._walk((at, at, to), (mine, between, other))

    def _walk(self, start: Any, allowed: tuple[Iterable[int], ...]) -> dict[Any, set[Any]]:
        """What can be reached when every member reads the same characters, each with what comes before it."""
        before: dict[Any, set[Any]] = {}
        todo = deque([start])
        while todo:
            here = todo.popleft()
            for after in product(*(self._follow[at].intersection(inside) for at, inside in zip(here, allowed))):
                self._steps += 1
                if self._steps > MOST_STEPS:
                    raise BadPattern("the pattern is too complicated to be judged", "slow-pattern")
                if not self._common(after):
                    continue
                if after not in before:
                    todo.append(after)
                before.setdefault(after, set()).add(here)
        return before

    def _common(self, positions: tuple[int, ...]) -> int:
        """The characters that all of them accept."""
        common = -1
        for at in positions:
            common &= self._masks[at]
        return common
