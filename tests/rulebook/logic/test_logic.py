"""What the logic is sure of is so: asked of random tickets, the compiled conditions never say otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.conditions.desk import DAY, DECLARED, HOUR, NOON, WORDS, ticket, verdict
from ticketcli.domain.conditions import Node, parse_condition
from ticketcli.domain.ticket import Hold, Move, Requester, Ticket, Trail
from ticketcli.rulebook.logic.space import Space

SEEN = {name: kind for name, kind in WORDS.statuses.items() if kind != "final"}
WORDS_OF = ["db", "dbx", "web", "x"]
SOME_WORDS = st.one_of(st.sampled_from(WORDS_OF), st.lists(st.sampled_from(WORDS_OF), min_size=1, max_size=3))
SPAN = st.sampled_from(["0s", "1h", "1d", "2d", "3d"])
LATER = st.sampled_from(["1h", "1d", "2d", "3d"])
INSTANT = st.sampled_from(["2026-03-02T12:00:00+08:00", "2026-03-04T12:00:00+08:00"])
THERE = st.fixed_dictionaries({"exists": st.booleans()})


def test_of(*operators: str, value: st.SearchStrategy[Any] = SOME_WORDS) -> st.SearchStrategy[Any]:
    return st.one_of(THERE, *(st.fixed_dictionaries({operator: value}) for operator in operators))


test_of.__test__ = False  # type: ignore[attr-defined]
TEXT = st.one_of(SOME_WORDS, test_of("is", "is_not", "in", "not_in", "contains"))
NUMBER = st.integers(0, 3)
PRIORITIES = st.sampled_from(["low", ["high", "urgent"], {"gte": "normal"}, {"lte": "high"}])
SILENCES = st.fixed_dictionaries({"who": st.sampled_from(["agent", "anyone"]), "over": SPAN})
LEAVES = [
    *(st.fixed_dictionaries({fact: TEXT}) for fact in ("category", "subject", "fields.note", "requester.tier")),
    st.fixed_dictionaries({"status": st.sampled_from(["new", "open", ["pending", "resolved"], "closed"])}),
    st.fixed_dictionaries({"status.kind": st.sampled_from(["initial", {"is_not": ["active", "waiting"]}, "final"])}),
    st.fixed_dictionaries({"priority": PRIORITIES}),
    st.fixed_dictionaries({"labels": test_of("has", "has_none")}),
    st.fixed_dictionaries({"fields.hosts": test_of("has", "has_none")}),
    st.fixed_dictionaries({"reopen_count": test_of("is", "is_not", "gte", "lte", value=NUMBER)}),
    st.fixed_dictionaries({"fields.size": test_of("is", "is_not", "gte", "lte", value=NUMBER)}),
    st.fixed_dictionaries({"fields.billable": st.booleans()}),
    st.fixed_dictionaries({"fields.day": test_of("is", "gte", value=st.sampled_from(["2026-03-02", "2026-03-04"]))}),
    st.fixed_dictionaries({"age": test_of("over", value=SPAN)}),
    st.fixed_dictionaries({"unanswered": test_of("under", value=LATER)}),
    st.fixed_dictionaries({"silent": SILENCES}),
    st.fixed_dictionaries({"idle": st.fixed_dictionaries({"over": LATER, "calendar": st.just("office")})}),
    st.fixed_dictionaries({"created_at": test_of("gte", "lte", "is", value=INSTANT)}),
    st.fixed_dictionaries({"hold.until": st.one_of(test_of("past", value=SPAN), test_of("ahead", value=LATER))}),
    st.fixed_dictionaries({"within": st.sampled_from(["office", "night", ["office", "night"]])}),
]  # fmt: skip


KINDS = st.lists(st.sampled_from(range(len(LEAVES))), min_size=1, max_size=3, unique=True)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two conditions about the same few facts, so that they have to do with each other."""
    kinds = draw(KINDS)
    conditions = st.recursive(
        st.one_of(*(LEAVES[kind] for kind in kinds)),
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, min_size=2, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(inner, min_size=2, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
        ),
        max_leaves=6,
    )
    return draw(conditions), draw(conditions)


AGO = st.sampled_from([0, 1, HOUR, DAY - 1, DAY, 2 * DAY, 5 * DAY])
SOMETIMES_AGO = st.one_of(st.none(), AGO)
A_TEXT = st.one_of(st.none(), st.sampled_from([*WORDS_OF, "db web", "other"]))
FACTS = st.fixed_dictionaries({
    "subject": st.sampled_from([*WORDS_OF, "db web", "other"]),
    "category": A_TEXT,
    "requester": st.one_of(st.none(), st.builds(Requester, tier=A_TEXT)),
    "priority": st.sampled_from(["low", "normal", "high", "urgent"]),
    "labels": st.lists(st.sampled_from(WORDS_OF), max_size=3, unique=True).map(tuple),
    "reopen_count": st.integers(0, 4),
})  # fmt: skip
FIELDS = st.fixed_dictionaries({
    "note": A_TEXT,
    "hosts": st.lists(st.sampled_from(WORDS_OF), max_size=2),
    "size": st.one_of(st.none(), st.sampled_from([0, 1, 1.5, 2, 3, 4])),
    "billable": st.sampled_from([None, True, False]),
    "day": st.sampled_from([None, "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-05"]),
})  # fmt: skip
STATUS = st.sampled_from(list(SEEN))
HELD_UNTIL = st.one_of(st.none(), st.sampled_from([NOON + HOUR, NOON + 2 * DAY, NOON - HOUR, NOON, NOON - DAY]))


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    created, asked, answered = NOON - draw(AGO), draw(SOMETIMES_AGO), draw(SOMETIMES_AGO)
    status, until = draw(STATUS), draw(HELD_UNTIL)
    return ticket(
        **draw(FACTS),
        status=status,
        fields={key: value for key, value in draw(FIELDS).items() if value is not None},
        created_at=created,
        last_activity_at=created,
        last_agent_at=None if answered is None else NOON - answered,
        hold=None if until is None else Hold(until),
        trail=Trail(moves=(Move(created, status, SEEN[status]),), asked_at=None if asked is None else NOON - asked),
    )


def node_of(raw: Any) -> Node:
    node, issues = parse_condition(raw, DECLARED)
    assert node is not None, issues
    return node


def sure(first: Any, second: Any = None) -> bool:
    """Whether no ticket fits the first condition without fitting the second (or, without a second, at all)."""
    nodes = [node_of(raw) for raw in (first, second) if raw is not None]
    space = Space(nodes, SEEN)
    formulas = [space.formula(node) for node in nodes]
    return not space.may_hold(formulas[0], *(space.opposite(formula) for formula in formulas[1:]))


@settings(max_examples=100)
@given(pairs(), st.lists(tickets(), min_size=6, max_size=12))
def test_no_ticket_proves_the_logic_wrong(pair: tuple[Any, Any], about: list[Ticket]) -> None:
    first, second = pair
    never, implies = sure(first), sure(first, second)
    for one in about:
        if verdict(first, one, words=DECLARED).value:
            assert not never
            assert not implies or verdict(second, one, words=DECLARED).value


IMPLIED = [
    ({"category": "db"}, {"category": ["web", "DB"]}),
    ({"category": "db"}, {"category": {"exists": True}}),
    ({"category": "db", "priority": "low"}, {"category": "db"}),
    ({"priority": "urgent"}, {"priority": {"gte": "high"}}),
    ({"status": "new"}, {"status.kind": ["initial", "active"]}),
    ({"status.kind": "waiting"}, {"status": "pending"}),
    ({"age": {"over": "3d"}}, {"age": {"over": "48h"}}),
    ({"idle": {"over": "3d", "calendar": "office"}}, {"idle": {"over": "2d", "calendar": "office"}}),
    ({"silent": {"who": "anyone", "over": "3d"}}, {"idle": {"over": "2d"}}),
    ({"hold.until": {"ahead": "1d"}}, {"hold.until": {"ahead": "2d"}}),
    ({"labels": {"has": "x"}}, {"labels": {"has": ["x", "y"]}}),
    ({"labels": {"has": "x"}}, {"labels": {"exists": True}}),
    ({"labels": {"has_none": ["x", "y"]}}, {"labels": {"has_none": "y"}}),
    ({"subject": {"contains": "dbx"}}, {"subject": {"contains": ["web", "db"]}}),
    ({"category": "dbx"}, {"category": {"contains": "db"}}),
    ({"description": {"matches": "a+"}}, {"description": {"exists": True}}),
    ({"reopen_count": {"gte": 3}}, {"reopen_count": {"gte": 2}}),
    ({"reopen_count": {"gte": 3}}, {"not": {"reopen_count": {"lte": 2}}}),
    ({"created_at": {"lte": "2026-03-02T12:00:00+08:00"}}, {"created_at": {"lte": "2026-03-02T12:00:00+07:00"}}),
    ({"fields.day": {"gte": "2026-03-02"}}, {"fields.day": {"gte": "2026-03-01"}}),
    ({"fields.billable": True}, {"fields.billable": {"is_not": False}}),
    ({"sla.resolution": "breached"}, {"sla.resolution": {"is_not": "met"}}),
    ({"within": "office"}, {"within": ["night", "office"]}),
    ({"subject": {"exists": True}}, {"any": [{"category": "x"}, {"not": {"category": "x"}}]}),
    ({"any": [{"category": "x", "priority": "low"}, {"category": "y"}]}, {"category": ["x", "y"]}),
]
OPEN = [
    ({"category": "db"}, {"category": "web"}),
    ({"category": {"is_not": "db"}}, {"category": {"exists": True}}),
    ({"age": {"over": "2d"}}, {"age": {"over": "3d"}}),
    ({"idle": {"over": "3d"}}, {"idle": {"over": "2d", "calendar": "office"}}),
    ({"idle": {"over": "9h", "calendar": "office"}}, {"idle": {"over": "1d", "calendar": "office"}}),
    ({"not": {"unanswered": {"over": "1d"}}}, {"unanswered": {"under": "1d"}}),
    ({"subject": {"contains": "db"}}, {"subject": {"contains": "dbx"}}),
    ({"labels": {"exists": True}}, {"labels": {"has": "x"}}),
    ({"fields.size": {"exists": True}}, {"any": [{"fields.size": {"gte": 3}}, {"fields.size": {"lte": 2}}]}),
    ({"subject": {"matches": "a"}}, {"subject": {"matches": "(a)"}}),
]


@pytest.mark.parametrize(("first", "second"), IMPLIED, ids=str)
def test_one_condition_is_seen_to_imply_the_other(first: Any, second: Any) -> None:
    assert sure(first, second)


@pytest.mark.parametrize(("first", "second"), OPEN, ids=str)
def test_what_does_not_follow_is_left_open(first: Any, second: Any) -> None:
    assert not sure(first, second)


@pytest.mark.parametrize(
    "raw",
    [
        {"status": "closed"},
        {"status.kind": "final"},
        {"priority": "low", "not": {"priority": {"lte": "normal"}}},
        {"all": [{"category": "x"}, {"category": "y"}]},
        {"category": {"contains": "db", "is": ["web", "x"]}},
        {"subject": {"contains": "dbx"}, "not": {"subject": {"contains": "db"}}},
        {"description": {"contains": "x", "exists": False}},
        {"labels": {"has": "x", "exists": False}},
        {"age": {"under": "1d", "over": "1d"}},
        {"reopen_count": {"gte": 3, "is": 2}},
        {"reopen_count": {"gte": 3, "lte": 2}},
        {"hold.until": {"past": "0s", "ahead": "1d"}},
        {"any": [{"status": "closed"}, {"priority": "low", "all": [{"priority": "high"}]}]},
    ],
    ids=str,
)
def test_what_can_never_hold_is_seen(raw: Any) -> None:
    assert sure(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"reopen_count": {"gte": 3, "is": 3}},
        {"reopen_count": {"lte": 3, "is": 3}},
        {"fields.size": {"gte": 2, "lte": 2}},
        {"any": [{"priority": ["low", "high"]}, {"labels": {"has": "x"}}], "labels": {"has_none": "x"},
         "priority": ["low", "normal"]},
        {"priority": ["low", "normal"], "labels": {"has_none": "x"},
         "any": [{"priority": ["low", "high"]}, {"labels": {"has": "x"}}]},
        {"any": [{"category": "a"}, {"category": "b"}], "not": {"category": "a"}},
    ],
    ids=str,
)  # fmt: skip
def test_what_can_hold_is_not_denied(raw: Any) -> None:
    assert not sure(raw)


def test_a_question_with_too_many_cases_is_left_open() -> None:
    """Of twenty labels exactly one pair each: more combinations than anybody wants to try."""
    pigeons = [{"any": [{"labels": {"has": f"{bird}-{hole}"}} for hole in range(7)]} for bird in range(8)]
    alone = [
        {"not": {"all": [{"labels": {"has": f"{one}-{hole}"}}, {"labels": {"has": f"{other}-{hole}"}}]}}
        for hole in range(7) for one in range(8) for other in range(one)
    ]  # fmt: skip

    assert not sure({"all": [*pigeons, *alone]})
