"""Routing (design section 6): the tree, what children add, `continue`, the catch-all, and who gets the ticket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import DAY, LEE, START, World

PEOPLE = """
people:
  - {name: ann, account: ann, email: ann@x.cn, skills: [postgres, linux], level: senior}
  - {name: bob, email: bob@x.cn, skills: [linux]}
  - {name: cai, email: cai@x.cn, skills: [postgres, dba]}
  - {name: carol, email: carol@x.cn}
teams:
  dba: {manager: carol, members: [ann, bob, cai]}
  desk: {members: [bob, cai]}
"""
TREE = PEOPLE + """
routing:
  - name: database
    when: {category: database}
    team: dba
    label: [db]
    watch: [carol]
    notify: [team]
    assign: {strategy: least_loaded, skills: [postgres]}
    routes:
      - {name: vip, when: {requester.tier: vip}, assign: {level: senior}, watch: [bob], label: [vip], continue: true}
      - {name: production, when: {labels: {has: prod}}, label: [hot], notify: [carol]}
  - {name: network, when: {category: network}, team: desk}
  - {name: rest, team: desk, assign: {strategy: round_robin}}
"""


def routed(rules: str, **facts: Any) -> World:
    world = World(rules)
    world.create(**facts)
    return world


def place(world: World, id: int = 1) -> tuple[str | None, str | None]:
    ticket = world.ticket(id)
    return ticket.team, ticket.assignee


def test_the_first_sibling_that_matches_wins_and_the_node_stands_if_no_child_does() -> None:
    world = routed(TREE, category="database")
    ticket = world.ticket()
    assert (ticket.team, ticket.assignee, ticket.routed_by) == ("dba", "ann", ("database",))
    assert (ticket.labels, ticket.watchers) == (("db",), ("carol",))
    assert world.told() == ["ann", "bob", "cai"]


def test_children_add_to_their_parent_and_each_says_its_part_once() -> None:
    world = routed(TREE, category="database", labels=["prod"], requester={**LEE, "tier": "vip"})
    ticket = world.ticket()
    assert ticket.routed_by == ("database", "vip", "production")
    assert (ticket.labels, ticket.watchers) == (("prod", "db", "vip", "hot"), ("carol", "bob"))
    assert (ticket.team, ticket.assignee) == ("dba", "ann")
    assert sorted(world.told()) == ["ann", "bob", "cai", "carol"]


def test_the_event_of_the_route_says_why_by_what_evidence_and_whom_it_told() -> None:
    data = routed(TREE, category="database").last(1, "routed").data
    assert data["why"] == "least loaded, with 0 tickets"
    assert data["evidence"] == {
        "load": {"ann": 0, "cai": 0},
        "passed_over": [{"people": ["bob"], "lacks": ["postgres"]}],
    }
    assert [one["to"] for one in data["notified"]] == ["ann", "bob", "cai"]
    assert data["was"] == {"team": None, "assignee": None}


def test_what_nothing_else_takes_goes_to_the_catch_all_in_turn() -> None:
    world = World(TREE)
    for _ in range(3):
        world.create()
    assert [place(world, id) for id in (1, 2, 3)] == [("desk", "bob"), ("desk", "cai"), ("desk", "bob")]
    assert [world.last(id, "routed").data["why"] for id in (1, 2)] == ["first in turn", "next after bob"]


def test_a_route_without_team_takes_the_team_of_the_catch_all() -> None:
    rules = PEOPLE + """
    routing:
      - {name: tagged, when: {source: ci}, label: [auto]}
      - {name: rest, team: desk, assign: {strategy: round_robin}}
    """.replace("\n    ", "\n")
    world = routed(rules, source="ci")
    assert (place(world)[0], world.ticket().labels, world.ticket().routed_by) == ("desk", ("auto",), ("tagged",))


def test_after_continue_team_and_assign_stay() -> None:
    rules = PEOPLE + """
routing:
  - {name: first, when: {category: x}, team: dba, assign: {person: ann}, continue: true}
  - {name: second, when: {category: x}, team: desk, assign: {person: bob}, label: [two], watch: [carol]}
  - {name: third, when: {category: x}, label: [three]}
"""
    world = routed(rules, category="x")
    assert place(world) == ("dba", "ann")
    assert (world.ticket().labels, world.ticket().routed_by) == (("two",), ("first", "second"))


def test_a_route_that_only_tags_and_continues_leaves_team_and_assign_to_the_next() -> None:
    rules = PEOPLE + """
routing:
  - {name: tag, when: {requester.tier: vip}, label: [vip], continue: true}
  - {name: db, when: {category: database}, team: dba, assign: {person: ann}}
  - {name: rest, team: desk}
"""
    world = routed(rules, category="database", requester={**LEE, "tier": "vip"})
    assert (place(world), world.ticket().labels) == (("dba", "ann"), ("vip",))


@pytest.mark.parametrize(
    ("parent", "child", "assignee"),
    [
        ("{person: ann}", "{strategy: none}", None),
        ("{person: ann}", "{strategy: least_loaded}", "ann"),
        ("{strategy: least_loaded}", "{person: cai}", "cai"),
        ("{strategy: least_loaded, skills: [linux]}", "{level: senior}", "ann"),
        ("{strategy: least_loaded, skills: [linux]}", "{skills: [postgres]}", "ann"),
        ("{strategy: round_robin, skills: [dba]}", "{strategy: least_loaded}", "cai"),
    ],
)
def test_a_child_overrides_how_its_parent_assigns_key_by_key(parent: str, child: str, assignee: str | None) -> None:
    rules = PEOPLE + f"""
routing:
  - name: outer
    when: {{category: x}}
    team: dba
    assign: {parent}
    routes: [{{name: inner, when: {{source: ci}}, assign: {child}}}]
"""
    assert routed(rules, category="x", source="ci").ticket().assignee == assignee


def test_the_least_loaded_counts_what_is_neither_resolved_nor_final_over_all_teams() -> None:
    world = World(TREE)
    for _ in range(2):
        world.create(assignee="ann", team="desk")
    world.create(assignee="cai")
    world.create(category="database")
    assert world.ticket(4).assignee == "cai"
    world.do("resolve", 1, 2)
    world.create(category="database")
    assert world.ticket(5).assignee == "ann"


def test_many_created_in_one_commit_are_spread() -> None:
    world = World(TREE)
    world.open(*[{"subject": "x", "category": "database"} for _ in range(4)])
    assert [world.ticket(id).assignee for id in (1, 2, 3, 4)] == ["ann", "cai", "ann", "cai"]


def test_nobody_fits_leaves_it_with_the_team_and_says_why() -> None:
    rules = TREE.replace("least_loaded, skills: [postgres]", "least_loaded, skills: [cobol]")
    world = routed(rules, category="database")
    assert place(world) == ("dba", None)
    assert world.last(1, "routed").data["why"] == "nobody in the team fits"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"team": "desk"}, ("desk", None)),
        ({"assignee": "carol"}, ("dba", "carol")),
        ({"team": "desk", "assignee": "carol"}, ("desk", "carol")),
    ],
    ids=["team", "assignee", "both"],
)
def test_what_the_caller_of_create_gave_is_kept(given: dict[str, str], expected: tuple[str, str | None]) -> None:
    assert place(routed(TREE, category="database", **given)) == expected


def test_a_team_of_which_the_rules_know_nothing_is_kept_too() -> None:
    rules = "routing: [{name: tag, when: {category: x}, label: [y]}]"
    world = World(rules, people=False)
    world.create(team="night", category="x")
    assert (place(world)[0], world.ticket().labels) == ("night", ("y",))


def test_a_person_may_choose_no_team() -> None:
    world = routed(TREE, category="database")
    world.do("set", 1, values={"team": None})
    world.sweep("1h")
    assert world.ticket().team is None


def test_a_ticket_is_routed_once_and_again_only_when_given_back() -> None:
    world = routed(TREE, category="network")
    world.do("set", 1, values={"category": "database"})
    assert place(world) == ("desk", None)
    world.do("assign", 1, to="carol")
    world.do("route", 1)
    assert place(world) == ("dba", "ann")
    assert (world.ticket().chosen, world.ticket().routed_by) == ((), ("database",))
    assert world.last(1, "routed").data["was"] == {"team": "desk", "assignee": "carol"}
    world.check()


def test_a_ticket_without_team_is_routed_as_soon_as_a_rule_takes_it() -> None:
    rules = PEOPLE + "routing: [{name: late, when: {age: {over: 2h}}, team: dba, assign: {person: bob}}]\n"
    world = routed(rules)
    assert place(world) == (None, None)
    world.sweep_on_time("3h")
    assert place(world) == ("dba", "bob")
    assert world.last(1, "routed").at - world.ticket().created_at == 7200


def test_a_route_without_any_team_is_not_written_again_and_again() -> None:
    world = routed(PEOPLE + "routing: [{name: tag, when: {source: cli}, label: [x]}]\n")
    for minute in ("1m", "2m", "3m"):
        world.do("label", 1, at=minute, add=[minute])
    assert world.kinds().count("routed") == 1


@pytest.mark.parametrize(
    "routes",
    [
        "{name: old, when: {age: {over: 1d}}, team: dba}, {name: x, when: {category: x}, team: dba}",
        "{name: all, when: {priority: normal}, routes: [{name: old, when: {age: {over: 1d}}, team: dba}]}",
    ],
    ids=["beside others", "inside another"],
)
def test_a_ticket_without_a_team_is_routed_when_time_makes_a_route_match(routes: str) -> None:
    world = World(f"routing: [{routes}, {{name: rest, label: seen}}]")
    world.create()
    assert (world.ticket().team, world.wake_at()) == (None, START + DAY)
    world.sweep_on_time("30h")
    assert (world.ticket().team, world.ticket().routed_by[-1]) == ("dba", "old")


def test_what_a_route_without_team_adds_leads_on_at_once() -> None:
    world = World("routing: [{name: b, when: {labels: {has: seen}}, team: dba}, {name: rest, label: seen}]")
    world.create()
    assert (world.ticket().team, world.ticket().routed_by, world.wake_at()) == ("dba", ("b",), None)


def test_another_team_by_escalation_is_routed_as_the_ticket_would_be_there() -> None:
    world = World(PEOPLE + """
routing:
  - {name: other, when: {category: other}, team: dba, assign: {person: ann}}
  - {name: mine, when: {category: mine}, team: dba, assign: {person: cai}}
  - {name: rest, team: desk}
escalation: [{name: on, when: {age: {over: 1h}}, then: [{team: dba}]}]
""")  # fmt: skip
    world.create(category="mine", team="desk")
    world.sweep("2h")
    assert place(world) == ("dba", "cai")
