"""Tickets that the sweep opens at set times: one for each due time, whatever the rhythm of sweeps."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import DAY, HOUR, MINUTE, World, instant
from ticketcli.domain.cron import due_times, read_cron
from ticketcli.domain.instants import format_instant, parse_instant
from ticketcli.services.sweep_report import Report, complaint

NIGHTLY = """
schedules:
  - name: nightly
    cron: "30 2 * * *"
    timezone: Europe/Berlin
    catch_up: {catch_up}
    ticket: {{subject: "The night of {{{{ date }}}}", category: server, labels: [routine]}}
"""
HOURLY = 'schedules:\n  - {name: hourly, cron: "0 * * * *", catch_up: all, ticket: {subject: "{{ time }}"}}\n'


def nightly(catch_up: str, at: str, **more: Any) -> World:
    world = World(NIGHTLY.format(catch_up=catch_up), swept=False, **more)
    world.sweep(at)
    return world


def opened(report: Report) -> list[str]:
    return [action.data["subject"] for action in report.actions if action.action == "created"]


def test_a_schedule_begins_when_a_sweep_first_sees_it() -> None:
    world = nightly("all", "2026-03-20T12:00:00Z")
    assert opened(world.sweep("2026-03-21T01:29:59Z")) == []
    assert opened(world.sweep("2026-03-21T01:30:00Z")) == ["The night of 2026-03-21"]


def test_the_ticket_says_which_schedule_and_which_time_it_is_for() -> None:
    world = nightly("one", "2026-03-20T12:00:00Z")
    world.sweep("2026-03-21T01:45:00Z")
    ticket, [created, *_] = world.ticket(1), world.events(1)
    assert (ticket.source, ticket.category, ticket.labels) == ("schedule", "server", ("routine",))
    assert ticket.external_ids == {"schedule": "nightly 2026-03-21T01:30:00Z"}
    assert (created.actor.class_, created.rule and created.rule.key) == ("bot", "schedules/nightly")


SPRING, AUTUMN = ["2026-03-28", "2026-03-29", "2026-03-30"], ["2026-10-24", "2026-10-25", "2026-10-26"]
GAPS = {
    "one, into summer": ("one", "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z", ["2026-03-30"]),
    "all, into summer": ("all", "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z", SPRING),
    "skip, into summer": ("skip", "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z", []),
    "one, into winter": ("one", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z", ["2026-10-26"]),
    "all, into winter": ("all", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z", AUTUMN),
    "skip, into winter": ("skip", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z", []),
    "skip, just in time": ("skip", "2026-10-23T12:00:00Z", "2026-10-26T02:30:00Z", ["2026-10-26"]),
    "skip, a second late": ("skip", "2026-10-23T12:00:00Z", "2026-10-26T02:30:01Z", []),
}


@pytest.mark.parametrize(("catch_up", "before", "after", "dates"), GAPS.values(), ids=GAPS)
def test_a_gap_of_three_days_across_a_clock_change(catch_up: str, before: str, after: str, dates: list[str]) -> None:
    world = nightly(catch_up, before)
    assert opened(world.sweep(after)) == [f"The night of {date}" for date in dates]
    assert opened(world.sweep(instant(after) + MINUTE)) == []


def test_all_of_a_long_gap_comes_in_several_commits_and_a_limit_leaves_the_rest() -> None:
    world = World(HOURLY)
    report = world.sweep("3d", limit=10)
    assert len(opened(report)) == 10
    assert complaint(report) == (7, "--limit left tickets of schedules", "the next sweep goes on")
    rest = opened(world.sweep("3d"))
    assert (len(rest), rest[-1]) == (62, "09:00")
    assert opened(world.sweep("3d")) == []


def test_a_limit_is_one_for_tickets_that_are_opened_and_those_that_are_due() -> None:
    world = World(HOURLY + "\nsla: [{name: s, targets: {resolution: 1h}}]")
    world.create()
    report = world.sweep("3h", limit=3)

    assert (len(opened(report)), report.deferred, report.limited) == (3, 1, True)
    assert complaint(report).message == "--limit left 1 ticket"  # type: ignore[union-attr]


def test_an_idle_sweep_reads_no_schedule_and_knows_when_the_next_is_due() -> None:
    world = World(HOURLY)
    before = world.store.rows_read()
    report = world.sweep("30m")
    assert report.next_wake_at == world.now + 30 * MINUTE
    assert world.store.rows_read() == before


def test_another_expression_begins_anew_and_a_schedule_that_went_is_forgotten() -> None:
    world = World({"rules/schedules.yaml": HOURLY})
    world.files["rules/schedules.yaml"] = HOURLY.replace("0 * * * *", "*/10 * * * *")
    assert opened(world.sweep("5h5m")) == []
    assert opened(world.sweep("5h10m")) == ["14:10"]
    world.files["rules/schedules.yaml"] = "priority:\n  - {name: p, set: low}\n"
    world.sweep("6h")
    with world.store.read() as reader:
        assert (reader.note("schedules"), reader.counter("schedule_at")) == ({}, 0)


def test_a_key_of_its_own_counts_due_times_on_the_ticket_that_is_not_resolved() -> None:
    rules = HOURLY.replace("{subject:", "{dedup_key: rounds, subject:")
    world = World(rules)
    world.sweep("3h")
    assert (world.ticket(1).occurrences, world.ids()) == (3, [1])
    world.do("resolve", 1, at="3h30m")
    world.sweep("4h")
    assert world.ids() == [1, 2]


def test_a_ticket_that_cannot_be_opened_is_reported_and_opened_once_it_can() -> None:
    rules = 'schedules:\n  - {name: hourly, cron: "0 * * * *", ticket: {subject: x, fields: {size: big}}}\n'
    world = World({"rules/schedules.yaml": rules, "rules/fields.yaml": "fields: {size: {type: number}}\n"})
    report = world.sweep("1h")
    problem = complaint(report)
    assert problem is not None and problem.code == 5
    assert "schedule hourly could not open its ticket" in problem.message
    assert world.ids() == []
    world.files["rules/fields.yaml"] = "fields: {size: {type: text}}\n"
    assert opened(world.sweep("1h1m")) == ["x"]
    assert world.ids() == [1], "no number was spent on the attempts"


def test_a_dry_run_says_what_would_be_opened_and_opens_nothing() -> None:
    world = World(HOURLY)
    assert opened(world.sweep("2h", dry_run=True)) == ["10:00", "11:00"]
    assert world.ids() == []
    assert opened(world.sweep("2h")) == ["10:00", "11:00"]


def test_a_clock_that_goes_back_opens_nothing_twice() -> None:
    world = World(HOURLY)
    world.sweep("5h")
    assert opened(world.sweep("2h")) == []
    assert opened(world.sweep("6h")) == ["15:00"]


def test_a_schedule_that_begins_anew_under_an_earlier_clock_opens_nothing_twice() -> None:
    world = World(HOURLY)
    assert opened(world.sweep("1h")) == ["10:00"]
    for at, cron in (("2m", "0 0 * * *"), ("3m", "0 * * * *")):
        world.files["rules/test.yaml"] = HOURLY.replace("0 * * * *", cron)
        world.sweep(at)
    assert opened(world.sweep("2h")) == ["11:00"]
    assert (world.ids(), world.ticket(1).occurrences) == ([1, 2], 1)


@settings(max_examples=15)
@given(st.lists(st.integers(1, 20 * HOUR), min_size=1, max_size=8), st.sampled_from(["2026-03-27", "2026-10-23"]))
def test_every_due_time_has_one_ticket_whatever_the_rhythm_of_sweeps(waits: list[int], day: str) -> None:
    rules = """
    schedules:
      - {name: s, cron: "30 */2 * * *", timezone: Europe/Berlin, catch_up: all, ticket: {subject: s}}
    """
    world = World(rules, swept=False)
    world.sweep(f"{day}T12:00:00Z")
    start = world.now
    for wait in waits:
        world.sweep(world.now + wait)
    wanted = due_times(read_cron("30 */2 * * *"), ZoneInfo("Europe/Berlin"), start, world.now)
    with world.store.read() as reader:
        tickets = [ticket.external_ids["schedule"] for ticket in reader.walk_tickets()]
    assert tickets == [f"s {format_instant(at)}" for at in wanted]


def test_one_finds_the_newest_of_a_gap_of_years_at_once() -> None:
    world = World('schedules:\n  - {name: m, cron: "* * * * *", ticket: {subject: "{{ due_at }}"}}\n')
    later = world.now + 5 * 366 * DAY
    assert opened(world.sweep(later)) == [format_instant(later)]
    assert parse_instant(world.ticket(1).subject) == later
