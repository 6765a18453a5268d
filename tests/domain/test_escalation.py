"""Escalation (design section 6): episodes, repeat and max, late sweeps, holds, and what a person chose."""

from __future__ import annotations

from tests.desks import HOUR, LEE, START, World

RULES = """
escalation:
  - {name: old, when: {age: {over: 2h}}, then: [{notify: [carol]}], repeat: 4h, max: 3}
"""
HOT = "escalation: [{name: hot, when: {labels: {has: hot}}, then: [{label: seen}, {notify: carol}]}]"


def fired(world: World) -> list[float]:
    """Hours after START at which rules fired."""
    return [(event.at - START) / HOUR for event in world.events(1, "escalated")]


def opened(rules: str, **facts: object) -> World:
    world = World(rules)
    world.create("Printer on fire", requester=LEE, team="dba", **facts)  # type: ignore[arg-type]
    return world


def test_a_rule_fires_when_it_comes_to_hold_and_again_by_repeat_up_to_max() -> None:
    world = opened(RULES)
    world.sweep_on_time("60h")
    assert fired(world) == [2, 6, 10]
    assert [event.data["number"] for event in world.events(1, "escalated")] == [1, 2, 3]
    assert world.wake_at() is None
    assert len({message.key for message in world.messages()}) == 3
    said = [", 3 times since 2026-03-02T11:00:00Z" in message.subject + message.body for message in world.messages()]
    assert said == [False, False, True]
    episode = world.ticket().episodes["escalation/old"]
    assert (episode.since, episode.fired, episode.last_at) == (START + 2 * HOUR, 3, START + 10 * HOUR)


def test_a_late_sweep_fires_once_and_the_next_is_due_after_that() -> None:
    world = opened(RULES)
    world.sweep("19h")
    world.sweep("20h")
    assert fired(world) == [19]
    world.sweep_on_time("60h")
    assert fired(world) == [19, 23, 27]


def test_without_repeat_it_fires_once() -> None:
    world = opened(HOT, labels=["hot"])
    world.sweep_every("1h", "9h")
    assert fired(world) == [0]


def test_it_lapses_without_a_message_and_fires_anew() -> None:
    world = opened(HOT, labels=["hot"])
    world.do("label", 1, at="1h", remove=["hot"])
    assert world.kinds()[-1] == "lapsed"
    assert world.ticket().episodes == {}
    world.do("label", 1, at="2h", add=["hot"])
    assert fired(world) == [0, 2]
    assert [event.data["number"] for event in world.events(1, "escalated")] == [1, 1]
    assert len({message.key for message in world.messages()}) == 2


def test_what_began_and_ended_unseen_is_not_fired() -> None:
    rules = "escalation: [{name: a, when: {unanswered: {over: 1h}}, then: [{label: late}]}]"
    world = opened(rules)
    world.answer(1, at="3h")
    world.sweep("4h")
    assert fired(world) == []


def test_repeat_counts_in_the_calendar_of_the_rule() -> None:
    rules = """
    calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
    escalation: [{name: a, when: {age: {over: 7h}}, calendar: office, then: [{label: x}], repeat: 2h, max: 2}]
    """
    world = opened(rules)
    world.sweep_on_time("60h")
    assert world.times(1, "escalated") == ["2026-03-02T16:00:00Z", "2026-03-03T10:00:00Z"]


def test_a_hold_stops_it_and_after_its_end_it_fires_if_it_still_holds() -> None:
    world = opened(RULES)
    world.do("hold", 1, at="1h", until=START + 5 * HOUR)
    world.sweep_on_time("60h")
    assert fired(world) == [5, 9, 13]


def test_every_rule_that_matches_fires() -> None:
    world = opened(HOT.replace("]}]", "]}, {name: b, when: {priority: normal}, then: [{label: y}]}]"), labels=["hot"])
    assert world.ticket().labels == ("hot", "seen", "y")


def test_it_overrides_what_a_person_chose_and_keeps_the_former() -> None:
    world = opened("escalation: [{name: a, when: {age: {over: 1h}}, then: [{assign: manager}, {priority: urgent}]}]")
    world.do("assign", 1, to="bob")
    world.do("set", 1, values={"priority": "low"})
    world.sweep("1h")
    assert (world.ticket().assignee, world.ticket().priority) == ("carol", "urgent")
    assert world.last(1, "escalated").data["was"] == {"assignee": "bob", "priority": "low"}
    assert world.last(1, "assigned").data["was"] == "bob"


def test_override_false_leaves_what_a_person_chose_and_says_so() -> None:
    rules = """
    escalation:
      - name: a
        when: {age: {over: 1h}}
        override: false
        then: [{assign: manager}, {raise: 1}, {label: x}]
    """
    world = opened(rules)
    world.do("assign", 1, to="bob")
    world.sweep("1h")
    assert (world.ticket().assignee, world.ticket().priority, world.ticket().labels) == ("bob", "high", ("x",))
    assert world.last(1, "escalated").data["skipped"] == ["assignee: chosen by a person"]


def test_no_rule_sees_a_final_ticket() -> None:
    world = opened(RULES)
    world.do("close", 1)
    assert world.wake_at() is None
    world.sweep("9h")
    assert fired(world) == []


def test_a_rule_that_is_gone_lapses() -> None:
    world = opened(HOT, labels=["hot"])
    world.files["rules/test.yaml"] = "escalation: [{name: other, when: {labels: {has: cold}}, then: [{label: x}]}]"
    world.sweep("1h")
    assert (world.kinds()[-1], world.ticket().episodes) == ("lapsed", {})
