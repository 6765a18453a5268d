"""Reminders, marks and confirmations of auto-close (design section 6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import DAY, HOUR, LEE, START, World
from tests.domain.waiting_desk import DAILY, OFFICE, SILENT, close_at, resolved, waits
from ticketcli.domain.desk import Guard
from ticketcli.domain.instants import format_instant
from ticketcli.errors import Conflict, NotPermitted


def test_nothing_but_a_sweep_closes_or_reminds() -> None:
    world = resolved()
    world.do("label", 1, at="200h", add=["hello"])
    assert "closed" not in world.kinds() and "reminded" not in world.kinds()
    assert world.wake_at() is not None and world.wake_at() <= world.now  # type: ignore[operator]


def test_a_reminder_of_the_same_second_as_a_reply_does_not_count_for_the_next_wait() -> None:
    world = resolved(DAILY)
    world.sweep("25h")
    world.answer(1, "one more question", at="25h")
    assert world.view().autoclose.reminded == ()  # type: ignore[union-attr]
    world.sweep("49h")
    assert world.times(1, "reminded") == ["2026-03-03T10:00:00Z", "2026-03-04T10:00:00Z"]
    world.sweep("73h")
    assert world.ticket().status == "closed"


def test_a_late_reminder_moves_the_close_by_all_it_announced() -> None:
    world = resolved()
    world.sweep("45h")
    assert close_at(world) == "2026-03-05T06:00:00Z"
    assert world.last().data["close_at"] == "2026-03-05T06:00:00Z"
    world.sweep("50h")
    assert world.ticket().status == "resolved"
    world.sweep("68h")
    world.sweep("69h")
    assert world.times(1, "closed") == ["2026-03-05T06:00:00Z"]


def test_after_a_long_outage_each_sweep_reminds_at_most_once_and_the_first_closes_nothing() -> None:
    world = resolved()
    world.sweep("1000h")
    assert world.kinds()[-1] == "reminded"
    world.sweep("1001h")
    assert world.kinds().count("reminded") == 1
    world.sweep_every("1h", "1100h")
    assert world.kinds().count("reminded") == 2
    assert world.ticket().status == "closed"


@pytest.mark.parametrize("ends", ["49h", "100h"])
def test_an_outage_after_one_delivered_reminder_closes_without_the_shorter_one(ends: str) -> None:
    world = resolved()
    world.sweep("25h")
    world.sweep(ends)
    assert world.kinds().count("reminded") == 1
    assert world.ticket().status == "closed"


@pytest.mark.parametrize(("rule", "wakes"), [("", 600), ("confirm: supervisor", None)], ids=["postponed", "confirm"])
def test_a_notice_that_an_outage_missed_is_nothing_to_wake_for(rule: str, wakes: int | None) -> None:
    world = resolved(waits(", ".join(filter(None, [rule, "after: 48h, remind: [24h, 1h]"]))))
    world.guard = Guard(max_gap=26 * HOUR)
    world.sweep("26h")
    world.sweep("60h")
    assert world.kinds(1)[-1] == ("confirm_asked" if rule else "postponed")
    assert world.wake_at() == (None if wakes is None else world.now + wakes)


def test_a_notice_longer_than_the_whole_wait_is_skipped_also_when_a_late_one_moves_the_close() -> None:
    world = resolved(waits("after: 6h, calendar: office, remind: [5h, 1h]") + OFFICE)
    world.do("extend", 1, at="1h", by=60)
    world.sweep("1h")
    assert "reminded" not in world.kinds()
    world.sweep("4h")
    assert [event.data["before"] for event in world.events(1, "reminded")] == [5 * 3600]


def test_reminders_count_in_the_calendar_of_the_rule() -> None:
    world = resolved(waits("after: 5d, calendar: office, remind: [1d]") + OFFICE)
    assert close_at(world) == "2026-03-09T10:00:00Z"
    world.sweep_on_time("300h")
    assert world.times(1, "reminded") == ["2026-03-06T10:00:00Z"]
    assert world.times(1, "closed") == ["2026-03-09T10:00:00Z"]


def test_a_reminder_in_time_moves_no_close_that_falls_on_an_opening() -> None:
    world = resolved(waits("after: 1d, calendar: office, remind: [4h]") + OFFICE)
    world.answer(1, "still fixed", at="9h")
    assert close_at(world) == "2026-03-04T09:00:00Z"
    world.sweep_on_time("72h")
    assert world.times(1, "reminded") == ["2026-03-03T13:00:00Z"]
    assert world.times(1, "closed") == ["2026-03-04T09:00:00Z"]


def test_remind_nobody_in_so_many_words_closes_without_a_reminder() -> None:
    world = resolved(waits("after: 2h, remind: []"))
    world.sweep("3h")
    assert world.kinds()[-1] == "closed"


def test_an_edited_rule_keeps_the_close_that_a_reminder_announced() -> None:
    world = resolved(waits("after: 5d, calendar: office, remind: [4d]") + OFFICE)
    world.sweep("25h")
    assert close_at(world) == "2026-03-09T10:00:00Z"
    world.files["rules/test.yaml"] = waits("after: 5d, remind: [4d]")
    world.sweep("130h")
    assert world.ticket().status == "resolved"
    assert close_at(world) == "2026-03-09T10:00:00Z"


def test_extend_by_moves_the_end_and_keeps_the_reminders_given() -> None:
    world = resolved()
    world.sweep("25h")
    world.do("extend", 1, at="30h", by=10 * 3600)
    world.do("extend", 1, at="31h", by=2 * 3600)
    assert close_at(world) == format_instant(START + 61 * 3600)
    world.sweep_on_time("200h")
    assert world.times(1, "reminded") == ["2026-03-03T10:00:00Z", format_instant(START + 60 * 3600)]


def test_reminders_go_to_the_requester_and_without_address_to_the_assignee() -> None:
    world = resolved()
    world.sweep("25h")
    assert [(m.kind, m.to, m.via, m.state) for m in world.messages()] == [("reminder", "lee@x.cn", "desk", "delivered")]
    world = resolved(requester={"name": "Lee"}, assignee="ann")
    world.sweep("25h")
    assert world.told() == ["ann"]


def test_remind_to_names_others() -> None:
    world = resolved(waits("after: 48h, remind: [24h], remind_to: [assignee, carol]"), assignee="bob")
    world.sweep("25h")
    assert world.told() == ["bob", "carol"]


@pytest.mark.parametrize("facts", [{}, {"requester": {"name": "Lee"}}], ids=["no requester", "one without address"])
def test_a_reminder_that_reaches_nobody_blocks_the_close_until_somebody_is_there(facts: dict[str, Any]) -> None:
    world = World(SILENT)
    world.create(as_="ci", class_="bot", **facts)
    world.do("resolve", 1, at="1h", class_="bot", as_="ci")
    world.sweep("25h")
    assert world.last(1, "reminded").data["notified"] == [{"to": "", "via": "desk", "state": "unaddressed"}]
    world.sweep("48h")
    assert world.wake_at() is None, "an unaddressed ticket would be looked at by every sweep"
    world.sweep("80h")
    assert world.ticket().status == "resolved"
    world.do("assign", 1, at="90h", to="ann", class_="bot")
    world.sweep("90h")
    assert world.told()[-1] == "ann"
    assert close_at(world) == format_instant(START + 114 * 3600)
    world.sweep_on_time("200h")
    assert world.times(1, "closed") == [format_instant(START + 114 * 3600)]


def test_the_mark_is_set_with_the_first_reminder_only() -> None:
    world = resolved(DAILY.replace("[24h]", "[24h, 1h]"))
    world.sweep("25h")
    world.do("label", 1, at="26h", remove=["stale"])
    world.sweep("48h")
    assert world.kinds().count("reminded") == 2
    assert world.ticket().labels == ()


def test_a_rule_that_is_gone_takes_its_mark_along() -> None:
    world = resolved(DAILY)
    world.sweep("25h")
    world.files["rules/test.yaml"] = waits("after: 72h, remind: [1h]")
    world.sweep("26h")
    assert (world.ticket().labels, world.ticket().episodes) == ((), {})


def test_another_rule_that_is_gone_leaves_the_mark() -> None:
    world = resolved(DAILY + "escalation: [{name: new, when: {status: resolved}, then: [{notify: carol}]}]")
    world.sweep("25h")
    world.files["rules/test.yaml"] = DAILY
    world.do("label", 1, at="26h", add=["x"])
    assert [(event.kind, event.data.get("why")) for event in world.events(1)[-1:]] == [("lapsed", "the rule is gone")]
    assert world.ticket().labels == ("stale", "x")


def test_the_mark_stays_when_the_rule_closes() -> None:
    world = resolved(DAILY)
    world.sweep_on_time("60h")
    assert (world.ticket().status, world.ticket().labels) == ("closed", ("stale",))

CONFIRM = """
autoclose:
  - name: asks
    when: {status: resolved}
    after: 2h
    remind: []
    confirm: supervisor
    close: {comment: bye, reason: handled}
"""


def test_a_rule_with_confirm_asks_once_and_closes_nothing() -> None:
    world = resolved(CONFIRM)
    world.sweep("3h")
    world.sweep("30h")
    assert world.kinds().count("confirm_asked") == 1
    assert world.told() == ["carol"]
    assert world.ticket().status == "resolved"
    assert world.wake_at() is None


def test_only_the_role_confirms() -> None:
    world = resolved(CONFIRM)
    with pytest.raises(Conflict):
        world.do("confirm", 1, as_="carol")
    world.sweep("3h")
    with pytest.raises(NotPermitted):
        world.do("confirm", 1, as_="bob")
    world.do("confirm", 1, as_="carol")
    assert (world.ticket().status, world.ticket().close_reason) == ("closed", "handled")
    assert world.last(1, "commented").data["text"] == "bye"
    assert world.last(1, "closed").actor.name == "carol"


@pytest.mark.parametrize("verb", ["reply", "extend", "hold"])
def test_what_moves_the_wait_takes_the_question_back(verb: str) -> None:
    world = resolved(CONFIRM)
    world.sweep("3h")
    if verb == "reply":
        world.reply(1, at="4h")
    else:
        world.do(verb, 1, at="4h")
    with pytest.raises(Conflict):
        world.do("confirm", 1, as_="carol")


def test_a_wait_that_ended_takes_its_warnings_along_even_if_the_next_begins_at_the_same_instant() -> None:
    world = World(waits("after: 5h, remind: [30m]", "status: [new, open]"))
    world.create(requester=LEE)
    world.sweep("4h30m")
    world.do("resolve", 1, at="4h40m", class_="bot")
    world.do("reopen", 1, at=START - 3 * DAY, class_="bot")  # the clock was set back: `at` begins the old wait
    world.sweep("5h30m")
    assert world.ticket().status == "open", "nobody was warned since it was reopened"
    assert world.kinds()[-1] == "reminded"
    world.sweep("6h")
    assert world.ticket().status == "closed"


def test_one_notice_a_sweep_also_while_none_has_arrived() -> None:
    world = resolved(SILENT + "channels: {mail: {type: mail, host: h, from: desk@x.cn}}\n")
    world.sweep("1000h")
    assert world.kinds(1).count("reminded") == 1
    world.sweep("1000h")
    assert world.kinds(1).count("reminded") == 2


def test_an_escalation_of_the_same_name_that_lapses_leaves_the_notices_alone() -> None:
    escalation = "escalation: [{name: silent, when: {labels: {has: x}}, then: [{notify: carol}]}]"
    world = resolved(SILENT + escalation, labels=["x"])
    world.sweep("25h")
    world.do("label", 1, at="26h", remove=["x"])
    assert world.kinds(1)[-1] == "lapsed"
    assert len(world.view().autoclose.reminded) == 1  # type: ignore[union-attr]
