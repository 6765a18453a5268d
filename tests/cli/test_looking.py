"""`list`, `show` and `log`: which answer in which form. What the pages look like is kept in golden files."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import TOP

TICKETS = [
    {"subject": "disk full on db3", "category": "database", "priority": "urgent", "requester": {"email": "lee@x.cn"}},
    {"subject": "build is red", "source": "ci", "labels": ["prod"], "fields": {"region": "north"}},
    {"subject": "how do I print", "category": "question", "priority": "low"},
    {"subject": "磁盘满 =1+1", "team": "ops", "assignee": "ann", "labels": ["生产", "db"]},
]


@pytest.fixture
def four(ticket: Ticket, sandbox: Path) -> Path:
    """A desk with four tickets, the third of them closed."""
    assert ticket("create", "--from", "-", "-q", stdin=json.dumps(TICKETS)).code == 0
    assert ticket("close", "3").code == 0
    return sandbox


def ids(ticket: Ticket, *words: str) -> list[int]:
    answer = ticket("list", *words, "-o", "ids")
    assert answer.code == 0, answer.err
    return [int(line) for line in answer.out.split()]


TERMS: dict[str, list[int]] = {
    "": [1, 2, 4],
    "status:new,closed": [1, 2, 3, 4],
    "status:closed": [3],
    "status:-closed": [1, 2, 4],
    "kind:final": [3],
    "team:ops": [1, 2, 4],
    "team:ops assignee:ann": [1, 2, 4],
    "team:ops label:prod": [2],
    "priority:high..": [1],
    "priority:..low kind:any": [3],
    "priority:low..normal": [2, 4],
    "requester:none": [2, 4],
    "requester:any": [1],
    "text:disk": [1],
    "text:磁盘": [4],
    "fields.region:north": [2],
    "created:2026-03-02": [1, 2, 4],
    "created:2026-03-03..": [],
    "created:..2026-03-01": [],
    "sla:running": [1, 2, 4],
    "sla:breached": [],
    "source:ci": [2],
}


@pytest.mark.parametrize("terms", TERMS)
def test_terms_find_tickets(ticket: Ticket, four: Path, terms: str) -> None:
    assert sorted(ids(ticket, *terms.split())) == TERMS[terms]


def test_what_is_due_first_stands_first_unless_sorted(ticket: Ticket, four: Path) -> None:
    assert ids(ticket)[0] == 1
    assert ids(ticket, "--sort", "-id") == [4, 2, 1]
    assert ids(ticket, "--sort", "team,-id", "--limit", "2") == [4, 2]
    assert len(ids(ticket, "--limit", "1")) == 1


def test_list_answers_whole_tickets_or_the_fields_asked_for(ticket: Ticket, four: Path) -> None:
    whole = json.loads(ticket("list", "label:prod", "--json").out)
    some = json.loads(ticket("list", "label:prod", "--json", "--fields", "id,fields.region,labels,nothing").out or "0")

    assert whole == [json.loads(ticket("show", "2", "--json").out)]
    assert some == 0
    assert json.loads(ticket("list", "label:prod", "--json", "--fields", "id,fields.region,labels").out) == [
        {"id": 2, "fields.region": "north", "labels": ["prod", "automatic"]}
    ]
    assert ticket("list", "label:prod", "-ojsonl", "--fields", "id,team").out == '{"id": 2, "team": "ops"}\n'


def test_csv_has_a_header_and_neutral_cells(ticket: Ticket, four: Path) -> None:
    out = ticket("list", "team:ops", "--sort", "id", "-o", "csv", "--fields", "id,subject,labels").out
    ticket("create", "=1+1")

    assert list(csv.reader(io.StringIO(out))) == [
        ["id", "subject", "labels"],
        ["1", "disk full on db3", ""],
        ["2", "build is red", "prod,automatic"],
        ["4", "磁盘满 =1+1", "生产,db"],
    ]
    assert "'=1+1" in ticket("list", "-o", "csv").out
    assert ticket("list", "status:resolved", "-o", "csv", "--fields", "id").out == "id\n"


def test_nothing_found_is_fine(ticket: Ticket, four: Path) -> None:
    assert ticket("list", "status:resolved") == (0, "", "no ticket matches\n")
    assert ticket("list", "status:resolved", "--json") == (0, "[]\n", "")
    assert ticket("list", "status:resolved", "-o", "ids") == (0, "", "")


WRONG: dict[str, tuple[int, str]] = {
    "foo:bar": (2, "tickets have no field 'foo'"),
    "stats:open": (2, "did you mean status?"),
    "status:opne": (3, "no status 'opne' — did you mean open?"),
    "team:opps": (3, "no team 'opps' — did you mean ops?"),
    "assignee:anna": (3, "no person 'anna' — did you mean ann?"),
    "priority:hgh": (2, "did you mean high?"),
    "created:yesterday": (2, "not a date or time: 'yesterday'"),
    "disk": (2, "'disk'"),
    "--fields nope": (2, "no field 'nope'"),
    "--sort nope": (2, "no field 'nope'"),
}


@pytest.mark.parametrize("terms", WRONG)
def test_words_that_mean_nothing_are_named(ticket: Ticket, four: Path, terms: str) -> None:
    code, out, err = ticket("list", *terms.split())

    assert (code, out) == (WRONG[terms][0], "")
    assert WRONG[terms][1] in err
    assert " — " in err and err.count("\n") == 1


def test_show_of_one_is_an_object_of_several_a_list(ticket: Ticket, four: Path) -> None:
    assert json.loads(ticket("show", "1", "--json").out)["id"] == 1
    assert [one["id"] for one in json.loads(ticket("show", "4", "#1", "--json").out)] == [4, 1]
    assert [json.loads(line)["id"] for line in ticket("show", "4", "1", "-ojsonl").out.splitlines()] == [4, 1]
    assert ticket("show", "-", "-oids", stdin='{"id": 2}\n1\n').out == "2\n1\n"
    assert ticket("show", "1", "4").out.count("\nStatus  ") == 2


def test_nobody_to_show_is_not_found(ticket: Ticket, four: Path) -> None:
    for verb in ("show", "log"):
        assert ticket(verb, "1", "9") == (3, "", "ticket: no ticket #9 — ticket list shows what there is\n")


def test_log_is_a_list_of_events(ticket: Ticket, four: Path) -> None:
    events = json.loads(ticket("log", "3", "1", "--json").out)

    assert [event["seq"] for event in events] == sorted(event["seq"] for event in events)
    assert {event["ticket"] for event in events} == {1, 3}
    assert events[0]["kind"] == "created"
    assert ticket("log", "3", "1", "-oids").out == "1\n3\n"
    assert ticket("log", "3", "-ocsv").out.startswith("seq,ticket,at,actor,class,kind,data,rule\n")
    assert re.match(r"#1  2026-03-02 09:00:00  ann    opened it: disk full", ticket("log", "3", "1").out)


def test_reads_leave_every_file_as_it_was(ticket: Ticket, four: Path) -> None:
    def state() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in four.iterdir() if path.suffix == ".db"}

    before = state()
    for words in (["list"], ["show", "1"], ["log", "1"], ["rules", "list"], ["config", "show"]):
        assert ticket(*words).code == 0
    assert state() == before


def on_terminal(desk: Path, *words: str, **environment: str) -> str:
    """What a call writes to a terminal that does not know its size."""
    mine, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(TOP), "TERM": "xterm", **environment}
    call = [sys.executable, "-m", "ticketcli", *words]
    with subprocess.Popen(call, stdin=theirs, stdout=theirs, stderr=theirs, env=env, close_fds=True):
        os.close(theirs)
        out = b""
        try:
            while more := os.read(mine, 65536):
                out += more
        except OSError:
            pass
    os.close(mine)
    return out.decode().replace("\r\n", "\n")


def test_terminals_get_colour_unless_they_say_no(four: Path) -> None:
    coloured, plain = on_terminal(four, "list"), on_terminal(four, "list", NO_COLOR="1")

    assert "\033[31murgent" in coloured
    assert "\033" not in plain
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == plain


def test_a_terminal_gets_its_pager_for_what_is_longer_than_the_screen(
    ticket: Ticket, four: Path, tmp_path: Path
) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n")
    pager.chmod(0o755)
    ticket("create", "--from", "-", "-q", stdin=json.dumps([{"subject": f"t{n}"} for n in range(30)]))

    assert on_terminal(four, "list", PAGER=str(pager)).startswith("PAGED\n")
    assert "PAGED" not in on_terminal(four, "list", "--limit", "3", PAGER=str(pager))


def test_elsewhere_nothing_is_cut_coloured_or_paged(
    ticket: Ticket, four: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", "false")
    monkeypatch.setenv("COLUMNS", "20")
    ticket("create", "x" * 400)

    assert "x" * 400 in ticket("list").out
    assert "\033" not in ticket("list").out + ticket("show", "1").out


def test_chinese_text_aligns(ticket: Ticket, four: Path) -> None:
    ticket("set", "4", "subject=磁盘")

    assert ticket("list", "--fields", "subject,team,id", "--sort", "id").out == (
        "SUBJECT           TEAM  ID\n"
        "disk full on db3  ops    1\n"
        "build is red      ops    2\n"
        "磁盘              ops    4\n"
    )


@pytest.fixture
def changed(ticket: Ticket, four: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The desk an hour and more later: the first ticket is resolved, the second is urgent, a fifth is there."""
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-02T10:30:00+08:00")
    assert ticket("resolve", "1", "-q").code == 0
    assert ticket("set", "2", "priority=urgent", "-q").code == 0
    assert ticket("create", "a fifth", "-q").code == 0
    return four


THEN = ("--at", "2026-03-02T10:00")


@pytest.mark.parametrize("terms", list(TERMS), ids=lambda terms: terms or "none")
def test_a_list_of_then_is_what_the_list_was_then(ticket: Ticket, changed: Path, terms: str) -> None:
    assert sorted(ids(ticket, *terms.split(), "--at", "2026-03-02T09:00")) == TERMS[terms]


def test_a_ticket_looked_back_at_is_what_it_was(ticket: Ticket, changed: Path) -> None:
    then, now = (json.loads(ticket("show", "1", "--json", *at).out) for at in (THEN, ()))

    assert (then["status"], now["status"], then["resolved_at"]) == ("new", "resolved", None)
    assert then["version"] < now["version"]
    assert "resolved it" not in ticket("show", "1", *THEN).out
    assert "new for 1h" in ticket("show", "1", *THEN).out


def test_a_log_of_then_ends_then(ticket: Ticket, changed: Path) -> None:
    assert "resolved it" in ticket("log", "1").out
    assert "resolved it" not in ticket("log", "1", *THEN).out


def test_an_explanation_of_then_knows_nothing_of_later(ticket: Ticket, changed: Path) -> None:
    then = json.loads(ticket("rules", "explain", "2", "--json", *THEN).out)
    (rule,) = [one for one in then["rules"] if one["name"] == "not-begun"]

    assert then["at"] == "2026-03-02T02:00:00Z"
    assert rule["conditions"][0]["seen"] == 3600
    assert {decision["at"] for decision in then["decisions"]} == {"2026-03-02T01:00:00Z"}


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("show", "5", *THEN), 3, "there was no ticket #5 yet — see when it was opened: ticket log 5"),
        (("rules", "explain", "5", *THEN), 3, "there was no ticket #5 yet"),
        (("list", "--at", "2026-03-02T11:00"), 2, "--at is for the past"),
        (("list", "--at", "tomorrow"), 2, "not a date or time"),
        (("close", "1", *THEN), 2, "ticket close has no --at"),
        (("--at", "2026-03-02", "close", "1"), 2, "only list, show, log and rules explain look back"),
        (("create", "x", *THEN), 2, "ticket create has no --at"),
        (("sweep", "--dry-run", *THEN), 2, "ticket sweep has no --at"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_the_past_cannot_be_changed_and_the_future_not_seen(
    ticket: Ticket, changed: Path, call: tuple[str, ...], code: int, said: str
) -> None:
    answer = ticket(*call)

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


@pytest.mark.parametrize(("term", "found"), [("yes", "1\n"), ("true", "1\n"), ("no", "2\n"), ("-yes", "2\n")])
def test_a_flag_is_found_by_every_word_that_sets_it(ticket: Ticket, sandbox: Path, term: str, found: str) -> None:
    (sandbox / "rules/fields.yaml").write_text("fields: {vip: {type: bool}}\n")
    ticket("create", "a", "--field", "vip=yes", "-q")
    ticket("create", "b", "--field", "vip=no", "-q")
    assert ticket("list", f"fields.vip:{term}", "-o", "ids").out == found


def test_fields_may_have_space_between_them(ticket: Ticket, four: Path) -> None:
    loose, tight = (ticket("list", "--fields", fields) for fields in ("id, subject", "id,subject"))
    assert loose == tight and loose.code == 0
    assert ticket("list", "--sort", "-priority, id") == ticket("list", "--sort", "-priority,id")
    assert ticket("list", "--sort", "-priority, id").code == 0
