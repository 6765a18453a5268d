"""Conditions as closures: made once per rulebook, asked once per ticket.

What only events change is tested first, as plain predicates: one false one settles an `all` for ever, so that most
tickets cost one or two tests. Only what is left asks the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ticketcli.domain.calendar import Calendar
from ticketcli.domain.conditions.model import Ask, Case, Condition, Judged, Known, Leaf, Node, Operator, Predicate
from ticketcli.domain.conditions.table import OPERATORS
from ticketcli.domain.facts import Fact, Getter, find_fact
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.verdict import Verdict, conjunction, disjunction, negation
from ticketcli.records import NamedTuple

_YES, _NO = Verdict(True), Verdict(False)
Calendars = Mapping[str, Calendar]


class _Part(NamedTuple):
    """A compiled node: either a test or an ask."""

    test: Predicate | None
    ask: Ask | None
    slow: bool = False


def compile_condition(node: Node | None, calendars: Calendars) -> Condition:
    """The condition that the node describes; None is always true. `calendars` holds every calendar it names,
    and is asked for one only when a ticket needs it."""
    if node is None:
        return Condition(lambda case: _YES, frozenset(), None)
    part = _compile(node, calendars)
    return Condition(_asking(part), frozenset(fact.root for fact in _facts(node)), node, part.test)


def _compile(node: Node, calendars: Calendars) -> _Part:
    if "all" in node:
        return _group(node["all"], calendars, deciding=False)
    if "any" in node:
        return _group(node["any"], calendars, deciding=True)
    if "not" in node:
        return _negated(_compile(node["not"], calendars))
    return _leaf(node, calendars)


def _leaf(node: Node, calendars: Calendars) -> _Part:
    fact = _fact(node)
    leaf = Leaf(fact, node["operand"], node, calendars)
    operator = OPERATORS[fact.type][node["op"]]
    if isinstance(operator, Operator):
        return _Part(operator.build(leaf), None, operator.slow)
    return _Part(None, operator.build(leaf))


def _group(nodes: Iterable[Node], calendars: Calendars, *, deciding: bool) -> _Part:
    """`any` when a true part decides, `all` when a false one does."""
    parts = sorted((_compile(node, calendars) for node in nodes), key=lambda part: part.slow)
    tests = tuple(part.test for part in parts if part.test is not None)
    asks = tuple(part.ask for part in parts if part.ask is not None)
    if not asks:
        return _Part(_any_test(tests) if deciding else _all_test(tests), None, parts[-1].slow)
    return _Part(None, _any_ask(tests, asks) if deciding else _all_ask(tests, asks))


def _all_ask(tests: tuple[Predicate, ...], asks: tuple[Ask, ...]) -> Ask:
    known, others = _parted(tests)

    def ask(case: Case) -> Verdict:
        ticket = case.ticket
        for get, answers in known:
            if not answers[get(ticket)]:
                return _NO
        for test in others:
            if not test(ticket):
                return _NO  # until an event, and no other part can matter before
        return asks[0](case) if len(asks) == 1 else conjunction([one(case) for one in asks])

    return ask


def _any_ask(tests: tuple[Predicate, ...], asks: tuple[Ask, ...]) -> Ask:
    def ask(case: Case) -> Verdict:
        ticket = case.ticket
        for test in tests:
            if test(ticket):
                return _YES
        return asks[0](case) if len(asks) == 1 else disjunction([one(case) for one in asks])

    return ask


def _all_test(tests: tuple[Predicate, ...]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    known, others = _parted(tests)

    def test(ticket: Ticket) -> bool:
        for get, answers in known:
            if not answers[get(ticket)]:
                return False
        for one in others:
            if not one(ticket):
                return False
        return True

    return test


def _parted(tests: tuple[Predicate, ...]) -> tuple[tuple[tuple[Getter, Judged], ...], tuple[Predicate, ...]]:
    """Those that only look a value up, to be asked without a call each, and the others."""
    known = tuple((test.get, test.known) for test in tests if isinstance(test, Known))
    return known, tuple(test for test in tests if not isinstance(test, Known))


def _any_test(tests: tuple[Predicate, ...]) -> Predicate:
    if len(tests) == 1:
        return tests[0]

    def test(ticket: Ticket) -> bool:
        for one in tests:
            if one(ticket):
                return True
        return False

    return test


def _negated(part: _Part) -> _Part:
    if part.test is not None:
        known = part.test
        return _Part(lambda ticket: not known(ticket), None, part.slow)
    asked = _asking(part)
    return _Part(None, lambda case: negation(asked(case)))


def _asking(part: _Part) -> Ask:
    if part.ask is not None:
        return part.ask
    known = part.test
    assert known is not None
    return lambda case: _YES if known(case.ticket) else _NO


def _fact(node: Node) -> Fact:
    fact = find_fact(node["fact"], node.get("type"))
    assert fact is not None, node  # parsing let no other through
    return fact


def _facts(node: Node) -> Iterator[Fact]:
    if "fact" in node:
        yield _fact(node)
        return
    for inner in node.get("all") or node.get("any") or [node["not"]]:
        yield from _facts(inner)
