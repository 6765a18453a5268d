"""`ticket calendar`: calendars asked from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CALENDARS, Ticket
from tests.cli.test_output_schemas import validator

ALWAYS = {"open": True, "next_open": None, "next_close": None}


def asked(ticket: Ticket, *words: str) -> Any:
    code, out, err = ticket("calendar", *words, "--file", "c.yaml", "-o", "json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("add office 4h", {"at": "2026-03-02T06:00:00Z"}),
        ("add office 4h --from 2026-03-02T09:00", {"at": "2026-03-02T06:00:00Z"}),
        ("add office 8h", {"at": "2026-03-02T10:00:00Z"}),
        ("add office 0s --from 2026-03-02T10:00", {"at": "2026-03-02T02:00:00Z"}),
        ("add office 0s --from 2026-03-02T18:00", {"at": "2026-03-03T01:00:00Z"}),
        ("add office 3d --from 2026-09-30T17:00", {"at": "2026-10-10T09:00:00Z"}),
        ("add office 1d2h --from 2026-09-30T17:00:00+08:00", {"at": "2026-10-09T02:00:00Z"}),
        ("add once 4h", {"at": None}),
        ("between office 2026-03-02 2026-03-09", {"seconds": 39 * 3600}),
        ("between office 2026-03-09 2026-03-02", {"seconds": -39 * 3600}),
        ("between berlin 2026-03-29 2026-03-30", {"seconds": 23 * 3600}),
        ("between berlin 2026-10-25 2026-10-26", {"seconds": 25 * 3600}),
        ("open office", {"open": True, "next_open": "2026-03-02T05:00:00Z", "next_close": "2026-03-02T04:00:00Z"}),
        ("open office 2026-03-02T12:00",
         {"open": False, "next_open": "2026-03-02T05:00:00Z", "next_close": "2026-03-02T10:00:00Z"}),
        ("open berlin", ALWAYS),
        ("open once 2026-12-24T11:00Z", {"open": True, "next_open": None, "next_close": "2026-12-24T12:00:00Z"}),
        ("open once 2026-12-24T12:00Z", {"open": False, "next_open": None, "next_close": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_question_has_its_answer(ticket: Ticket, calendar_file: str, words: str, found: Any) -> None:
    assert asked(ticket, *words.split()) == found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("add office 4h", "Mon 2026-03-02 14:00 CST"),
        ("add office 90s", "Mon 2026-03-02 09:01:30 CST"),
        ("add once 4h", "never"),
        ("between office 2026-03-02 2026-03-09", "39h (140400 seconds)"),
        ("between office 2026-03-02T10:30 2026-03-02T09:00:05", "-1h 29m 55s (-5395 seconds)"),
        ("open office", "open until Mon 2026-03-02 12:00 (in 3h)"),
        ("open office 2026-10-01T12:00", "closed until Thu 2026-10-08 09:00 (in 6d 21h)"),
        ("open berlin", "open, and never closes"),
        ("open once 2027-01-01", "closed, and never opens"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_people_get_a_sentence_on_the_calendars_clock(
    ticket: Ticket, calendar_file: str, words: str, said: str
) -> None:
    code, out, _ = ticket("calendar", *words.split(), "--file", calendar_file)

    assert (code, out) == (0, f"{said}\n")


@pytest.mark.parametrize(
    ("shown", "instant"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
        ("2026-03-29T03:30", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),
        ("2026-03-02", "2026-03-01T23:00:00Z"),
    ],
    ids=["left out: as long after the change", "the same", "twice: the first", "the second, by its offset", "a date"],
)
def test_a_time_without_zone_is_on_the_calendars_clock(
    ticket: Ticket, calendar_file: str, shown: str, instant: str
) -> None:
    assert asked(ticket, "add", "berlin", "0s", "--from", shown) == {"at": instant}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("open ofice", 3, "no calendar 'ofice' — did you mean office?"),
        ("open zzz", 3, "there are: office, berlin, night, once"),
        ("show ofice", 3, "did you mean office?"),
        ("add office 4x", 2, "not a duration"),
        ("add office 1w", 2, "weeks do not go with a calendar"),
        ("add office -- -4h", 2, "not a duration"),
        ("add office 4h --from tomorrow", 2, "not a date or time: 'tomorrow'"),
        ("between office 2026-03-02", 2, "missing argument"),
        ("between office 2026-03-02 2026-02-30", 2, "not a date or time: '2026-02-30'"),
        ("opne office", 2, "did you mean ticket calendar open?"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_answered_is_said(ticket: Ticket, calendar_file: str, words: str, code: int, says: str) -> None:
    ended = ticket("calendar", *words.split()[:1], "--file", calendar_file, *words.split()[1:])

    assert ended.code == code
    assert says in ended.err
    assert ended.out == ""


def test_years_whose_dates_are_not_known_are_warned_of(ticket: Ticket, calendar_file: str) -> None:
    ended = ticket("calendar", "add", "office", "300d", "--file", calendar_file)

    assert ended.code == 0
    assert ended.err == "calendar office names no holidays or workdays of 2027: what lies there may come out wrong\n"
    assert ticket("calendar", "add", "office", "3d", "--file", calendar_file).err == ""
    assert "of 2024" in ticket("calendar", "between", "office", "2026-01-01", "2024-06-01", "--file", calendar_file).err
    assert ticket("calendar", "add", "night", "300d", "--file", calendar_file).err == ""


def test_a_ticket_says_when_its_clock_runs_into_a_year_whose_dates_are_not_known(
    ticket: Ticket, sandbox: Path
) -> None:
    rules = sandbox / "rules/calendars.yaml"
    rules.write_text(rules.read_text().replace('holidays: ["*-01-01", "*-05-01"]', "holidays: [2026-10-01]"))
    ticket("create", "printer jams", "--category", "question", "-q")
    late = "2026-12-31T17:00:00+08:00"
    ticket("create", "printer jams again", "--category", "question", "-q", "--now", late)

    assert "names no dates" not in ticket("show", "1").out
    assert "calendar office names no dates of 2027: this may be off" in ticket("show", "2", "--now", late).out


class TestLooking:
    def test_the_list(self, ticket: Ticket, calendar_file: str) -> None:
        assert ticket("calendar", "list", "--file", calendar_file).out.splitlines()[2:] == [
            "office    Asia/Shanghai  40h   2025-2026  open until Mon 2026-03-02 12:00 (in 3h)",
            "berlin    Europe/Berlin  168h  any        open, and never closes",
            "night     Europe/Berlin  40h   any        closed until Mon 2026-03-02 22:00 (in 20h)",
            "once      UTC            0h    any        closed until Thu 2026-12-24 09:00 (in 297d 8h)",
        ]

    def test_the_page(self, ticket: Ticket, calendar_file: str) -> None:
        assert ticket("calendar", "show", "office", "--file", calendar_file).out.splitlines() == [
            "office, Asia/Shanghai: 40h a week, open until Mon 2026-03-02 12:00 (in 3h)",
            "",
            "Hours       Mon-Fri   09:00-12:00  13:00-18:00",
            "            Sat-Sun   closed",
            "Holidays    2026-10-01..2026-10-07",
            "            every 12-25",
            "            and 1 before 2026",
            "Workdays    2026-10-10  like mon",
            "Breaks      2026-03-05  15:00-16:00",
            "Covers      2025-2026",
            "",
            "Next        Mon 2026-03-02 12:00  closes",
            "            Mon 2026-03-02 13:00  opens",
            "            Mon 2026-03-02 18:00  closes",
            "            Tue 2026-03-03 09:00  opens",
            "            Tue 2026-03-03 12:00  closes",
            "            Tue 2026-03-03 13:00  opens",
        ]

    def test_the_page_of_spans_over_midnight_and_of_dates_that_are_closed(self, ticket: Ticket, tmp_path: Path) -> None:
        text = 'calendars: {n: {hours: {daily: ["22:00-06:00"]}, dates: {2026-12-24: [], "*-12-31": ["22:00-24:00"]}}}'
        (tmp_path / "n.yaml").write_text(text)
        lines = ticket("calendar", "show", "n", "--file", str(tmp_path / "n.yaml"), "--now", "2026-03-02T09:00:00Z").out

        assert "Hours       Mon-Sun   22:00-06:00\n" in lines
        assert "Dates       2026-12-24  closed\n            every 12-31  22:00-24:00\n" in lines

    def test_every_answer_is_what_its_schema_says(self, ticket: Ticket, calendar_file: str) -> None:
        validator("calendars").validate(asked(ticket, "list"))
        for name in ("office", "berlin", "night", "once"):
            validator("calendar_whole").validate(asked(ticket, "show", name))
            validator("open_state").validate(asked(ticket, "open", name))
        validator("used_up").validate(asked(ticket, "add", "once", "4h"))
        validator("open_time").validate(asked(ticket, "between", "office", "2026-03-02", "2026-03-09"))
        for line in ticket("calendar", "list", "--file", calendar_file, "-o", "jsonl").out.splitlines():
            validator("calendar").validate(json.loads(line))
        table = ticket("calendar", "list", "--file", calendar_file, "-o", "csv").out
        assert table.startswith("name,timezone,week,years,open,")

    def test_the_page_says_what_the_file_said(self, ticket: Ticket, calendar_file: str, tmp_path: Path) -> None:
        """What `show` answers, written to a file again, is the same calendar."""
        shown = asked(ticket, "show", "office")
        keys = ("timezone", "hours", "holidays", "dates", "breaks")
        raw = {key: shown[key] for key in keys} | {"workdays": [{k: v} for k, v in shown["workdays"].items()]}
        (tmp_path / "again.yaml").write_text(json.dumps({"calendars": {"office": raw}}))

        again = ticket("calendar", "show", "office", "--file", "again.yaml", "-o", "json")
        assert json.loads(again.out) == shown


class TestWhoseCalendars:
    def test_those_of_the_rules_in_force(self, ticket: Ticket, sandbox: Path) -> None:
        assert [one["name"] for one in json.loads(ticket("calendar", "list", "--json").out)] == ["office", "always"]
        assert ticket("calendar", "add", "office", "8h").out == "Mon 2026-03-02 18:00 CST\n"

    def test_broken_rule_files_leave_the_last_good_ones(self, ticket: Ticket, sandbox: Path) -> None:
        ticket("create", "x", "-q")
        (sandbox / "rules/calendars.yaml").write_text("calendars: {office: {hours: {mon: []}}}\n")
        code, out, err = ticket("calendar", "open", "office")

        assert (code, out) == (0, "open until Mon 2026-03-02 12:00 (in 3h)\n")
        assert "the last good rules decide" in err

    def test_a_desk_without_calendars_says_so(self, ticket: Ticket, sandbox: Path) -> None:
        for path in (sandbox / "rules").glob("*.yaml"):
            path.unlink()
        assert ticket("calendar", "list") == (0, "", "the rules name no calendar\n")
        assert ticket("calendar", "open", "x").err == "ticket: no calendar 'x' — there are none\n"

    def test_a_file_is_checked_as_rules_check_does(self, ticket: Ticket, calendar_file: str, tmp_path: Path) -> None:
        bad = 'calendars: {a: {timezone: Europe/Berln, hours: {mon: ["9-5"]}}, never: {hours: {mon: []}}}\n'
        (tmp_path / "bad.yaml").write_text(bad)
        code, out, err = ticket("calendar", "list", "--file", "bad.yaml")
        checked = ticket("rules", "check", "bad.yaml")

        assert (code, out) == (5, "")
        assert err.splitlines()[:-1] == checked.out.splitlines()
        assert "never opens" in err
        failure = json.loads(ticket("calendar", "list", "--file", "bad.yaml", "--json").err)["error"]
        assert failure["problems"] == json.loads(ticket("rules", "check", "bad.yaml", "--json").out)["problems"]

    def test_a_file_that_is_not_there_or_names_none(self, ticket: Ticket, calendar_file: str, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text("teams: {a: {members: [ann]}}\n")
        assert ticket("calendar", "list", "--file", "nope.yaml").code == 3
        assert "no calendars in other.yaml" in ticket("calendar", "list", "--file", "other.yaml").err

    def test_a_folder_of_rules_is_taken_though_its_files_refer_to_others(
        self, ticket: Ticket, calendar_file: str, tmp_path: Path
    ) -> None:
        (tmp_path / "c.yaml").write_text(CALENDARS + "teams: {a: {members: [ann]}}\n")
        assert ticket("calendar", "open", "berlin", "--file", ".").out == "open, and never closes\n"


def test_generate_writes_a_file_that_the_others_ask(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = ticket("calendar", "generate", "CN", "2026", "2099", "--name", "office")
    (tmp_path / "office.yaml").write_text(out)

    assert code == 0
    assert err.startswith("CN 2099: the working days in exchange for holidays are not published yet")
    assert ticket("calendar", "generate", "CN", "2026", "2099", "--name", "office", "-q") == (0, out, "")
    assert ticket("rules", "check", "office.yaml", "--strict").code == 0
    between = ("between", "office", "2026-10-10", "2026-10-11", "--file", "office.yaml")
    assert ticket("calendar", *between).out == "8h (28800 seconds)\n"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [("XX 2027", 3, "no country 'XX'"), ("CN", 2, "missing argument"), ("CN 1066", 2, "1066"), ("CN soon", 2, "soon")],
    ids=["country", "no year", "too early", "no number"],
)
def test_generate_refuses_what_it_does_not_know(ticket: Ticket, words: str, code: int, says: str) -> None:
    ended = ticket("calendar", "generate", *words.split())

    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
