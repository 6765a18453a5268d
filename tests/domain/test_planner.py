"""Passes: rules that undo each other are stopped after eight, and named (design section 6, When rules run)."""

from __future__ import annotations

import pytest

from tests.desks import World

SWITCH = """
routing: [{name: rest, team: servicedesk}]
escalation:
  - {name: once, when: {status: new}, then: [{label: seen}]}
  - {name: on, when: {labels: {has_none: x}}, then: [{label: x}]}
  - {name: off, when: {labels: {has: x}}, then: [{unlabel: x}]}
"""
CHAIN = "escalation:\n" + "".join(
    f"  - {{name: r{n}, when: {{labels: {{has: l{n}}}}}, then: [{{label: l{n + 1}}}]}}\n" for n in range(9)
)


@pytest.mark.parametrize(
    "rules,labels,named",
    [
        pytest.param(SWITCH, [], ["off", "on"], id="those that undo each other, not those that acted once"),
        pytest.param(CHAIN, ["l0"], ["r4", "r5", "r6", "r7"], id="a chain that is too long"),
        pytest.param(CHAIN, ["l2"], None, id="a chain that ends"),
    ],
)
def test_after_eight_passes_an_event_names_the_rules_that_go_on(
    rules: str, labels: list[str], named: list[str] | None
) -> None:
    world = World(rules)
    world.create(labels=labels)
    loops = world.events(1, "rule_loop")
    assert [event.data["rules"] for event in loops] == ([] if named is None else [named])
