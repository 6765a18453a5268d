"""Rules that no ticket reaches: where the first match wins, rules before them take all that they match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ticketcli.records import NamedTuple
from ticketcli.rulebook.checks.book import Book, Found, called
from ticketcli.rulebook.logic.formula import TRUE, All, Formula
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Rule

PAGE = Page(
    "unreachable-rule",
    "warning",
    "rules before this one take every ticket that it matches",
    "In priority (among rules with `set`), sla, autoclose and routing the first rule that matches decides. Every "
    "ticket that fits this rule fits one before it already, so this one never decides. Put the narrower rule "
    "first, or take it out.",
    bad="""\
sla:
  - {name: important, when: {priority: [high, urgent]}, targets: {resolution: 1d}}
  - {name: urgent, when: {priority: urgent}, targets: {resolution: 4h}}
""",
    cured="""\
sla:
  - {name: urgent, when: {priority: urgent}, targets: {resolution: 4h}}
  - {name: important, when: {priority: [high, urgent]}, targets: {resolution: 1d}}
""",
)
_FIRST_WINS = ("priority", "sla", "autoclose", "routing")
_MOST = 50
"""Found so often, it is told without asking which rules it are."""


class _Before(NamedTuple):
    rule: Rule
    leaves: Formula


def check(book: Book) -> Iterator[Found]:
    """Each rule that is never reached, with the names of those that stand in its way."""
    found = 0
    for rules in book.siblings():
        if rules[0].section in _FIRST_WINS:
            for one in _unreached(book, rules, _MOST - found):
                found += 1
                yield one


def _unreached(book: Book, rules: Sequence[Rule], named: int) -> Iterator[Found]:
    before: list[_Before] = []
    leaves: list[Formula] = []
    for rule in rules:
        if book.space.tired:
            return
        # A top-level route without `when` stands last whatever its place, and lends its team to the others.
        if (rule.section == "priority" and "set" not in rule.raw) or _is_rest(rule):
            continue
        when, around = book.when(rule), book.around(rule)
        # Of a condition that could not be read, anything may be matched.
        matched = All((around or TRUE, when or TRUE))
        if before and book.space.may_hold(matched) and not book.space.may_hold(matched, *leaves):
            yield _found(rule, _culprits(book, matched, before) if named > 0 else before)
            named -= 1
        if when is not None and rule.raw.get("continue") is not True:
            leaves.append(book.space.opposite(when))
            before.append(_Before(rule, leaves[-1]))


def _is_rest(rule: Rule) -> bool:
    return rule.section == "routing" and len(rule.pointer) == 2 and "when" not in rule.raw


def _culprits(book: Book, matched: Formula, before: Sequence[_Before]) -> Sequence[_Before]:
    """As few of the rules before as take all that is matched."""
    for one in before:
        if not book.space.may_hold(matched, one.leaves):
            return [one]
    needed = list(before)
    for one in before:
        fewer = [other for other in needed if other is not one]
        if not book.space.may_hold(matched, *(other.leaves for other in fewer)):
            needed = fewer
    return needed


def _found(rule: Rule, culprits: Sequence[_Before]) -> Found:
    names = [called(one.rule) for one in culprits[:5]]
    if len(names) == 1 and "when" not in culprits[0].rule.raw:
        why = f"{names[0]} before it has no `when` and always matches"
    elif len(names) == 1:
        why = f"{names[0]} before it takes every ticket that it matches"
    elif len(names) <= 4:
        why = f"{', '.join(names[:-1])} and {names[-1]} before it together take every ticket that it matches"
    else:
        why = f"{len(culprits)} rules before it together take every ticket that it matches"
    message = f"{called(rule)} is never reached: {why}"
    return Found(rule.pointer, Finding(PAGE.code, message, text=called(rule), level=PAGE.level))
