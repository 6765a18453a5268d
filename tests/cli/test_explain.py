"""`rules explain` and `show --why` as people and programs see them; what they say is tested with the services."""

from __future__ import annotations

import json
from datetime import timezone
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from ticketcli.cli.condition_text import SAYS, condition_text, like
from ticketcli.cli.explain_text import About, evidence_text, finding_text
from ticketcli.cli.moments import Moments
from ticketcli.domain import ticket as tickets
from ticketcli.domain.conditions.explain import Reason
from ticketcli.domain.conditions.table import OPERATORS
from ticketcli.domain.events import RuleRef
from ticketcli.domain.explaining.findings import EFFECTS, REASONS, Finding
from ticketcli.domain.instants import parse_instant
from ticketcli.rulebook.schema import load_schema

NOON = "2026-03-04T12:00:00Z"
HALF_PAST = "2026-03-04T11:30:00Z"
MOMENTS = Moments(timezone.utc, parse_instant(NOON))


@pytest.mark.parametrize(
    ("node", "seen", "holds", "fails"),
    [
        (("category", "is", ["web"]), "web", "category is web", None),
        (("category", "is", ["web"]), "db", None, "category is db, not web"),
        (("category", "in", ["web", "net", "db"]), None, None, "category is missing, not web, net or db"),
        (("category", "is_not", ["web"]), "db", "category is db, not web", None),
        (("category", "not_in", ["web"]), "web", None, "category is web"),
        (("subject", "contains", ["down", "gone"]), "It is DOWN", "subject contains down", None),
        (("subject", "contains", ["down", "gone"]), "fine", None, "subject contains none of down, gone"),
        (("subject", "matches", ["^x"]), "fine", None, "subject matches no ^x"),
        (("description", "contains", ["down"]), None, None, "description is missing"),
        (("labels", "has", ["prod", "db"]), ["Prod"], "labels has prod", None),
        (("labels", "has", ["prod"]), None, None, "labels has no prod"),
        (("labels", "has_none", ["keep"]), ["keep", "b"], None, "labels has keep"),
        (("labels", "has_none", ["keep"]), None, "labels has no keep", None),
        (("assignee", "exists", [True]), None, None, "assignee is missing"),
        (("assignee", "exists", [False]), "ann", None, "assignee is ann"),
        (("requester", "exists", [True]), True, "requester is there", None),
        (("fields.billable", "is", [True]), True, "fields.billable is true", None),
        (("fields.billable", "is", [False]), True, None, "fields.billable is true, not false"),
        (("fields.n", "gte", [3]), 2, None, "fields.n is 2, not at least 3"),
        (("priority", "lte", ["high"]), "low", "priority is low, at most high", None),
        (("closed_at", "gte", [NOON]), NOON, "closed_at is 2026-03-04 12:00, at least 2026-03-04 12:00", None),
        (("idle", "over", ["48h"]), 148_800, "idle 41h 20m, over 48h", "idle 41h 20m of 48h"),
        (("idle", "over", ["2d"]), 148_800, None, "idle 1d 17h of 2d"),
        (("age", "under", ["3h"]), 600, "age 10m, under 3h", "age 10m, not under 3h"),
        (("unanswered", "over", ["1h"]), None, None, "no question is open"),
        (("closed_at", "past", ["1h"]), HALF_PAST, None, "closed_at is 2026-03-04 11:30 (30m ago), not past 1h"),
        (("hold.until", "ahead", ["1h"]), None, None, "hold.until is missing"),
        (("within", "in", ["office"]), [], None, "office is closed"),
        (("within", "in", ["office", "night"]), ["night"], "night is open", None),
        (("sla.resolution", "is", ["met"]), "running", None, "sla.resolution is running, not met"),
        (("sla.resolution", "left_under", ["30m"]), 7200, None, "sla.resolution has 2h left, not under 30m"),
        (("sla.resolution", "left_under", ["30m"]), None, None, "sla.resolution is not running"),
        (("sla.resolution", "left_under", ["4h"]), -514_440, "sla.resolution is 142h 54m over, under 4h left", None),
    ],
    ids=str,
)  # fmt: skip
def test_a_fact_is_told_in_words(
    node: tuple[str, str, list[Any]], seen: Any, holds: str | None, fails: str | None
) -> None:
    whole = {"fact": node[0], "op": node[1], "operand": node[2], "line": 1}

    for value, wanted in ((True, holds), (False, fails)):
        if wanted is not None:
            assert condition_text(Reason(whole, value, seen), MOMENTS) == wanted


def test_who_is_silent_and_by_which_calendar_is_said() -> None:
    node = {"fact": "silent", "op": "over", "operand": ["8h"], "line": 1, "who": "requester", "calendar": "office"}

    assert condition_text(Reason(node, False, 3600), MOMENTS) == "requester silent 1h of 8h of office"


def test_what_is_used_of_days_of_a_calendar_is_told_in_open_hours() -> None:
    node = {"fact": "in_status", "op": "over", "operand": ["10d"], "line": 1, "calendar": "office"}

    assert condition_text(Reason(node, False, 144_000), MOMENTS) == "in_status 40h of 10d of office"


def test_what_a_clock_has_left_is_told_in_hours() -> None:
    node = {"fact": "sla.resolution", "op": "left_under", "operand": ["2d"], "line": 1}

    assert condition_text(Reason(node, True, 144_000), MOMENTS) == "sla.resolution has 40h left, under 2d"


def test_every_operator_has_its_words() -> None:
    assert set(SAYS) == {name for table in OPERATORS.values() for name in table}


@pytest.mark.parametrize(("seconds", "written", "said"), [(-90_000, "48h", "-25h"), (50, "1h", "50s"), (0, "2d", "0s")])
def test_a_span_is_told_in_the_units_of_the_rule(seconds: int, written: str, said: str) -> None:
    assert like(seconds, written) == said


@pytest.mark.parametrize(
    ("away", "said"), [(60, "times it, next 2026-03-04 12:01 (in 1m)"), (0, "times it, acts with the next sweep")]
)
def test_a_policy_says_when_its_clocks_have_something_to_tell(away: int, said: str) -> None:
    finding = Finding(RuleRef("sla", "all", "rules/sla.yaml", 2, ""), "in_force", at=MOMENTS.now + away)

    assert finding_text(About(tickets.Ticket(1, "x", "new", 0, 0, 0), (), MOMENTS), finding) == said


def test_the_schema_knows_every_effect_and_every_reason() -> None:
    keys = load_schema("output")["$defs"]["ruleFinding"]["properties"]

    assert keys["effect"]["enum"] == list(EFFECTS)
    assert keys["reason"]["enum"] == [*REASONS, None]


@pytest.fixture
def two(ticket: Ticket, sandbox: Path) -> Path:
    ticket("create", "web1 is down", "--requester", "eve@x.cn", "--category", "server", "-q")
    ticket("create", "printer \x1b[2J jams", "-q")
    return sandbox


@pytest.mark.parametrize("name", ["databases", "infrastructure/databases"])
def test_a_route_inside_another_is_found_by_both_names_that_it_is_shown_by(
    ticket: Ticket, two: Path, name: str
) -> None:
    line = "no   it stands inside infrastructure, which is not taken; category is missing, not database\n"
    assert ticket("rules", "explain", "2", "--rule", name).out.endswith(line)
    supposed = json.loads(ticket("rules", "explain", "--set", "category=database", "--rule", name, "--json").out)
    assert [one["name"] for one in supposed["rules"]] == ["databases"]
    assert "no rule 'infra/databses'" in ticket("rules", "explain", "2", "--rule", "infra/databses").err


def test_several_tickets_are_a_list_and_one_is_not(ticket: Ticket, two: Path) -> None:
    one, both = ticket("rules", "explain", "1", "--json"), ticket("rules", "explain", "1", "2", "--json")
    lines = ticket("rules", "explain", "1", "2", "-o", "jsonl").out.splitlines()

    assert json.loads(one.out)["id"] == 1
    assert [row["id"] for row in json.loads(both.out)] == [json.loads(line)["id"] for line in lines] == [1, 2]


def test_why_answers_the_same_to_programs(ticket: Ticket, two: Path) -> None:
    (why, other) = json.loads(ticket("show", "1", "2", "--why", "--json").out)

    assert [(one["key"], one["value"], one["rule"] and one["rule"]["name"]) for one in why["origins"]] == [
        ("status", "new", None),
        ("priority", "urgent", "outage"),
        ("team", "ops", "infrastructure"),
        ("assignee", "ann", "infrastructure"),
    ]
    assert other["id"] == 2
    assert ticket("show", "1", "--why", "-o", "csv").code == 2


def test_no_text_of_a_ticket_acts_on_the_terminal(ticket: Ticket, two: Path) -> None:
    ticket("set", "2", "category=\x1b[31mred", "-q")
    for call in (("rules", "explain", "2"), ("show", "2", "--why")):
        assert "\x1b" not in ticket(*call).out


def test_numbers_may_come_from_standard_input(ticket: Ticket, two: Path) -> None:
    assert ticket("rules", "explain", "-", "--json", stdin="2\n").out.startswith('{"id": 2')


def test_a_ticket_that_does_not_exist_is_told_like_one_that_does(ticket: Ticket, two: Path) -> None:
    words = ("--set", "category=database", "--set", "subject=db3 is down")
    routed, explained = ticket("route", "--dry-run", *words), ticket("rules", "explain", *words)

    assert (routed.code, explained.code) == (0, 0)
    assert routed.out.startswith("it would be: new, urgent, ops / ann\n")
    assert "infrastructure / databases (rules/routing.yaml:11)" in routed.out
    assert explained.out.startswith(routed.out)
    assert "waiting-for-requester" in explained.out.removeprefix(routed.out)
    assert ticket("list", "-o", "ids").out.split() == ["1", "2"]


def test_a_rule_that_nobody_wrote_is_not_found(ticket: Ticket, two: Path) -> None:
    for call in ("1 --rule vipp", "--set requester.tier=vip --rule vipp"):
        answer = ticket("rules", "explain", *call.split())
        assert (answer.code, answer.out, answer.err) == (3, "", "ticket: no rule 'vipp' — did you mean vip?\n")


def test_why_says_what_was_taken_back(ticket: Ticket, two: Path) -> None:
    ticket("undo", "1")
    assert "priority  urgent" in (shown := ticket("show", "1", "--why").out)
    assert "took back its routing by infrastructure" in shown


@pytest.mark.parametrize(
    "call",
    [
        "route --set category=database",
        "route 1 --dry-run --set category=database",
        "route --dry-run --set category=database --if-version 3",
        "route --dry-run --set category=database -o csv",
        "route --dry-run --set category",
        "route",
        "rules explain 1 --set category=database",
        "rules explain --set category=database --at 2026-03-01",
        "rules explain",
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(ticket: Ticket, two: Path, call: str) -> None:
    assert ticket(*call.split()).code == 2


def test_the_example_of_a_value_is_one_that_can_be_given(ticket: Ticket, two: Path) -> None:
    assert ticket("rules", "explain", "--set", "high").err.endswith("write it like priority=high\n")
    assert ticket("rules", "explain", "--set", "priority=high").code == 0


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ({"load": {"ann_b": 0, "bob": 2}}, "load ann_b 0, bob 2"),
        ({"cursor": None}, ""),
        ({"closes_24h": 3, "not_final": 120}, "3 closed by rules in 24h; 120 not final"),
        ({"passed_over": [{"people": ["a_b", "c"], "lacks": ["pg", "linux"]}]}, "passed over a_b, c (lacks pg, linux)"),
        ({"passed_over": [{"people": ["a"], "until": NOON}]}, "passed over a (until 2026-03-04 12:00)"),
        ({"passed_over": [{"people": ["a"], "off_shift_until": None}]}, "passed over a (off shift until none)"),
    ],
    ids=str,
)
def test_recorded_evidence_reads_as_words(evidence: dict[str, Any], said: str) -> None:
    assert evidence_text(evidence, MOMENTS) == said
