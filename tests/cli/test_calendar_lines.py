"""`ticket calendar -`: thousands of questions as JSON lines, each with its answer."""

from __future__ import annotations

import json
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Ticket
from tests.cli.test_output_schemas import validator
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.rulebook import Calendars
from ticketcli.errors import TicketError
from ticketcli.services.asking import answer

NOW = parse_instant("2026-03-02T09:00:00+08:00")
ALWAYS = {"open": True, "next_open": None, "next_close": None}


def test_each_line_has_its_answer_and_a_bad_one_stops_no_other(ticket: Ticket, calendar_file: str) -> None:
    lines = [
        '{"op": "add", "calendar": "office", "duration": "4h", "from": "2026-03-02T09:00", "id": "a"}',
        "",
        '{"op": "between", "calendar": "office", "from": "2026-03-09", "to": "2026-03-02"}',
        "no json",
        '{"op": "open", "calendar": "ofice", "id": 2}',
        '{"op": "open", "calendar": "office", "when": "2026-03-02"}',
        '{"op": "sub", "calendar": "office"}',
        '{"op": "add", "calendar": "office"}',
        '{"op": "add", "calendar": "office", "duration": 4}',
        '["op"]',
        "\udcff",
        '{"op": "open", "calendar": "berlin"}',
    ]
    code, out, err = ticket("calendar", "-", "--file", calendar_file, stdin="\n".join(lines))
    answers = [json.loads(line) for line in out.splitlines()]

    assert code == 5
    assert err == "ticket: 8 questions could not be answered — each answer says why, and names the line\n"
    assert answers[:2] == [{"id": "a", "at": "2026-03-02T06:00:00Z"}, {"seconds": -140400}]
    assert answers[-1] == ALWAYS
    assert [one["line"] for one in answers[2:-1]] == [4, 5, 6, 7, 8, 9, 10, 11]
    assert answers[3]["id"] == 2
    assert answers[3]["error"]["hint"] == "did you mean office?"
    assert answers[4]["error"]["message"] == "no key 'when' in a question"
    for one in answers[2:-1]:
        validator("unanswered").validate(one)


def test_all_answered_is_exit_0_and_none_asked_too(ticket: Ticket, calendar_file: str) -> None:
    question = '{"op": "open", "calendar": "berlin", "id": null}'
    ended = ticket("calendar", "-", "--file", calendar_file, stdin=question)
    assert ended == (0, json.dumps({"id": None, **ALWAYS}) + "\n", "")
    assert ticket("calendar", "-", "--file", calendar_file) == (0, "", "")


def test_what_is_no_object_is_shown_a_question(ticket: Ticket, calendar_file: str) -> None:
    ended = ticket("calendar", "-", "--file", calendar_file, stdin="[1]\n")
    assert json.loads(ended.out)["error"]["hint"] == 'write it like {"op": "open", "calendar": "office"}'


def test_a_line_that_is_too_long_is_passed_over(ticket: Ticket, calendar_file: str) -> None:
    long = '{"op": "open", "calendar": "' + "x" * 200_000 + '"}'
    ended = ticket("calendar", "-", "--file", calendar_file, stdin=f'{long}\n{{"op": "open", "calendar": "berlin"}}\n')

    first, second = map(json.loads, ended.out.splitlines())
    assert (ended.code, second) == (5, ALWAYS)
    assert first["error"]["message"] == "line 1: more than 65,536 bytes"


def test_years_that_are_not_covered_are_warned_of_once(ticket: Ticket, calendar_file: str) -> None:
    line = '{"op": "add", "calendar": "office", "duration": "1d", "from": "202%d-03-01"}\n'
    ended = ticket("calendar", "-", "--file", calendar_file, stdin="".join(line % n for n in (6, 7, 8, 7, 8, 9)))

    assert ended.code == 0
    said = "calendar office names no holidays or workdays of 2027-2029: what lies there may come out wrong\n"
    assert ended.err == said


def test_thousands_a_second() -> None:
    calendars = Calendars({"office": {"timezone": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-18:00"]}}})
    day = [f"2026-{month:02}-{day:02}T10:{day:02}" for month in range(1, 13) for day in range(1, 26)]
    started = time.process_time()
    for one in day:
        answer({"op": "add", "calendar": "office", "duration": "3d", "from": one}, calendars, NOW)
        answer({"op": "between", "calendar": "office", "from": one, "to": "2026-06-01"}, calendars, NOW)
        answer({"op": "open", "calendar": "office", "at": one}, calendars, NOW)
    assert time.process_time() - started < len(day) * 3 / 2000


@settings(max_examples=50)
@given(st.text() | st.dictionaries(st.sampled_from(["op", "calendar", "from", "to", "at", "duration"]), st.text()))
def test_no_question_is_a_bug(question: Any) -> None:
    """Whatever a question holds, it is answered or refused with a reason."""
    calendars = Calendars({"office": {"hours": {"mon-fri": ["09:00-18:00"]}}})
    asked = {"op": "add", "calendar": "office", **question} if isinstance(question, dict) else {"op": question}
    try:
        answer(asked, calendars, NOW)
    except TicketError as error:
        assert error.message
