"""A routing choice that found nobody is tried again: at shifts, and in the commit that frees somebody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, LEE, World, facts_of
from ticketcli.domain.instants import parse_instant
from ticketcli.ports import Filing
from ticketcli.services.rehearsal import Rehearsal
from ticketcli.services.steps import Options

DESK = """
calendars:
  day: {{timezone: UTC, hours: {{mon-fri: ["08:00-18:00"]}}}}
people:
  - {{name: ann, account: ann, skills: [sql], capacity: 1{ann}}}
  - {{name: bob, account: bob, capacity: 1}}
  - {{name: cai, email: cai@x.cn}}
teams:
  dba: {{members: [ann], manager: cai}}
  ops: {{members: [bob], manager: cai}}
routing:
  - {{name: sql, when: {{category: sql}}, team: dba, assign: {{strategy: least_loaded, skills: [sql]}}}}
  - {{name: rest, team: ops, assign: {{strategy: round_robin}}, notify: [assignee]}}
"""
FULL = DESK.format(ann="")
SHIFT = DESK.format(ann=", calendar: day")
EVENING = "2026-03-02T19:00:00Z"


def waiting(count: int = 3, **facts: str) -> World:
    """Ann has the first of so many tickets, the others wait."""
    world = World(FULL)
    for _ in range(count):
        world.create(category="sql", **facts)
        world.wait("1m")
    return world


def who(world: World) -> list[str | None]:
    return [world.ticket(id).assignee for id in world.ids()]


def test_a_ticket_for_whom_nobody_is_found_stays_with_the_team_and_says_why() -> None:
    world = waiting(2)
    data = world.last(2, "routed").data
    assert (world.ticket(2).team, data["assignee"], data["why"]) == ("dba", None, "nobody who fits is free")
    assert world.ticket(2).trail.seeks_since == world.ticket(2).created_at
    world.check()


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("resolve", {}),
        ("close", {}),
        ("assign", {"to": None}),
        ("assign", {"to": "cai"}),
        ("set", {"values": {"assignee": "cai"}}),
    ],
    ids=["resolved", "closed", "given to nobody", "given to somebody else", "set"],
)
def test_who_is_freed_gets_the_longest_waiting_in_the_same_commit(verb: str, args: dict[str, Any]) -> None:
    world = waiting()
    world.do(verb, 1, **args)
    assert who(world)[1:] == ["ann", None]
    event = world.last(2, "routed")
    assert event.run == world.last(1).run
    assert (event.actor.class_, event.rule and event.rule.name) == ("rule", "sql")
    assert event.data["why"] == "least loaded, with 0 tickets"
    assert "assignee" not in world.ticket(2).chosen
    world.check()


def test_what_frees_nobody_gives_nothing() -> None:
    world = waiting()
    world.do("comment", 1, text="hm")
    world.do("start", 1)
    world.do("wait", 1)
    assert who(world) == ["ann", None, None]


def test_a_ticket_of_another_team_frees_too_for_capacity_is_over_all_teams() -> None:
    world = World(FULL)
    world.create(team="ops", assignee="ann")
    world.create(category="sql")
    world.do("resolve", 1)
    assert world.ticket(2).assignee == "ann"


def test_the_longest_waiting_is_first_not_the_oldest() -> None:
    world = waiting()
    world.do("assign", 2, to="cai")
    world.do("route", 2, at="1h")
    world.do("resolve", 1)
    assert who(world) == ["ann", None, "ann"]


def test_routed_again_it_keeps_its_place_in_the_team_and_in_another_it_begins_anew() -> None:
    world = waiting(3)
    world.create()
    moved = world.create()
    world.do("set", moved, values={"category": "sql"})
    world.wait("1m")
    world.create(category="sql")
    world.wait("1m")
    world.do("route", 2, moved)
    for holder in (1, 2, 3, 6):
        world.do("resolve", holder)
    given = (event for id in world.ids() for event in world.events(id) if event.data.get("assignee") == "ann")
    assert [event.ticket for event in sorted(given, key=lambda event: event.seq)] == [1, 2, 3, 6, moved]


def test_one_that_waits_for_others_is_passed() -> None:
    world = waiting(2)
    world.create()
    world.create()
    world.do("resolve", 3)
    assert who(world) == ["ann", None, "bob", "bob"]


def test_several_who_are_freed_at_once_each_get_one() -> None:
    world = World(FULL)
    for category in ("sql", "x", "sql", "x"):
        world.create(category=category)
    world.do("resolve", 1, 2)
    assert who(world) == ["ann", "bob", "ann", "bob"]


def test_what_is_closed_by_the_same_call_gets_nobody_first() -> None:
    world = waiting(4)
    world.do("close", 1, 2)
    assert "ann" not in [event.data.get("assignee") for event in world.events(2)]
    assert who(world)[2:] == ["ann", None]


def test_each_commits_by_itself() -> None:
    world = waiting(4)
    world.do("resolve", 1, 3, options=Options(each=True))
    assert who(world) == ["ann", "ann", None, None]


def test_a_rule_that_takes_a_ticket_away_frees_too() -> None:
    rules = FULL + "escalation: [{name: up, when: {age: {over: 1h}, category: sql}, then: [{assign: manager}]}]\n"
    world = World(rules)
    world.create(category="sql")
    world.create(category="sql", at="30m")
    report = world.sweep("1h")
    assert who(world) == ["cai", "ann"]
    assert [(action.ticket, action.action) for action in report.actions] == [
        (1, "escalated"), (1, "assigned"), (2, "routed"),
    ]  # fmt: skip
    assert report.examined == 2


def test_the_answer_holds_what_the_commit_did_to_other_tickets() -> None:
    world = waiting()
    result = world.do("resolve", 1)[0]
    assert [(event.ticket, event.kind) for event in result.events] == [(1, "resolved"), (2, "routed")]
    world.do("assign", 2, to="cai")
    first, second = world.do("route", 2, 3)
    assert (first.ticket and first.ticket.assignee, second.ticket and second.ticket.assignee) == (None, "ann")


def test_a_rehearsal_does_the_same_and_leaves_everything() -> None:
    world = waiting(4)
    before = facts_of([event for id in world.ids() for event in world.events(id)])
    rehearsed = world.do("resolve", 1, options=Options(dry_run=True))[0].events
    assert facts_of([event for id in world.ids() for event in world.events(id)]) == before
    assert facts_of(rehearsed) == facts_of(world.do("resolve", 1)[0].events)


def test_a_rehearsal_knows_who_began_to_wait_in_it() -> None:
    world = World(FULL)
    world.create(category="sql")
    world.create(category="network")
    with world.store.read() as reader:
        rehearsal = Rehearsal(reader)
        rehearsal.save(world.ticket(2), Filing("initial", None, 1, "since for whom"))
        rehearsal.save(world.ticket(1), Filing("initial", None, 1))

        assert rehearsal.tally("tickets", "seeks") == {"since for whom": 1}
        assert rehearsal.ids("tickets", "seeks", ["since for whom"]) == [2]


def test_who_comes_on_shift_gets_it_at_that_very_time() -> None:
    world = World(SHIFT)
    world.create(category="sql", at=EVENING)
    world.create(category="sql")
    eight = parse_instant("2026-03-03T08:00:00Z")
    assert world.wake_at(1) == world.wake_at(2) == eight
    world.sweep_on_time("24h")
    assert who(world) == ["ann", None]
    assert world.last(1, "routed").at == eight
    assert world.wake_at(2) == eight + 24 * HOUR


def test_who_is_freed_off_shift_gets_it_when_the_shift_begins() -> None:
    world = World(SHIFT)
    world.create(category="sql")
    world.create(category="sql")
    world.do("resolve", 1, at=EVENING, as_="bob")
    assert who(world) == ["ann", None]
    world.sweep_on_time("24h")
    assert who(world) == ["ann", "ann"]


def test_at_the_end_of_a_shift_whoever_stands_in_gets_it() -> None:
    world = World(DESK.format(ann=", calendar: day, delegate: dee").replace(
        "teams:", "  - {name: dee, skills: [sql]}\nteams:"
    ))  # fmt: skip
    world.create(category="sql")
    world.create(category="sql")
    world.sweep_on_time("24h")
    assert who(world) == ["ann", "dee"]
    assert world.last(2, "routed").data["evidence"]["instead_of"] == "ann"
    assert world.last(2, "routed").at == parse_instant("2026-03-02T18:00:00Z")


def test_a_late_sweep_begins_with_the_longest_waiting() -> None:
    rules = SHIFT + "sla: [{name: s, when: {priority: low}, targets: {resolution: 10h}}]\n"
    world = World(rules)
    world.create(category="sql", at=EVENING)
    world.create(category="sql", priority="low", at="11h")
    world.sweep("30h")
    assert who(world) == ["ann", None]


def test_a_dry_sweep_says_what_the_sweep_does() -> None:
    world = World(SHIFT)
    for _ in range(3):
        world.create(category="sql", at=EVENING)
    world.go("23h")
    dry, real = world.sweep(dry_run=True), world.sweep()
    assert [action.data for action in dry.actions] == [action.data for action in real.actions]
    assert [action.ticket for action in real.actions] == [1]


def test_who_is_freed_finds_nobody_for_those_who_wait_for_others() -> None:
    world = World(SHIFT)
    world.create(at=EVENING)
    world.create(category="sql")
    world.do("resolve", 1, at="2026-03-03T08:30:00Z")
    assert who(world) == ["bob", None], "ann is on shift by now, and the next sweep gives it to her"
    world.sweep()
    assert who(world) == ["bob", "ann"]


def test_what_a_person_decides_ends_the_search() -> None:
    world = waiting(4)
    world.do("assign", 2, to=None)
    world.do("set", 3, values={"team": "ops"})
    world.do("resolve", 1)
    assert who(world) == ["ann", None, None, "ann"]


def test_a_resolved_ticket_waits_for_nobody_and_a_reopened_one_goes_on() -> None:
    world = waiting()
    world.do("resolve", 2, as_="root")
    world.do("resolve", 1)
    assert who(world) == ["ann", None, "ann"]
    world.do("reopen", 2, as_="root")
    assert world.ticket(2).assignee is None
    world.do("resolve", 3)
    assert world.ticket(2).assignee == "ann"


def test_changed_rules_are_tried_by_the_next_sweep_longest_waiting_first() -> None:
    world = waiting(4)
    world.files["rules/test.yaml"] = FULL.replace("skills: [sql], capacity: 1", "skills: [sql], capacity: 3")
    world.go("1h")
    world.sweep()
    assert who(world) == ["ann", "ann", "ann", None]


def test_a_route_that_was_renamed_still_finds_somebody() -> None:
    world = waiting(2)
    world.files["rules/test.yaml"] = FULL.replace("name: sql,", "name: databases,")
    world.do("resolve", 1, at="1h")
    assert world.ticket(2).assignee == "ann"
    rule = world.last(2, "routed").rule
    assert rule is not None and rule.name == "databases"


def test_it_is_looked_for_by_the_route_that_brought_it_also_when_that_would_lead_elsewhere_now() -> None:
    world = World(FULL.replace("routing:", "routing:\n  - {name: a, when: {category: a}, team: dba}"))
    world.create(category="sql")
    world.create(category="sql")
    world.do("set", 2, values={"category": "other"})
    world.do("resolve", 1, at="1h")
    assert (world.ticket(2).team, world.ticket(2).assignee) == ("dba", "ann")
    rule = world.last(2, "routed").rule
    assert rule is not None and rule.name == "sql"


def test_a_route_that_is_gone_leaves_it_with_the_team() -> None:
    world = waiting(2)
    world.files["rules/test.yaml"] = FULL.replace("category: sql}, team: dba", "category: other}, team: ops")
    world.do("resolve", 1, at="1h")
    world.sweep()
    assert (world.ticket(2).team, world.ticket(2).assignee) == ("dba", None)


def test_another_team_by_escalation_is_waited_for_too() -> None:
    rules = FULL + "escalation: [{name: on, when: {age: {over: 1h}, category: sql}, then: [{team: ops}]}]\n"
    world = World(rules)
    world.create()
    world.create(category="sql", at="30m")
    world.sweep("2h")
    assert (world.ticket(2).team, world.ticket(2).assignee) == ("ops", None)
    world.do("resolve", 1)
    assert world.ticket(2).assignee == "bob"


def test_who_is_found_is_told_if_the_route_tells_the_assignee_and_nobody_else_again() -> None:
    world = World(FULL)
    world.create(requester=LEE)
    world.create(requester=LEE)
    assert world.told(2) == ["bob"], "nobody is assigned, so the team is told"
    world.do("resolve", 1)
    assert world.told(2) == ["bob", "bob"]
    assert world.messages(2)[1].body.startswith("assigned to bob")


def test_who_waits_is_looked_for_without_reading_the_others() -> None:
    world = waiting(60)
    before = world.store.rows_read()
    world.do("comment", 1, text="hm")
    plain = world.store.rows_read() - before
    world.do("resolve", 1)
    assert world.store.rows_read() - before - plain < plain + 20


def test_a_ticket_that_waits_wakes_only_when_a_shift_may_help() -> None:
    world = waiting(2)
    assert world.wake_at(2) is None


def test_the_shift_of_somebody_who_never_fits_is_nothing_to_wake_for() -> None:
    world = World(FULL.replace("[ann]", "[ann, bob]").replace("bob, capacity: 1", "bob, calendar: day"))
    for _ in range(2):
        world.create(category="sql")
    assert (world.ticket(2).assignee, world.wake_at(2)) == (None, None)
