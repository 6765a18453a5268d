"""Which events are news to the rules: those after which one of their conditions may answer otherwise."""

from __future__ import annotations

import pytest

from tests.desks import World, rulebook
from ticketcli.domain.reads import quiet_kinds

TOLD = {"sla_warned", "sla_breached", "escalated", "lapsed"}
CLOSES = """
autoclose:
  - {name: c, when: {status: new}, unless: {episodes: {exists: true}}, after: 1d,
     remind: [2h], close: {reason: requester-silent}}
"""
FIRES = "escalation:\n  - {name: tell, when: {status: new}, then: [{notify: ann}]}\n"


@pytest.mark.parametrize(
    ("rules", "quiet"),
    [
        pytest.param("", TOLD | {"sla_met"}, id="no rules"),
        pytest.param("priority:\n  - {name: r, when: {age: {over: 1d}}, raise: 1}", TOLD | {"sla_met"}, id="a time"),
        pytest.param("priority:\n  - {name: r, when: {sla.resolution: met}, raise: 1}", TOLD, id="a target"),
        pytest.param("priority:\n  - {name: r, when: {version: {gte: 9}}, raise: 1}", set(), id="version"),
        pytest.param("priority:\n  - {name: r, when: {not: {version: {gte: 9}}}, raise: 1}", set(), id="inside a not"),
        pytest.param(CLOSES, set(), id="an exemption"),
    ],
)
def test_what_rules_ask_for_is_news(rules: str, quiet: set[str]) -> None:
    assert quiet_kinds(rulebook(rules)) == quiet


def test_a_rule_that_counts_events_fires_in_the_commit_that_adds_one() -> None:
    world = World(FIRES + "priority:\n  - {name: r, when: {version: {gte: 2}}, raise: 1}\n")
    world.create()
    assert world.kinds() == ["created", "escalated", "prioritised"]
