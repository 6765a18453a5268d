"""Warnings and breaches: each told once, and what was past already not at all (design section 5, SLA)."""

from __future__ import annotations

import pytest

from tests.desks import DAY, HOUR, MINUTE, START, World, facts_of
from tests.domain.sla_desk import OFFICE, after, opened, policy, sla
from ticketcli.domain.instants import format_instant


def test_each_threshold_warns_once() -> None:
    world = opened(policy("resolution: 8h", ", warn: [50%, 1h], on_warn: [{notify: assignee}]"), assignee="ann")
    world.sweep_every("15m", "7h45m")
    warned = [(event.data["threshold"], format_instant(event.at)) for event in world.events(1, "sla_warned")]
    assert warned == [("50%", after(4 * HOUR)), ("1h", after(7 * HOUR))]
    assert world.told() == ["ann", "ann"]


@pytest.mark.parametrize("budget", ["4h", "1h"], ids=["one passed after the other", "both at the same instant"])
def test_several_thresholds_passed_at_once_send_one_message(budget: str) -> None:
    world = opened(policy(f"resolution: {budget}", ", warn: [75%, 15m], on_warn: [{notify: assignee}]"), assignee="ann")
    world.sweep(START + (4 if budget == "4h" else 1) * HOUR - 10 * MINUTE)
    assert [event.data.get("silent", False) for event in world.events(1, "sla_warned")].count(False) == 1
    assert world.kinds().count("sla_warned") == 2
    assert world.told() == ["ann"]


def test_a_share_is_used_up_at_its_very_second() -> None:
    world = opened(policy("resolution: 4h", ", warn: [7%, 55%]"))
    world.sweep_on_time("4h")
    assert [event.at - START for event in world.events(1, "sla_warned")] == [1008, 7920]


def test_a_late_sweep_tells_of_the_breach_and_no_longer_warns() -> None:
    world = opened(policy("resolution: 8h", ", warn: [50%], on_warn: [{label: soon}], on_breach: [{label: late}]"))
    world.sweep("9h")
    world.sweep("10h")
    assert world.kinds(class_="rule") == ["sla_breached", "labelled"]
    assert world.last(1, "sla_breached").data["due_at"] == after(8 * HOUR)


def test_a_paused_clock_warns_of_nothing() -> None:
    world = opened(policy("resolution: 8h", ", pause: [pending], warn: [50%]"))
    world.do("wait", 1, at="3h")
    assert world.wake_at() is None
    world.sweep("20h")
    assert "sla_warned" not in world.kinds()


def test_a_breach_that_was_told_is_told_again_when_the_due_time_moved_ahead_and_passed() -> None:
    world = opened(policy("resolution: 8h", ", pause: [pending], on_breach: [{notify: carol}]"))
    world.sweep("9h")
    world.files["rules/test.yaml"] = policy("resolution: 20h", ", pause: [pending], on_breach: [{notify: carol}]")
    world.sweep("10h")
    assert sla(world).state == "running"
    world.sweep("19h59m")
    world.sweep("20h")
    world.sweep("21h")
    assert world.times(1, "sla_breached") == [after(9 * HOUR), after(20 * HOUR)]
    assert len({message.key for message in world.messages()}) == 2


def test_a_due_time_that_moves_from_past_to_past_is_not_told_again() -> None:
    world = opened(policy("resolution: 8h", ", on_breach: [{notify: carol}]"))
    world.sweep("9h")
    world.files["rules/test.yaml"] = policy("resolution: 20h", ", on_breach: [{notify: carol}]")
    world.sweep("30h")
    world.do("label", 1, at="31h", add=["x"])
    assert world.told() == ["carol"]
    assert [event.data.get("silent") for event in world.events(1, "sla_breached")] == [None, True]


def test_what_was_past_when_the_ticket_came_under_the_policy_is_recorded_without_a_message() -> None:
    more = ", warn: [50%], on_warn: [{notify: carol}], on_breach: [{notify: carol}]"
    world = opened(policy("resolution: 8h", more, when="priority: high"))
    world.do("set", 1, at="5h", values={"priority": "high"})
    assert (world.last().kind, world.last().data.get("silent")) == ("sla_warned", True)
    world.sweep("8h")
    assert world.told() == ["carol"], "what comes afterwards is told"


def test_what_was_past_when_time_brought_the_policy_is_silent_and_what_came_later_is_told_by_a_late_sweep() -> None:
    more = ", on_breach: [{notify: carol}]"
    world = opened(policy("assignment: 1h, resolution: 3h", more, when="age: {over: 2h}"))
    world.sweep("4h")
    assert [(e.data["target"], e.data.get("silent")) for e in world.events(1, "sla_breached")] == [
        ("assignment", True),
        ("resolution", None),
    ]
    assert world.told() == ["carol"]


def test_an_edit_that_puts_thresholds_into_the_past_is_silent() -> None:
    world = opened(policy("resolution: 20h", ", on_breach: [{notify: carol}]"))
    world.files["rules/test.yaml"] = policy(
        "resolution: 8h, assignment: 1h", ", warn: [50%], on_warn: [{notify: carol}], on_breach: [{notify: carol}]"
    )
    world.sweep("5h")
    assert {event.data.get("silent") for event in world.events(1) if event.kind.startswith("sla_")} == {True}
    world.sweep("8h")
    assert world.told() == ["carol"]


def test_a_target_that_was_warned_of_and_missed_is_recorded_when_it_is_met_at_last() -> None:
    world = opened(policy("first_response: 2h", ", warn: [50%]"))
    world.sweep_on_time("3h")
    world.answer(1, at="4h")
    assert [event.kind for event in world.events(1) if event.rule] == ["sla_warned", "sla_breached", "sla_met"]
    met = world.last(1, "sla_met").data
    assert (met["met_at"], met["breached_at"], met["remaining"]) == (after(4 * HOUR), after(2 * HOUR), -2 * HOUR)


def test_a_due_time_that_moves_before_a_warning_that_was_told_is_recorded_as_missed() -> None:
    world = opened(policy("resolution: 20h", ", warn: [50%]"))
    world.sweep("10h")
    world.files["rules/test.yaml"] = policy("resolution: 8h")
    world.sweep("11h")
    assert [(event.kind, event.data.get("silent")) for event in world.events(1)[1:]] == [
        ("sla_warned", None),
        ("sla_breached", True),
    ]


def test_what_was_past_when_a_paused_ticket_came_under_the_policy_is_silent_when_it_resumes_too() -> None:
    more = ", pause: [pending], warn: [50%], on_warn: [{notify: carol}], on_breach: [{notify: carol}]"
    world = opened(policy("resolution: 8h", more, when="priority: high"))
    world.do("wait", 1, at="5h")
    world.do("set", 1, at="6h", values={"priority": "high"})
    world.do("start", 1, at="7h")
    assert [event.data.get("silent") for event in world.events(1, "sla_warned")] == [True]
    world.sweep("10h")
    assert world.told() == ["carol"], "what comes afterwards is told"


def test_what_was_past_when_a_resolved_ticket_came_under_the_policy_is_silent_when_it_is_reopened_too() -> None:
    world = opened(policy("resolution: 20h", ", warn: [25%, 8h], on_warn: [{notify: carol}]", when="priority: high"))
    world.do("resolve", 1, at="11h")
    world.do("set", 1, at="12h", values={"priority": "high"})
    assert [(e.data["threshold"], e.data.get("silent")) for e in world.events(1, "sla_warned")] == [("25%", True)]
    world.do("reopen", 1, at="14h")
    assert not world.told()
    world.sweep_on_time("24h")
    assert (world.times(1, "sla_warned")[1:], world.told()) == ([after(15 * HOUR)], ["carol"])


@pytest.mark.parametrize("verb", ["resolve", "close"])
@pytest.mark.parametrize("target", ["resolution", "assignment"])
def test_a_ticket_that_has_ended_comes_under_another_policy_when_it_is_reopened(verb: str, target: str) -> None:
    high = "  - {name: high, when: {priority: high}, targets: {resolution: 2h}, on_breach: [{notify: carol}]}\n"
    world = opened(policy(f"{target}: 20h").replace("sla:\n", "sla:\n" + high))
    world.do(verb, 1, at="5h")
    world.do("set", 1, at="6h", values={"priority": "high"})
    world.do("reopen", 1, at="7h")
    assert sla(world).state == "breached"
    assert not world.told()


def test_a_breach_that_nobody_saw_before_it_was_resolved_is_told_when_it_is_reopened() -> None:
    world = opened(policy("resolution: 2h", ", on_breach: [{notify: carol}]"))
    world.do("resolve", 1, at="5h")
    world.do("reopen", 1, at="7h")
    assert world.told() == ["carol"]


def test_a_clock_whose_calendar_ends_before_it_is_due_warns_without_a_due_time() -> None:
    calendar = 'calendars: {once: {timezone: UTC, dates: {2026-03-02: ["10:00-11:00"]}}}\n'
    targets = "first_response: 1d, resolution: 2h"
    world = opened(
        calendar + policy(targets, ", calendar: once, warn: [25%], on_warn: [{notify: carol}]"), assignee="ann"
    )
    world.sweep("1h30m")
    assert [(e.data["target"], e.data.get("due_at")) for e in world.events(1, "sla_warned")] == [("resolution", None)]
    assert "resolution of policy p is never due, its calendar ends before (25%)" in world.messages()[0].body
    assert world.view().sla["resolution"].remaining == 90 * 60
    assert world.view().sla["first_response"].remaining is None, "nobody can say how long never is"


def test_a_condition_may_ask_how_a_target_stands() -> None:
    rules = policy("resolution: 8h", ", pause: [pending]") + (
        "escalation:\n"
        "  - {name: near, when: {sla.resolution: {left_under: 2h}}, then: [{label: near}]}\n"
        "  - {name: late, when: {sla.resolution: breached}, then: [{label: late}]}\n"
    )
    world = opened(rules)
    world.sweep_on_time("1h")
    assert world.wake_at() == START + 6 * HOUR
    world.sweep_on_time("20h")
    assert [event.at - START for event in world.events(1, "escalated")] == [6 * HOUR, 8 * HOUR]


def test_time_left_is_asked_in_the_time_of_the_policy() -> None:
    rules = OFFICE + policy("resolution: 8h", ", calendar: office") + (
        "escalation:\n  - {name: near, when: {sla.resolution: {left_under: 2h}}, then: [{label: near}]}\n"
    )
    world = World(rules)
    world.create(at="2026-03-02T17:00:00Z")
    assert world.wake_at() == START + DAY + 6 * HOUR, "asked once, at the instant itself"
    world.sweep_on_time("60h")
    assert world.times(1, "escalated") == ["2026-03-03T15:00:00Z"]


def test_sweeping_again_repeats_nothing() -> None:
    world = opened(policy("assignment: 1h, resolution: 2h", ", warn: [50%], on_breach: [{label: late}]"))
    world.sweep("3h")
    before = facts_of(world.events())
    world.sweep("4h")
    assert facts_of(world.events()) == before
    world.check()
