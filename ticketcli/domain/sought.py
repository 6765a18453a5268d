"""What the rules ask of a text, and the least of the text that gives the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.conditions import Condition, compile_condition
from ticketcli.domain.events import RULES, Event
from ticketcli.domain.fold import create
from ticketcli.domain.reads import conditions_of
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket

_TRIES = 1000
"""Of one text. A rule that needs so many of its letters is answered otherwise rather than with the text itself."""
_OBJECTS = ("requester", "fields", "external_ids")
Holds = Callable[[str], bool]


class Sought:
    """Every comparison of a rulebook, by the fact that it is about."""

    def __init__(self, book: Rulebook) -> None:
        self._asked: dict[str, list[Condition]] = {}
        for leaf in (leaf for condition in conditions_of(book) if condition.node for leaf in _leaves(condition.node)):
            self._asked.setdefault(leaf["fact"], []).append(compile_condition(leaf, book.calendars))

    def asks(self, fact: str) -> bool:
        """Whether any rule looks at the fact."""
        return fact in self._asked

    def instead(self, fact: str, text: Any, candidates: Sequence[str], listed: bool = False) -> str:
        """The first candidate of which all rules say what they say of the text; without one, what is left of the
        text when nothing is kept that they do not look for. With `listed` it is a member of a list."""
        wanted = self._answers(fact, [text] if listed else text)

        def holds(other: str) -> bool:
            return bool(other.strip()) and self._answers(fact, [other] if listed else other) == wanted

        found = next(filter(holds, candidates), None)
        if found is not None:
            return found
        kept = _least(str(text), holds)
        return next(filter(holds, (f"{kept.strip()} {candidates[0]}", kept.strip(), kept)), candidates[0])

    def _answers(self, fact: str, value: Any) -> list[bool]:
        ticket = _holding(fact, value)
        return [condition.test(ticket) for condition in self._asked.get(fact, ()) if condition.test is not None]


def _holding(fact: str, value: Any) -> Ticket:
    """A ticket of which nothing is known but that."""
    top, _, inner = fact.partition(".")
    data = {"subject": "", "status": "", "kind": "initial", top: {inner: value} if top in _OBJECTS else value}
    return create(Event(0, 0, RULES, "created", data))


def _least(text: str, holds: Holds) -> str:
    """The text without the words, and with `x` for the letters, that need not stay for it to hold."""
    words = _replaced(re.findall(r"\s*\S+", text), lambda word: "", holds)
    letters = words if words is None else _replaced(list(words), _blank, holds)
    return "".join(map(_blank, text)) if letters is None else letters


def _replaced(parts: list[str], by: Callable[[str], str], holds: Holds) -> str | None:
    """The parts as one text, each replaced if that holds: all of them at once, else half by half."""
    waiting, tries = [(0, len(parts))], 0
    while waiting:
        low, high = waiting.pop()
        tried = [*parts[:low], *map(by, parts[low:high]), *parts[high:]]
        if tried == parts:
            continue
        tries += 1
        if tries > _TRIES:
            return None
        if holds("".join(tried)):
            parts = tried
        elif high - low > 1:
            waiting += [(low, (low + high) // 2), ((low + high) // 2, high)]
    return "".join(parts)


def _blank(letter: str) -> str:
    if letter.isspace() or (letter.isascii() and not letter.isalnum()):
        return letter
    return "0" if letter.isdigit() else "X" if letter.isupper() else "x"


def _leaves(node: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "fact" in node:
        yield dict(node)
        return
    for inner in node.get("all") or node.get("any") or [node["not"]]:
        yield from _leaves(inner)
