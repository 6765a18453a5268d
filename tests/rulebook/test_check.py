"""Files are checked together as one rulebook, and all that is wrong is told at once, by place."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import Mock

import pytest
from jsonschema.validators import extend  # type: ignore[import-untyped]

from ticketcli.errors import NotFound
from ticketcli.rulebook.check import Checked, check

TEAMS = "teams: {dba: {}}\n"
ROUTING = """
routing: [{name: a, team: dba, assign: {person: ann}}]
priority: [{name: b, when: {assignee: bob, within: office}, set: high}]
"""


def write(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return [str(folder / f"{name}.yaml") for name in files]


def codes(checked: Checked) -> list[str]:
    return [problem.code for problem in checked.problems]


def test_references_reach_across_files(tmp_path: Path) -> None:
    write(tmp_path, routing="routing: [{name: a, team: dba}]", teams=TEAMS)

    checked = check([str(tmp_path)], complete=True)

    assert checked.problems == ()
    assert checked.bound is not None
    assert [Path(file).name for file in checked.files] == ["routing.yaml", "teams.yaml"]


def test_references_to_sections_that_no_file_holds_are_notes(tmp_path: Path) -> None:
    paths = write(tmp_path, routing=ROUTING)

    checked = check(paths)

    assert checked.problems == ()
    assert checked.notes == (
        "calendars: in none of these files, so not checked: office (--complete makes this a problem)",
        "people: in none of these files, so not checked: ann, bob (--complete makes this a problem)",
        "teams: in none of these files, so not checked: dba (--complete makes this a problem)",
    )
    assert checked.bound is None


def test_complete_makes_such_references_problems(tmp_path: Path) -> None:
    paths = write(tmp_path, routing=ROUTING)

    checked = check(paths, complete=True)

    assert sorted(codes(checked)) == ["unknown-calendar", "unknown-person", "unknown-person", "unknown-team"]
    assert checked.notes == ()


def test_without_a_lifecycle_the_built_in_statuses_are_known(tmp_path: Path) -> None:
    paths = write(tmp_path, sla="sla: [{name: a, when: {status: pending}, targets: {resolution: 1d}, pause: [hold]}]")

    assert check(paths).notes == ()
    assert check(paths).bound is not None


def test_a_status_of_a_lifecycle_elsewhere_is_a_note(tmp_path: Path) -> None:
    paths = write(tmp_path, sla="sla: [{name: a, targets: {resolution: 1d}, pause: [parked]}]")

    assert check(paths).notes[0].startswith("lifecycle: in none of these files, so not checked: parked")
    assert codes(check(paths, complete=True)) == ["unknown-status"]


def test_a_section_in_two_files_is_a_problem_in_the_second(tmp_path: Path) -> None:
    first, second = write(tmp_path, a=TEAMS, b="# again\nteams: {ops: {}}\n")

    (problem,) = check([first, second], complete=True).problems

    assert (problem.file, problem.line, problem.code) == (second, 2, "section-twice")
    assert first in problem.message


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, a="teams: {", b="priority: [{name: x, set: hgih}]", c="", d=TEAMS)

    checked = check([str(tmp_path)], complete=True)

    assert codes(checked) == ["yaml", "unknown-value", "empty"]
    assert checked.bound is None


def test_problems_come_in_the_order_of_their_places(tmp_path: Path) -> None:
    text = "priority:\n  - {name: b, set: nope}\n  - {nam: a}\nteams: {x: {members: [ghost]}}\nfoo: 1\n"
    (path,) = write(tmp_path, rules=text)

    places = [(problem.line, problem.column) for problem in check([path], complete=True).problems]

    assert places == sorted(places)
    assert len(places) == 6


def test_a_problem_points_at_the_value(tmp_path: Path) -> None:
    (path,) = write(tmp_path, rules="teams:\n  a/b:\n    members: [ghost]\n")

    (problem,) = check([path], complete=True).problems

    assert problem.pointer == "/teams/a~1b/members/0"
    assert (problem.line, problem.column, problem.text) == (3, 15, "ghost")


def test_a_path_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file or folder: .*gone.yaml"):
        check([str(tmp_path / "gone.yaml")])


def test_a_folder_gives_its_yaml_files_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, teams=TEAMS)
    for name in (".hidden.yaml", "notes.txt"):
        (tmp_path / name).write_text("not: [yaml")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "scenario.yaml").write_text("- not a rule file")

    assert check([str(tmp_path)], complete=True).problems == ()


def test_files_that_look_like_rules_but_are_not_read_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "teams.yml").write_text(TEAMS)

    checked = check([str(tmp_path)])

    assert [(problem.level, problem.code) for problem in checked.problems] == [
        ("warning", "no-rules"),
        ("warning", "not-read"),
    ]


@pytest.mark.parametrize("lost", ["desk", "calendars"])
def test_of_a_file_that_cannot_be_read_the_consequences_in_others_are_not_told(tmp_path: Path, lost: str) -> None:
    write(
        tmp_path,
        routing=ROUTING,
        desk=TEAMS + "people: [{name: ann, skills: [sql]}, {name: bob}]\n",
        calendars="calendars: {office: {timezone: UTC, hours: {mon: ['09:00-10:00']}}}\n",
    )
    assert check([str(tmp_path)], complete=True).problems == ()
    with open(tmp_path / f"{lost}.yaml", "a") as file:
        file.write("x: [\n")

    checked = check([str(tmp_path)], complete=True)

    assert [(Path(one.file).stem, one.code) for one in checked.problems] == [(lost, "yaml")]
    assert checked.notes == (
        f"what {tmp_path}/{lost}.yaml should hold is not known, so references to it were not checked",
    )


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (path,) = write(tmp_path, teams=TEAMS)

    assert check([path, path, str(tmp_path)], complete=True).files == (path,)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    (problem,) = check([str(tmp_path)]).problems

    assert (problem.code, problem.message) == ("unreadable", "cannot be read: not a regular file")


def test_a_dangling_link_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nowhere")

    assert codes(check([str(tmp_path)])) == ["unreadable"]


def test_a_file_name_with_a_line_break_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a\nb.yaml").write_text(TEAMS)

    (problem,) = check([str(tmp_path)]).problems

    assert problem.code == "unreadable"
    assert "\n" not in problem.file


def test_five_hundred_warnings_in_conditions_are_no_error(tmp_path: Path) -> None:
    rule = "  - {name: rule%d, calendar: office, when: {idle: {over: 40h}}, then: [{raise: 1}]}\n"
    text = "calendars: {office: {timezone: UTC, hours: {mon: ['9:00-17:00']}}}\nescalation:\n"
    (path,) = write(tmp_path, rules=text.replace("'9:", "'09:") + "".join(rule % n for n in range(600)))

    checked = check([path], complete=True)

    assert {problem.level for problem in checked.problems} == {"warning"}
    assert checked.bound is not None
    assert len(checked.bound["escalation"]) == 600


def test_one_validator_judges_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extending = Mock(side_effect=extend)
    monkeypatch.setattr("ticketcli.rulebook.schema.extend", extending)
    names = write(tmp_path, a="schema: 1\n", b=TEAMS, c="priority: 1\n")
    assert codes(check(names, complete=True)) == ["empty", "wrong-type"]
    assert extending.call_count == 1, "thousands of files would take minutes"
