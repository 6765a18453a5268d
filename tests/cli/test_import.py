"""`ticket import`: what files become, what is refused and why, and that a row comes in once."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import content
from tests.cli.test_output_schemas import validator
from ticketcli.cli.progress import Progress
from ticketcli.intake.templates import TEMPLATES
from ticketcli.services import importing

HEAD = "id,subject,priority,created_at,resolved_at,closed_at,assignee\n"
GOOD = f"{HEAD}a,one,high,2026-01-01T00:00:00Z,,,\nb,two,,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z,,\n"


def write(text: str | bytes, name: str = "old.csv") -> str:
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def report(ticket: Ticket, *words: str, code: int = 0) -> dict[str, Any]:
    answer = ticket("import", *words, "-o", "json")
    assert answer.code == code, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    validator("imported").validate(found)
    return found


def shown(ticket: Ticket, id: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ticket("show", str(id), "-o", "json").out)
    return found


def told(ticket: Ticket, text: str | bytes, *words: str) -> list[str]:
    """What --check says of a file, line by line, without the file's name."""
    answer = ticket("import", write(text), "--check", *words)
    assert answer.code == (5 if answer.out else 0), answer.err
    return [line.removeprefix("old.csv:") for line in answer.out.splitlines()]


def test_the_examples_come_in_with_their_history(ticket: Ticket, sandbox: Path) -> None:
    assert report(ticket, write(TEMPLATES["csv"]))["created"] == 2
    assert report(ticket, write(TEMPLATES["jsonl"], "new.jsonl"))["created"] == 2

    first, third = shown(ticket, 1), shown(ticket, 3)
    assert first["subject"] == "Printer on fire" and first["description"] == "Smoke, and a smell\nof burnt toner"
    assert first["labels"] == ["printer", "floor-3"] and first["fields"] == {"region": "north"}
    assert first["source"] == "import" and first["requester"]["name"] == "Eve Example"
    times = ("created_at", "first_responded_at", "resolved_at", "closed_at")
    assert [first[key] for key in times] == [
        "2026-01-05T09:00:00Z", "2026-01-05T09:20:00Z", "2026-01-05T16:00:00Z", "2026-01-07T16:00:00Z",
    ]  # fmt: skip
    assert (first["status"], third["status"]) == ("closed", "resolved")
    assert third["comment_count"] == 1 and third["first_responded_at"] == "2026-01-05T09:20:00Z"
    assert ticket("audit", "verify").code == 0


def test_without_a_key_the_same_row_may_not_come_twice(ticket: Ticket, sandbox: Path) -> None:
    assert told(ticket, "subject\none\ntwo\none\n") == ["4: the same row stands on line 2 already"]


def test_nobody_is_told_of_what_was_long_past(ticket: Ticket, sandbox: Path) -> None:
    write(f"{HEAD}a,it is down,urgent,2026-01-01T00:00:00Z,,,\n")
    assert ticket("import", "old.csv").code == 0

    events = json.loads(ticket("log", "1", "-o", "json").out)
    late = [event for event in events if event["kind"] in ("sla_breached", "escalated")]
    assert late and all(event["data"]["silent"] for event in late)
    assert [event for event in events if event["data"].get("notified")] == []
    assert json.loads(ticket("outbox", "list", "-o", "json").out) == []
    assert shown(ticket, 1)["team"] is not None, "the rules route what is not final"


@pytest.mark.parametrize("words", [(), ("--batch", "1")], ids=["at-once", "batches"])
def test_a_second_run_adds_nothing(ticket: Ticket, sandbox: Path, words: tuple[str, ...]) -> None:
    first = report(ticket, write(GOOD), *words)
    before = content(sandbox)
    again = report(ticket, "old.csv", *words)

    assert (first["created"], again["created"], again["unchanged"]) == (2, 0, 2)
    assert content(sandbox) == before
    numbers = [run for commit in first["commits"] for run in commit["numbers"]]
    assert numbers == ([[1, 1], [2, 2]] if words else [[1, 2]])


def test_only_rows_that_are_new_are_added_and_changed_ones_are_told(ticket: Ticket, sandbox: Path) -> None:
    report(ticket, write(GOOD))
    changed = GOOD.replace("one,high", "one,low") + "c,three,,,,,\n"
    again = report(ticket, write(changed))

    assert (again["created"], again["unchanged"], again["differing"]) == (1, 2, 1)
    assert shown(ticket, 1)["priority"] == "high" and shown(ticket, 3)["subject"] == "three"


def test_every_problem_is_told_in_one_pass_with_its_place_and_nothing_is_written(
    ticket: Ticket, sandbox: Path
) -> None:
    text = f"""{HEAD}1,"a
b",Hign,2026-01-01T00:00:00Z,,,
2,ok,low,2026-01-02,,2026-01-01,
3,ok,low,02/01/2026,,,zed
3,,urgent,2026-01-02,,,
4,x,y
5,"zz"d,low,,,,
6,,low,,,,anm
7,ok,low,2099-01-01,,,
"""
    before = content(sandbox)
    assert told(ticket, text) == [
        "3: priority: no such value: 'Hign' (did you mean high?)",
        "4: closed_at: lies before created_at: '2026-01-01'",
        "5: created_at: no date or time in ISO 8601; name its format, such as --date COLUMN=%d/%m/%Y: '02/01/2026'",
        "5: assignee: no person 'zed'",
        "6: a row with this key stands on line 5 already",
        "7: 3 cells, but the header has 7",
        "8: not CSV (',' expected after '\"')",
        "9: assignee: no person 'anm' (did you mean ann?)",
        "9: subject: a ticket needs one",
        "10: created_at: lies in the future: '2099-01-01'",
    ]
    refused = ticket("import", "old.csv")
    assert refused.code == 5 and "10 problems in 8 rows; nothing was imported" in refused.err
    assert content(sandbox) == before


def test_a_dry_run_with_skip_bad_sends_nobody_to_a_file_that_it_did_not_write(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("import", write("subject,priority\na,high\nb\n"), "--skip-bad", "bad.csv", "--dry-run")
    assert (answer.code, answer.out) == (7, "old.csv:3: 1 cell, but the header has 2\n")
    assert "ticket: 1 row would be refused: see above — bad.csv was not written\n" in answer.err
    assert not Path("bad.csv").exists()


def test_with_skip_bad_the_good_rows_go_in_and_the_others_can_be_mended(ticket: Ticket, sandbox: Path) -> None:
    text = f"{HEAD}1,=cmd,high,,,,\n2,+b,Hign,,,,\n3,'c,,,,,nobody\n"
    found = report(ticket, write(text), "--skip-bad", "bad.csv", code=7)
    assert (found["created"], found["refused"], len(found["problems"])) == (1, 2, 2)
    bad = Path("bad.csv").read_text()
    assert bad.splitlines() == [
        "id,subject,priority,created_at,resolved_at,closed_at,assignee,import_problem",
        "2,'+b,Hign,,,,,priority: no such value: 'Hign' (did you mean high?)",
        "3,''c,,,,,nobody,assignee: no person 'nobody'",
    ]
    assert ticket("import", "old.csv", "--skip-bad", "bad.csv").code == 6, "nothing is overwritten"
    assert ticket("import", "old.csv", "--skip-bad", "no/bad.csv").code == 3, "refused before anything is written"

    write(bad.replace("Hign", "high").replace("nobody", "ann"), "bad.csv")
    again = report(ticket, "bad.csv", "--source", "old")
    assert again["created"] == 2
    assert [shown(ticket, id)["subject"] for id in (1, 2, 3)] == ["=cmd", "+b", "'c"]
    assert report(ticket, write(text.replace("Hign", "high").replace("nobody", "ann")))["unchanged"] == 3


def test_check_and_dry_run_write_nothing(ticket: Ticket, sandbox: Path) -> None:
    before = content(sandbox)
    for word in ("--check", "--dry-run"):
        answer = ticket("import", write(GOOD), word)
        assert (answer.code, answer.out) == (0, "") and "would import 2 of 2 rows" in answer.err
    assert content(sandbox) == before


def test_the_choice_of_encoding_and_columns_is_said(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("import", write("编号;主题;优先级;x\n1;磁盘满;high;\n".encode("gb18030")), "--check")
    assert "old.csv: GB18030, for it is not UTF-8" in answer.err
    assert "a guess; --map or --mapping says otherwise): 主题 → subject, 优先级 → priority, 编号 → key" in answer.err
    assert "not mapped: x" in answer.err


def test_a_mapping_file_translates_words_times_and_keys(ticket: Ticket, sandbox: Path) -> None:
    write(
        """
source: erp
key: [Project, No]
zone: Asia/Shanghai
columns:
  Title: [subject, fields.title]
  Urgency: {key: priority, values: {P1: urgent, "*": normal}, empty: low}
  Opened: {key: created_at, format: "%d.%m.%Y %H:%M"}
  Score: {key: fields.score, type: number}
  Tags: {key: labels, split: ";"}
set: {category: moved, external_ids.erp: "{{ Project }}-{{ No }}"}
""",
        "erp.yaml",
    )
    text = "Project,No,Title,Urgency,Opened,Score,Tags\nA,1,x,P1,02.01.2026 9:05,3.5,a; b\nA,2,y,P9,,,\nB,1,z,,,,\n"
    assert report(ticket, write(text), "--mapping", "erp.yaml")["created"] == 3

    first = shown(ticket, 1)
    assert first["created_at"] == "2026-01-02T01:05:00Z" and first["fields"] == {"title": "x", "score": 3.5}
    assert first["labels"] == ["a", "b"] and first["external_ids"] == {"erp": "A-1"}
    assert [shown(ticket, id)["priority"] for id in (1, 2, 3)] == ["urgent", "normal", "low"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {A: subjekt}", "m.yaml:1:14: no key 'subjekt' of a ticket (did you mean subject?)"),
        ("columns: {A: {key: subject, foo: 1}}", "m.yaml:1:29: unknown key foo"),
        ("columns: {A: key}", "m.yaml:1:14: the row's key is not a key of the ticket"),
        ("zone: Asia/Shangai", "m.yaml:1:7: there is no time zone Asia/Shangai (did you mean Asia/Shanghai?)"),
        ("encoding: utf-99", "m.yaml:1:11: no encoding 'utf-99'"),
        ("colums: {A: subject}", "m.yaml:1:1: unknown key colums (did you mean columns?)"),
    ],
)
def test_a_mapping_that_does_not_check_says_where(ticket: Ticket, sandbox: Path, text: str, said: str) -> None:
    write(text, "m.yaml")
    answer = ticket("import", write(GOOD), "--mapping", "m.yaml")
    assert answer.code == 5 and said in answer.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "no file"),
        (("no.csv",), 3, "no.csv: no such file"),
        (("-",), 2, "standard input has no name"),
        (("old.csv", "--map", "subject"), 2, "not in the form COLUMN=KEY"),
        (("old.csv", "--map", "subject=subjct"), 2, "did you mean subject?"),
        (("old.csv", "--map", "subjet=subject"), 5, "the header does not fit"),
        (("old.csv", "--encoding", "rot13"), 2, "no encoding 'rot13'"),
        (("old.csv", "--zone", "Asia/Shangai"), 2, "did you mean Asia/Shanghai?"),
        (("old.csv", "--date", "creted_at=iso"), 2, "no such column is mapped — did you mean created_at?"),
    ],
    ids=str,
)
def test_calls_that_cannot_be_meant(
    ticket: Ticket, sandbox: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    write(GOOD)
    answer = ticket("import", *words, stdin=GOOD)
    assert answer.code == code and said in answer.err


@pytest.mark.parametrize("name", ["old.csv", "old.jsonl"])
def test_the_format_of_a_guessed_column_may_be_named(ticket: Ticket, sandbox: Path, name: str) -> None:
    csv, line = "Id,Title,Opened\n7,Disk full,05/01/2026\n", {"Id": "7", "Title": "Disk full", "Opened": "05/01/2026"}
    write(csv if name == "old.csv" else json.dumps(line) + "\n", name)

    assert ticket("import", name).code == 5
    assert ticket("import", name, "--date", "Opened=%d/%m/%Y").code == 0
    assert json.loads(ticket("show", "1", "-o", "json").out)["created_at"] == "2026-01-04T16:00:00Z"


def test_a_column_that_the_call_maps_again_keeps_the_words_of_the_mapping_file(ticket: Ticket, sandbox: Path) -> None:
    write("Id,Title,Urgency\n7,Disk full,P1\n")
    write("key: Id\ncolumns: {Title: subject, Urgency: {key: priority, values: {P1: urgent}}}\n", "m.yaml")

    assert ticket("import", "old.csv", "--mapping", "m.yaml", "--map", "Urgency=priority").code == 0
    assert json.loads(ticket("show", "1", "--json").out)["priority"] == "urgent"


def test_standard_input_needs_a_name_for_its_rows_and_then_is_read_like_a_file(ticket: Ticket, sandbox: Path) -> None:
    for wanted in ("imported 2 tickets, #1 to #2", "imported 0 tickets; 2 were here already"):
        answer = ticket("import", "-", "--source", "erp", stdin=GOOD)
        assert answer.code == 0 and wanted in answer.err


def test_what_is_imported_needs_no_transition_and_no_rule_closes_a_file_of_closed_tickets(
    ticket: Ticket, sandbox: Path
) -> None:
    write(f"{HEAD}a,one,,2026-01-01T00:00:00Z,,2026-01-02T00:00:00Z,\n")
    assert ticket("import", "old.csv", "-q").code == 0
    log = json.loads(ticket("log", "1", "-o", "json").out)
    assert [(event["kind"], event["at"], event["class"]) for event in log] == [
        ("created", "2026-01-01T00:00:00Z", "bot"),
        ("closed", "2026-01-02T00:00:00Z", "agent"),
    ]
    assert all(event["run"].endswith("-import") for event in log)


def test_rows_are_known_however_long_ago_they_came_in(ticket: Ticket, sandbox: Path) -> None:
    report(ticket, write(GOOD))
    for later in ("2026-05-01T09:00:00+08:00", "2027-05-01T09:00:00+08:00"):
        ticket("create", "x", "--idempotency-key", later, "-q", "--now", later)
        ticket("sweep", "-q", "--now", later)
    again = report(ticket, "old.csv", "--now", "2027-05-01T10:00:00+08:00")

    assert (again["created"], again["unchanged"]) == (0, 2)


def test_what_stood_before_a_stop_is_said(ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(GOOD)
    real = importing._Writer.take
    written: list[Any] = []

    def take(writer: Any, rows: Any) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(rows)
        real(writer, rows)

    monkeypatch.setattr(importing._Writer, "take", take)
    answer = ticket("import", "old.csv", "--batch", "1", "-o", "json")
    assert answer.code == 130 and "stopped: 1 ticket came in before; the same call adds the rest" in answer.err
    found = json.loads(answer.out)
    assert [commit["numbers"] for commit in found["commits"]] == [[[1, 1]]]

    monkeypatch.undo()


def test_a_bar_shows_on_a_terminal_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, quiet, drawn in ((Terminal(), False, True), (Terminal(), True, False), (io.StringIO(), False, False)):
        monkeypatch.setattr("sys.stderr", stream)
        with Progress("checking", 200, lambda: 100, quiet=quiet) as progress:
            progress.step()
            progress.step()
        text = stream.getvalue()
        assert text == ("\rchecking [###############...............]  50%\r\x1b[K" if drawn else "")
