"""The conditions of rules, parsed where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ticketcli.domain.conditions import Vocabulary, parse_condition
from ticketcli.domain.conditions.patterns import BadPattern, Cost, read_pattern
from ticketcli.rulebook.known import Known, Section
from ticketcli.rulebook.problems import MAX_MISTAKES, Finding, Pointer
from ticketcli.rulebook.rules import Report, Rule

CONDITION_KEYS = ("when", "unless")
_PATTERNS = 50_000
"""Characters of all patterns of a rulebook: five hundred of a hundred each, a second of work at worst."""
_REFUSED = _PATTERNS // 25
"""What a refused pattern counts for beside its own: to find out that one is slow takes longest."""
_TOO_MANY = f"all patterns before it are longer than {_PATTERNS} characters, or too many of them are refused"
_FORBIDDEN = {"routing": ("team", "assignee", "routed_by"), "sla": ("sla",)}
_SECTION_OF = {
    "unknown-status": "lifecycle",
    "unknown-team": "teams",
    "unknown-person": "people",
    "unknown-calendar": "calendars",
}


def parse_conditions(
    rules: Iterable[Rule], sections: Mapping[str, Section], known: Known, report: Report
) -> dict[Pointer, Any]:
    """The node of each condition by its pointer. `report` takes pointers that begin with the section.

    Stops after `MAX_MISTAKES` of them: each is searched for a nearest word, which takes its time.
    """
    nodes: dict[Pointer, Any] = {}
    mistakes = 0
    words = _vocabulary(known)
    for rule in rules:
        for key in CONDITION_KEYS:
            if key in rule.raw and mistakes < MAX_MISTAKES:
                pointer = (*rule.pointer, key)
                nodes[pointer], found = _parse(pointer, rule, sections[rule.section], known, words, report)
                mistakes += found
    return nodes


def _parse(
    pointer: Pointer, rule: Rule, section: Section, known: Known, words: Vocabulary, report: Report
) -> tuple[Any, int]:
    """The node, None when there is an error, and how many errors there are."""

    def line(inner: Pointer) -> int:
        return section.document.at((*pointer, *inner)).key_line

    raw = rule.raw[str(pointer[-1])]
    words = words._replace(forbidden=_FORBIDDEN.get(rule.section, ()))
    node, issues = parse_condition(raw, words, calendar=rule.calendar, line=line)
    for issue in issues:
        elsewhere = _SECTION_OF.get(issue.code, "")
        if elsewhere and known.elsewhere(elsewhere):
            known.missed.setdefault(elsewhere, set()).add(issue.text)
            continue
        finding = Finding(issue.code, issue.message, text=issue.text, suggestion=issue.suggestion, level=issue.level)
        report((*pointer, *issue.pointer), finding, key=issue.code in _KEY_CODES)
    return node, sum(issue.level == "error" for issue in issues)


_KEY_CODES = frozenset({"unknown-fact", "unknown-operator", "forbidden-fact", "unknown-field"})


def _vocabulary(known: Known) -> Vocabulary:
    calendars = {name: known.calendars.get(name) for name in known.calendar_names}
    judge = _Patterns()
    return Vocabulary(known.statuses, known.teams, known.people, calendars, known.fields, judge=judge.cost)


class _Patterns:
    """Judges the patterns of a rulebook, each text once, until they have taken as long as they may."""

    def __init__(self) -> None:
        self._costs: dict[str, Cost] = {}
        self._left = _PATTERNS

    def cost(self, pattern: str) -> Cost:
        """Raises `BadPattern`; also for any new one when those before were too many, too long or too slow."""
        if pattern not in self._costs:
            if self._left <= 0:
                raise BadPattern(_TOO_MANY, "too-large")
            self._left -= len(pattern)
            try:
                self._costs[pattern] = read_pattern(pattern)
            except BadPattern:
                self._left -= _REFUSED
                raise
        return self._costs[pattern]
