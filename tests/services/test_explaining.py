"""`rules explain`: a case for each way in which a rule does nothing, and past decisions by the rules of their time."""

from __future__ import annotations

from datetime import timezone
from typing import Any

import pytest

from tests.desks import HOUR, LEE, START, World
from ticketcli.cli.explain_text import About, finding_text
from ticketcli.cli.log_text import told
from ticketcli.cli.moments import Moments
from ticketcli.domain.desk import Guard
from ticketcli.domain.explaining import Finding
from ticketcli.domain.explaining.decisions import origins
from ticketcli.errors import NotFound
from ticketcli.services.explaining import Explained, explain
from ticketcli.services.reading import reading
from ticketcli.services.undoing import undo_last

RULES = """
priority:
  - {name: outage, when: {subject: {contains: down}}, set: urgent}
  - {name: vip, when: {requester.tier: vip}, set: high}
  - {name: old, when: {age: {over: 3h}}, raise: 1}
routing:
  - name: database
    when: {category: database}
    team: dba
    assign: {strategy: least_loaded}
    routes:
      - {name: postgres, when: {labels: {has: pg}}, assign: {skills: [postgres]}}
  - {name: rest, team: servicedesk}
sla:
  - {name: urgent, when: {priority: urgent}, targets: {resolution: 4h}, warn: [50%]}
  - {name: all, targets: {resolution: 8h}}
escalation:
  - {name: once, when: {priority: urgent, age: {over: 1h}}, then: [{label: hot}]}
  - {name: again, when: {priority: urgent, age: {over: 1h}}, then: [{comment: look}], repeat: 2h, max: 2}
autoclose:
  - {name: silent, when: {status: resolved}, unless: {labels: {has: keep}}, after: 4h, remind: [1h],
     close: {reason: handled}}
  - {name: late, when: {status: resolved}, after: 40h, remind: [], close: {reason: handled}}
"""


def explained(world: World, id: int = 1, only: str | None = None) -> Explained:
    session = world.session()
    with reading(session) as (reader, rules):
        return explain(session, reader, rules, id, only)


def findings(world: World) -> dict[str, Finding]:
    return {finding.ref.name: finding for finding in explained(world).findings}


def said(world: World, name: str) -> tuple[str, str, str | None, int | None]:
    """Effect, reason, the rule in the way, and seconds after START of what comes."""
    finding = findings(world)[name]
    return finding.effect, finding.reason, finding.by and finding.by.name, finding.at and finding.at - START


def sentence(world: World, name: str) -> str:
    return finding_text(About(world.ticket(), (), Moments(timezone.utc, world.now)), findings(world)[name])


@pytest.fixture
def world() -> World:
    world = World(RULES)
    world.create("web is down", category="database", requester={**LEE, "tier": "vip"})
    return world


def test_every_rule_of_every_section_is_explained_in_its_order(world: World) -> None:
    names = [(finding.ref.section, *finding.around, finding.ref.name) for finding in explained(world).findings]

    assert names == [
        ("priority", "outage"), ("priority", "vip"), ("priority", "old"),
        ("routing", "database"), ("routing", "database", "postgres"), ("routing", "rest"),
        ("sla", "urgent"), ("sla", "all"),
        ("escalation", "once"), ("escalation", "again"),
        ("autoclose", "silent"), ("autoclose", "late"),
    ]  # fmt: skip


def test_a_condition_that_fails_names_its_first_fact_what_is_there_and_when_it_becomes_true(world: World) -> None:
    world.go("1200s")
    finding = findings(world)["once"]

    (fact,) = finding.reasons
    assert (finding.effect, finding.true_at) == ("fails", START + HOUR)
    assert (fact.node["fact"], fact.node["operand"], fact.seen) == ("age", ["1h"], 1200)
    assert (fact.node["line"], finding.ref.line, finding.ref.file) == (18, 18, "rules/test.yaml")
    assert fact.turns_at == START + HOUR


def test_what_only_an_event_can_make_true_has_no_time(world: World) -> None:
    assert findings(world)["silent"].true_at is None


CASES: dict[str, tuple[str, tuple[str, str, str | None, int | None]]] = {
    "an earlier rule won": ("vip", ("nothing", "earlier", "outage", None)),
    "it fired in this episode": ("outage", ("in_force", "fired", None, None)),
    "the way it was routed": ("database", ("in_force", "", None, None)),
    "the route that comes last": ("rest", ("nothing", "earlier", "database", None)),
    "the policy that times it": ("urgent", ("in_force", "", None, 2 * HOUR)),
    "an earlier policy times it": ("all", ("nothing", "earlier", "urgent", None)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_that_matches_says_what_it_does_and_why_it_does_nothing(world: World, case: str) -> None:
    name, wanted = CASES[case]

    assert said(world, name) == wanted


def test_a_clock_that_is_late_acts_with_the_next_sweep_until_one_has_said_so(world: World) -> None:
    world.go("2h1m")
    assert said(world, "urgent") == ("in_force", "", None, 2 * HOUR)
    world.sweep("2h2m")
    assert said(world, "urgent") == ("in_force", "", None, 4 * HOUR)


def test_what_a_person_chose_is_left_alone(world: World) -> None:
    world.do("set", 1, values={"priority": "low", "team": "servicedesk"})
    world.do("label", 1, add=["pg"])

    assert said(world, "outage") == ("nothing", "chosen", None, None)
    assert said(world, "postgres") == ("nothing", "chosen", None, None)


def test_a_ticket_that_is_routed_is_not_routed_again_by_a_new_label(world: World) -> None:
    world.do("label", 1, add=["pg"])

    assert said(world, "postgres") == ("nothing", "routed", None, None)


def test_a_route_inside_one_that_is_not_taken_does_not_come_into_it(world: World) -> None:
    world.create("printer", labels=["pg"])
    finding = next(one for one in explained(world, 2).findings if one.ref.name == "postgres")

    assert (finding.effect, finding.reason, finding.by and finding.by.name) == ("nothing", "parent", "database")


def test_an_escalation_acts_then_waits_for_its_repeat_then_has_reached_its_max(world: World) -> None:
    world.go("1h")
    assert said(world, "again") == ("acts", "", None, None)
    world.sweep("2h")
    assert said(world, "again") == ("waits", "fired", None, 4 * HOUR)
    assert said(world, "once") == ("in_force", "fired", None, None)
    world.sweep("4h")
    assert said(world, "again") == ("in_force", "max", None, None)


def test_a_repeat_for_which_the_calendar_never_opens_again_is_no_max() -> None:
    world = World("""
        calendars: {once: {timezone: UTC, dates: {2026-03-02: ["10:00-11:00"]}}}
        escalation: [{name: again, calendar: once, when: {status: new}, then: [{label: hot}], repeat: 2h, max: 3}]
        """)
    world.create()
    world.sweep("1m")
    assert said(world, "again") == ("in_force", "fired", None, None)


def test_rules_that_undo_each_other_do_nothing_until_rules_look_at_the_ticket_again() -> None:
    rules = """
        priority: [{name: up, when: {labels: {has_none: x}}, set: high}]
        escalation:
          - {name: on, when: {labels: {has_none: x}}, then: [{label: x}]}
          - {name: off, when: {labels: {has: x}}, then: [{unlabel: x}]}
        """
    world = World(rules)
    world.create()
    assert said(world, "up") == said(world, "on") == ("nothing", "loop", None, None)
    text = "nothing until the ticket or the rules change, for rules undo each other: labels has no x"
    assert sentence(world, "on") == text
    world.files["rules/test.yaml"] = rules + "sla: [{name: p, targets: {resolution: 4h}}]"
    assert said(world, "on") == ("acts", "", None, None), "rules that changed are asked by the next sweep"
    world.sweep("1h")
    assert said(world, "on") == ("waits", "loop", None, 4 * HOUR)
    assert sentence(world, "on").startswith("acts again at 2026-03-02 13:00 (in 3h), for rules undo each other")
    with reading(world.session()._replace(at=world.now)) as (reader, then):
        again = {one.ref.name: one for one in explain(world.session(), reader, then, 1).findings}
    assert again["on"] == findings(world)["on"], "also looking back"


def test_a_hold_stops_escalation_and_auto_close_until_it_ends(world: World) -> None:
    world.do("resolve", 1)
    world.do("hold", 1, until=START + 9 * HOUR)
    world.go("2h")

    assert said(world, "silent") == ("nothing", "hold", None, 9 * HOUR)
    assert said(world, "once") == ("nothing", "hold", None, 9 * HOUR)


def test_an_auto_close_waits_for_its_reminder_then_for_the_close(world: World) -> None:
    world.do("resolve", 1)
    assert said(world, "silent") == ("waits", "", None, 3 * HOUR)
    assert said(world, "late") == ("nothing", "earlier", "silent", None)
    world.sweep("3h")
    assert said(world, "silent") == ("waits", "", None, 4 * HOUR)
    world.go("4h")
    assert said(world, "silent") == ("acts", "", None, 4 * HOUR)
    world.sweep()
    assert said(world, "silent")[:2] == ("fails", "")


def test_a_rule_that_closes_into_the_status_that_the_ticket_has_does_nothing() -> None:
    rule = "{name: a, when: {priority: low}, after: 2h, remind: [1h], close: {reason: handled, to: resolved}}"
    world = World(f"autoclose: [{rule}]")
    world.create(priority="low")
    world.do("resolve", 1)
    assert sentence(world, "a") == "nothing, the ticket is resolved already: priority is low"
    assert said(world, "a") == ("nothing", "reached", None, None)


def test_an_exempt_ticket_names_the_fact_that_exempts_it(world: World) -> None:
    world.do("label", 1, add=["keep"])
    world.do("resolve", 1)
    finding = findings(world)["silent"]

    assert (finding.effect, finding.reason) == ("nothing", "exempt")
    assert [reason.node["fact"] for reason in finding.reasons] == ["labels"]


def test_a_close_that_the_guard_holds_back_says_so() -> None:
    world = World(RULES, guard=Guard(max_closes=0, max_share=0, max_gap=None))
    for _ in range(11):
        world.create("done")
    world.do("resolve", *range(1, 12))
    world.sweep("3h")
    world.sweep("4h")

    held = [one for one in world.ids() if world.ticket(one).kind == "resolved"]
    (finding,) = [one for one in explained(world, held[0]).findings if one.ref.name == "silent"]
    assert (finding.effect, finding.reason) == ("waits", "guard")


def test_nothing_is_closed_while_the_files_do_not_check(world: World) -> None:
    world.do("resolve", 1)
    world.sweep("3h")
    world.go("4h")
    world.files.broken = "rules/test.yaml:1: broken"

    assert said(world, "silent") == ("waits", "frozen", None, 4 * HOUR)


def test_a_reminder_that_reached_nobody_keeps_the_close_waiting(world: World) -> None:
    world.do("resolve", 1)
    world.sweep("3h")
    ticket = world.ticket()
    (reminder,) = ticket.trail.reminders
    undelivered = ticket._replace(trail=ticket.trail._replace(reminders=(reminder._replace(delivered_at=None),)))
    with world.store.write(at=world.now, run="test") as tx:
        tx.save(undelivered, world.filing())
    world.go("5h")

    assert said(world, "silent")[:2] == ("waits", "undelivered")


def test_on_a_final_ticket_no_rule_does_anything(world: World) -> None:
    world.do("close", 1)

    assert {finding.reason for finding in explained(world).findings if finding.matched} == {"final"}
    assert explained(world).upcoming == ()


def test_a_name_chooses_its_rules_and_what_they_decided(world: World) -> None:
    found = explained(world, only="outage")

    assert [finding.ref.name for finding in found.findings] == ["outage"]
    assert [decision.event.kind for decision in found.decisions] == ["prioritised"]
    with pytest.raises(NotFound, match="no rule 'outgae'"):
        explained(world, only="outgae")
    with pytest.raises(NotFound, match="no ticket #9"):
        explained(world, 9)


def read(found: Explained) -> list[tuple[str, str, list[tuple[str, Any]]]]:
    return [
        (one.event.kind, one.since, [(reason.node["fact"], reason.seen) for reason in one.reasons])
        for one in found.decisions
    ]


def test_past_decisions_are_explained_by_the_rules_of_their_time(world: World) -> None:
    before = read(explained(world))
    text = RULES.replace("contains: down", "contains: kaputt").replace("{category: database}", "{asset: db}")
    world.files["rules/test.yaml"] = "# moved by a line\n" + text.replace("name: urgent,", "name: hasty,")
    after = read(explained(world))

    assert before == [
        ("prioritised", "same", [("subject", "web is down")]),
        ("routed", "same", [("category", "database")]),
    ]
    assert after == [
        ("prioritised", "changed", [("subject", "web is down")]),
        ("routed", "changed", [("category", "database")]),
    ]
    (written,) = explained(world).decisions[0].written
    assert written["when"]["operand"] == ["down"]


def test_a_rule_that_only_moved_counts_as_the_same_and_one_that_went_as_gone(world: World) -> None:
    world.files["rules/test.yaml"] = "\n\n" + RULES.replace("name: outage", "name: outages")

    assert [since for _, since, _ in read(explained(world))] == ["gone", "same"]


def test_the_end_of_a_rule_that_went_is_told_though_no_rulebook_holds_it(world: World) -> None:
    world.files["rules/test.yaml"] = RULES.replace("name: outage", "name: outages")
    world.sweep("1h")
    (end,) = (one for one in explained(world).decisions if one.event.kind == "lapsed")

    assert (end.event.rule and end.event.rule.name, end.since, end.written) == ("outage", "gone", ())
    assert told(end.event, Moments(timezone.utc, START)).source == "outage"


def test_what_the_ticket_was_then_counts_and_not_what_it_is_now(world: World) -> None:
    world.do("set", 1, values={"subject": "all is well", "category": "web"})

    assert [facts for _, _, facts in read(explained(world))][:2] == [
        [("subject", "web is down")],
        [("category", "database")],
    ]


def test_a_routing_names_every_route_on_the_way_and_is_found_by_each(world: World) -> None:
    world.create("replication", category="database", labels=["pg"])
    (routed,) = [one for one in explained(world, 2).decisions if one.event.kind == "routed"]

    assert [rule["name"] for rule in routed.written] == ["database", "postgres"]
    assert [reason.node["fact"] for reason in routed.reasons] == ["category", "labels"]
    assert explained(world, 2, "database").decisions == explained(world, 2, "postgres").decisions == (routed,)
    world.files["rules/test.yaml"] = RULES.replace("has: pg", "has: postgres")
    assert [one.since for one in explained(world, 2, "database").decisions] == ["changed"]


def test_a_rule_that_lapsed_names_the_fact_that_no_longer_held(world: World) -> None:
    world.sweep("2h")
    world.do("set", 1, values={"priority": "low"})
    lapsed = [one for one in explained(world).decisions if one.event.kind == "lapsed"]

    assert [(one.event.rule and one.event.rule.name, one.reasons[0].seen) for one in lapsed] == [
        ("once", "low"),
        ("again", "low"),
    ]


def test_what_was_taken_back_says_so_and_its_rule_leaves_it_at_that(world: World) -> None:
    world.sweep("2h")
    undo_last(world.session("bob"), [1])
    found = explained(world)

    assert said(world, "again") == ("nothing", "undone", None, None)
    gone = [(one.event.rule and one.event.rule.name, one.event.kind) for one in found.decisions if one.undone]
    assert gone == [("again", "escalated")]


def test_a_close_that_was_taken_back_is_not_done_again(world: World) -> None:
    world.do("resolve", 1)
    world.sweep("3h")
    world.sweep("4h")
    undo_last(world.session("bob"), [1])

    assert said(world, "silent") == ("nothing", "undone", None, None)


def test_a_route_that_found_nobody_says_when_it_looks_again() -> None:
    world = World(
        """
calendars: {late: {timezone: UTC, hours: {daily: ["14:00-20:00"]}}}
people: [{name: ann, account: ann, calendar: late}]
teams: {dba: {members: [ann]}}
routing: [{name: rest, team: dba, assign: {strategy: round_robin}}]
"""
    )
    world.create()
    (finding,) = explained(world).findings

    assert said(world, "rest") == ("waits", "seeks", None, 5 * HOUR)
    assert finding_text(About(world.ticket(), (), Moments(timezone.utc, START)), finding) == (
        "waits until 2026-03-02 14:00 (in 5h), nobody who fits was free"
    )
    assert origins(world.events())["assignee"].kind == "routed", "it is nobody's because rules found nobody"
    world.sweep("5h")
    assert said(world, "rest") == ("in_force", "", None, None)


def test_a_ticket_that_a_schedule_opened_names_the_schedule() -> None:
    world = World('schedules: [{name: nightly, cron: "0 * * * *", ticket: {subject: Look, priority: high}}]')
    world.sweep("1h")

    [opened] = [one for one in explained(world).decisions if one.event.kind == "created"]
    assert opened.event.rule and (opened.event.rule.key, opened.since, opened.reasons) == (
        "schedules/nightly",
        "same",
        (),
    )
