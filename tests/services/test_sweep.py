"""Sweep, exactly; and which rulebook it sweeps by (design section 6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, START, World, actions
from tests.services.sweep_desk import BREACH, CLOSE, closed, resolved
from ticketcli.domain.desk import Guard
from ticketcli.domain.rulebook import Rulebook, load_rulebook
from ticketcli.services.sweep import SWEPT_AT
from ticketcli.services.sweep_report import complaint


def test_nothing_due_says_nothing_and_reads_no_row() -> None:
    world = World(BREACH)
    world.create()
    world.sweep()
    before = world.store.rows_read()
    report = world.sweep("5m")
    assert (report.actions, report.examined, report.next_wake_at) == ((), 0, START + HOUR)
    assert world.store.rows_read() - before <= 1, "the row that says when it wakes next"


@pytest.mark.parametrize(("at", "noted"), [("9m59s", START), ("10m", START + 600)], ids=str)
def test_an_idle_sweep_writes_that_it_ran_every_ten_minutes_at_most(at: str, noted: int) -> None:
    world = World(BREACH)
    world.sweep(at)
    with world.store.read() as reader:
        assert reader.counter(SWEPT_AT) == noted


def test_a_sweep_reads_a_row_for_each_ticket_that_is_due() -> None:
    world = World(BREACH)
    for minute in range(40):
        world.create(at=f"{minute}m" if minute else "0s")
    before = world.store.rows_read()
    report = world.sweep("1h19m")
    assert report.examined == 20
    assert world.store.rows_read() - before <= 20 + 2, "each due ticket once, and two to say when it wakes next"


def test_a_clock_that_is_behind_is_told_in_words() -> None:
    world = World(BREACH)
    world.create(at="200h")
    found = complaint(world.sweep("1h"))
    assert found is not None
    assert (found.code, found.message) == (7, "the clock is 8d 7h behind the newest event, so nothing was closed")


def test_the_oldest_due_comes_first_and_a_limit_leaves_the_rest() -> None:
    world = World(BREACH)
    for minute in (20, 10, 30):
        world.create(at=START + 40 * 60 - minute * 60)
    report = world.sweep("3h", limit=2)
    assert [ticket for ticket, kind in actions([report]) if kind == "sla_breached"] == [3, 1]
    assert (report.deferred, report.limited, report.examined) == (1, True, 2)
    assert complaint(report).code == 7  # type: ignore[union-attr]
    assert [ticket for ticket, kind in actions([world.sweep()]) if kind == "sla_breached"] == [2]


def test_what_the_guard_holds_back_spends_nothing_of_a_limit() -> None:
    world = World(CLOSE + "\n" + BREACH, guard=Guard(max_closes=10, max_gap=None))
    resolved(world, 14)
    world.sweep("2h")
    late = [world.create(at="3h"), world.create(at="3h")]
    reports = [world.sweep("4h", limit=1), world.sweep("4h", limit=1), world.sweep("4h", limit=1)]

    assert [ticket for ticket, kind in actions(reports) if kind == "sla_breached"] == late
    assert [(report.examined, report.deferred, report.limited) for report in reports] == [
        (5, 5, True), (5, 4, False), (4, 4, False)
    ]  # fmt: skip
    assert [found.message for report in reports if (found := complaint(report))] == [
        "--limit left 1 ticket",
        *["guard.max_closes and guard.max_share held 4 tickets back"] * 2,
    ]


def test_a_limit_goes_over_all_commits_of_a_sweep() -> None:
    world = World(BREACH)
    for _ in range(120):
        world.create()
    reports = [world.sweep("2h", limit=limit) for limit in (60, 50, 50)]

    assert [(report.examined, report.deferred, report.limited) for report in reports] == [
        (60, 60, True), (50, 10, True), (10, 0, False)
    ]  # fmt: skip


def test_a_dry_run_prints_the_same_actions_and_changes_nothing() -> None:
    world = World(BREACH + "\n" + CLOSE)
    resolved(world, 3)
    world.create()
    world.go("3h")
    tables = dict(world.store._engine.tables)  # type: ignore[attr-defined]
    rehearsed = world.sweep(dry_run=True)
    assert world.store._engine.tables == tables  # type: ignore[attr-defined]
    done = world.sweep()
    assert [action[:3] for action in rehearsed.actions] == [action[:3] for action in done.actions]
    assert (rehearsed.examined, rehearsed.postponed, rehearsed.deferred) == (4, 0, 0)


def test_a_sweep_of_many_batches_does_everything() -> None:
    world = World(BREACH)
    for _ in range(120):
        world.create()
    assert world.sweep("2h").examined == 120
    assert all(world.ticket(id).labels == ("late",) for id in world.ids())


def test_broken_rules_close_nothing_but_go_on_warning_by_the_last_good_ones() -> None:
    world = World(CLOSE + "\n" + BREACH)
    resolved(world, 1)
    world.create()
    world.files.broken = "rules/sla.yaml:3: no such key"
    report = world.sweep("3h")
    assert (2, "sla_breached") in actions([report])
    assert (closed(world), complaint(report).code) == (0, 5)  # type: ignore[union-attr]
    world.files.broken = ""
    world.sweep("4h")
    assert closed(world) == 1


def test_a_vanished_file_goes_on_deciding_until_that_is_accepted() -> None:
    world = World({"rules/close.yaml": CLOSE, "rules/sla.yaml": BREACH})
    resolved(world, 1)
    del world.files["rules/sla.yaml"]
    world.create()
    report = world.sweep("3h")
    assert "sla.yaml is gone" in complaint(report).message  # type: ignore[union-attr]
    assert world.ticket(2).labels == ("late",)
    assert closed(world) == 0
    world.accept()
    report = world.sweep("4h")
    assert (complaint(report), closed(world)) == (None, 1)
    assert world.view(2).sla == {}


def test_files_that_are_put_back_decide_again() -> None:
    world = World({"rules/close.yaml": CLOSE, "rules/sla.yaml": BREACH})
    world.create()
    del world.files["rules/sla.yaml"]
    world.sweep("10m")
    world.files["rules/sla.yaml"] = BREACH
    assert complaint(world.sweep("2h")) is None
    assert world.ticket().labels == ("late",)


def test_a_changed_rulebook_plans_every_ticket_anew_but_the_final_ones() -> None:
    world = World("")
    for _ in range(3):
        world.create()
    world.do("close", 3)
    assert world.wake_at(1) is None
    world.files["rules/sla.yaml"] = BREACH
    report = world.sweep("30m")
    assert report.examined == 2
    assert [world.wake_at(id) for id in (1, 2, 3)] == [START + HOUR, START + HOUR, None]
    assert world.sweep("31m").examined == 0
    assert world.ticket().version == 1, "re-filing changes no ticket"


def test_tickets_made_while_the_first_rules_were_broken_are_planned_when_they_are_mended() -> None:
    world = World(BREACH, swept=False)
    world.files.broken = "rules/test.yaml:1: broken"
    world.create()
    assert world.wake_at() is None
    world.files.broken = ""
    assert world.sweep("30m").examined == 1
    assert world.wake_at() == START + HOUR


def test_rules_that_are_edited_back_plan_anew_what_the_edited_ones_planned() -> None:
    world = World(BREACH)
    world.create()
    world.files["rules/test.yaml"] = BREACH.replace("1h", "5h")
    world.sweep("10m")
    assert world.wake_at() == START + 5 * HOUR
    world.files["rules/test.yaml"] = BREACH
    assert world.sweep("20m").examined == 1
    assert world.wake_at() == START + HOUR


def test_any_commit_plans_a_ticket_by_the_new_rules_at_once() -> None:
    world = World("")
    world.create()
    world.files["rules/sla.yaml"] = BREACH
    world.do("label", 1, at="10m", add=["x"])
    assert world.wake_at() == START + HOUR


def test_rules_that_undo_each_other_stop_after_eight_passes_and_are_named() -> None:
    world = World(
        """
        escalation:
          - {name: on, when: {labels: {has_none: [x]}}, then: [{label: x}]}
          - {name: off, when: {labels: {has: x}}, then: [{unlabel: x}]}
        """
    )
    assert world.create() == 1
    assert world.last().data == {"rules": ["off", "on"]}
    assert world.kinds().count("escalated") == 8
    world.check()


def test_a_sweep_that_loops_ends_with_five() -> None:
    world = World(
        """
        escalation:
          - {name: on, when: {age: {over: 1h}, labels: {has_none: [x]}}, then: [{label: x}]}
          - {name: off, when: {labels: {has: x}}, then: [{unlabel: x}]}
        """
    )
    world.create()
    assert complaint(world.sweep("2h")).code == 5  # type: ignore[union-attr]


def test_messages_that_reach_nobody_are_not_counted_as_sent() -> None:
    world = World("escalation: [{name: e, when: {age: {over: 1h}}, then: [{notify: manager}]}]")
    world.create(assignee="bob")
    world.create()
    report = world.sweep("2h")
    assert report.sent == 1
    assert [message.state for message in world.messages(2)] == ["unaddressed"]


def test_planning_everything_anew_compiles_the_former_rules_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(BREACH)
    for _ in range(60):
        world.create()
    world.files["rules/test.yaml"] = BREACH + "\n# edited"
    before, compiled = world.store.rows_read(), []

    def load(*args: Any) -> Rulebook:
        compiled.append(args)
        return load_rulebook(*args)

    monkeypatch.setattr("ticketcli.services.in_force.load_rulebook", load)
    assert world.sweep("10m").examined == 60
    assert len(compiled) <= 5
    assert world.store.rows_read() - before <= 60 + 5


def test_a_ticket_that_the_rules_in_force_planned_is_decided_without_compiling_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, compiled = World(BREACH), []
    world.create()

    def load(*args: Any) -> Rulebook:
        compiled.append(args)
        return load_rulebook(*args)

    monkeypatch.setattr("ticketcli.services.in_force.load_rulebook", load)
    world.do("comment", 1, text="hm")
    assert len(compiled) == 1
