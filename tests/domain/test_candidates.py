"""Who can take a ticket: skills, level, shift, stand-ins, capacity; and how each choice explains itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import World

CALENDARS = """
calendars:
  day: {timezone: UTC, hours: {mon-fri: ["08:00-18:00"]}}
  night: {timezone: UTC, hours: {daily: ["20:00-06:00"]}}
  never: {timezone: UTC, hours: {daily: ["00:00-00:01"]}, breaks: {2026-03-02: ["00:00-00:01"]}}
"""
SKILLED = "ann, skills: [x], calendar: night"
TONIGHT = "2026-03-02T20:00:00Z"


def desk(people: str, assign: str = "strategy: least_loaded", members: str = "ann, bob, cai") -> World:
    """A desk of three people, changed by `people`, whose one route assigns so; it is Monday, nine o'clock."""
    known = {name: f"{{name: {name}}}" for name in ("ann", "bob", "cai", "dan")}
    for line in filter(None, map(str.strip, people.splitlines())):
        known[line.partition(",")[0]] = f"{{name: {line}}}"
    listed = "\n".join(f"  - {person}" for person in known.values())
    teams = f"teams: {{dba: {{members: [{members}]}}}}"
    routing = f"routing: [{{name: all, team: dba, assign: {{{assign}}}}}]"
    return World(f"{CALENDARS}\npeople:\n{listed}\n{teams}\n{routing}\n")


def data(world: World, **facts: Any) -> dict[str, Any]:
    """What the routing of a new ticket says."""
    return dict(world.last(world.create(**facts), "routed").data)


def given(world: World, count: int) -> list[str | None]:
    return [world.ticket(world.create()).assignee for _ in range(count)]


@pytest.mark.parametrize(
    ("people", "assign", "expected"),
    [
        ("ann, calendar: night", "strategy: least_loaded", "bob"),
        ("ann, calendar: day", "strategy: least_loaded", "ann"),
        ("ann, calendar: night", "strategy: round_robin", "bob"),
        ("ann, calendar: night", "person: ann", None),
        ("ann, calendar: night, delegate: dan", "person: ann", "dan"),
        ("ann, calendar: day, delegate: dan", "person: ann", "ann"),
        ("ann, capacity: 0", "strategy: least_loaded", "bob"),
        ("ann, capacity: 0", "strategy: round_robin", "bob"),
        ("ann, capacity: 0", "person: ann", None),
        ("ann, capacity: 0, delegate: dan", "person: ann", None),
        ("bob, level: senior\nann, level: junior", "strategy: least_loaded, level: senior", "bob"),
        ("bob, skills: [x, y]\nann, skills: [x]", "strategy: least_loaded, skills: [x, y]", "bob"),
        ("ann, calendar: night, delegate: bob\nbob, calendar: night, delegate: dan", "person: ann", "dan"),
        ("ann, calendar: night, delegate: bob\nbob, calendar: night, delegate: ann", "person: ann", None),
        ("ann, calendar: night, delegate: dan\ndan, capacity: 0, delegate: cai", "person: ann", None),
        (f"{SKILLED}, delegate: dan\ndan, skills: [x]", "strategy: round_robin, skills: [x]", "dan"),
        (f"{SKILLED}, delegate: dan", "strategy: round_robin, skills: [x]", None),
        (f"{SKILLED}, delegate: bob\nbob, delegate: dan\ndan, skills: [x]", "strategy: round_robin, skills: [x]", None),
        ("ann, calendar: never", "person: ann", None),
    ],
    ids=[
        *("off shift", "on shift", "off shift, in turn", "named and off shift", "named, stood in for", "named, there"),
        *("no room", "no room, in turn", "named, no room", "nobody stands in for who is full", "level", "all skills"),
        *("chain", "loop", "a full stand-in ends the chain", "a stand-in who fits", "one who does not"),
        *("one who does not fit ends the chain", "a calendar that never opens"),
    ],
)  # fmt: skip
def test_who_is_chosen(people: str, assign: str, expected: str | None) -> None:
    assert data(desk(people, assign))["assignee"] == expected


@pytest.mark.parametrize(
    ("people", "assign", "why", "evidence"),
    [
        ("", "strategy: least_loaded", "least loaded, with 0 tickets", {"load": {"ann": 0, "bob": 0, "cai": 0}}),
        ("", "strategy: round_robin", "first in turn", {"cursor": None}),
        ("", "person: bob", "named by the rule", None),
        ("", "strategy: none", "the rule assigns nobody", None),
        (
            "ann, calendar: night\nbob, capacity: 0\ncai, level: junior",
            "strategy: least_loaded, level: senior",
            "nobody in the team fits",
            {"passed_over": [{"people": ["ann", "bob"], "level": None}, {"people": ["cai"], "level": "junior"}]},
        ),
        (
            "ann, calendar: night\nbob, capacity: 0",
            "strategy: least_loaded",
            "least loaded, with 0 tickets",
            {
                "load": {"bob": 0, "cai": 0},
                "passed_over": [
                    {"people": ["ann"], "off_shift_until": TONIGHT},
                    {"people": ["bob"], "capacity": 0},
                ],
            },
        ),
        (
            "ann, calendar: night, delegate: dan\nbob, calendar: night\ncai, capacity: 0",
            "strategy: round_robin",
            "first in turn, standing in for ann",
            {
                "load": {"dan": 0, "cai": 0},
                "passed_over": [
                    {"people": ["ann", "bob"], "off_shift_until": TONIGHT},
                    {"people": ["cai"], "capacity": 0},
                ],
                "cursor": None,
                "instead_of": "ann",
            },
        ),
        (
            "ann, calendar: never",
            "person: ann",
            "nobody who fits is free",
            {"passed_over": [{"people": ["ann"], "off_shift_until": "2026-03-03T00:00:00Z"}]},
        ),
    ],
    ids=["loads", "turn", "named", "none", "nobody fits", "passed over", "stood in for", "nobody free"],
)
def test_a_choice_explains_itself(people: str, assign: str, why: str, evidence: dict[str, Any] | None) -> None:
    said = data(desk(people, assign))
    assert (said["why"], said.get("evidence")) == (why, evidence)


def test_what_a_person_has_already_of_any_team_counts_until_it_is_resolved() -> None:
    world = desk("ann, capacity: 2")
    assert given(world, 6) == ["ann", "bob", "cai", "ann", "bob", "cai"]
    assert [world.ticket(world.create(assignee="ann", team="dba")).assignee for _ in range(2)] == ["ann", "ann"]
    assert given(world, 3) == ["bob", "cai", "bob"]
    world.do("resolve", 1, 4, 7)
    assert given(world, 2) == ["ann", "cai"]


def test_a_ticket_given_back_does_not_count_against_whom_it_is_taken_from() -> None:
    world = desk("ann, capacity: 1", "person: ann")
    world.create()
    world.do("route", 1)
    assert world.ticket().assignee == "ann"


def test_in_turn_who_is_away_keeps_the_place_and_who_stands_in_takes_one_turn() -> None:
    world = desk("bob, calendar: night, delegate: dan", "strategy: round_robin")
    assert given(world, 7) == ["ann", "dan", "cai", "ann", "dan", "cai", "ann"]
    world.go("2026-03-02T21:00:00Z")
    assert given(world, 3) == ["bob", "cai", "ann"]


def test_who_stands_in_and_is_of_the_team_has_one_turn_a_round() -> None:
    world = desk("ann, calendar: night, delegate: bob\ncai, calendar: night, delegate: bob", "strategy: round_robin")
    assert given(world, 3) == ["bob", "bob", "bob"]
    world.go("2026-03-02T21:00:00Z")
    assert given(world, 3) == ["cai", "ann", "bob"]


def test_the_turn_goes_on_behind_one_who_has_no_room_any_more() -> None:
    world = desk("bob, capacity: 1", "strategy: round_robin")
    assert given(world, 6) == ["ann", "bob", "cai", "ann", "cai", "ann"]


def test_a_child_asks_for_more_than_its_parent_and_for_another_level() -> None:
    world = World(f"""{CALENDARS}
people:
  - {{name: ann, skills: [x], level: senior}}
  - {{name: bob, skills: [x], level: junior}}
teams: {{dba: {{members: [ann, bob]}}}}
routing:
  - name: all
    team: dba
    assign: {{strategy: least_loaded, skills: [x], level: senior}}
    routes: [{{name: easy, when: {{category: easy}}, assign: {{level: junior}}}}]
""")
    assert [data(world)["assignee"], data(world, category="easy")["assignee"]] == ["ann", "bob"]
