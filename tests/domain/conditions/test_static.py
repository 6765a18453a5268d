"""Operators on texts, lists, numbers, instants and priorities: what only events change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.conditions.desk import DAY, DECLARED, NOON, holds, ticket
from ticketcli.domain.ticket import Children, Hold, Move, Rating, Requester, Trail

T = ticket(
    subject="Mail-Server DOWN: Straße 宕机",
    description="disk full\n",
    category="Hardware",
    labels=("Production", "ＶＰＮ"),
    watchers=("bob", "x@y.cn"),
    priority="high",
    requester=Requester(email="a@x.cn", tier="vip"),
    team="dba",
    occurrences=3,
    parent=7,
    children=Children(0, 2),
    hold=Hold(NOON + DAY),
    rating=Rating(4, "fine"),
    fields={
        "region": "North", "size": "5", "count": 7, "hosts": ["Web1", "web2"], "flag": True, "none": "",
        "when": "2026-03-02T00:00:00Z",
    },
    external_ids={"jira": "OPS-1"},
    resolved_at=NOON - DAY,
    trail=Trail(moves=(Move(0, "new", "initial"),)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ({"category": "hardware"}, True),
        ({"category": "ＨＡＲＤＷＡＲＥ"}, True),
        ({"category": "hard"}, False),
        ({"category": ["software", "HARDWARE"]}, True),
        ({"category": {"is": "hardware"}}, True),
        ({"category": {"in": ["software"]}}, False),
        ({"category": {"is_not": "hardware"}}, False),
        ({"category": {"is_not": ["software", "mail"]}}, True),
        ({"category": {"not_in": ["software", "Hardware"]}}, False),
        ({"subject": {"contains": "server down"}}, True),
        ({"subject": {"contains": "STRASSE"}}, True),
        ({"subject": {"contains": ["outage", "宕机"]}}, True),
        ({"subject": {"contains": "outage"}}, False),
        ({"subject": {"matches": "DOWN"}}, True),
        ({"subject": {"matches": "down"}}, False),
        ({"subject": {"matches": "(?i)down"}}, True),
        ({"subject": {"matches": ["^x", "^Mail"]}}, True),
        ({"description": {"matches": "full$"}}, False),
        ({"description": {"matches": r"full\n$"}}, True),
        ({"status.kind": "initial"}, True),
        ({"team": ["dba", "web"]}, True),
        ({"requester.tier": "VIP"}, True),
        ({"external_ids.jira": "ops-1"}, True),
        ({"labels": {"has": "production"}}, True),
        ({"labels": {"has": ["x", "vpn"]}}, True),
        ({"labels": {"has": "prod"}}, False),
        ({"labels": {"has_none": ["x", "y"]}}, True),
        ({"labels": {"has_none": ["x", "production"]}}, False),
        ({"watchers": {"has": "bob"}}, True),
        ({"occurrences": 3}, True),
        ({"occurrences": [1, 2]}, False),
        ({"occurrences": {"gte": 3}}, True),
        ({"occurrences": {"gte": 3.5}}, False),
        ({"occurrences": {"lte": 3}}, True),
        ({"occurrences": {"gte": 2, "lte": 4}}, True),
        ({"occurrences": {"gte": 2, "lte": 2}}, False),
        ({"occurrences": {"is_not": 3}}, False),
        ({"children.open": 0}, True),
        ({"rating.score": {"lte": 4}}, True),
        ({"priority": "high"}, True),
        ({"priority": {"gte": "normal"}}, True),
        ({"priority": {"gte": "urgent"}}, False),
        ({"priority": {"lte": "urgent"}}, True),
        ({"priority": {"not_in": ["low", "normal"]}}, True),
        ({"resolved_at": {"gte": "2026-03-03T12:00:00+08:00"}}, True),
        ({"resolved_at": {"gte": "2026-03-03T12:00:01+08:00"}}, False),
        ({"resolved_at": {"lte": "2026-03-03T04:00:00Z"}}, True),
        ({"resolved_at": "2026-03-03T04:00:00Z"}, True),
        ({"hold": {"exists": True}}, True),
        ({"requester": {"exists": False}}, False),
        ({"children.open": {"exists": True}}, True),
        ({"fields.region": "north"}, True),
        ({"fields.size": 5}, True),
        ({"fields.size": {"gte": 5}}, True),
        ({"fields.count": {"lte": 6}}, False),
        ({"fields.count": "7"}, True),
        ({"fields.flag": True}, True),
        ({"fields.hosts": {"has": "web1"}}, True),
        ({"fields.hosts": {"contains": "web1"}}, False),
        ({"fields.region": {"has": "north"}}, False),
        ({"fields.region": {"gte": 1}}, False),
        ({"fields.when": {"gte": "2026-03-01T00:00:00Z"}}, True),
        ({"fields.none": {"exists": True}}, False),
    ],
    ids=str,
)
def test_asks_of_the_ticket(raw: dict[str, Any], wanted: bool) -> None:
    assert holds(raw, T) is wanted
    assert holds({"not": raw}, T) is not wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ({"category": "x"}, False),
        ({"category": {"in": ["x"]}}, False),
        ({"category": {"contains": "x"}}, False),
        ({"category": {"matches": ".*"}}, False),
        ({"category": {"is_not": "x"}}, True),
        ({"category": {"not_in": ["x"]}}, True),
        ({"category": {"exists": False}}, True),
        ({"category": {"exists": True}}, False),
        ({"labels": {"has": "x"}}, False),
        ({"labels": {"has_none": "x"}}, True),
        ({"labels": {"exists": False}}, True),
        ({"parent": 1}, False),
        ({"parent": {"gte": 0}}, False),
        ({"parent": {"lte": 9}}, False),
        ({"parent": {"is_not": 1}}, True),
        ({"closed_at": {"gte": "2026-03-03T04:00:00Z"}}, False),
        ({"closed_at": {"lte": "2026-03-03T04:00:00Z"}}, False),
        ({"closed_at": {"past": "0s"}}, False),
        ({"closed_at": {"ahead": "1h"}}, False),
        ({"requester.tier": "vip"}, False),
        ({"requester.tier": {"is_not": "vip"}}, True),
        ({"children.open": {"lte": 5}}, False),
        ({"fields.x": 1}, False),
        ({"fields.x": {"not_in": [1]}}, True),
        ({"fields.x": {"has_none": "a"}}, True),
        ({"unanswered": {"over": "1h"}}, False),
        ({"unanswered": {"under": "1h"}}, False),
        ({"unanswered": {"exists": False}}, True),
        ({"sla.resolution": "running"}, False),
        ({"sla.resolution": {"is_not": "running"}}, True),
        ({"sla.resolution": {"left_under": "1h"}}, False),
        ({"sla.resolution": {"exists": False}}, True),
    ],
    ids=str,
)
def test_a_missing_fact_equals_nothing(raw: dict[str, Any], wanted: bool) -> None:
    for missing in (None, ""):
        assert holds(raw, ticket(category=missing)) is wanted
    assert holds({"not": raw}, ticket()) is not wanted


@pytest.mark.parametrize(
    ("raw", "value", "wanted"),
    [
        ({"fields.region": "NORTH"}, "north", True),
        ({"fields.size": {"gte": 10}}, 9, False),
        ({"fields.size": {"gte": 10}}, "12", True),
        ({"fields.size": 2}, 2.0, True),
        ({"fields.seen": {"gte": "2026-03-01T00:00:00Z"}}, "2026-03-01T08:00:00+08:00", True),
        ({"fields.seen": {"past": "1d"}}, "2026-03-01T08:00:00+08:00", True),
        ({"fields.day": {"lte": "2026-03-01"}}, "2026-02-28", True),
        ({"fields.day": "2026-03-01"}, "2026-03-01", True),
        ({"fields.billable": True}, True, True),
        ({"fields.billable": False}, "false", True),
        ({"fields.billable": {"is_not": True}}, None, True),
        ({"fields.hosts": {"has": "web1"}}, ["WEB1"], True),
        ({"fields.note": {"contains": "X"}}, "axb", True),
    ],
    ids=str,
)
def test_declared_fields_compare_by_their_type(raw: dict[str, Any], value: Any, wanted: bool) -> None:
    name = next(iter(raw)).removeprefix("fields.")
    assert holds(raw, ticket(fields={name: value}), words=DECLARED) is wanted


def test_entries_of_a_mapping_must_all_hold() -> None:
    assert holds({"category": "hardware", "team": "dba"}, T)
    assert not holds({"category": "hardware", "team": "web"}, T)


def test_groups_combine() -> None:
    yes, no = {"team": "dba"}, {"team": "web"}
    assert holds({"any": [no, yes]}, T) and not holds({"any": [no, no]}, T)
    assert holds({"all": [yes, yes]}, T) and not holds({"all": [yes, no]}, T)
    assert holds({"category": "hardware", "any": [no, {"not": no}], "not": no}, T)
