"""Priority rules (design section 6): the first `set` wins, each `raise` applies once, what a person chose binds."""

from __future__ import annotations

from tests.desks import LEE, World

RULES = """
priority:
  - {name: outage, when: {subject: {contains: [outage, 宕机]}}, set: urgent}
  - {name: vip, when: {requester.tier: vip}, set: high}
  - {name: question, when: {category: question}, set: low}
  - {name: old, when: {age: {over: 3d}}, raise: 1}
  - {name: often, when: {occurrences: {gte: 3}}, raise: 2}
"""


def test_normal_unless_a_rule_says_otherwise() -> None:
    world = World(RULES)
    world.create()
    assert (world.ticket().priority, world.kinds()) == ("normal", ["created"])


def test_the_first_set_that_matches_wins() -> None:
    world = World(RULES)
    world.create("OUTAGE of mail", requester={**LEE, "tier": "vip"}, category="question")
    assert world.ticket().priority == "urgent"
    assert world.ticket().episodes.keys() == {"priority/outage"}
    assert world.last().rule is not None and world.last().rule.name == "outage"  # type: ignore[union-attr]


def test_a_rule_that_lapses_makes_way_for_the_next() -> None:
    world = World(RULES)
    world.create("outage", category="question")
    world.do("set", 1, values={"subject": "no outage".replace("outage", "problem")})
    assert world.ticket().priority == "low"
    assert world.ticket().episodes.keys() == {"priority/question"}
    world.do("set", 1, values={"category": ""})
    assert world.kinds()[-1] == "lapsed"
    assert world.ticket().priority == "low", "lapsing changes nothing itself"


def test_a_raise_applies_once_for_as_long_as_it_holds() -> None:
    world = World(RULES)
    world.create()
    world.sweep("73h")
    world.sweep("200h")
    assert world.ticket().priority == "high"
    assert world.kinds().count("prioritised") == 1


def test_two_raises_both_apply_and_stop_at_urgent() -> None:
    world = World(RULES)
    world.create(dedup_key="k")
    for _ in range(2):
        world.open({"subject": "again", "dedup_key": "k"})
    assert world.ticket().priority == "urgent"
    world.sweep("73h")
    assert world.ticket().priority == "urgent"
    assert world.ticket().episodes.keys() == {"priority/often", "priority/old"}


def test_set_and_raise_of_one_pass_both_take_effect() -> None:
    world = World(RULES)
    world.create("x", category="question", at="0s")
    world.sweep("73h")
    assert world.ticket().priority == "normal"


def test_a_rule_that_holds_again_fires_again() -> None:
    rules = "priority: [{name: hot, when: {labels: {has: hot}}, raise: 1}]"
    world = World(rules)
    world.create()
    for _ in range(2):
        world.do("label", 1, add=["hot"])
        world.do("label", 1, remove=["hot"])
    assert world.ticket().priority == "urgent"


def test_what_the_caller_of_create_gave_binds() -> None:
    world = World(RULES)
    world.create("outage", priority="low")
    assert (world.ticket().priority, world.ticket().chosen) == ("low", ("priority",))


def test_what_a_person_chose_binds_until_it_is_given_back() -> None:
    world = World(RULES)
    world.create("outage")
    world.do("set", 1, values={"priority": "low"})
    world.sweep("100h")
    assert world.ticket().priority == "low"
    world.do("route", 1)
    assert world.ticket().priority == "urgent"
    assert world.ticket().chosen == ()
    world.check()


def test_giving_back_a_ticket_whose_priority_nobody_chose_applies_no_raise_twice() -> None:
    world = World(RULES)
    world.create()
    world.do("assign", 1, to="ann")
    world.sweep("73h")
    world.do("route", 1)
    assert world.ticket().priority == "high"


def test_a_renamed_rule_starts_anew_and_an_edited_one_does_not() -> None:
    world = World("priority: [{name: a, when: {category: x}, raise: 1}]")
    world.create(category="x")
    world.files["rules/test.yaml"] = "priority: [{name: a, when: {category: [x, y]}, raise: 1}]"
    world.sweep("1h")
    assert world.ticket().priority == "high"
    world.files["rules/test.yaml"] = "priority: [{name: b, when: {category: [x, y]}, raise: 1}]"
    world.sweep("2h")
    assert world.ticket().priority == "urgent"
    assert world.ticket().episodes.keys() == {"priority/b"}
