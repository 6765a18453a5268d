"""Rules that undo each other for ever: what one does makes the other hold, and the other way round.

An auto-close rule does so alone if its mark ends its own wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ticketcli.records import NamedTuple
from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.checks.effects import RAISED, Effects, after, changed, effects_of
from ticketcli.rulebook.logic.formula import Formula, given, variables
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Rule

PAGE = Page(
    "rules-undo",
    "warning",
    "two rules undo each other without end",
    "What one rule does ends it and makes the other hold, and what the other does brings the first back. On such a "
    "ticket both fire again and again, until after eight passes an event `rule_loop` stops it and the sweep exits 5. "
    "Let one of them ask for something that the other does not change. An auto-close rule whose `mark` ends its own "
    "wait reminds again and again and never closes: let it ask for another label.",
    bad="""\
escalation:
  - {name: calm-down, when: {priority: high, labels: {has_none: keep}}, then: [{priority: normal}]}
  - {name: speed-up, when: {priority: normal, category: server}, then: [{priority: high}]}
""",
    cured="""\
escalation:
  - {name: calm-down, when: {priority: high, category: {is_not: server}}, then: [{priority: normal}]}
  - {name: speed-up, when: {priority: normal, category: server}, then: [{priority: high}]}
""",
)
_MOST_PAIRS = 5_000


class _Doer(NamedTuple):
    """A rule with effects; `asks` are the variables of its `when`."""

    rule: Rule
    when: Formula
    asks: frozenset[int]
    does: Effects


def check(book: Book) -> Iterator[Found]:
    """Each pair of priority and escalation rules that would fire in turn; told at the later one."""
    for one, other in islice(_pairs(book, _doers(book)), _MOST_PAIRS):
        if _undo(book, one, other):
            message = f"{called(other.rule)} and {called(one.rule)} undo each other: each brings the other back"
            yield Found(other.rule.pointer, Finding(PAGE.code, message, text=called(other.rule), level=PAGE.level))
    for rule in book.of("autoclose"):
        if _ends_itself(book, rule):
            message = f"{called(rule)} never closes: its own mark ends the wait, and the wait's end takes it off again"
            finding = Finding(PAGE.code, message, text=str(rule.raw["mark"]), level=PAGE.level)
            yield Found((*rule.pointer, "mark"), finding)


def _ends_itself(book: Book, rule: Rule) -> bool:
    """Whether no ticket that has the rule's mark can wait for its close, though others can."""
    when, unless = book.when(rule), book.when(rule, "unless")
    if "mark" not in rule.raw or when is None or unless is None:
        return False
    does, opposite = effects_of(rule, book.space), book.space.opposite
    marked = given(when, does.cells), opposite(given(unless, does.cells))
    return book.space.may_hold(when, opposite(unless)) and not book.space.may_hold(*marked)


def _doers(book: Book) -> Iterator[_Doer]:
    """Rules that ask about something that they change: others do not end what makes them hold."""
    for rule in book.of("priority", "escalation"):
        when = book.when(rule)
        if when is not None and "when" in rule.raw:
            asks, does = frozenset(variables(when)), effects_of(rule, book.space)
            if does.raises or asks & does.cells.keys():
                yield _Doer(rule, when, asks, does)


def _pairs(book: Book, doers: Iterable[_Doer]) -> Iterator[tuple[_Doer, _Doer]]:
    """Those that do not make the same of something that both change; a pair may come more than once."""
    known: dict[int, dict[int, list[_Doer]]] = {}
    for other in doers:
        for var, cell in changed(other.does, book.space).items():
            for value, ones in known.setdefault(var, {}).items():
                if value != cell or cell == RAISED:
                    yield from ((one, other) for one in ones)
        for var, cell in changed(other.does, book.space).items():
            known[var].setdefault(cell, []).append(other)


def _undo(book: Book, one: _Doer, other: _Doer) -> bool:
    """Whether on some ticket both fire in turn: after each the other holds, and it itself does not."""
    if (one.asks | other.asks) & (one.does.unknown | other.does.unknown):
        return False
    after_one = after(other.does, one.does, book.space)
    after_other = after(one.does, other.does, book.space)
    if after_one is None or after_other is None:
        return False
    back = [given(one.when, after_other), given(other.when, after_one)]
    gone = [given(one.when, after_one), given(other.when, after_other)]
    return book.space.may_hold(*back, *map(book.space.opposite, gone))
