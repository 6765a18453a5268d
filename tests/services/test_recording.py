"""A scenario from a real ticket: up to when it plays, and what of the history it says in other words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import LEE, PEOPLE, START, World, rulebook
from ticketcli.domain.actors import Caller
from ticketcli.domain.events import IMPORT_RUN
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.importing import Builder
from ticketcli.domain.redaction import fields_named
from ticketcli.services import playing
from ticketcli.services.recording import Recorded, record
from ticketcli.services.redacting import redact
from ticketcli.services.undoing import undo_last, undo_run

RULES = """
priority: [{name: late, when: {status: new, age: {over: 1h}}, set: urgent}]
sla: [{name: all, targets: {assignment: 30m}}]
escalation: [{name: late, when: {status: new, age: {over: 1h}}, then: [{label: late}]}]
autoclose:
  - {name: silent, when: {status: resolved}, after: 48h, remind: [24h], close: {reason: requester-silent}}
"""


def recorded(world: World) -> Recorded:
    return record(world.events(1), rulebook(RULES), world.now)


def deeds(made: Recorded) -> list[Any]:
    return [step["do"] for step in made.raw["timeline"] if "do" in step]


def closed() -> World:
    world = World(RULES)
    world.create(requester=LEE)
    world.do("resolve", 1, at="10m")
    world.sweep_every("1h", "49h")
    assert world.ticket().status == "closed"
    world.go("100h")
    return world


def test_of_a_final_ticket_it_ends_an_hour_behind_the_last_that_happened() -> None:
    assert recorded(closed()).raw["timeline"][-1] == {"sweep": "10m", "until": "+2d1h10m"}


def test_of_a_ticket_that_was_closed_and_is_open_again_it_ends_now() -> None:
    world = closed()
    undo_last(world.session("bob"), [1])
    world.go("120h")
    made = recorded(world)

    assert deeds(made)[-1] == {"undo": {"as": "agent2"}}
    assert made.raw["timeline"][-1]["until"] == "+5d"
    assert made.raw["expect"]["status"] == "resolved"


def test_what_undo_run_took_back_beyond_the_last_decision_is_told() -> None:
    world = World(RULES)
    world.create(requester=LEE)
    world.sweep("1h")
    run = world.events(1)[-1].run
    world.go("2h")
    undo_run(world.session("bob"), run, [1])
    made = recorded(world)

    assert deeds(made) == [{"undo": {"as": "agent1"}}]
    assert made.dropped == ("+2h undo --run: only the last of it, by undo",)


def test_the_reason_for_a_missed_target_keeps_its_code_and_loses_its_text() -> None:
    world = World(RULES)
    world.create(requester=LEE)
    world.do("sla reason", 1, at="45m", code="vendor", text="Lee was ill")

    assert {"sla reason": {"as": "agent1", "code": "vendor", "text": "a reason", "target": "assignment"}} in deeds(
        recorded(world)
    )


def test_what_an_import_brought_along_is_done_again() -> None:
    times = {"created_at": START, "first_responded_at": START + 60, "resolved_at": START + 120}
    acting = Acting(Caller("root", "root"), rulebook(RULES), START + 3600)
    comments = [{"at": "2026-03-02T09:01:30Z", "text": "fixed", "class": "agent"}]
    events, _ = Builder(acting).build(1, {"subject": "Printer on fire", **times, "comments": comments})
    made = record([event._replace(run=f"run{IMPORT_RUN}") for event in events], rulebook(RULES), START + 3600)

    assert deeds(made) == [
        {"comment": {"as": "agent1", "text": "a comment"}},
        {"comment": {"as": "agent1", "text": "a comment"}},
        {"move": {"as": "agent1", "to": "resolved"}},
    ]


def test_what_was_taken_back_though_it_was_not_the_last_is_left_out() -> None:
    world = World(RULES + "routing: [{name: all, team: dba}]")
    world.create(requester=LEE)
    run = world.events(1)[-1].run
    undo_run(world.session("bob"), run, [1])
    other = rulebook(PEOPLE + RULES + "routing: [{name: every, team: dba}]")
    made = record(world.events(1), other, world.now)

    assert made.dropped == ("+0s undo: that is not the last that a rule did here",)


def test_a_ticket_that_somebody_was_given_by_himself_is_assigned_and_one_that_he_took_is_taken() -> None:
    world = World(RULES)
    world.create(requester=LEE)
    world.do("assign", 1, at="10m", as_="ann", to="ann")
    world.do("assign", 1, at="20m", as_="ann", to=None)
    world.do("take", 1, at="30m", as_="bob")
    made = record(world.events(1), rulebook(PEOPLE + RULES), world.now)

    assert [next(iter(deed)) for deed in deeds(made)] == ["assign", "assign", "take"]
    assert (made.raw["expect"]["status"], made.dropped) == ("open", ())


def test_who_is_nobody_of_the_rules_takes_what_he_has() -> None:
    world = World(RULES)
    world.create(requester=LEE)
    world.do("start", 1, at="10m")
    world.do("take", 1, at="20m", as_="zoe")
    made = record(world.events(1), rulebook(PEOPLE + RULES), world.now)

    assert (deeds(made)[-1], made.dropped) == ({"take": {"as": "agent1"}}, ())


def test_what_happened_again_is_opened_again_and_reopens_as_it_did() -> None:
    world = World(RULES)
    again = {"subject": "web1 of Lee is down", "dedup_key": "web1", "reopen_within": "7d", "source": "ci"}
    world.open(again)
    world.open(again, at="10m", as_="ci", class_="bot")
    world.do("resolve", 1, at="20m", as_="ci", class_="bot")
    world.open(again, at="1h20m", as_="ci", class_="bot")
    made = recorded(world)
    repeat = {"class": "bot", "subject": "a subject", "dedup_key": "key-1"}

    assert deeds(made)[::2] == [{"create": repeat}, {"create": {**repeat, "reopen_within": "1h"}}]
    assert (made.raw["expect"]["status"], made.dropped) == ("open", ())


def test_of_a_history_that_is_too_long_the_beginning_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(RULES)
    world.create(requester=LEE)
    for minutes in range(10, 100, 10):
        world.answer(1, at=f"{minutes}m")
    monkeypatch.setattr(playing, "MOST", 12)
    made = recorded(world)

    assert 1 < len(deeds(made)) < 9
    assert [line.partition(" ")[2] for line in made.dropped] == [
        "comment and all behind it: this scenario is too much work"
    ]


def test_of_a_redacted_ticket_what_is_left_is_recorded() -> None:
    world = World(RULES)
    world.create(requester=LEE, description="Lee is ill")
    world.do("set", 1, at="10m", values={"fields.host": "db2"})
    redact(world.session(), [1], fields_named(["all"]))
    made = recorded(world)

    assert made.raw["ticket"] == {"subject": "a subject", "description": "a description"}
    assert (deeds(made), made.dropped) == ([], ())


def test_what_was_changed_differs_in_the_scenario_too() -> None:
    world = World(RULES)
    world.create(requester=LEE, subject="one", fields={"host": "db1"})
    world.do("set", 1, at="10m", values={"subject": "two", "fields.host": "db2", "dedup_key": "db2/disk"})

    assert deeds(recorded(world)) == [
        {"set": {"as": "agent1", "subject": "a subject 2", "fields.host": "text 2", "dedup_key": "key-1"}}
    ]
