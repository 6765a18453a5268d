"""SLA clocks: four targets, calendars, pauses, reopening, and what is met (design section 5, SLA)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, LEE, MINUTE, START, World
from tests.domain.sla_desk import OFFICE, after, opened, policy, sla
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import TargetView


def test_a_target_without_limit_or_policy_is_absent() -> None:
    world = opened(policy("resolution: 8h", when="priority: high"))
    assert world.view().sla == {}
    world.do("set", 1, values={"priority": "high"})
    assert list(world.view().sla) == ["resolution"]


def test_a_running_target_counts_to_the_second() -> None:
    world = opened(policy("resolution: 8h"))
    assert sla(world, at="2h") == TargetView("p", "running", START + 8 * HOUR, None, None, 2 * HOUR, 6 * HOUR)
    assert sla(world, at="8h") == TargetView("p", "breached", START + 8 * HOUR, None, START + 8 * HOUR, 8 * HOUR, 0)


@pytest.mark.parametrize(
    ("how", "met"),
    [
        pytest.param({"verb": "comment", "class_": "agent", "text": "hi"}, True, id="public agent comment"),
        pytest.param({"verb": "comment", "class_": "agent", "text": "hi", "internal": True}, False, id="internal"),
        pytest.param({"verb": "comment", "class_": "bot", "text": "hi"}, False, id="bot"),
        pytest.param({"verb": "comment", "class_": "requester", "text": "hi"}, False, id="requester"),
        pytest.param({"verb": "resolve"}, True, id="resolve"),
        pytest.param({"verb": "close"}, True, id="close"),
        pytest.param({"verb": "start"}, False, id="start"),
    ],
)
def test_what_meets_first_and_next_response(how: dict[str, Any], met: bool) -> None:
    world = opened(policy("first_response: 1h, next_response: 2h"))
    args = dict(how)
    world.do(args.pop("verb"), 1, at="30m", **args)
    for target in ("first_response", "next_response"):
        assert sla(world, target).state == ("met" if met else "running")
    assert world.kinds().count("sla_met") == (2 if met else 0)


def test_a_ticket_without_requester_asks_nothing_but_wants_a_first_response() -> None:
    world = World(policy("first_response: 1h, next_response: 2h"))
    world.create(as_="ci", class_="bot")
    assert list(world.view().sla) == ["first_response"]


def test_answered_at_once_meets_the_first_response() -> None:
    world = opened(policy("first_response: 1h, next_response: 2h"), answered=True)
    assert (sla(world, "first_response").met_at, sla(world, "first_response").elapsed) == (START, 0)
    assert "next_response" not in world.view().sla


def test_next_response_runs_from_the_oldest_open_question_and_shows_the_latest_round() -> None:
    world = opened(policy("next_response: 2h"))
    world.reply(1, at="1h")
    assert sla(world, "next_response").due_at == START + 2 * HOUR
    world.answer(1, at="90m")
    assert sla(world, "next_response").met_at == START + 90 * MINUTE
    world.reply(1, at="3h")
    world.reply(1, at="4h")
    assert sla(world, "next_response").due_at == START + 5 * HOUR
    world.sweep("5h")
    world.do("label", 1, at="330m", add=["x"])
    assert world.times(1, "sla_breached") == [after(5 * HOUR)]
    world.answer(1, at="6h")
    view = sla(world, "next_response")
    assert (view.state, view.met_at, view.breached_at) == ("met", START + 6 * HOUR, START + 5 * HOUR)


def test_every_round_of_next_response_is_recorded_when_it_is_met() -> None:
    world = opened(policy("next_response: 2h"))
    for at in ("1h", "3h"):
        world.answer(1, at=at)
        world.reply(1, at=at)
    assert [event.data["since"] for event in world.events(1, "sla_met")] == [after(0), after(HOUR)]


def test_a_question_in_the_second_in_which_the_former_was_answered_is_open() -> None:
    world = opened(policy("next_response: 4h"))
    world.answer(1)
    world.reply(1)
    assert sla(world, "next_response").state == "running"
    world.answer(1, at="1h")
    assert sla(world, "next_response").met_at == START + HOUR
    world.check()


@pytest.mark.parametrize("ways", [("answer", "resolve"), ("resolve", "reopen", "answer")], ids=["answer", "resolve"])
def test_a_policy_that_comes_later_counts_to_where_its_targets_ended(ways: tuple[str, ...]) -> None:
    world = opened("")
    for hour, verb in enumerate(ways, 1):
        world.answer(1, at=f"{hour}h") if verb == "answer" else world.do(verb, 1, at=f"{hour}h")
    world.files["rules/test.yaml"] = policy("first_response: 4h")
    world.sweep("9h")
    view = sla(world, "first_response")
    assert (view.state, view.met_at, view.elapsed) == ("met", START + HOUR, HOUR)


def test_assignment_ends_at_the_first_assignee() -> None:
    world = opened(policy("assignment: 1h"))
    world.do("assign", 1, at="20m", to="ann")
    world.do("assign", 1, at="30m", to=None)
    assert sla(world, "assignment", "9h").met_at == START + 20 * MINUTE


def test_resolution_resumes_where_it_stood() -> None:
    world = opened(policy("resolution: 8h"))
    world.do("resolve", 1, at="3h")
    assert sla(world).met_at == START + 3 * HOUR
    assert world.last(1, "sla_met").data["elapsed"] == 3 * HOUR
    world.do("reopen", 1, at="30h")
    assert sla(world) == TargetView("p", "running", START + 35 * HOUR, None, None, 3 * HOUR, 5 * HOUR)
    world.do("close", 1, at="32h")
    assert (sla(world).met_at, sla(world).elapsed) == (START + 32 * HOUR, 5 * HOUR)


def test_reopening_keeps_what_is_known_of_the_other_targets() -> None:
    world = opened(policy("first_response: 1h, resolution: 8h"))
    world.do("resolve", 1, at="3h")
    world.do("sla reason", 1, code="vendor", text="it came late")
    world.do("reopen", 1, at="4h")
    marks = world.ticket().trail.targets
    assert (marks["first_response"].reason, marks["first_response"].met_at) == ("vendor", START + 3 * HOUR)
    assert marks["resolution"].met_at is None


def test_every_hold_counts() -> None:
    world = opened(policy("resolution: 8h", ", pause: [hold]"))
    for hour in (1, 3, 5):
        world.do("hold", 1, at=f"{hour}h")
        world.do("unhold", 1, at=f"{hour + 1}h")
    assert sla(world).due_at == START + 11 * HOUR


def test_reopening_asks_neither_first_response_nor_assignment_again_whatever_the_rules_were_then() -> None:
    world = World("")
    world.create(requester=LEE)
    world.do("resolve", 1, at="1h")
    world.do("reopen", 1, at="2h")
    world.files["rules/test.yaml"] = policy("assignment: 10m, first_response: 90m, resolution: 8h")
    world.sweep("3h")
    assert {target: view.state for target, view in world.view().sla.items()} == {
        "assignment": "met",
        "first_response": "met",
        "resolution": "running",
    }
    assert sla(world, "assignment").breached_at == START + 10 * MINUTE


@pytest.mark.parametrize(
    ("pause", "verb", "paused"),
    [("[pending]", "wait", True), ("[pending]", "hold", False), ("[hold]", "hold", True), ("[]", "wait", False)],
)
def test_time_in_pause_does_not_count(pause: str, verb: str, paused: bool) -> None:
    world = opened(policy("resolution: 8h", f", pause: {pause}"))
    world.do(verb, 1, at="2h")
    view = sla(world, at="5h")
    assert (view.state, view.due_at is None, view.remaining) == (
        ("paused", True, 6 * HOUR) if paused else ("running", False, 3 * HOUR)
    )
    world.do("start" if verb == "wait" else "unhold", 1, at="5h")
    assert sla(world).due_at == START + (11 if paused else 8) * HOUR


def test_a_hold_that_will_end_resumes_the_clock_by_itself() -> None:
    world = opened(policy("resolution: 8h", ", pause: [hold], on_breach: [{label: late}]"))
    world.do("hold", 1, at="2h", until=START + 5 * HOUR)
    assert sla(world, at="4h").state == "paused"
    assert sla(world, at="5h").due_at == START + 11 * HOUR
    world.sweep("12h")
    assert world.times(1, "unheld") == [after(5 * HOUR)]
    assert world.ticket().labels == ("late",)


def test_a_clock_counts_in_the_calendar_of_its_policy() -> None:
    world = World(OFFICE + policy("first_response: 4h, resolution: 3d", ", calendar: office, pause: [pending]"))
    world.create(at="2026-03-02T11:00:00Z")
    assert format_instant(sla(world, "first_response").due_at or 0) == "2026-03-02T16:00:00Z"
    assert format_instant(sla(world).due_at or 0) == "2026-03-05T11:00:00Z"
    assert sla(world).remaining == 24 * HOUR
    world.do("wait", 1, at="2026-03-02T14:00:00Z")
    world.do("start", 1, at="2026-03-03T09:00:00Z")
    assert format_instant(sla(world).due_at or 0) == "2026-03-05T16:00:00Z"


def test_a_new_policy_recomputes_with_every_pause_kept() -> None:
    world = opened(policy("resolution: 8h", ", pause: [pending]"))
    world.do("wait", 1, at="1h")
    world.do("start", 1, at="4h")
    world.files["rules/test.yaml"] = policy("resolution: 10h", ", pause: [pending]")
    assert sla(world).due_at == START + 13 * HOUR


def test_a_priority_change_counts_as_if_it_had_always_been_so() -> None:
    world = opened(policy("resolution: 4h", when="priority: urgent") + "  - {name: n, targets: {resolution: 2d}}\n")
    world.do("set", 1, at="1h", values={"priority": "urgent"})
    assert (sla(world).policy, sla(world).due_at) == ("p", START + 4 * HOUR)


def test_what_was_met_keeps_what_its_event_recorded() -> None:
    world = opened(policy("first_response: 1h, resolution: 8h"))
    world.answer(1, at="30m")
    world.do("close", 1, at="2h")
    world.files["rules/test.yaml"] = policy("first_response: 10m, resolution: 1h").replace("name: p", "name: q")
    world.sweep("3h")
    met = world.view().sla
    assert [(view.policy, view.elapsed, view.breached_at) for view in met.values()] == [
        ("p", 30 * MINUTE, None),
        ("p", 2 * HOUR, None),
    ]


def test_closing_records_what_it_met_and_wakes_no_more() -> None:
    world = opened(policy("assignment: 1h, first_response: 1h, next_response: 1h, resolution: 8h"))
    world.do("close", 1, at="2h")
    met = {event.data["target"]: event.data.get("breached_at") for event in world.events(1, "sla_met")}
    late = after(HOUR)
    assert met == {"assignment": late, "first_response": late, "next_response": late, "resolution": None}
    assert world.wake_at() is None
    assert {view.state for view in world.view(1, "900h").sla.values()} == {"met"}


def test_due_exactly_when_it_is_met_is_in_time() -> None:
    world = opened(policy("first_response: 1h"))
    world.answer(1, at="1h")
    assert sla(world, "first_response").breached_at is None


def test_a_pause_of_no_time_moves_nothing() -> None:
    world = opened(OFFICE + policy("resolution: 3h", ", calendar: office, pause: [pending]"))
    world.do("wait", 1, at="3h")
    world.do("start", 1)
    assert sla(world).breached_at == START + 3 * HOUR, "closing time, not the next opening"


def test_a_budget_used_up_at_the_very_second_of_a_pause_is_late_when_it_resumes() -> None:
    world = opened(policy("resolution: 2h", ", pause: [pending], on_breach: [{notify: carol}]"))
    world.do("wait", 1, at="2h")
    assert (sla(world).state, sla(world).remaining) == ("paused", 0)
    world.do("start", 1, at="5h")
    assert world.times(1, "sla_breached") == [after(5 * HOUR)]
    assert world.told() == ["carol"]
