"""`ticket schedule list` and `preview`, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket

RULES = """schedules:
  - {name: weekly check, cron: "0 9 * * mon", timezone: Asia/Shanghai, ticket: {subject: "Backups {{ week }}"}}
  - {name: monthly, cron: "@monthly", catch_up: all, ticket: {subject: "Report {{ month }}"}}
"""


@pytest.fixture
def desk(sandbox: Path) -> Path:
    (sandbox / "rules" / "schedules.yaml").write_text(RULES)
    return sandbox


def test_list_shows_when_each_is_due_next(ticket: Ticket, desk: Path) -> None:
    answer = ticket("schedule", "list")
    assert [line.split("  ")[0] for line in answer.out.splitlines()[2:]] == ["weekly check", "monthly"]
    assert "Mon 2026-03-09 09:00" in answer.out
    first, second = json.loads(ticket("schedule", "list", "-o", "json").out)
    assert (first["next_at"], first["timezone"], first["line"]) == ("2026-03-09T01:00:00Z", "Asia/Shanghai", 2)
    assert (second["next_at"], second["catch_up"]) == ("2026-03-31T16:00:00Z", "all")


def test_a_desk_without_schedules_says_so(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("schedule", "list")
    assert (answer.code, answer.out) == (0, "")
    assert "the rules hold no schedules" in answer.err


def test_preview_of_a_schedule_of_the_rules(ticket: Ticket, desk: Path) -> None:
    answer = ticket("schedule", "preview", "weekly check", "--count", "2", "-o", "json")
    assert json.loads(answer.out) == [
        {"at": "2026-03-09T01:00:00Z", "local": "2026-03-09T09:00:00+08:00"},
        {"at": "2026-03-16T01:00:00Z", "local": "2026-03-16T09:00:00+08:00"},
    ]


def test_preview_of_an_expression_needs_no_desk(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("schedule", "preview", "@daily", "--from", "2026-03-28", "--count", "1", "-o", "jsonl")
    assert json.loads(ticket(*words).out) == {"at": "2026-03-29T00:00:00Z", "local": "2026-03-29T00:00:00+00:00"}


def test_preview_as_far_as_a_duration_with_its_end(ticket: Ticket, sandbox: Path) -> None:
    words = ("schedule", "preview", "0 0 * * *", "--from", "2026-03-28", "--for", "2d", "--tz", "UTC", "-o", "csv")
    assert ticket(*words).out.splitlines()[1:] == [
        "2026-03-29T00:00:00Z,2026-03-29T00:00:00+00:00",
        "2026-03-30T00:00:00Z,2026-03-30T00:00:00+00:00",
    ]
    assert "never due in that time" in ticket("schedule", "preview", "@yearly", "--for", "1d").err


REFUSED = {
    "no expression": (["0 9 * *"], 2, "it has 4 fields"),
    "no minute": (["x * * * *"], 2, "no cron expression"),
    "never due": (["0 0 30 2 *"], 2, "never due"),
    "no such zone": (["@daily", "--tz", "Asia/Shangai"], 2, "Asia/Shanghai"),
    "no such schedule": (["weekly"], 3, "there are: weekly check, monthly"),
    "no duration": (["@daily", "--for", "soon"], 2, "soon"),
    "two ends": (["@daily", "--for", "1d", "--count", "2"], 2, "exclude each other"),
}


@pytest.mark.parametrize(("words", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_is_refused(ticket: Ticket, desk: Path, words: list[str], code: int, said: str) -> None:
    answer = ticket("schedule", "preview", *words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_the_sweep_opens_what_is_due_once(ticket: Ticket, desk: Path) -> None:
    assert ticket("sweep", "--now", "2026-03-02T12:00:00Z").code == 0
    assert "1 created" in ticket("sweep", "--now", "2026-03-09T01:00:00Z").err
    ticket("sweep", "--now", "2026-03-09T01:01:00Z")
    found = json.loads(ticket("list", "-o", "json", "--now", "2026-03-09T01:01:00Z").out)
    assert [one["subject"] for one in found] == ["Backups 2026-W11"]


def test_rules_check_names_every_mistake_of_a_schedule(ticket: Ticket, desk: Path) -> None:
    (desk / "rules" / "schedules.yaml").write_text(
        'schedules:\n  - {name: a, cron: "0 0 30 2 *", timezone: Mars/Rover, late: 2h,\n'
        "     ticket: {subject: '{{ dat }}', team: opps, priority: hihg}}\n"
    )
    found = json.loads(ticket("rules", "check", "-o", "json").out)["problems"]
    assert {(one["code"], one["suggestion"]) for one in found} >= {
        ("cron", ""),
        ("unknown-timezone", ""),
        ("misplaced-key", ""),
        ("unknown-key-in-template", "date"),
        ("unknown-team", "ops"),
    }
