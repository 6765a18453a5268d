"""Scenario files for tests, read from text."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from ticketcli.domain.scenario import Broken, Case, Outcome
from ticketcli.errors import NoDesk
from ticketcli.rulebook.files import RuleFile
from ticketcli.rulebook.scenario_rules import DeskRules, ScenarioRules
from ticketcli.rulebook.scenarios import read_scenarios
from ticketcli.services.playing import play

RULES = """\
  rules:
    people:
      - {name: ann, account: ann, email: ann@x.cn}
      - {name: bob, email: bob@x.cn, roles: [supervisor]}
    teams: {desk: {manager: bob, members: [ann]}}
    priority: [{name: fire, when: {subject: {contains: fire}}, set: urgent}]
    routing: [{name: rest, team: desk, assign: {strategy: round_robin}}]
    autoclose:
      - {name: silent, when: {status: resolved}, after: 48h, remind: [24h, 1h], close: {reason: requester-silent}}
"""
"""The `rules:` of a scenario."""
HEAD = f"- name: one\n  start: 2026-03-02T09:00:00+08:00\n{RULES}"
"""The first eleven lines of a scenario."""
TICKET = HEAD + "  ticket: {subject: Printer on fire, requester: {email: lee@x.cn}}\n"


def read(text: str) -> list[Case | Broken]:
    """The scenarios of a file with that text, on no desk."""
    rules = ScenarioRules(DeskRules(missing=NoDesk("no desk here", "")))
    return read_scenarios(RuleFile("s.yaml", dedent(text).encode()), rules)


def played(text: str) -> Outcome:
    """How the only scenario of that text ends; one that cannot be read fails the test with what is wrong."""
    (case,) = read(text)
    assert isinstance(case, Case), case.troubles
    return play(case)


def told(text: str) -> list[str]:
    """What is wrong with the scenarios of a file, as `line:column code suggestion`."""
    troubles = [trouble for one in read(text) if isinstance(one, Broken) for trouble in one.troubles]
    return [f"{t.spot.line}:{t.spot.column} {t.code} {t.suggestion}".rstrip() for t in troubles]


def lines(*steps: str) -> str:
    return "  timeline:\n" + "".join(f"    - {step}\n" for step in steps)


def differences(outcome: Outcome) -> list[tuple[str, Any, Any]]:
    assert outcome.troubles == ()
    return [(one.key, one.wanted, one.got) for one in outcome.differences]


def came(text: str) -> str:
    """`passed`, or what came otherwise, or why it could not be played."""
    outcome = played(text)
    said = [f"{one.key}: {one.got}" for one in outcome.differences] + [one.message for one in outcome.troubles]
    return "; ".join(said) or outcome.outcome
