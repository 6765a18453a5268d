"""Explanations say what the compiled conditions decide, and name the facts that decided it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.conditions.desk import CALENDARS, DAY, DECLARED, HOUR, NOON, target, ticket
from ticketcli.domain.conditions import Case, Node, compile_condition, parse_condition
from ticketcli.domain.conditions.explain import Explanation, dated, explain_condition, reasons
from ticketcli.domain.conditions.table import OPERATORS
from ticketcli.domain.facts import FACTS, find_fact
from ticketcli.domain.instants import NEVER
from ticketcli.domain.ticket import Hold, Requester, Ticket, Trail

SPAN = st.sampled_from(["30m", "2h", "1d", "2d", "3d"])
WORD = st.sampled_from(["database", "web", "vip", "disk", "ann", "pending", "dba", "Full"])
WORDS = st.lists(WORD, min_size=1, max_size=3)


def leaf(facts: str, operators: str, operands: st.SearchStrategy[Any], **beside: Any) -> st.SearchStrategy[Any]:
    """One of the facts, asked by one of the operators."""

    def written(fact: str, op: str, operand: Any) -> dict[str, Any]:
        return {fact: {op: operand, **beside}}

    return st.builds(written, st.sampled_from(facts.split()), st.sampled_from(operators.split()), operands)


LEAVES = (
    leaf("category requester.tier", "is is_not contains", WORD),
    leaf("subject", "contains matches", WORDS),
    leaf("requester.tier", "in not_in", WORDS),
    leaf("labels", "has has_none", WORDS),
    leaf("priority", "is gte lte", st.sampled_from(["low", "high"])),
    leaf("assignee hold unanswered fields.size", "exists", st.booleans()),
    leaf("fields.size", "is gte lte", st.integers(0, 3)),
    leaf("age idle in_status unanswered", "over under", SPAN),
    leaf("idle", "over", st.sampled_from(["30m", "2h", "1d", "2d"]), calendar="office"),
    leaf("silent", "over", SPAN, who="requester"),
    leaf("silent", "over", SPAN, who="agent"),
    leaf("hold.until", "past ahead", SPAN),
    leaf("within", "in", st.lists(st.sampled_from(["office", "night"]), min_size=1)),
    leaf("sla.resolution", "in not_in", st.lists(st.sampled_from(["running", "met"]), min_size=1)),
    leaf("sla.resolution", "left_under", SPAN),
)
CONDITIONS = st.recursive(
    st.one_of(LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"all": some}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any": some}),
        inner.map(lambda one: {"not": one}),
    ),
    max_leaves=6,
)
AGO = st.integers(0, 3 * DAY).map(lambda span: NOON - span)


MAYBE_AGO = st.none() | AGO
TICKETS = st.fixed_dictionaries({
    "category": st.none() | WORD,
    "requester": st.none() | st.builds(Requester, tier=st.none() | WORD),
    "labels": st.lists(WORD, max_size=2, unique=True).map(tuple),
    "priority": st.sampled_from(["low", "normal", "urgent"]),
    "assignee": st.sampled_from([None, "ann"]),
    "fields": st.sampled_from([{}, {"size": 0}, {"size": 2}]),
    "hold": st.none() | st.builds(Hold, st.integers(NOON - DAY, NOON + 2 * DAY)),
    "last_activity_at": MAYBE_AGO,
    "last_requester_at": MAYBE_AGO,
    "trail": MAYBE_AGO.map(lambda at: Trail(asked_at=at)),
}).map(lambda facts: ticket(**facts))  # fmt: skip
CLOCKS = st.builds(target, st.sampled_from(["running", "paused", "met"]), st.integers(0, DAY))
CASES = st.tuples(TICKETS, st.integers(NOON - HOUR, NOON + 2 * DAY), CLOCKS).map(lambda parts: Case(*parts))


def node_of(raw: dict[str, Any]) -> Node:
    node, issues = parse_condition(raw, DECLARED)
    assert node is not None, issues
    return node


@settings(max_examples=100, deadline=None)
@given(CONDITIONS, CASES)
def test_an_explanation_has_the_verdict_of_the_compiled_condition(raw: dict[str, Any], case: Case) -> None:
    node = node_of(raw)

    assert explain_condition(node, CALENDARS, case).verdict == compile_condition(node, CALENDARS).ask(case)


@settings(max_examples=100, deadline=None)
@given(CONDITIONS, CASES)
def test_the_facts_named_decide_whatever_the_others_say(raw: dict[str, Any], case: Case) -> None:
    found = explain_condition(node_of(raw), CALENDARS, case)
    named = [id(reason.node) for reason in reasons(found)]

    assert value_by(found, named) is found.verdict.value


def value_by(found: Explanation, named: list[int]) -> bool | None:
    """The value when only the named facts are known; None when they leave it open."""
    node = found.node
    if not found.parts:
        return found.verdict.value if id(node) in named else None
    values = [value_by(part, named) for part in found.parts]
    if "not" in node:
        return None if values[0] is None else not values[0]
    settling = "any" in node
    return settling if settling in values else None if None in values else not settling


@settings(max_examples=40, deadline=None)
@given(st.one_of(LEAVES), TICKETS, st.integers(NOON - HOUR, NOON + DAY))
def test_a_reason_turns_at_the_instant_it_names_and_not_before(raw: dict[str, Any], about: Ticket, now: int) -> None:
    (reason,) = reasons(explain_condition(node_of(raw), CALENDARS, Case(about, now)))
    horizon = now + 5 * DAY
    turns_at = dated(reason, CALENDARS, lambda at: Case(about, at), now, horizon).turns_at

    ask = compile_condition(reason.node, CALENDARS).ask
    last = horizon if turns_at == NEVER else int(turns_at) - 1
    assert all(ask(Case(about, at)).value is reason.holds for at in {*range(now, last, 997), last})
    assert turns_at == NEVER or ask(Case(about, int(turns_at))).value is not reason.holds


@pytest.mark.parametrize(
    ("raw", "facts", "seen"),
    [
        ({"category": "web"}, {}, None),
        ({"category": "web"}, {"category": "database"}, "database"),
        ({"labels": {"has": "prod"}}, {"labels": ("a", "b")}, ["a", "b"]),
        ({"labels": {"has": "prod"}}, {}, None),
        ({"requester": {"exists": True}}, {"requester": Requester("Lee")}, True),
        ({"created_at": {"gte": "2026-03-01T00:00:00Z"}}, {}, "2026-03-02T04:00:00Z"),
        ({"unanswered": {"exists": True}}, {"trail": Trail(asked_at=NOON)}, "2026-03-04T04:00:00Z"),
        ({"fields.size": {"gte": 1}}, {"fields": {"size": 0}}, 0),
        ({"idle": {"over": "3d"}}, {"last_activity_at": NOON - 5 * HOUR}, 5 * HOUR),
        ({"idle": {"over": "8h", "calendar": "office"}}, {"last_activity_at": NOON - 5 * HOUR}, 3 * HOUR),
        ({"unanswered": {"over": "1h"}}, {}, None),
        ({"hold.until": {"ahead": "1h"}}, {"hold": Hold(NOON)}, "2026-03-04T04:00:00Z"),
        ({"within": ["night", "office"]}, {}, ["office"]),
        ({"sla.resolution": "met"}, {}, "running"),
        ({"sla.resolution": {"left_under": "1h"}}, {}, 7200),
    ],
    ids=str,
)
def test_what_was_seen_is_kept_as_json(raw: dict[str, Any], facts: dict[str, Any], seen: Any) -> None:
    case = Case(ticket(**facts), NOON, target("running", 7200))

    (reason,) = reasons(explain_condition(node_of(raw), CALENDARS, case))

    assert reason.seen == seen


def test_of_what_must_all_hold_the_first_that_fails_is_named() -> None:
    node = node_of({"status": "new", "category": "web", "labels": {"has": "prod"}})

    named = reasons(explain_condition(node, CALENDARS, Case(ticket(), NOON)))

    assert [(reason.node["fact"], reason.holds) for reason in named] == [("category", False)]


def test_a_rule_without_condition_holds_without_a_reason() -> None:
    found = explain_condition(None, CALENDARS, Case(ticket(), NOON))

    assert (found.verdict.value, reasons(found)) == (True, [])


def test_every_operator_of_every_fact_says_what_it_saw() -> None:
    types = {fact.type for fact in map(find_fact, FACTS) if fact is not None}

    assert all(callable(operator.seen) for type in types for operator in OPERATORS[type].values())
