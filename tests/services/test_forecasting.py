"""`ticket forecast`: a copy of the desk in memory, swept ahead of time."""

from __future__ import annotations

import pytest

from tests.desks import DAY, HOUR, LEE, START, World, facts_of
from tests.domain.waiting_desk import DAILY
from tests.sending import Sending
from tests.services.sweep_desk import CLOSE, REMIND, resolved
from ticketcli.domain.desk import Guard
from ticketcli.errors import NotFound, Undelivered
from ticketcli.services.forecasting import Forecast, forecast


def days(found: Forecast) -> list[tuple[int, int, str]]:
    return [(step.at - START, step.action.ticket, step.action.action) for step in found.steps]


def test_reminder_and_close_are_foreseen_to_the_second_and_nothing_is_written() -> None:
    world = World(DAILY)
    world.create(requester=LEE)
    world.do("resolve", 1, at=START + 1)
    before = facts_of(world.events()), world.filing(), world.messages()
    found = forecast(world.session(), 7 * DAY)
    assert [step for step in days(found) if step[2] in ("reminded", "closed")] == [
        (DAY + 1, 1, "reminded"),
        (2 * DAY + 1, 1, "closed"),
    ]
    assert (facts_of(world.events()), world.filing(), world.messages()) == before


def test_the_end_of_the_forecast_belongs_to_it() -> None:
    world = World(CLOSE)
    resolved(world, 1)
    assert days(forecast(world.session(), 2 * HOUR))[-1] == (2 * HOUR, 1, "closed")
    assert days(forecast(world.session(), 2 * HOUR - 1)) == []


def test_sweeps_of_a_slower_rhythm_come_later() -> None:
    world = World(CLOSE)
    resolved(world, 1)
    assert days(forecast(world.session(), DAY, 5 * HOUR))[-1] == (5 * HOUR, 1, "closed")


def test_the_guard_holds_closes_back_and_the_forecast_names_them() -> None:
    world = World(CLOSE, guard=Guard(max_closes=10, max_share=0.0, max_gap=None))
    resolved(world, 3)
    world.sweep("3h")
    resolved(world, 12)
    found = forecast(world.session(), 10 * HOUR)
    closed = [ticket for _, ticket, action in days(found) if action == "closed"]
    assert len(closed) == 7, "three of the day's ten are used up"
    assert len(found.deferred) == 5
    later = forecast(world.session(), 60 * HOUR)
    assert sum(action == "closed" for _, _, action in days(later)) == 12
    assert later.deferred == ()


def test_what_the_guard_lets_go_later_keeps_to_the_rhythm_of_sweeps() -> None:
    world = World(CLOSE, guard=Guard(max_closes=10, max_gap=None))
    resolved(world, 14)
    world.go("2h")
    found = days(forecast(world.session(), 2 * DAY, HOUR))
    assert [at for at, _, action in found if action == "closed"] == [2 * HOUR] * 10 + [27 * HOUR] * 4
    assert forecast(world.session(), HOUR).deferred == (11, 12, 13, 14)
    assert forecast(world.session(), HOUR, only=[1, 12]).deferred == (12,)


def test_some_tickets_are_foreseen_among_all_of_the_desk() -> None:
    world = World(CLOSE)
    resolved(world, 3)
    assert {ticket for _, ticket, _ in days(forecast(world.session(), DAY, 1, [2]))} == {2}
    with pytest.raises(NotFound):
        forecast(world.session(), DAY, 1, [2, 9])


def test_a_desk_that_was_not_swept_for_long_puts_its_first_closes_off() -> None:
    world = World(CLOSE, guard=Guard(max_gap=DAY))
    resolved(world, 1)
    world.go("30h")
    assert days(forecast(world.session(), DAY)) == [
        (30 * HOUR, 1, "postponed"),
        (30 * HOUR + 600, 1, "closed"),
    ]
    world = World(CLOSE, guard=Guard(max_gap=DAY))
    world.go("30h")
    resolved(world, 1)
    assert days(forecast(world.session(), DAY)) == [(32 * HOUR, 1, "closed")], "regular sweeps leave no gap"


def test_tickets_planned_by_other_rules_are_looked_at_first() -> None:
    world = World("")
    world.create(requester=LEE)
    world.files["rules/test.yaml"] = "escalation: [{name: e, when: {age: {over: 1h}}, then: [{label: old}]}]"
    assert days(forecast(world.session(), DAY)) == [(HOUR, 1, "escalated"), (HOUR, 1, "labelled")]


def test_a_forecast_knows_no_gap_between_the_sweeps_to_come_however_short_the_gap_allowed() -> None:
    world = World(CLOSE, guard=Guard(max_gap=HOUR))
    resolved(world, 1)
    assert days(forecast(world.session(), DAY)) == [(2 * HOUR, 1, "closed")]


def test_a_postponed_close_comes_ten_minutes_later_also_when_its_last_notice_was_missed() -> None:
    world = World(DAILY.replace("[24h]", "[24h, 1h]"), guard=Guard(max_gap=DAY))
    resolved(world, 1)
    world.sweep("24h")
    world.go("60h")
    resolved(world, 1)  # of which something is due only later
    assert days(forecast(world.session(), HOUR)) == [(60 * HOUR, 1, "postponed"), (60 * HOUR + 600, 1, "closed")]


def test_a_reminder_that_is_on_its_way_arrives_and_the_close_counts_from_then() -> None:
    world = Sending(REMIND + "\nchannels: {mail: {type: mail, host: h, from: desk@x.cn}}")
    resolved(world, 1)
    world.play = refuse
    world.sweep("24h")
    found = forecast(world.session(), 3 * DAY)
    [(at, _, action)] = [step for step in days(found) if step[2] in ("reminded", "closed")]
    world.play = lambda message: None
    [sent_at] = [message.due_at for message in world.messages() if message.due_at]
    assert (at, action) == (sent_at - START + DAY, "closed")
    world.sweep_on_time("96h")
    assert world.last(1, "closed").at - START == at


def refuse(message: object) -> None:
    raise Undelivered("answered 451")


SCHEDULED = """
schedules:
  - {name: daily, cron: "0 12 * * *", timezone: UTC, ticket: {subject: "{{ date }}"}}
  - {name: held, cron: "0 13 * * *", timezone: UTC, ticket: {subject: disk, dedup_key: disk}}
escalation: [{name: e, when: {age: {over: 1h}}, then: [{label: old}]}]
"""


def test_tickets_of_schedules_are_opened_with_the_numbers_they_will_have_and_what_follows_is_foreseen() -> None:
    world = World(SCHEDULED)
    world.create(dedup_key="disk")
    world.do("close", world.create(), 1)
    found = forecast(world.session(), DAY + 6 * HOUR)
    assert [step for step in days(found) if step[2] != "labelled"] == [
        (3 * HOUR, 3, "created"),
        (4 * HOUR, 4, "created"),
        (4 * HOUR, 3, "escalated"),
        (5 * HOUR, 4, "escalated"),
        (27 * HOUR, 5, "created"),
        (28 * HOUR, 4, "occurred"),
        (28 * HOUR, 5, "escalated"),
    ]
    foreseen = [(step.at, *step.action[:4]) for step in found.steps]
    happened = [(report.at, *action[:4]) for report in world.sweep_on_time("30h") for action in report.actions]
    assert sorted(map(str, foreseen)) == sorted(map(str, happened))
    [links] = [step.action.data["links"] for step in found.steps if "links" in step.action.data]
    assert links == [{"kind": "follows", "id": 1}]
