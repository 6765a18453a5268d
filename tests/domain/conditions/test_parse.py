"""What a condition may say: nodes, and every problem with its place, text and nearest right word."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.domain.conditions.desk import CALENDARS, DECLARED, WORDS, issues_of
from ticketcli.domain.conditions import compile_condition, parse_condition
from ticketcli.domain.conditions.table import OPERATORS
from ticketcli.domain.facts import FACTS
from ticketcli.rulebook.reader import read_yaml


@pytest.mark.parametrize(
    ("raw", "pointer", "code", "text", "suggestion"),
    [
        ({"statsu": "open"}, ("statsu",), "unknown-fact", "statsu", "status"),
        ({"requester.teir": "vip"}, ("requester.teir",), "unknown-fact", "requester.teir", "requester.tier"),
        ({"sla": "met"}, ("sla",), "unknown-fact", "sla", ""),
        ({"fields.": "met"}, ("fields.",), "unknown-fact", "fields.", "fields"),
        ({"turn": "agent"}, ("turn",), "unknown-fact", "turn", ""),
        ({"subject": {"containz": "x"}}, ("subject", "containz"), "unknown-operator", "containz", "contains"),
        ({"requester": {"email": "a@x"}}, ("requester", "email"), "unknown-operator", "email", "requester.email"),
        ({"labels": "prod"}, ("labels",), "wrong-operator", "prod", "has"),
        ({"labels": ["a", "b"]}, ("labels",), "wrong-operator", "[a, b]", "has"),
        ({"labels": {"contains": "prod"}}, ("labels", "contains"), "wrong-operator", "contains", "has"),
        ({"labels": {"not_in": ["prod"]}}, ("labels", "not_in"), "wrong-operator", "not_in", "has_none"),
        ({"subject": {"has": "x"}}, ("subject", "has"), "wrong-operator", "has", "contains"),
        ({"idle": "8h"}, ("idle",), "wrong-operator", "8h", "over"),
        ({"idle": {"lte": "8h"}}, ("idle", "lte"), "wrong-operator", "lte", "under"),
        ({"created_at": {"over": "8h"}}, ("created_at", "over"), "wrong-operator", "over", "past"),
        ({"priority": {"over": "high"}}, ("priority", "over"), "wrong-operator", "over", "gte"),
        ({"requester": "ann"}, ("requester",), "wrong-operator", "ann", "exists"),
        ({"team": {"is": "dba", "calendar": "office"}}, ("team", "calendar"), "wrong-operator", "calendar", ""),
        ({"status": "opne"}, ("status",), "unknown-status", "opne", "open"),
        ({"status": ["new", "opne"]}, ("status", 1), "unknown-status", "opne", "open"),
        ({"status": {"is_not": "opne"}}, ("status", "is_not"), "unknown-status", "opne", "open"),
        ({"status.kind": "activ"}, ("status.kind",), "unknown-kind", "activ", "active"),
        ({"team": "dbb"}, ("team",), "unknown-team", "dbb", "dba"),
        ({"assignee": "an"}, ("assignee",), "unknown-person", "an", "ann"),
        ({"watchers": {"has": "an"}}, ("watchers", "has"), "unknown-person", "an", "ann"),
        ({"priority": "hihg"}, ("priority",), "unknown-priority", "hihg", "high"),
        ({"priority": {"gte": "hihg"}}, ("priority", "gte"), "unknown-priority", "hihg", "high"),
        ({"source": "mail"}, ("source",), "unknown-source", "mail", "email"),
        ({"within": "ofice"}, ("within",), "unknown-calendar", "ofice", "office"),
        ({"idle": {"over": "8h", "calendar": "ofice"}}, ("idle", "calendar"), "unknown-calendar", "ofice", "office"),
        ({"sla.resolution": "breeched"}, ("sla.resolution",), "unknown-state", "breeched", "breached"),
        ({"silent": {"who": "agnet", "over": "1h"}}, ("silent", "who"), "unknown-who", "agnet", "agent"),
        ({"labels": {"has": []}}, ("labels", "has"), "empty-list", "[]", ""),
        ({"labels": []}, ("labels",), "empty-list", "[]", ""),
        ({"category": []}, ("category",), "empty-list", "[]", ""),
        ({"any": []}, ("any",), "empty-list", "[]", ""),
        ({}, (), "empty-condition", "{}", ""),
        ({"not": {}}, ("not",), "empty-condition", "{}", ""),
        ({"subject": {}}, ("subject",), "empty-condition", "{}", ""),
        ([1], (), "wrong-condition", "[1]", ""),
        ({"not": [{"team": "dba"}]}, ("not",), "wrong-condition", "[{team: dba}]", ""),
        ({"all": {"team": "dba"}}, ("all",), "wrong-condition", "{team: dba}", ""),
        ({"category": 5}, ("category",), "wrong-value", "5", '"5"'),
        ({"category": None}, ("category",), "wrong-value", "null", "exists"),
        ({"category": True}, ("category",), "wrong-value", "true", '"true"'),
        ({"assignee": "none"}, ("assignee",), "wrong-value", "none", "exists"),
        ({"tier": "vip"}, ("tier",), "unknown-fact", "tier", "requester.tier"),
        ({"and": [{"team": "dba"}]}, ("and",), "unknown-fact", "and", "all"),
        ({"or": [{"team": "dba"}]}, ("or",), "unknown-fact", "or", "any"),
        ({"title": "x"}, ("title",), "unknown-fact", "title", "subject"),
        ({"tags": "x"}, ("tags",), "unknown-fact", "tags", "labels"),
        ({"unanswered": True}, ("unanswered",), "wrong-operator", "true", "exists"),
        ({"within": True}, ("within",), "wrong-value", "true", ""),
        ({"idle": {"over": None}}, ("idle", "over"), "bad-duration", "null", ""),
        ({"category": ""}, ("category",), "wrong-value", '""', "exists"),
        ({"subject": {"contains": ["a", ""]}}, ("subject", "contains", 1), "wrong-value", '""', "exists"),
        ({"occurrences": "5"}, ("occurrences",), "wrong-value", "5", ""),
        ({"occurrences": True}, ("occurrences",), "wrong-value", "true", ""),
        ({"occurrences": {"gte": float("nan")}}, ("occurrences", "gte"), "wrong-value", "nan", ""),
        ({"occurrences": {"gte": [1]}}, ("occurrences", "gte"), "wrong-value", "[1]", ""),
        ({"created_at": {"gte": "2026-01-01"}}, ("created_at", "gte"), "wrong-value", "2026-01-01", ""),
        ({"labels": {"exists": "yes"}}, ("labels", "exists"), "wrong-value", "yes", "true"),
        ({"within": {"in": [5]}}, ("within", "in", 0), "wrong-value", "5", ""),
        ({"idle": {"over": 48}}, ("idle", "over"), "bad-duration", "48", "48h"),
        ({"idle": {"over": "48"}}, ("idle", "over"), "bad-duration", "48", ""),
        ({"idle": {"under": "0s"}}, ("idle", "under"), "bad-duration", "0s", ""),
        ({"idle": {"over": ["1h"]}}, ("idle", "over"), "wrong-value", "[1h]", ""),
        ({"idle": {"over": "1w", "calendar": "office"}}, ("idle", "over"), "weeks-under-calendar", "1w", ""),
        ({"subject": {"matches": "(a+)+$"}}, ("subject", "matches"), "slow-pattern", "(a+)+$", ""),
        ({"subject": {"matches": ["x", "("]}}, ("subject", "matches", 1), "bad-pattern", "(", ""),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)  # fmt: skip
def test_problems_name_place_text_and_nearest_word(
    raw: Any, pointer: tuple[Any, ...], code: str, text: str, suggestion: str
) -> None:
    node, issues = parse_condition(raw, WORDS)
    assert node is None
    assert [(i.pointer, i.code, i.text, i.suggestion, i.level) for i in issues] == [
        (pointer, code, text, suggestion, "error")
    ]


def test_an_operator_that_does_not_fit_is_shown_rewritten() -> None:
    (issue,) = issues_of({"labels": "prod"})
    assert "labels: {has: prod}" in issue.message


FACT_OF_TYPE = [
    "labels", "subject", "priority", "comment_count", "created_at", "idle", "silent", "requester", "within",
    "sla.resolution", "fields.day", "fields.size", "status",
]  # fmt: skip


@pytest.mark.parametrize("fact", FACT_OF_TYPE)
def test_what_is_advised_in_place_of_an_operator_is_right_itself(fact: str) -> None:
    operators = {op: None for table in OPERATORS.values() for op in table}
    for op, operand in product(operators, ("high", "3d", 5, ["a", "b"], True, "2026-03-02", None)):
        for issue in issues_of({fact: {op: operand}}, DECLARED):
            advice = issue.message.partition(": write ")[2].partition(", or one of")[0]
            if issue.code == "wrong-operator" and advice:
                raw = read_yaml(advice.encode())[0]
                assert raw is not None and not issues_of(raw.value, DECLARED), issue.message


def test_an_operand_is_asked_for_by_the_fact_and_by_an_operator_only_if_one_was_written() -> None:
    assert issues_of({"created_at": "2026-03-02"})[0].message.startswith("created_at needs an instant")
    assert issues_of({"created_at": {"gte": "x"}})[0].message.startswith("created_at: gte needs an instant")
    assert issues_of({"occurrences": "5"})[0].message == "occurrences needs a number, without quotes"


def test_hours_of_a_day_and_more_under_a_calendar_are_warned_of() -> None:
    node, (issue,) = parse_condition({"idle": {"over": "45h"}}, WORDS, calendar="office")
    assert node is not None
    assert issue.level == "warning" and issue.code == "hours-under-calendar" and issue.suggestion == "2d"
    assert issue.message == "45h of open time is 5 working days of office; did you mean 2d?"
    assert not issues_of({"idle": {"over": "23h"}}, calendar="office")
    assert not issues_of({"idle": {"over": "45h"}})


def test_forbidden_facts_are_problems_whole_families_too() -> None:
    words = WORDS._replace(forbidden=("team", "sla"))
    assert [i.code for i in issues_of({"team": "dba", "sla.resolution": "met", "status": "new"}, words)] == [
        "forbidden-fact",
        "forbidden-fact",
    ]


def test_declared_fields_are_checked() -> None:
    (field,) = issues_of({"fields.reigon": "north"}, DECLARED)
    assert (field.code, field.suggestion) == ("unknown-field", "fields.region")
    (bare,) = issues_of({"region": "north"}, DECLARED)
    assert (bare.code, bare.suggestion) == ("unknown-fact", "fields.region")
    (value,) = issues_of({"fields.region": "nroth"}, DECLARED)
    assert (value.code, value.suggestion) == ("unknown-choice", "north")
    assert [i.code for i in issues_of({"fields.size": {"contains": "x"}}, DECLARED)] == ["wrong-operator"]
    assert [i.code for i in issues_of({"fields.day": "2026-02-30"}, DECLARED)] == ["wrong-value"]
    assert not issues_of({"fields.anything": "x", "fields.other": {"gte": 3}})


def test_all_problems_are_shown_at_once() -> None:
    raw = {"statsu": "x", "any": [{"team": "dbb"}, {"labels": "a"}], "not": {"idle": {"over": 3}}}
    assert [i.code for i in issues_of(raw)] == ["unknown-fact", "unknown-team", "wrong-operator", "bad-duration"]


def test_known_words_take_their_known_spelling() -> None:
    node, _ = parse_condition({"status": "OPEN"}, WORDS)
    assert node is not None and node["operand"] == ["open"]


def test_nodes_are_plain_json_with_lines() -> None:
    raw = {"subject": {"contains": ["a", "b"]}, "any": [{"idle": {"over": "1h"}}, {"not": {"team": "dba"}}]}
    node, _ = parse_condition(raw, WORDS, calendar="office", line=len)
    assert node == {
        "all": [
            {"fact": "subject", "op": "contains", "operand": ["a", "b"], "line": 2},
            {
                "any": [
                    {"fact": "idle", "op": "over", "operand": ["1h"], "line": 4, "calendar": "office"},
                    {"not": {"fact": "team", "op": "is", "operand": ["dba"], "line": 4}},
                ]
            },
        ]
    }


@pytest.mark.parametrize(
    ("raw", "reads"),
    [
        ({"subject": {"contains": "x"}, "status.kind": "active"}, {"subject", "status"}),
        ({"any": [{"requester.tier": "vip"}, {"not": {"idle": {"over": "1h"}}}]}, {"requester", "idle"}),
        ({"within": "office", "sla.resolution": "met", "fields.x": 1}, {"within", "sla", "fields"}),
        ({"silent": {"who": "agent", "over": "1h"}, "hold.until": {"ahead": "1h"}}, {"silent", "hold"}),
    ],
    ids=["facts of the ticket", "groups", "timed facts and fields", "silence and holds"],
)
def test_a_condition_knows_what_it_reads(raw: Any, reads: set[str]) -> None:
    node, _ = parse_condition(raw, WORDS)
    assert compile_condition(node, CALENDARS).reads == reads


def test_no_condition_is_always_true() -> None:
    condition = compile_condition(None, {})
    assert condition.reads == frozenset() and condition.node is None
    assert condition.ask(None).value  # type: ignore[arg-type]


def test_every_fact_can_be_asked_for() -> None:
    for name, fact in FACTS.items():
        asked: Any = "office" if name == "within" else {"over": "1h"} if name == "silent" else {"exists": True}
        assert not issues_of({name: asked}), fact
