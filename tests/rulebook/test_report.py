"""What `rules check` and `rules list` say."""

from __future__ import annotations

from pathlib import Path

from ticketcli.rulebook.check import check
from ticketcli.rulebook.report import check_json, check_lines, check_summary, rule_lines

GOOD = Path(__file__).parent / "files" / "good"


def test_a_problem_is_a_line_with_place_and_nearest_word(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("priority:\n  - {name: a, set: hgih}\n  - {name: b, set: low}\n  - {name: c, set: low}\n")

    checked = check([str(path)])

    wanted = (
        f"{path}:2:20: error: set must be low, normal, high or urgent, not hgih (did you mean high?) [unknown-value]"
    )
    assert check_lines(checked)[0] == wanted
    assert check_summary(checked) == "1 file: 1 error, 2 warnings"


def test_no_problem_is_said_in_words() -> None:
    assert check_summary(check([str(GOOD / "design.yaml")])) == "1 file: no problems"


def test_the_json_has_every_key(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("priorty: []\n")

    assert check_json(check([str(path)])) == {
        "files": [str(path)],
        "problems": [
            {
                "file": str(path),
                "line": 1,
                "column": 1,
                "pointer": "/priorty",
                "level": "error",
                "code": "unknown-key",
                "message": "unknown key priorty",
                "text": "priorty",
                "suggestion": "priority",
            }
        ],
    }


def test_rules_are_listed_with_what_they_say() -> None:
    checked = check([str(GOOD / "design.yaml")], complete=True)
    assert checked.bound is not None

    listed = [(line.section, line.name, line.line, line.summary) for line in rule_lines(checked.bound)]

    assert listed == [
        ("priority", "outage", 32, "subject contains outage, down, 宕机 or labels has production → set urgent"),
        ("priority", "grows-old", 33, "priority in low, normal and age over 3d → raise 1"),
        ("routing", "database", 24, "category is database → team dba, least_loaded, skills postgres"),
        ("routing", "database/vip-database", 29, "requester.tier is vip → level senior, watch carol"),
        ("routing", "rest", 30, "always → team servicedesk, round_robin"),
        (
            "sla",
            "urgent",
            35,
            "priority is urgent → assignment 30m, first_response 30m, next_response 2h, resolution 24h",
        ),
        ("sla", "normal", 42, "always → first_response 4h, resolution 3d of office"),
        (
            "escalation",
            "urgent-unanswered",
            44,
            "priority is urgent and unanswered over 2h → assign manager; notify manager, every 4h, at most 3 times",
        ),
        (
            "autoclose",
            "silent-after-resolution",
            50,
            (
                "status is resolved → close after 48h of silence of requester, reminders 24h, 1h before, "
                "unless requester.tier is vip or labels has keep-open"
            ),
        ),
        (
            "autoclose",
            "waiting-for-requester",
            58,
            "status is pending → close after 3d of silence of requester, reminders 1d before",
        ),
    ]
