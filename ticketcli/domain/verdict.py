"""What a condition answers: a value, and how long it is sure to hold (design section 2, idea 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ticketcli.domain.instants import NEVER, Instant
from ticketcli.records import NamedTuple


class Verdict(NamedTuple):
    """`value` holds for every instant in `[now, until)`; `until` is a lower bound, strictly later than now."""

    value: bool
    until: float = NEVER


def conjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """All of them. True: until the earliest `until`; false: until the latest among the false ones. Empty: true."""
    earliest, latest_false, failed = NEVER, 0.0, False
    for value, until in verdicts:
        if not value:
            failed, latest_false = True, max(latest_false, until)
        elif until < earliest:
            earliest = until
    return Verdict(False, latest_false) if failed else Verdict(True, earliest)


def disjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """Any of them: the mirror image of `conjunction`. Empty: false."""
    return negation(conjunction(map(negation, verdicts)))


def negation(verdict: Verdict) -> Verdict:
    """The value flips, its time stays."""
    return Verdict(not verdict.value, verdict.until)


def next_true(ask: Callable[[Instant], Verdict], now: Instant, horizon: float) -> float:
    """The first instant in `[now, horizon]` at which `ask` holds, stepping along `until`; `NEVER` when none does."""
    at: float = now
    while at <= horizon:
        value, until = ask(int(at))
        if value:
            return at
        at = until
        if at == NEVER:
            break
    return NEVER
