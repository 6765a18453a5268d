"""What `show` foresees is what sweeps then do, if nobody acts."""

from __future__ import annotations

import pytest

from tests.desks import HOUR, LEE, START, World
from ticketcli.domain.desk import Guard
from ticketcli.domain.upcoming import Upcoming, upcoming
from ticketcli.services.in_force import in_force
from ticketcli.services.viewing import look_at, looked_at

RULES = """
sla:
  - name: normal
    when: {priority: normal}
    targets: {first_response: 4h, resolution: 1d}
    pause: [pending]
    warn: [50%]
escalation:
  - {name: old, when: {age: {over: 30h}, status.kind: [initial, active]}, then: [{label: old}], repeat: 10h, max: 2}
autoclose:
  - {name: silent, when: {status: resolved}, after: 48h, remind: [24h, 1h], close: {reason: handled}}
"""
INTO_RESOLVED = """
autoclose:
  - {name: a, when: {status: pending}, after: 2d, remind: [1d], close: {reason: handled, to: resolved}}
"""


def foreseen(world: World, id: int = 1) -> list[tuple[float, str, str]]:
    """Hours after START, kind and detail of what is foreseen."""
    with world.store.read() as reader:
        ticket = reader.ticket(id)
        assert ticket is not None
        rules = in_force(reader, world.files)
        steps: list[Upcoming] = upcoming(look_at(reader, rules, ticket, world.now), looked_at(reader, rules, id))
    return [((step.at - START) / HOUR, step.kind, step.detail or _rule(step)) for step in steps]


def _rule(step: Upcoming) -> str:
    return step.rule.name if step.rule else ""


def a_new_ticket() -> World:
    world = World(RULES)
    world.create("Printer on fire", requester=LEE)
    return world


def test_a_new_ticket_is_warned_of_late_and_escalated() -> None:
    assert foreseen(a_new_ticket()) == [
        (2, "warn", "first_response (50%)"),
        (4, "breach", "first_response"),
        (12, "warn", "resolution (50%)"),
        (24, "breach", "resolution"),
        (30, "escalate", "old"),
    ]


def test_what_was_told_is_not_foreseen_again() -> None:
    world = a_new_ticket()
    world.sweep("4h")

    assert foreseen(world)[0] == (12, "warn", "resolution (50%)")


def test_a_warning_that_no_sweep_has_given_yet_comes_with_the_next() -> None:
    world = a_new_ticket()
    world.now = START + 3 * HOUR
    assert foreseen(world)[0] == (2, "warn", "first_response (50%)")

    world.sweep("3h")
    assert foreseen(world)[0] == (4, "breach", "first_response")


def test_of_several_warnings_that_passed_only_the_one_that_is_sent_is_foreseen() -> None:
    world = World("sla: [{name: all, targets: {resolution: 10h}, warn: [50%, 60%, 2h]}]")
    world.create("x")
    world.now = START + 7 * HOUR
    assert foreseen(world) == [
        (6, "warn", "resolution (60%)"),
        (8, "warn", "resolution (2h)"),
        (10, "breach", "resolution"),
    ]


def test_a_second_question_is_late_though_the_first_was() -> None:
    world = World("sla: [{name: all, targets: {next_response: 1h}}]")
    world.create("x", requester=LEE)
    world.sweep("2h")
    world.do("comment", 1, at="3h", class_="agent", text="Is it plugged in?")
    world.do("comment", 1, at="4h", class_="requester", text="It is")
    world.now = START + 6 * HOUR

    assert foreseen(world) == [(5, "breach", "next_response")]


def test_the_next_firing_of_an_escalation_is_foreseen_until_max() -> None:
    world = a_new_ticket()
    world.sweep("30h")
    assert (40, "escalate", "old") in foreseen(world)

    world.sweep("40h")
    assert "escalate" not in [kind for _, kind, _ in foreseen(world)]


def test_a_resolved_ticket_is_reminded_of_and_closed() -> None:
    world = a_new_ticket()
    world.do("resolve", 1, at="1h")

    assert foreseen(world) == [(25, "remind", "24h"), (48, "remind", "1h"), (49, "close", "silent")]


def test_of_a_close_into_a_resolved_status_that_status_is_told() -> None:
    world = World(INTO_RESOLVED)
    world.create("x")
    world.do("wait", 1)

    assert foreseen(world) == [(24, "remind", "1d"), (48, "close", "resolved")]


def test_a_reminder_that_is_late_moves_the_close_that_is_foreseen() -> None:
    world = a_new_ticket()
    world.do("resolve", 1, at="1h")
    world.go("50h")
    assert foreseen(world) == [(25, "remind", "24h"), (73, "remind", "1h"), (74, "close", "silent")]

    world.sweep()
    assert foreseen(world) == [(73, "remind", "1h"), (74, "close", "silent")]


def test_no_close_is_foreseen_while_its_reminder_has_not_arrived() -> None:
    world = World(RULES + "channels: {mail: {type: mail, host: h, from: desk@x.cn}}\n")
    world.do("resolve", world.create(requester=LEE), at="1h")
    world.sweep("48h")
    world.sweep("72h")
    assert [event.data["delivered"] for event in world.events(1, "reminded")] == [False, False]
    assert foreseen(world) == []


def test_a_rule_with_confirm_asks_and_then_nothing_is_foreseen() -> None:
    world = World(RULES.replace("remind: [24h, 1h]", "remind: [24h], confirm: supervisor"))
    world.do("resolve", world.create(requester=LEE), at="1h")
    assert foreseen(world) == [(25, "remind", "24h"), (49, "confirm", "supervisor")]

    world.sweep("25h")
    world.sweep("49h")
    assert world.kinds()[-1] == "confirm_asked"
    assert foreseen(world) == []


def test_a_close_that_was_postponed_is_foreseen_when_it_may_be() -> None:
    world = World(RULES, guard=Guard(max_gap=26 * HOUR))
    world.do("resolve", world.create(requester=LEE), at="1h")
    world.sweep("25h")
    world.sweep("60h")
    assert world.kinds()[-1] == "postponed"
    assert foreseen(world) == [(60 + 1 / 6, "close", "silent")]


def test_a_hold_ends_and_escalates_nothing_meanwhile() -> None:
    world = a_new_ticket()
    world.do("hold", 1, until=START + 5 * HOUR)

    kinds = [kind for _, kind, _ in foreseen(world)]
    assert "unhold" in kinds and "escalate" not in kinds


def test_rules_that_undo_each_other_act_when_rules_look_at_the_ticket_next() -> None:
    switch = """
escalation:
  - {name: on, when: {labels: {has_none: x}}, then: [{label: x}]}
  - {name: off, when: {labels: {has: x}}, then: [{unlabel: x}]}
"""
    world = World(switch)
    world.create()
    assert foreseen(world) == []
    world.files["rules/test.yaml"] = switch.replace("on,", "on, repeat: 2h,")
    assert foreseen(world) == [(0, "escalate", "on")], "rules that changed are asked by the next sweep"
    world.files["rules/test.yaml"] = switch + "sla: [{name: p, targets: {resolution: 4h}}]"
    world.sweep("1h")
    assert foreseen(world) == [(4, "breach", "resolution"), (4, "escalate", "on")]


def test_nothing_is_foreseen_for_a_closed_ticket() -> None:
    world = a_new_ticket()
    world.do("close", 1)

    assert foreseen(world) == []


def test_nothing_is_foreseen_while_every_clock_is_paused() -> None:
    world = a_new_ticket()
    world.do("wait", 1)

    assert foreseen(world) == []


@pytest.mark.parametrize("verbs", [(), ("resolve",)], ids=["new", "resolved"])
def test_the_first_step_is_what_the_next_sweep_does(verbs: tuple[str, ...]) -> None:
    world = a_new_ticket()
    for verb in verbs:
        world.do(verb, 1, at="1h")
    at, kind, _ = foreseen(world)[0]
    before = len(world.kinds(1))

    world.sweep(int(START + at * HOUR))

    done = {"warn": "sla_warned", "breach": "sla_breached", "escalate": "escalated", "remind": "reminded"}
    assert world.kinds(1)[before] == done[kind]


def test_one_that_found_nobody_is_looked_for_again_at_the_next_shift() -> None:
    world = World("""
calendars:
  day: {timezone: UTC, hours: {mon-fri: ["08:00-18:00"]}}
people: [{name: ann, calendar: day}, {name: bob, capacity: 0}]
teams: {dba: {members: [ann, bob]}}
routing: [{name: all, team: dba, assign: {strategy: least_loaded}}]
""")
    world.create(at="10h")
    assert foreseen(world) == [(23, "assign", "all")]
    world.do("resolve", 1)
    assert foreseen(world) == [], "nobody is looked for while nothing is to do"
    world.do("reopen", 1)
    world.sweep_on_time("24h")
    assert (world.ticket().assignee, foreseen(world)) == ("ann", [])
