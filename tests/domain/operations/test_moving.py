"""Moves: verbs go by kind, transitions may ask for roles and facts, replies of requesters need none (design 6, 7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import LEE, World
from ticketcli.errors import IllegalTransition, NotFound, NotPermitted, TicketError, UsageError

LIFECYCLE = """
lifecycle:
  statuses: {new: initial, work: active, check: active, vendor: waiting, done: resolved, shut: final, binned: final}
  transitions:
    - {from: new, to: [work, vendor, binned]}
    - {from: work, to: [vendor, done], requires: [fields.cause, watchers]}
    - {from: work, to: [check], roles: [supervisor]}
    - {from: check, to: [done]}
    - {from: vendor, to: [check, work]}
    - {from: vendor, to: [shut], roles: [supervisor]}
    - {from: vendor, to: [binned]}
    - {from: done, to: [work, shut]}
    - {from: shut, to: [work], roles: [supervisor]}
    - {from: binned, to: [work]}
  on_requester_reply: {done: work, shut: work}
  close_reasons: [handled, spam]
"""


def opened(rules: str = "", **facts: Any) -> World:
    world = World(rules)
    world.create(**{"requester": LEE, **facts})
    return world


@pytest.mark.parametrize(
    ("before", "verb", "args", "kind", "status"),
    [
        ([], "start", {}, "moved", "open"),
        ([], "wait", {}, "moved", "pending"),
        ([], "resolve", {}, "resolved", "resolved"),
        ([], "close", {}, "closed", "closed"),
        (["start"], "wait", {}, "moved", "pending"),
        (["wait"], "start", {}, "moved", "open"),
        (["resolve"], "close", {}, "closed", "closed"),
        (["resolve"], "reopen", {}, "reopened", "open"),
        (["close"], "reopen", {}, "reopened", "open"),
        (["resolve"], "start", {}, "reopened", "open"),
        ([], "move", {"to": "pending"}, "moved", "pending"),
        ([], "start", {"to": "open"}, "moved", "open"),
        (["start"], "start", {}, None, "open"),
        (["close"], "close", {}, None, "closed"),
        (["resolve"], "resolve", {}, None, "resolved"),
        ([], "reopen", {}, None, "new"),
        (["start"], "move", {"to": "open"}, None, "open"),
    ],
)
def test_verbs_go_by_kind(before: list[str], verb: str, args: dict[str, Any], kind: str | None, status: str) -> None:
    world = opened()
    for earlier in before:
        world.do(earlier, 1)
    version = world.ticket().version
    result = world.do(verb, 1, at="5m", **args)[0]
    assert world.ticket().status == status
    if kind is None:
        assert (result.action, world.ticket().version) == ("unchanged", version)
    else:
        assert (result.action, world.last().kind) == ("reopened" if kind == "reopened" else "updated", kind)


@pytest.mark.parametrize(
    ("before", "verb", "args", "error"),
    [
        (["resolve"], "wait", {}, IllegalTransition),
        (["close"], "resolve", {}, IllegalTransition),
        (["start"], "move", {"to": "new"}, IllegalTransition),
        ([], "move", {"to": "opne"}, NotFound),
        ([], "close", {"reason": "bored"}, NotFound),
        ([], "move", {"to": "open", "reason": "handled"}, UsageError),
        ([], "resolve", {"to": "open"}, UsageError),
    ],
)
def test_what_is_refused_changes_nothing(
    before: list[str], verb: str, args: dict[str, Any], error: type[TicketError]
) -> None:
    world = opened()
    for earlier in before:
        world.do(earlier, 1)
    ticket = world.ticket()
    with pytest.raises(error) as refused:
        world.do(verb, 1, **args)
    assert refused.value.hint
    assert world.ticket() == ticket


def test_a_close_gives_the_first_reason_or_the_one_named() -> None:
    world = opened()
    world.create()
    world.do("close", 1)
    world.do("close", 2, reason="duplicate")
    assert [world.ticket(id).close_reason for id in (1, 2)] == ["handled", "duplicate"]


def test_the_first_status_of_the_kind_that_the_caller_may_enter() -> None:
    world = opened(LIFECYCLE)
    world.do("wait", 1)
    world.do("close", 1, as_="ann")
    assert world.ticket().status == "binned"
    world.create()
    world.do("wait", 2)
    world.do("close", 2, as_="carol")
    assert world.ticket(2).status == "shut"


def test_a_transition_may_ask_for_a_role() -> None:
    world = opened(LIFECYCLE)
    world.do("start", 1)
    with pytest.raises(NotPermitted, match="supervisor"):
        world.do("move", 1, to="check", as_="ann")
    world.do("move", 1, to="check", as_="carol@x.cn")
    assert world.ticket().status == "check"


def test_a_transition_may_require_facts_of_any_form() -> None:
    world = opened(LIFECYCLE)
    world.do("start", 1)
    with pytest.raises(IllegalTransition, match="fields.cause, watchers"):
        world.do("resolve", 1)
    world.do("set", 1, values={"fields.cause": "dust"})
    with pytest.raises(IllegalTransition, match="needs watchers"):
        world.do("resolve", 1)
    world.create(watchers=["ann"], fields={"cause": "dust"})
    world.do("start", 2)
    world.do("resolve", 2)
    assert world.ticket(2).status == "done"


def test_from_a_status_that_the_rules_no_longer_name_every_way_is_open() -> None:
    world = opened(LIFECYCLE)
    world.do("wait", 1)
    world.files["rules/test.yaml"] = ""
    del world.files["rules/test.yaml"]
    world.accept()
    world.do("resolve", 1)
    assert world.ticket().status == "resolved"


@pytest.mark.parametrize("status", ["start", "wait", "resolve", "close"])
def test_a_reply_of_the_requester_moves_as_the_lifecycle_says(status: str) -> None:
    world = opened()
    world.do(status, 1)
    result = world.reply(1, at="1h")
    assert world.ticket().status == "open"
    assert result.action == ("reopened" if status in ("resolve", "close") else "updated")


def test_a_reply_needs_no_role_and_stays_where_the_lifecycle_says_nothing() -> None:
    world = opened(LIFECYCLE)
    world.do("wait", 1)
    world.reply(1)
    assert world.ticket().status == "vendor"
    world.do("close", 1, as_="carol", to="shut")
    world.reply(1)
    assert world.ticket().status == "work"


@pytest.mark.parametrize("class_", ["agent", "bot"])
def test_others_words_change_no_status(class_: str) -> None:
    world = opened()
    world.do("resolve", 1)
    world.do("comment", 1, as_="ann", class_=class_, text="hm")
    assert world.ticket().status == "resolved"


@pytest.mark.parametrize(("time", "action"), [("168h", "reopened"), ("168h1s", "created")])
def test_a_reply_outside_the_window_opens_a_ticket_that_follows(time: str, action: str) -> None:
    world = opened(category="mail")
    world.do("close", 1)
    result = world.reply(1, "it is back", at=time)
    assert result.action == action
    if action == "created":
        assert (result.id, world.ticket(1).status, world.ticket(1).links) == (2, "closed", (("followed_by", 2),))
        follower = world.ticket(2)
        assert (follower.subject, follower.description, follower.category) == ("Printer on fire", "it is back", "mail")
        assert (follower.requester, follower.links) == (world.ticket(1).requester, (("follows", 1),))
        assert follower.trail.asked_at == world.now
    world.check()


@pytest.mark.parametrize(("text", "internal"), [(" ", False), ("secret", True)])
def test_a_follow_up_refuses_what_a_comment_refuses(text: str, internal: bool) -> None:
    world = opened()
    world.do("close", 1)
    with pytest.raises(TicketError):
        world.do("comment", 1, at="300h", as_="lee@x.cn", class_="requester", text=text, internal=internal)
    assert world.ids() == [1]


def test_the_window_counts_from_the_end_that_came_last() -> None:
    world = opened()
    world.do("resolve", 1)
    world.do("close", 1, at="100h")
    assert world.reply(1, at="250h").action == "reopened"


def test_where_nothing_follows_the_refusal_says_so() -> None:
    ways = "transitions: [{from: new, to: [spam]}]"
    world = opened("lifecycle: {statuses: {new: initial, work: active, spam: final}, " + ways + "}")
    world.do("close", 1)
    with pytest.raises(IllegalTransition) as by_kind:
        world.do("start", 1)
    with pytest.raises(IllegalTransition) as by_name:
        world.do("move", 1, to="work")
    assert by_kind.value.hint == by_name.value.hint == "no transition leads out of spam"


def test_a_question_after_the_end_is_the_agents_turn_until_the_ticket_is_final() -> None:
    world = opened(LIFECYCLE.replace("{done: work, shut: work}", "{}"), watchers=["ann"], fields={"cause": "dust"})
    world.do("start", 1)
    world.do("resolve", 1)
    assert world.view().turn == "nobody"
    world.do("comment", 1, text="still broken", class_="requester")
    assert (world.ticket().status, world.view().turn) == ("done", "agent")
    world.do("close", 1)
    assert world.view().turn == "nobody"
