"""Tickets that come in together are spread over a team as if they had come one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.desks import DAY, START, World
from ticketcli.domain.rows import Row, Spot
from ticketcli.services.importing import Wanted, bring_in, check

RULES = """
people: [{name: ann}, {name: bob}, {name: cai, capacity: 3}]
teams: {dba: {members: [ann, bob, cai]}}
routing: [{name: all, team: dba, assign: {strategy: %s}}]
"""
KINDS = ("new", "open", "resolved", "closed", "pending")


class Rows:
    def rows(self) -> Iterator[Row]:
        for line in range(1, 41):
            facts = {"subject": f"old {line}", "status": KINDS[line % 5]} | ({} if line % 7 else {"assignee": "bob"})
            yield Row(line, str(line), facts, lambda key: Spot(0, key, ""), (), json.dumps(facts))


class OldRow:
    def rows(self) -> Iterator[Row]:
        facts = {"subject": "x", "created_at": START - 30 * DAY, "assignee": "ann"}
        yield Row(1, "1", facts, lambda key: Spot(0, key, ""), (), "1")


class Team:
    def rows(self) -> Iterator[Row]:
        yield Row(1, "1", {"subject": "x", "team": "dba"}, lambda key: Spot(0, key, ""), (), "1")


class TwoRows:
    def rows(self) -> Iterator[Row]:
        for line, priority in ((1, "high"), (2, "highest")):
            yield Row(line, str(line), {"subject": "x", "priority": priority}, lambda key: Spot(0, key, ""), (), "1")


@pytest.mark.parametrize("strategy", ["least_loaded", "round_robin"])
def test_tickets_of_one_commit_are_spread_like_tickets_of_many(strategy: str) -> None:
    at_once, one_by_one = World(RULES % strategy), World(RULES % strategy)
    bring_in(at_once.session(), Rows(), Wanted("old"))
    bring_in(one_by_one.session(), Rows(), Wanted("old", batch=1))

    assert [at_once.ticket(id) for id in at_once.ids()] == [one_by_one.ticket(id) for id in one_by_one.ids()]
    assert len({at_once.ticket(id).assignee for id in at_once.ids()}) == 4, "three people, and nobody of what is closed"
    at_once.check()


def test_what_holds_already_when_a_ticket_comes_in_is_told_to_nobody_before_it_is_due_again() -> None:
    then = "then: [{assign: carol}, {notify: carol}], repeat: 1d"
    world = World(f"escalation: [{{name: old, when: {{age: {{over: 1d}}}}, {then}}}]")
    bring_in(world.session(), OldRow(), Wanted("old"))
    fired = [(event.data["number"], event.data.get("silent")) for event in world.events(1, "escalated")]
    assert (fired, world.ticket().assignee, world.told()) == ([(1, True)], "ann", [])
    world.sweep_on_time("25h")
    assert (len(world.events(1, "escalated")), world.ticket().assignee, world.told()) == (2, "carol", ["carol"])


def test_a_row_with_a_team_of_its_own_is_routed_like_any_new_ticket() -> None:
    world = World((RULES % "none").replace("assign:", "watch: [cai], assign:"))
    bring_in(world.session(), Team(), Wanted("old"))
    assert (world.ticket().team, world.ticket().routed_by, world.ticket().watchers) == ("dba", ("all",), ("cai",))


def test_a_bad_row_is_not_counted_among_the_new_ones() -> None:
    found = check(World().session(), TwoRows(), "old")
    assert (found.rows, found.new, found.bad) == (2, 1, 1)
