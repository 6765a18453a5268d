"""Auto-close, exactly (design section 6): when a ticket waits, since when, and what ends the wait."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import DAY, LEE, START, World, actions
from tests.domain.waiting_desk import DAILY, SILENT, close_at, resolved, waits
from ticketcli.domain.instants import format_instant


def test_closes_after_two_silent_days_warned_twice() -> None:
    world = resolved()
    world.sweep_every("1h", "60h")
    assert world.ticket().status == "closed"
    assert world.ticket().close_reason == "requester-silent"
    assert world.times(1, "reminded") == ["2026-03-03T10:00:00Z", "2026-03-04T09:00:00Z"]
    assert world.times(1, "closed") == ["2026-03-04T10:00:00Z"]
    assert world.last(1, "commented").data == {"text": "No reply for 48 hours on #1.", "public": True}
    world.check()


def test_swept_at_each_wake_it_closes_to_the_second() -> None:
    world = resolved()
    reports = world.sweep_on_time("100h")
    assert actions(reports) == [(1, "reminded"), (1, "reminded"), (1, "commented"), (1, "closed")]
    assert world.times(1, "closed") == ["2026-03-04T10:00:00Z"]


@pytest.mark.parametrize(
    ("who", "starts_anew"),
    [
        pytest.param({"as_": "lee@x.cn", "class_": "agent"}, True, id="public agent comment"),
        pytest.param({"class_": "agent", "internal": True}, False, id="internal comment"),
        pytest.param({"as_": "ci", "class_": "bot"}, False, id="bot comment"),
    ],
)
def test_whose_words_restart_the_wait_for_the_requester(who: dict[str, Any], starts_anew: bool) -> None:
    world = resolved()
    world.sweep("25h")
    world.do("comment", 1, at="30h", text="any news?", **who)
    assert close_at(world) == ("2026-03-05T15:00:00Z" if starts_anew else "2026-03-04T10:00:00Z")


@pytest.mark.parametrize(
    ("class_", "expected"),
    [("agent", "2026-03-05T15:00:00Z"), ("requester", "2026-03-05T15:00:00Z"), ("bot", "2026-03-04T10:00:00Z")],
)
def test_any_activity_restarts_the_wait_for_anyone(class_: str, expected: str) -> None:
    world = resolved(waits("after: 48h, remind: [1h]", "status.kind: [active, resolved]"))
    world.do("comment", 1, at="30h", as_="someone", class_=class_, text="hm", internal=class_ == "agent")
    assert close_at(world) == expected


def test_labels_fields_and_assignment_are_no_activity() -> None:
    world = resolved(DAILY)
    world.do("label", 1, at="30h", add=["x"])
    world.do("set", 1, values={"fields.y": "1", "priority": "low"})
    world.do("assign", 1, to="bob")
    assert close_at(world) == "2026-03-04T10:00:00Z"


def test_a_comment_of_a_rule_does_not_restart_the_wait() -> None:
    then = "escalation: [{name: x, when: {in_status: {over: 5h}}, then: [{comment: hm, public: true}]}]"
    world = resolved(DAILY + then)
    world.sweep("7h")
    assert world.last().kind == "commented"
    assert close_at(world) == "2026-03-04T10:00:00Z"


def test_a_reply_reopens_and_ends_the_wait() -> None:
    world = resolved(DAILY)
    world.sweep("25h")
    assert world.ticket().labels == ("stale",)
    world.reply(1, at="30h")
    assert world.ticket().status == "open"
    assert world.ticket().labels == ()
    assert world.kinds()[-4:] == ["commented", "reopened", "lapsed", "labelled"]
    assert not world.ticket().episodes
    assert world.view().autoclose is None


def test_a_comment_before_the_close_wins_however_late_the_sweep() -> None:
    world = resolved()
    world.sweep("25h")
    world.do("comment", 1, at="48h", as_="ann", class_="agent", text="wait")
    world.sweep("49h")
    world.sweep("60h")
    assert world.ticket().status == "resolved"


@pytest.mark.parametrize("exempt", [{"values": {"tier": "vip"}}, {"add": ["keep-open"]}], ids=["vip", "label"])
def test_an_exemption_that_appears_late_ends_the_wait(exempt: dict[str, Any]) -> None:
    world = resolved()
    world.sweep("25h")
    world.do("set" if "values" in exempt else "label", 1, at="30h", **exempt)
    assert world.kinds()[-1] == "lapsed"
    world.sweep("100h")
    assert world.ticket().status == "resolved"


def test_the_end_of_an_exemption_begins_a_whole_new_wait() -> None:
    world = resolved()
    world.do("label", 1, at="2h", add=["keep-open"])
    world.do("label", 1, at="40h", remove=["keep-open"])
    assert close_at(world) == format_instant(START + 88 * 3600)


@pytest.mark.parametrize(
    ("first", "hours"),
    [
        pytest.param("priority: high", 88, id="through a rule before it, which ceased to match"),
        pytest.param("priority: high, labels: {has: other}", 49, id="a rule before it whose turn it never was"),
    ],
)
def test_the_end_of_an_exemption_through_an_earlier_rule_begins_a_whole_new_wait(first: str, hours: int) -> None:
    rest = "unless: {labels: {has: keep}}, after: 9h, remind: [], close: {reason: handled}"
    before = f"  - {{name: first, when: {{{first}}}, {rest}}}\n"
    world = resolved(SILENT.replace("autoclose:\n", "autoclose:\n" + before), labels=["keep"], priority="high")
    world.do("set", 1, at="40h", values={"priority": "low"})
    assert close_at(world) == format_instant(START + hours * 3600)


def test_an_exemption_of_a_rule_whose_turn_it_is_not_begins_no_wait() -> None:
    rules = [
        "{name: plain, when: {category: a}, after: 500h, remind: [], close: {reason: handled}}",
        "{name: exempt, when: {priority: high}, unless: {labels: {has: keep}}, after: 9h, remind: [],"
        " close: {reason: handled}}",
        "{name: rest, when: {status: resolved}, after: 100h, remind: [], close: {reason: handled}}",
    ]
    world = resolved(f"autoclose: [{', '.join(rules)}]", labels=["keep"], priority="high", category="a")
    world.do("set", 1, at="40h", values={"priority": "low"})
    assert close_at(world) == format_instant(START + 501 * 3600)
    world.do("set", 1, at="50h", values={"category": "b"})
    assert close_at(world) == format_instant(START + 101 * 3600), "the first rule waited, so that none was exempt"


def test_the_first_rule_that_matches_decides_also_when_its_exemption_holds() -> None:
    second = "  - {name: second, when: {status: resolved}, after: 1h, remind: [], close: {reason: handled}}"
    world = resolved(SILENT + second, labels=["keep-open"])
    world.sweep("100h")
    assert world.ticket().status == "resolved"


def test_extend_restarts_the_wait_now() -> None:
    world = resolved()
    world.sweep("25h")
    world.do("extend", 1, at="30h")
    assert close_at(world) == format_instant(START + 78 * 3600)
    assert world.view().autoclose.reminded == ()  # type: ignore[union-attr]
    world.sweep_on_time("200h")
    assert world.kinds().count("reminded") == 3
    assert world.times(1, "closed") == [format_instant(START + 78 * 3600)]


def test_a_hold_stops_the_wait_and_its_end_begins_a_new_one() -> None:
    world = resolved(DAILY)
    world.sweep("25h")
    world.do("hold", 1, at="30h", until=START + 100 * 3600, reason="vendor")
    assert world.view().autoclose is None
    assert world.ticket().labels == ()
    world.sweep("90h")
    assert world.kinds().count("reminded") == 1
    world.sweep("101h")
    assert world.times(1, "unheld") == [format_instant(START + 100 * 3600)]
    assert close_at(world) == format_instant(START + 148 * 3600)


def test_unhold_begins_a_new_wait_too() -> None:
    world = resolved()
    world.do("hold", 1, at="2h")
    assert world.wake_at() is None
    world.do("unhold", 1, at="20h")
    assert close_at(world) == format_instant(START + 68 * 3600)


def test_reopening_and_resolving_again_begins_a_new_wait() -> None:
    world = resolved(DAILY)
    world.do("reopen", 1, at="10h", class_="bot")
    world.do("resolve", 1, at="11h", class_="bot")
    assert close_at(world) == format_instant(START + 59 * 3600)


def test_the_wait_starts_when_the_condition_came_to_hold_through_the_events() -> None:
    rules = waits("after: 24h, remind: []", "status: resolved, labels: {has: done}, priority: low")
    world = resolved(rules)
    world.do("set", 1, at="3h", values={"priority": "low"})
    world.do("label", 1, at="5h", add=["done"])
    world.do("label", 1, at="7h", add=["other"])
    assert close_at(world) == format_instant(START + 29 * 3600)


def test_a_condition_on_time_starts_the_wait_when_time_made_it_true() -> None:
    rules = waits("after: 24h, remind: [1h]", "status: resolved, in_status: {over: 10h}")
    world = resolved(rules)
    assert close_at(world) == "never"
    world.sweep("20h")
    assert close_at(world) == format_instant(START + 35 * 3600)


def test_a_hold_that_ended_unseen_before_a_comment_does_not_date_the_condition() -> None:
    rules = waits("silent: requester, after: 24h, remind: []", "status: resolved, comment_count: {gte: 2}")
    world = resolved(rules)
    world.do("hold", 1, at="2h", until=START + 3 * 3600)
    world.do("comment", 1, at="5h", class_="agent", text="x", internal=True)
    assert world.kinds()[-2:] == ["commented", "unheld"]
    assert close_at(world) == format_instant(START + 29 * 3600)


def test_a_rule_may_close_into_resolved() -> None:
    rules = waits("after: 2h, remind: []", "status: pending")
    world = World(rules.replace("reason: handled", "to: resolved, reason: handled"))
    world.create()
    world.do("wait", 1)
    world.sweep("2h")
    assert (world.kinds()[-1], world.ticket().status, world.ticket().resolved_at) == ("resolved", "resolved", world.now)


def test_the_view_after_a_commit_is_the_view_that_show_gives() -> None:
    rules = waits("after: 24h, remind: []", "status: resolved, comment_count: {lte: 2}")
    world = World(rules)
    world.create(requester=LEE)
    world.answer(1)
    world.do("resolve", 1, at="1h")
    result = world.do("comment", 1, at="2h", class_="bot", text="x")[0]
    assert result.view == world.view()
    assert close_at(world) == format_instant(START + 25 * 3600)


@pytest.mark.parametrize(
    ("rule", "when"),
    [
        ("after: 2d, remind: [1d]", "status: resolved, age: {over: 5d}"),
        ("after: 20d, remind: [1d]", "status: resolved, age: {under: 5d}"),
        ("after: 20d, remind: [1d], unless: {age: {over: 5d}}", "status: resolved"),
        ("after: 2d, remind: [1d], unless: {age: {under: 5d}}", "status: resolved"),
    ],
    ids=["when comes", "when goes", "unless comes", "unless goes"],
)
def test_a_sweep_looks_again_when_time_changes_which_rule_waits(rule: str, when: str) -> None:
    assert resolved(waits(rule, when)).wake_at() == START + 5 * DAY


def test_a_sweep_looks_again_when_an_earlier_rule_comes_to_hold() -> None:
    later = waits("after: 20d, remind: [1d]").replace("autoclose: [{name: a", "  - {name: b").replace("}]\n", "}\n")
    earlier = "{name: a, when: {age: {over: 5d}}, after: 20d, remind: [1d], close: {reason: handled}}"
    assert resolved(f"autoclose:\n  - {earlier}\n{later}").wake_at() == START + 5 * DAY


def test_a_calendar_that_ends_before_the_wait_does_closes_nothing() -> None:
    once = 'calendars: {once: {timezone: UTC, dates: {2026-03-02: ["09:00-17:00"]}}}\n'
    world = resolved(waits("after: 9h, calendar: once, remind: [1h]") + once)
    assert close_at(world) == "never"
    world.sweep("900h")
    assert world.ticket().status == "resolved"


def test_nobody_is_told_of_a_close_into_the_status_that_the_ticket_has() -> None:
    rule = "{name: a, when: {priority: low}, after: 2h, remind: [1h], close: {reason: handled, to: resolved}}"
    world = resolved(f"autoclose: [{rule}]", priority="low")
    assert (close_at(world), world.wake_at()) == ("never", None)
    world.sweep("2h")
    world.do("reopen", 1, at="3h")
    world.sweep_on_time("9h")
    assert world.times(1, "reminded") == ["2026-03-02T13:00:00Z"]
    assert world.times(1, "resolved") == ["2026-03-02T10:00:00Z", "2026-03-02T14:00:00Z"]


def test_a_condition_that_failed_for_a_while_after_a_note_dates_the_wait_from_when_it_held_again() -> None:
    world = resolved(waits("silent: requester, after: 3d, remind: [1d]", "status: resolved, idle: {over: 2d}"))
    world.do("comment", 1, at="60h", text="a note", internal=True)
    world.sweep("109h")
    assert close_at(world) == format_instant(START + 180 * 3600)


def test_a_close_needs_no_transition() -> None:
    ways = "{from: new, to: [pending]}, {from: pending, to: [open]}, {from: open, to: [closed]}"
    world = World(waits("after: 2h, remind: []", "status: pending") + f"lifecycle: {{transitions: [{ways}]}}")
    world.create(requester=LEE)
    world.do("wait", 1)
    world.sweep("2h")
    assert world.ticket().status == "closed"
