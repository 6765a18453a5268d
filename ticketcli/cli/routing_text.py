"""Why a routing choice passed people over, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ticketcli.cli.moments import Moments
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.ticket import JsonMap


def passed_over(evidence: JsonMap, moments: Moments) -> Iterator[str]:
    """A part of a sentence for each group of people, in the order in which they were considered."""
    for group in evidence.get("passed_over") or ():
        for key, tell in _WORDS.items():
            if key in group:
                yield from tell(group["people"], group[key], evidence.get("load") or {}, moments)


def _off_shift(people: Sequence[str], until: str | None, load: Mapping[str, int], moments: Moments) -> Iterator[str]:
    back = f" until {moments.at(parse_instant(until))}" if until else ""
    yield f"{_all(people)} {'is' if len(people) == 1 else 'are'} off shift{back}"


def _full(people: Sequence[str], capacity: int, load: Mapping[str, int], moments: Moments) -> Iterator[str]:
    for name in people:
        yield f"{name} is at capacity, {load.get(name, capacity)} of {capacity}"


def _lacking(people: Sequence[str], skills: Sequence[str], load: Mapping[str, int], moments: Moments) -> Iterator[str]:
    yield f"{_all(people)} {'lacks' if len(people) == 1 else 'lack'} {_all(skills)}"


def _level(people: Sequence[str], level: str | None, load: Mapping[str, int], moments: Moments) -> Iterator[str]:
    yield f"{_all(people)} {'has' if len(people) == 1 else 'have'} {f'level {level}' if level else 'no level'}"


def _all(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


_WORDS: dict[str, Callable[[Sequence[str], Any, Mapping[str, int], Moments], Iterator[str]]] = {
    "off_shift_until": _off_shift,
    "capacity": _full,
    "lacks": _lacking,
    "level": _level,
}
