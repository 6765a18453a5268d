"""`ticket rules`: check, list, schema and accept, on a sandbox desk with the default rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket

BROKEN = """\
priority:
  - {name: outage, when: {subjct: {contains: outage}}, set: urgent}
  - {name: odd, when: {priority: hihg}, raise: 1}
"""


@pytest.fixture
def broken(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The desk as working directory, with two mistakes in its priority rules."""
    monkeypatch.chdir(sandbox)
    (sandbox / "rules" / "priority.yaml").write_text(BROKEN)
    return sandbox


def test_the_default_rules_check_even_strictly(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("rules", "check", "--strict")

    assert (answer.code, answer.out, answer.err) == (0, "", "13 files: no problems\n")


def test_a_mistake_in_a_mapping_of_intake_is_a_problem_of_the_rules(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sandbox)
    entry = {"name": "a", "key": "k {{ id }", "ticket": {"subject": "s", "priority": "hgh"}}
    Path("rules/intake/monitor.yaml").write_text(json.dumps({"intake": [entry]}))
    Path("rules/intake/empty.yaml").write_text("")

    answer = ticket("rules", "check")

    assert (answer.code, ticket("rules", "check", "rules").out) == (5, answer.out)
    assert [line.split(" error: ")[0].split(":")[0] for line in answer.out.splitlines()] == [
        "rules/intake/empty.yaml", "rules/intake/monitor.yaml", "rules/intake/monitor.yaml",
    ]  # fmt: skip
    assert "`{{` without its `}}`" in answer.out and "(did you mean high?) [unknown-value]" in answer.out
    assert "15 files: 3 errors\n" in answer.err


def test_a_mapping_that_sets_fields_which_the_rules_do_not_declare_is_a_problem(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sandbox)
    for file in Path("rules/intake").iterdir():
        file.unlink()
    given = {"fields": {"hots": "{{ h }}", "host": "{{ h }}"}, "fields.rack": "{{ r }}", "subject": "x"}
    entry = {"name": "a", "key": "k {{ h }}", "ticket": given}
    Path("rules/intake/monitor.yaml").write_text(json.dumps({"intake": [entry]}))
    assert ticket("rules", "check").code == 0

    Path("rules/fields.yaml").write_text("fields: {host: {type: text}}")
    found = json.loads(ticket("rules", "check", "--json").out)["problems"]

    assert [(one["code"], one["text"], one["suggestion"]) for one in found] == [
        ("unknown-field", "hots", "host"),
        ("unknown-field", "rack", ""),
    ]


def test_a_mapping_of_intake_that_is_named_is_checked_as_one(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sandbox / "rules" / "intake")
    Path("monitor.yaml").write_text("intake: [{kee: x}]")

    assert ticket("rules", "check", "github.yaml", "../sla.yaml").code == 0
    assert "monitor.yaml:1:11: error: unknown key kee" in ticket("rules", "check", "monitor.yaml").out


def test_every_problem_is_told_at_once_with_its_place_and_the_right_word(ticket: Ticket, broken: Path) -> None:
    answer = ticket("rules", "check")
    lines = answer.out.splitlines()

    assert answer.code == 5
    assert [line.split(": ")[0] for line in lines] == ["rules/priority.yaml:2:27", "rules/priority.yaml:3:34"]
    assert "subject" in lines[0] and "high" in lines[1]
    assert answer.err.splitlines()[-1].startswith("ticket: the rules do not check: 2 problems")


def test_problems_as_json_carry_line_column_and_suggestion(ticket: Ticket, broken: Path) -> None:
    problems = json.loads(ticket("rules", "check", "-o", "json").out)["problems"]

    assert [(p["line"], p["level"], p["suggestion"]) for p in problems] == [
        (2, "error", "subject"),
        (3, "error", "high"),
    ]


def test_problems_as_annotations_stand_beside_their_lines(ticket: Ticket, broken: Path) -> None:
    answer = ticket("rules", "check", "-o", "github")

    assert answer.code == 5
    assert answer.out.splitlines() == [
        "::error file=rules/priority.yaml,line=2,col=27::no fact 'subjct' (did you mean subject?) [unknown-fact]",
        "::error file=rules/priority.yaml,line=3,col=34::no priority 'hihg'; known: low, normal, high, urgent "
        "(did you mean high?) [unknown-priority]",
    ]


def test_files_on_their_own_may_name_what_other_files_hold(ticket: Ticket, sandbox: Path) -> None:
    routing = str(sandbox / "rules" / "routing.yaml")

    assert ticket("rules", "check", routing).code == 0
    assert ticket("rules", "check", routing, "--complete").code == 5


def test_a_path_that_is_not_there_is_not_found(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("rules", "check", "nowhere.yaml")

    assert (answer.code, answer.out) == (3, "")
    assert "nowhere.yaml" in answer.err


def test_the_list_says_what_each_rule_does_and_where_it_stands(ticket: Ticket, sandbox: Path) -> None:
    rows = json.loads(ticket("rules", "list", "-o", "json").out)

    assert {row["section"] for row in rows} == {"priority", "routing", "sla", "escalation", "autoclose"}
    outage = next(row for row in rows if row["name"] == "outage")
    assert outage["file"] == "rules/priority.yaml" and outage["summary"].endswith("set urgent")
    assert "rules/priority.yaml" in ticket("rules", "list").out


def test_help_lists_every_code_and_explains_each_with_an_example_and_its_cure(ticket: Ticket) -> None:
    rows = ticket("rules", "help").out.splitlines()[2:]
    page = ticket("rules", "help", "[unreachable-rule]").out

    assert len(rows) > 80
    assert any(row.split()[:2] == ["unreachable-rule", "warning"] for row in rows)
    assert page.startswith("unreachable-rule (warning)\nRules before this one take every ticket")
    assert page.index("\nWrong:\n") < page.index("    sla:\n") < page.index("\nRight:\n")


def test_an_unknown_code_is_not_found_and_the_nearest_is_named(ticket: Ticket) -> None:
    answer = ticket("rules", "help", "unreachable-rul")

    assert (answer.code, answer.out) == (3, "")
    assert "did you mean unreachable-rule?" in answer.err


def test_no_example_acts_on_a_terminal(ticket: Ticket) -> None:
    assert ticket("rules", "help", "control-character").out.replace("\n", "").isprintable()


def test_a_review_that_is_overdue_is_told_by_check_and_doctor(ticket: Ticket, sandbox: Path) -> None:
    rules = sandbox / "rules" / "priority.yaml"
    rules.write_text(rules.read_text().replace("set: low}", "set: low, review_by: 2026-03-01}"))
    ticket("sweep", "-q")

    check, doctor = ticket("rules", "check", "--strict"), ticket("doctor")

    assert check.code == 5 and "question was to be reviewed by 2026-03-01 [review-overdue]" in check.out
    assert doctor.code == 7 and "question (rules/priority.yaml:13) was to be reviewed by 2026-03-01" in doctor.out
    assert ticket("rules", "check", "--now", "2026-03-01T23:59:59Z").out == ""


@pytest.mark.parametrize("name", ["rules", "settings", "output"])
def test_a_schema_is_printed_as_it_is_kept(ticket: Ticket, name: str) -> None:
    assert json.loads(ticket("rules", "schema", name).out)["$schema"].endswith("2020-12/schema")


def test_an_unknown_schema_is_not_found(ticket: Ticket) -> None:
    answer = ticket("rules", "schema", "nothing")

    assert answer.code == 3
    assert "output, rules, scenario, settings" in answer.err


def test_what_does_not_check_cannot_be_accepted(ticket: Ticket, broken: Path) -> None:
    answer = ticket("rules", "accept")

    assert answer.code == 5
    assert "rules/priority.yaml:2" in answer.err


def test_rules_removed_on_purpose_are_accepted(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "disk full")
    (sandbox / "rules" / "escalation.yaml").unlink()
    assert "escalation.yaml" in ticket("show", "1").err

    assert ticket("rules", "accept").code == 0
    assert ticket("show", "1").err == ""
