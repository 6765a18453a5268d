"""Moves that the lifecycle never lets a rule make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ticketcli.domain.builtin import LIFECYCLE
from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.known import mappings, texts
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Rule

PAGE = Page(
    "impossible-move",
    "warning",
    "no transition leads to that status from where the rule holds",
    "An action `move` follows the transitions of the lifecycle like anybody else. From none of the statuses in which "
    "this rule can hold a transition leads there, so the move is always skipped. Add the transition, or move "
    "elsewhere.",
    bad="""\
lifecycle:
  statuses: {new: initial, open: active, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [done]}]
escalation:
  - {name: back, when: {status: open, in_status: {over: 3d}}, then: [{move: new}]}
""",
    cured="""\
lifecycle:
  statuses: {new: initial, open: active, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [done, new]}]
escalation:
  - {name: back, when: {status: open, in_status: {over: 3d}}, then: [{move: new}]}
""",
)
_ACTIONS = ("then", "on_warn", "on_breach")


def check(book: Book) -> Iterator[Found]:
    """Each `move` that no transition allows in any status in which its rule can hold."""
    steps = _steps(book)
    for rule in book.of("escalation", "sla") if book.seen is not None else ():
        for key in _ACTIONS:
            actions = rule.raw.get(key)
            for index, action in enumerate(actions if isinstance(actions, list) else ()):
                to = action.get("move") if isinstance(action, dict) else None
                if isinstance(to, str) and to in (book.seen or {}) and _never(book, rule, to, steps):
                    message = f"{called(rule)} never moves to {to}: no transition leads there from where it holds"
                    finding = Finding(PAGE.code, message, text=to, level=PAGE.level)
                    yield Found((*rule.pointer, key, index, "move"), finding)


def _never(book: Book, rule: Rule, to: str, steps: set[tuple[str, str]]) -> bool:
    when = book.when(rule)
    before = [name for name in book.seen or () if (name, to) in steps or name == to]
    space = book.space
    return when is not None and space.may_hold(when) and not space.may_hold(when, space.in_status(before))


def _steps(book: Book) -> set[tuple[str, str]]:
    lifecycle: Any = book.value("lifecycle")
    raw = lifecycle.get("transitions") if isinstance(lifecycle, dict) else None
    transitions = mappings(LIFECYCLE["transitions"] if raw is None else raw)
    return {(str(step.get("from")), to) for step in transitions for to in texts(step.get("to"))}
