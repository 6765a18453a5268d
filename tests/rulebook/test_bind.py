"""A checked rulebook is bound to plain JSON that the planner loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ticketcli.domain.builtin import EMPTY_RULEBOOK
from ticketcli.domain.rulebook import load_rulebook
from ticketcli.rulebook.check import check

GOOD = Path(__file__).parent / "files" / "good"


def bound(text: str, folder: Path) -> dict[str, Any]:
    path = folder / "rules.yaml"
    path.write_text(text)
    checked = check([str(path)], complete=True)
    assert checked.bound is not None, checked.problems
    return checked.bound


def test_without_a_lifecycle_the_built_in_one_is_filled_in(tmp_path: Path) -> None:
    assert bound("teams: {a: {}}", tmp_path)["lifecycle"] == EMPTY_RULEBOOK["lifecycle"]


def test_a_partial_lifecycle_is_filled_up(tmp_path: Path) -> None:
    lifecycle = bound("lifecycle: {close_reasons: [done]}", tmp_path)["lifecycle"]

    assert lifecycle == {**EMPTY_RULEBOOK["lifecycle"], "close_reasons": ["done"]}


def test_own_statuses_keep_of_the_built_in_replies_those_they_have(tmp_path: Path) -> None:
    statuses = "{new: initial, open: active, pending: waiting, closed: final}"
    transitions = "[{from: new, to: [open]}, {from: open, to: [pending, closed]}, {from: pending, to: [open]}]"
    lifecycle = bound(f"lifecycle: {{statuses: {statuses}, transitions: {transitions}}}", tmp_path)["lifecycle"]

    assert lifecycle["on_requester_reply"] == {"pending": "open", "closed": "open"}


def test_rules_carry_file_and_line_and_conditions_become_nodes(tmp_path: Path) -> None:
    text = "# first\npriority:\n  - name: a\n    when:\n      category: x\n    set: high\n"

    (rule,) = bound(text, tmp_path)["priority"]

    assert (rule["name"], rule["line"], rule["set"]) == ("a", 3, "high")
    assert rule["file"] == str(tmp_path / "rules.yaml")
    assert rule["when"] == {"fact": "category", "op": "is", "operand": ["x"], "line": 5}


def test_single_words_become_lists_and_absent_keys_stay_absent(tmp_path: Path) -> None:
    text = """
escalation:
  - {name: a, when: {priority: urgent}, then: [{notify: requester, via: mail}, {label: x}, {assign: none}]}
routing:
  - {name: b, watch: a@x.cn, label: y}
"""
    made = bound(text, tmp_path)

    assert made["escalation"][0]["then"] == [
        {"notify": ["requester"], "via": ["mail"]},
        {"label": ["x"]},
        {"assign": "none"},
    ]
    assert made["routing"][0]["watch"] == ["a@x.cn"]
    assert made["routing"][0]["label"] == ["y"]
    assert "when" not in made["routing"][0]
    assert made["autoclose"] == []


def test_a_child_route_is_under_its_parents_calendar(tmp_path: Path) -> None:
    text = """
calendars: {office: {timezone: UTC, hours: {mon: ["09:00-17:00"]}}}
routing:
  - {name: a, calendar: office, routes: [{name: b, when: {age: {over: 1d}}, routes: [{name: c}]}]}
"""
    (parent,) = bound(text, tmp_path)["routing"]
    (child,) = parent["routes"]

    assert child["calendar"] == "office"
    assert child["when"]["calendar"] == "office"
    assert [route["name"] for route in child["routes"]] == ["c"]


def test_bound_rulebooks_survive_json_and_are_loaded_by_the_planner() -> None:
    for path in sorted(GOOD.iterdir()):
        checked = check([str(path)], complete=True)

        assert json.loads(json.dumps(checked.bound, allow_nan=False)) == checked.bound
        assert checked.bound is not None
        rulebook = load_rulebook(checked.bound, "hash")
        assert [ref.ref.name for ref in rulebook.sla] == [raw["name"] for raw in checked.bound["sla"]]


def test_the_empty_rulebook_can_be_loaded() -> None:
    assert load_rulebook(EMPTY_RULEBOOK, "hash").lifecycle.first == "new"
