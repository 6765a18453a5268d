"""Verdicts are sound: values hold until then, which lies ahead; groups are an algebra; search finds the first."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.conditions.desk import CALENDARS, DAY, HOUR, NOON, WORDS
from ticketcli.domain.conditions import Case, compile_condition, parse_condition
from ticketcli.domain.instants import NEVER
from ticketcli.domain.ticket import Hold, TargetView, Ticket, Trail
from ticketcli.domain.verdict import Verdict, next_true

SPAN = 10 * DAY
near = st.integers(NOON - SPAN, NOON + SPAN // 4)
long = st.sampled_from(["90s", "20m", "1h", "7h", "23h", "1d", "2d3h", "4d"])
measured = st.sampled_from([{}, {"calendar": "office"}, {"calendar": "night"}])

timed = st.builds(
    lambda fact, op, duration, calendar: {fact: {op: duration, **calendar}},
    st.sampled_from(["age", "in_status", "idle", "untouched", "unanswered", "silent"]),
    st.sampled_from(["over", "under"]), long, measured,
)  # fmt: skip
instants = st.builds(
    lambda fact, op, duration, calendar: {fact: {op: duration, **calendar}},
    st.sampled_from(["resolved_at", "hold.until", "last_agent_at"]),
    st.sampled_from(["past", "ahead"]), long, measured,
)  # fmt: skip
static = st.sampled_from(
    [{"status": "open"}, {"labels": {"has": "x"}}, {"priority": {"gte": "high"}}, {"subject": {"matches": "^D"}}]
)
targets = st.sampled_from([{"sla.resolution": "breached"}, {"sla.resolution": {"left_under": "3h"}}])
within = st.sampled_from([{"within": "office"}, {"within": ["office", "night"]}])
leaves: st.SearchStrategy[Any] = timed | instants | static | targets | within
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda part: {"not": part}, inner)
    ),
    max_leaves=5,
)


maybe = st.none() | near
held = st.none() | st.builds(Hold, maybe)
words = st.tuples(*(st.sampled_from(some) for some in (["new", "open"], [(), ("X",)], ["low", "urgent"])))


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    status, labels, priority = draw(words)
    return Ticket(
        1, "Disk full", status, draw(near), NOON, draw(near), labels=labels, priority=priority,
        resolved_at=draw(maybe), last_agent_at=draw(maybe), last_requester_at=draw(maybe),
        last_activity_at=draw(maybe), touched_at=draw(maybe), hold=draw(held),
        trail=Trail(asked_at=draw(maybe), public_agent_at=draw(maybe)),
    )  # fmt: skip


def asking(raw: Any, ticket: Ticket) -> Any:
    """What the condition answers at an instant; its SLA target is due at noon two days on."""
    node, issues = parse_condition(raw, WORDS)
    assert node is not None, issues
    ask, due = compile_condition(node, CALENDARS).ask, NOON + 2 * DAY

    def at(now: int) -> Verdict:
        state = "running" if now < due else "breached"
        view = TargetView("p", state, due, None, None, 0, due - now)
        return ask(Case(ticket, now, lambda name: (view, due if now < due else NEVER)))

    return at


@settings(max_examples=300)
@given(conditions, tickets(), st.integers(NOON - SPAN, NOON + SPAN), st.data())
def test_the_value_holds_until_then(raw: Any, ticket: Ticket, now: int, data: st.DataObject) -> None:
    at = asking(raw, ticket)
    value, until = at(now)
    assert until > now
    last = min(until, now + 30 * DAY) - 1
    for instant in (now, int(last), *data.draw(st.lists(st.integers(now, int(last)), min_size=4, max_size=4))):
        assert at(instant).value is value


@settings(max_examples=200)
@given(leaves, tickets(), st.integers(NOON - SPAN, NOON + SPAN))
def test_a_leaf_says_the_very_instant_of_change(raw: Any, ticket: Ticket, now: int) -> None:
    at = asking(raw, ticket)
    value, until = at(now)
    exact = "within" not in raw or isinstance(raw["within"], str)
    if until != NEVER and exact and raw != {"sla.resolution": "breached"} and not (raw in _LEFT and value):
        assert at(int(until)).value is not value


_LEFT = [{"sla.resolution": {"left_under": "3h"}}]


@settings(max_examples=200)
@given(st.lists(conditions, min_size=1, max_size=3), tickets(), st.integers(NOON - SPAN, NOON + SPAN))
def test_groups_are_an_algebra(parts: list[Any], ticket: Ticket, now: int) -> None:
    def verdict(raw: Any) -> Verdict:
        answer: Verdict = asking(raw, ticket)(now)
        return answer

    values = [verdict(part).value for part in parts]
    assert verdict({"all": parts}).value is all(values)
    assert verdict({"any": parts}).value is any(values)
    negated = [{"not": part} for part in parts]
    assert verdict({"not": {"all": parts}}) == verdict({"any": negated})
    assert verdict({"not": {"any": parts}}) == verdict({"all": negated})
    assert verdict({"not": {"not": parts[0]}}) == verdict(parts[0]) == verdict({"all": parts[:1]})
    assert verdict({"all": parts}) == verdict({"all": parts[::-1]})


@settings(max_examples=60)
@given(conditions, tickets(), st.integers(NOON - SPAN, NOON + SPAN))
def test_the_search_finds_the_first_instant(raw: Any, ticket: Ticket, now: int) -> None:
    at, horizon = asking(raw, ticket), now + 4 * DAY
    found = next_true(at, now, horizon)
    if found != NEVER:
        assert at(int(found)).value
    before = int(min(found, horizon + 1))
    assert not any(at(instant).value for instant in range(now, before, HOUR // 4))
    assert before == now or not at(before - 1).value
