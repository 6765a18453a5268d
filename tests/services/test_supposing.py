"""A ticket that does not exist: what is said of it is what happens when it is opened, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desks import LEE, START, World, facts_of
from tests.properties.histories import examples, rulebooks
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Invalid, NotFound
from ticketcli.services.steps import Options
from ticketcli.services.supposing import Supposed, suppose

RULES = """
priority: [{name: outage, when: {subject: {contains: down}}, set: urgent}]
routing:
  - name: database
    when: {category: database}
    team: dba
    assign: {strategy: least_loaded}
    routes: [{name: vip, when: {requester.tier: vip}, assign: {level: senior}}]
  - {name: rest, team: servicedesk}
sla: [{name: all, targets: {resolution: 8h}}]
"""


def supposed(world: World, **facts: Any) -> Supposed:
    return suppose(world.session(), facts, Options())


def origins(found: Supposed) -> dict[str, tuple[str | None, str | None]]:
    """Value and rule of each key."""
    return {one.key: (one.value, one.event.rule and one.event.rule.name) for one in found.origins}


def test_it_says_priority_way_person_clock_and_what_comes_next() -> None:
    world = World(RULES)
    found = supposed(world, subject="db3 is down", category="database", tier="vip")

    assert origins(found) == {
        "status": ("new", None),
        "priority": ("urgent", "outage"),
        "team": ("dba", "vip"),
        "assignee": ("ann", "vip"),
    }
    assert found.view.sla["resolution"].due_at == START + 8 * 3600 == found.view.wake_at
    assert [step.kind for step in found.upcoming] == ["breach"]
    assert [one.ref.name for one in found.findings if one.effect == "in_force"] == ["outage", "database", "vip", "all"]


def test_nothing_is_written() -> None:
    world = World(RULES)
    supposed(world, subject="x")

    assert world.ids() == []
    assert world.create() == 1


def test_without_a_subject_the_fact_is_missing() -> None:
    found = supposed(World(RULES), category="database")
    (outage,) = [one for one in found.findings if one.ref.name == "outage"]

    assert [(reason.node["fact"], reason.seen) for reason in outage.reasons] == [("subject", None)]


@pytest.mark.parametrize(
    ("facts", "error", "said"),
    [
        ({"nope": "1"}, NotFound, "no key 'nope'"),
        ({"team": "nope"}, NotFound, "no team 'nope'"),
        ({"priority": "nope"}, Invalid, "no such value"),
        ({"answered": "yes"}, Invalid, "true or false"),
    ],
    ids=str,
)
def test_what_create_would_refuse_is_refused(facts: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        supposed(World(RULES), **facts)


@given(
    rules=rulebooks(),
    facts=st.fixed_dictionaries(
        {"subject": st.sampled_from(["x", "it is down"])},
        optional={
            "category": st.sampled_from(["database", "web"]),
            "labels": st.sampled_from([["prod"], ["keep", "x"]]),
            "priority": st.sampled_from(["low", "high"]),
            "requester": st.sampled_from([LEE, {**LEE, "tier": "vip"}]),
            "assignee": st.just("bob"),
            "source": st.just("ci"),
        },
    ),
)
@examples(40)
def test_what_is_supposed_is_what_happens(rules: str, facts: dict[str, Any]) -> None:
    world = World(rules)
    world.create("another")
    found = supposed(world, **facts)
    world.open(facts)
    made: Ticket = world.ticket(2)

    assert found.ticket == made
    assert found.view == world.view(2)
    assert facts_of([one.event for one in found.decisions]) == facts_of([e for e in world.events(2) if e.rule])
