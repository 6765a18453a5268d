"""Conditions that no ticket can meet."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Rule

PAGE = Page(
    "never-true",
    "warning",
    "no ticket can ever meet this condition",
    "Parts of the condition exclude each other, or it asks for a final status: rules see no ticket that is over. "
    "Entries of a mapping must all hold; write alternatives as a list of values or under `any`. An `unless` counts "
    "together with its `when`, a route together with the routes around it.",
    bad="""\
autoclose:
  - name: forgotten
    when: {status: [pending, resolved], priority: low, not: {priority: [low, normal]}}
    after: 7d
    remind: [1d]
    close: {reason: requester-silent}
""",
    cured="""\
autoclose:
  - name: forgotten
    when: {status: [pending, resolved], priority: [low, normal]}
    after: 7d
    remind: [1d]
    close: {reason: requester-silent}
""",
)


def check(book: Book) -> Iterator[Found]:
    """Each `when` and `unless` that can never hold."""
    for rule in book.rules:
        when, around = book.when(rule), book.around(rule)
        if when is None or around is None:
            continue
        if not book.space.may_hold(around, when):
            if book.space.may_hold(around):
                yield _found(rule, "when", _why(book, rule))
            continue
        unless = book.when(rule, "unless") if "unless" in rule.raw else None
        if unless is not None and not book.space.may_hold(around, when, unless):
            yield _found(rule, "unless", f"the `unless` of {called(rule)} never holds together with its `when`")


def _why(book: Book, rule: Rule) -> str:
    when = book.when(rule)
    if when is not None and book.space.may_hold(when):
        return f"{called(rule)} never matches: its `when` and the routes around it exclude each other"
    if book.only_final(rule):
        return f"{called(rule)} never matches: rules see no ticket in a final status"
    return f"{called(rule)} never matches: parts of its `when` exclude each other"


def _found(rule: Rule, key: str, message: str) -> Found:
    finding = Finding(PAGE.code, message, text=called(rule), level=PAGE.level)
    return Found((*rule.pointer, key), finding, key=True)
