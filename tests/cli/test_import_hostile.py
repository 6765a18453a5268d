"""Files that mean no good, or were damaged on their way: refused with a reason, and nothing is changed."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import content
from tests.cli.test_import import HEAD, report, shown, told, write
from ticketcli.intake.csv_rows import MAX_CELL

LONG = "x" * (10 << 20)
ROW = "1,ok,,,,,\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (",,\n1,2,3\n", "1: there is no header: the first line must name the columns"),
        ("a,b\n1,2\n", "1: no column is mapped: say which is which with --map COLUMN=subject"),
        (f"{HEAD}1,o\0k,,,,,\n", "2: subject: holds a NUL byte"),
        (f"{HEAD}1,a\udcffb,,,,,\n", "2: subject: the byte 0xff is no text in this encoding"),
        (f'{HEAD}1,"{LONG}",,,,,\n', "2: not CSV (field larger than field limit (4194304))"),
        (f"{HEAD}1,{LONG},,,,,\n", "2: not CSV (field larger than field limit (4194304))"),
        (f"{HEAD}1,{'x' * 501},,,,,\n", "2: subject: 501 characters, at most 500 are kept"),
        (f"{HEAD}1,ok,,,,,\x1b[2J\n", "2: assignee: no person '\\x1b[2J'"),
        (f"{HEAD}1,ok,,,,,{'é' * 81}\n", "2: assignee: no person"),
        (f"{HEAD}1,ok,,1969-01-01,,,\n", "2: created_at: lies before 1970"),
        (f"{HEAD}1,ok,,0001-01-01,,,\n", "2: created_at: no such time"),
        (f"{HEAD}1,ok,,9999-12-31T23:59:59-23:59,,,\n", "2: created_at: no such time"),
        (f"{HEAD}1,ok,,9999-12-29T23:59:59-23:59,,,\n", "2: created_at: lies in the future"),
        (f'{HEAD}1,"ok,,,,,\n2,ok,,,,,\n', "a row that does not end"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and len(value) < 200 else "long",
)
def test_a_file_is_refused_with_its_reason(ticket: Ticket, sandbox: Path, text: str, said: str) -> None:
    before = content(sandbox)
    write(text.encode("utf-8", "surrogateescape"))
    answer = ticket("import", "old.csv")
    assert answer.code == 5, answer.err
    assert said in answer.out + answer.err
    assert "\x1b" not in answer.out + answer.err and len(answer.out) < 2000
    assert content(sandbox) == before


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "a workbook or an archive, not rows of text — save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook, not rows of text — save the sheet as CSV"),
        (b"\x1f\x8b\x08\x00\x00\x00", "compressed, not rows of text — unpack it first"),
    ],
    ids=["xlsx", "xls", "gzip"],
)
def test_a_workbook_is_told_to_be_none_of_the_formats(ticket: Ticket, sandbox: Path, start: bytes, said: str) -> None:
    write(start + bytes(range(256)), "old.xlsx")
    answer = ticket("import", "old.xlsx")

    assert (answer.code, answer.out) == (5, "")
    assert answer.err.startswith(f"ticket: old.xlsx: {said}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "1: not JSON"),
        ('{"subject": 1;}', "1: column 14: not JSON"),
        ("[1]", "1: a JSON object a line is wanted, not a list"),
        ("[", "1: a JSON object a line is wanted, not a list"),
        ('{"subject": "a", "subject": "b"}', "1: the key 'subject' stands there twice"),
        ('{"subject": "a", "fields": {"x": NaN}}', "1: NaN is no JSON number"),
        ('{"subject": "a", "fields": {"x": 1e999}}', "is too large a number"),
        ('{"subject": "a", "fields": {"x": ' + "[" * 100_000 + "]" * 100_000 + "}}", "nested"),
        ('{"subject": "\\ud800"}', "half a surrogate pair is no text"),
        ('{"subject": "a\\u0000"}', "holds a NUL byte"),
        ('{"subject": 5}', "a text is wanted, not int"),
        ('{"subject": "a", "category": ["x"]}', "category: a text is wanted, not list"),
        ('{"subject": "a", "labels": [1, {"a": 2}]}', "1: labels: a list of texts is wanted"),
        ('{"subject": "a", "comments": [{"at": "2026-01-01T00:00:00Z"}]}', "comments: number 1: it has no text"),
        ('{"subject": "a", "comments": [{"text": "x"}]}', "comments: number 1: it has no time"),
        ('{"subject": "a", "comments": "x"}', "1: comments"),
        ('{"subject": "a", "comments": [{"at": "0001-01-02T00:00:00Z", "text": "x"}]}', "lies before 1970 or"),
        ('{"subject": "a", "comments": [{"at": 5, "text": "x"}]}', "comments: number 1: it has no time"),
        ('{"subject": "a", "created_at": 5}', "created_at: no time"),
        ('{"subject": "a", "requester": {"nme": "x"}}', "requester.nme"),
    ],
    ids=lambda value: value[:50],
)
def test_a_line_of_json_is_refused_with_its_reason(ticket: Ticket, sandbox: Path, line: str, said: str) -> None:
    before = content(sandbox)
    answer = ticket("import", write(f"{line}\n", "old.jsonl"))
    assert answer.code == 5 and said in answer.out, answer.out + answer.err
    assert content(sandbox) == before


@pytest.mark.parametrize("delimiter", ["::", "\\t", '"', "\n"])
def test_what_cannot_stand_between_cells_is_no_delimiter(ticket: Ticket, sandbox: Path, delimiter: str) -> None:
    answer = ticket("import", write("id,subject\n1,a\n"), "--delimiter", delimiter)
    assert answer.code == 5 and f"{delimiter!r} is no delimiter — give one character" in answer.err, answer.err


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16 with a byte order mark"),
        ("utf-16-le", "UTF-16, told from its bytes"),
        ("utf-16-be", "UTF-16, told from its bytes"),
        ("gb18030", "GB18030, for it is not UTF-8"),
    ],
)
def test_a_file_reads_the_same_in_every_encoding(ticket: Ticket, sandbox: Path, encoding: str, said: str) -> None:
    text = f'{HEAD}1,"磁盘满, ""再次""\n第二行",high,,,,\n'
    data = text.encode(encoding)
    answer = ticket("import", write(data), "--map", "subject=description", "--map", "id=subject", "--map", "id=key")
    assert answer.code == 0 and f"old.csv: {said}" in answer.err
    assert shown(ticket, 1)["description"] == '磁盘满, "再次"\n第二行'


def test_the_encoding_that_the_call_names_wins(ticket: Ticket, sandbox: Path) -> None:
    write(f"{HEAD}1,café,,,,,\n".encode("cp1252"))
    assert ticket("import", "old.csv").code == 5
    assert ticket("import", "old.csv", "--encoding", "cp1252", "-q").code == 0
    assert shown(ticket, 1)["subject"] == "café"


def test_a_few_broken_bytes_do_not_make_another_encoding_of_a_file(ticket: Ticket, sandbox: Path) -> None:
    rows = "".join(f"{n},磁盘满了,,,,,\n" for n in range(100))
    data = f"{HEAD}{rows}".encode() + b"x,\xff\xfe,,,,,\n"
    assert told(ticket, data) == ["102: subject: the byte 0xff is no text in this encoding: '\\udcff\\udcfe'"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=repr)
def test_lines_are_physical_ones_whatever_ends_them(ticket: Ticket, sandbox: Path, newline: str) -> None:
    text = f'{HEAD}1,"a\nb\nc",,,,,\n\n2,ok,Hign,,,,\n3,"a\nb",low,"2026-\n01",,,\n'.replace("\n", newline)
    assert [line.partition(":")[0] for line in told(ticket, text)] == ["6", "8"]


def test_what_is_accepted_comes_back_as_it_was(ticket: Ticket, sandbox: Path) -> None:
    hostile = ["=1+1", "'quoted", "''two", "\u202egnp.exe", "<b>", "{{ id }}", "$(id)", "@all", "a\u2028b", " spaced "]
    write("".join(json.dumps({"id": str(n), "subject": text}) + "\n" for n, text in enumerate(hostile)), "old.jsonl")
    assert report(ticket, "old.jsonl")["created"] == len(hostile)
    assert [shown(ticket, n)["subject"] for n in range(1, len(hostile) + 1)] == hostile


def test_columns_that_stand_there_twice_are_a_problem_only_where_they_are_read(ticket: Ticket, sandbox: Path) -> None:
    assert told(ticket, "id,subject,note,note\n1,a,,\n") == []
    assert told(ticket, "id,subject,subject\n1,a,b\n") == ["1: subject: the column 'subject' stands there 2 times"]
    missing = told(ticket, "id,subject\n1,a\n", "--map", "Subject=subject", "--map", "id=key")
    assert missing == ["1: Subject: there is no column 'Subject'; there are: id, subject (did you mean subject?)"]


def test_a_description_may_be_as_large_as_the_limit_and_no_larger(ticket: Ticket, sandbox: Path) -> None:
    write(f"id,subject,description\n1,a,{'x' * (1 << 20)}\n2,b,{'x' * ((1 << 20) + 1)}\n")
    found = report(ticket, "old.csv", "--skip-bad", "bad.csv", code=7)
    assert found["created"] == 1 and len(shown(ticket, 1)["description"]) == 1 << 20
    assert found["problems"][0]["message"] == "description: 1,048,577 bytes, at most 1,048,576 are kept"
    assert len(found["problems"][0]["value"]) == 120


def test_refused_rows_of_another_encoding_can_be_read_again(ticket: Ticket, sandbox: Path) -> None:
    write(f"{HEAD}1,磁盘满,Hign,,,,\n".encode("gb18030"))
    assert ticket("import", "old.csv", "--skip-bad", "bad.csv", "-q").code == 7
    bad = Path("bad.csv").read_bytes()
    Path("bad.csv").write_bytes(bad.replace(b"Hign", b"high"))
    assert report(ticket, "bad.csv", "--source", "old")["created"] == 1
    assert shown(ticket, 1)["subject"] == "磁盘满"
    assert not bad.startswith(codecs.BOM_UTF8)


def test_a_cell_may_be_longer_than_the_csv_module_would_have_it() -> None:
    assert MAX_CELL > 1 << 20
