"""Why a condition answers as it does: asked over its node, and everything that was looked at is kept.

Slower than the compiled closures and of one mind with them: each operator answers by the same function, and what
groups make of the answers is compared in a property test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ticketcli.domain.conditions.compile import Calendars, compile_condition
from ticketcli.domain.conditions.model import Case, Leaf, Node
from ticketcli.domain.conditions.table import OPERATORS
from ticketcli.domain.facts import find_fact
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.verdict import Verdict, conjunction, disjunction, negation, next_true
from ticketcli.records import NamedTuple

ALWAYS = Verdict(True)


class Explanation(NamedTuple):
    """A node and its verdict. A group has `parts`; a fact has `seen`, what its operator compared, None when missing."""

    node: Node
    verdict: Verdict
    parts: tuple[Explanation, ...] = ()
    seen: Any = None


class Reason(NamedTuple):
    """One fact that decided, and whether its operator holds; `turns_at` is when that changes by itself, else NEVER."""

    node: Node
    holds: bool
    seen: Any
    turns_at: float = NEVER


def explain_condition(node: Node | None, calendars: Calendars, case: Case) -> Explanation:
    """The condition asked about the case, part by part. None, the condition of a rule without `when`, always holds."""
    if node is None:
        return Explanation({}, ALWAYS)
    if "all" in node or "any" in node:
        join = conjunction if "all" in node else disjunction
        parts = tuple(explain_condition(inner, calendars, case) for inner in node.get("all") or node["any"])
        return Explanation(node, join(part.verdict for part in parts), parts)
    if "not" in node:
        part = explain_condition(node["not"], calendars, case)
        return Explanation(node, negation(part.verdict), (part,))
    fact = find_fact(node["fact"], node.get("type"))
    assert fact is not None, node  # parsing let no other through
    seen = OPERATORS[fact.type][node["op"]].seen(Leaf(fact, node["operand"], node, calendars), case)
    return Explanation(node, compile_condition(node, calendars).ask(case), (), seen)


def reasons(explanation: Explanation) -> list[Reason]:
    """The facts that decided: of an `all` that fails the first that failed, of one that holds all, and so on down."""
    return [Reason(leaf.node, leaf.verdict.value, leaf.seen) for leaf in _deciding(explanation)]


def _deciding(explanation: Explanation) -> Iterator[Explanation]:
    node, value, parts = explanation.node, explanation.verdict.value, explanation.parts
    if not parts:
        if node:
            yield explanation
        return
    settled = next((part for part in parts if part.verdict.value == value), None)
    if "not" in node or ("all" in node) is value or settled is None:
        for part in parts:
            yield from _deciding(part)
    else:
        yield from _deciding(settled)


def dated(
    found: Reason, calendars: Calendars, case_at: Callable[[Instant], Case], now: Instant, horizon: float
) -> Reason:
    """The reason with the instant up to `horizon` at which its operator's answer turns, if nobody acts."""
    condition = compile_condition(found.node, calendars)

    def turned(at: Instant) -> Verdict:
        value, until = condition.ask(case_at(at))
        return Verdict(value is not found.holds, until)

    return found._replace(turns_at=next_true(turned, now, horizon))
