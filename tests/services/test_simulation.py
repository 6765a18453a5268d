"""Tickets in memory: the clock is the caller's, messages arrive or not, and the guard is off unless given."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import DAY, HOUR, LEE, PEOPLE, START, rulebook
from ticketcli.domain.actors import Caller
from ticketcli.domain.desk import Guard
from ticketcli.domain.instants import format_instant
from ticketcli.errors import Conflict
from ticketcli.ports import Filing
from ticketcli.services.commit import RESTORED
from ticketcli.services.simulation import Around, Simulation

ROOT, ANN = Caller("root", "root"), Caller("ann", "ann", "agent")
CLOSE = """
autoclose:
  - {name: silent, when: {status: resolved}, after: 48h, remind: [24h], undeliverable: 7d, close: {reason: handled}}
"""
TOLD = """
channels: {chat: {type: webhook, url: "https://chat.example/x"}}
escalation: [{name: high, when: {priority: high}, then: [{notify: ann, via: chat}]}]
"""
AT_ONCE = "autoclose: [{name: a, when: {status: resolved}, after: 2h, remind: [], close: {reason: handled}}]"


def simulation(rules: str, **around: Any) -> Simulation:
    return Simulation(rulebook(PEOPLE + rules), START, Around(**around))


def opened(made: Simulation, count: int = 1) -> Simulation:
    """With so many tickets, each resolved."""
    for _ in range(count):
        id = made.create({"subject": "Printer on fire", "requester": LEE}, ROOT).ticket.id
        made.do("resolve", id, {}, ANN)
    return made


def happened(made: Simulation, until: int) -> list[tuple[int, str]]:
    """Hours after the start and action of whatever a run does."""
    return [((now - START) // HOUR, action.action) for now, action in made.run(until)]


def test_a_run_goes_from_one_wake_to_the_next_and_ends_at_its_end() -> None:
    made = opened(simulation(CLOSE))

    assert happened(made, START + 10 * DAY) == [(24, "reminded"), (48, "closed")]
    assert made.now == START + 10 * DAY
    assert made.next_wake() is None


def test_what_comes_later_than_the_end_is_left() -> None:
    made = opened(simulation(CLOSE))

    assert happened(made, START + 30 * HOUR) == [(24, "reminded")]
    assert made.next_wake() == START + 48 * HOUR


def test_nothing_arrives_while_delivery_fails_and_so_nothing_is_closed() -> None:
    made = opened(simulation(CLOSE))
    made.delivers = False

    assert happened(made, START + 3 * DAY) == [(24, "reminded")]
    assert made.sheet.ticket(1).trail.reminders[0].delivered_at is None  # type: ignore[union-attr]


def test_what_waited_arrives_when_delivery_works_again_and_the_close_counts_from_then() -> None:
    made = opened(simulation(CLOSE))
    made.delivers = False
    made.now = START + 24 * HOUR
    made.sweep()
    made.now = START + 60 * HOUR
    made.deliver_again()

    assert [m.delivered_at for m in made.sheet.messages] == [START + 60 * HOUR]
    assert happened(made, START + 10 * DAY) == [(84, "closed")]


def test_what_a_verb_has_sent_is_delivered_at_once() -> None:
    made = simulation(TOLD)
    made.create({"subject": "Printer on fire"}, ROOT)
    made.now = START + HOUR
    made.do("set", 1, {"values": {"priority": "high"}}, ANN)

    assert [(m.to, m.delivered_at) for m in made.sheet.messages] == [("ann", START + HOUR)]


@pytest.mark.parametrize(("now", "closed_at"), [(0, 2 * HOUR), (5 * HOUR, 5 * HOUR + 60)], ids=str)
def test_a_restored_ticket_is_seen_by_the_first_sweep_and_closed_by_a_later_one(now: int, closed_at: int) -> None:
    made, ticket = simulation(AT_ONCE), opened(simulation("")).sheet.ticket(1)
    assert ticket is not None
    made.put(ticket, Filing(ticket.kind, None, RESTORED))
    made.now = START + now

    assert [(at - START, action.action) for at, action in made.run(START + DAY)] == [(closed_at, "closed")]


def test_a_letter_that_never_arrives_is_dead_and_its_reminder_goes_to_the_assignee() -> None:
    made = simulation(CLOSE)
    made.create({"subject": "Printer on fire", "requester": LEE, "assignee": "bob"}, ROOT)
    made.do("resolve", 1, {}, ANN)
    made.delivers = False

    assert happened(made, START + 9 * DAY)[:3] == [(24, "reminded"), (24 + 7 * 24, "reminded")]
    assert [(m.to, m.state) for m in made.sheet.messages] == [("lee@x.cn", "dead"), ("bob", "queued")]


def test_without_a_guard_a_sweep_closes_whatever_is_due() -> None:
    made = opened(simulation(AT_ONCE), 80)
    made.now = START + 30 * DAY

    assert [action.action for action in made.sweep()] == ["closed"] * 80


def test_a_guard_holds_back_until_the_closes_of_the_day_before_are_forgotten() -> None:
    made = opened(simulation(AT_ONCE, guard=Guard(10, 0, None), closed=[START] * 4), 15)

    closes = [format_instant(now) for now, _ in made.run(START + 3 * DAY)]

    assert closes == ["2026-03-02T11:00:00Z"] * 6 + ["2026-03-03T09:00:01Z"] * 4 + ["2026-03-03T11:00:01Z"] * 5


def test_after_a_gap_closes_are_postponed_as_on_a_desk() -> None:
    made = opened(simulation(AT_ONCE, guard=Guard()))
    made.now = START + 3 * DAY

    assert [action.action for action in made.sweep()] == ["postponed"]
    assert happened(made, START + 4 * DAY) == [(72, "closed")]


def test_what_a_command_refuses_a_simulation_refuses() -> None:
    made = opened(simulation(CLOSE))
    made.do("close", 1, {}, ANN)

    with pytest.raises(Conflict, match="nothing to hold"):
        made.do("hold", 1, {}, ANN)
