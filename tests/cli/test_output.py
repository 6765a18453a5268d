"""What goes to stdout: formats that machines read back, and writes that fail loudly."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.cli.escape import escape
from ticketcli.cli.output import csv_text, ids_text, json_lines, json_text, table

TEXT = st.text(st.characters(codec="utf-8"))
"""NUL among them, though no ticket holds it."""
PROGRAM = """
import sys
from ticketcli.cli.failure import exit_code_of
from ticketcli.cli.output import ReaderGone, write
try:
    write("x" * 200_000, done=sys.argv[1])
except ReaderGone:
    sys.exit(0)
except Exception as error:
    sys.exit(exit_code_of(error, []))
"""


@given(TEXT)
def test_json_comes_back_equal_and_acts_on_no_terminal(text: str) -> None:
    line = json_text({"subject": text})

    assert json.loads(line) == {"subject": text}
    assert "\n" not in line
    assert escape(line.replace("\u200d", "").replace("\ufe0e", "").replace("\ufe0f", "")).count("\x1b") == 0


def test_json_keeps_chinese_and_shows_controls_as_codes() -> None:
    assert json_text("打印机\x1b\x9b\x7f\u202e") == '"打印机\\u001b\\u009b\\u007f\\u202e"'


def test_json_knows_no_nan() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(float("nan"))


def test_json_lines_hold_one_value_each() -> None:
    assert json_lines([{"id": 1}, {"id": 2}]) == '{"id": 1}\n{"id": 2}\n'


def test_ids_stand_one_a_line() -> None:
    assert ids_text([3, 1]) == "3\n1\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'quoted"])
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    _, (cell,) = csv.reader(io.StringIO(csv_text(["subject"], [{"subject": text}]), newline=""))

    assert cell == f"'{text}"


@given(TEXT.filter(lambda text: "\0" not in text))
def test_taking_one_apostrophe_off_gives_a_csv_text_back(text: str) -> None:
    _, row = csv.reader(io.StringIO(csv_text(["a", "b"], [{"a": text, "b": 1}]), newline=""))

    assert row[0].removeprefix("'") == text


def test_csv_cells_hold_numbers_lists_and_nothing() -> None:
    text = csv_text(["n", "l", "m", "x", "b"], [{"n": -5, "l": ["a", "b"], "m": {"k": 1}, "b": True}])

    assert text == 'n,l,m,x,b\n-5,"a,b","{""k"": 1}",,true\n'


def test_tables_align_wide_characters_and_keep_numbers_as_written() -> None:
    text = table(("id", "subject"), [("7", "打印机"), ("12", "1e5")], right=("id",))

    assert text == "id  subject\n--  -------\n 7  打印机\n12  1e5\n"


def test_tables_escape_their_cells() -> None:
    assert "\\x1b[2J" in table(("subject",), [("\x1b[2J\n",)])


def test_an_empty_table_is_its_header() -> None:
    assert table(("id", "subject"), [], right=("id",)).splitlines()[0].split() == ["id", "subject"]


@pytest.mark.parametrize(
    ("target", "done", "code", "said"),
    [
        ("/dev/full", "", 74, "ticket: the answer could not be written to stdout (no space left on device)"),
        (
            "/dev/full",
            "ticket 12 was created",
            74,
            "ticket: ticket 12 was created, but the answer could not be written",
        ),
        ("pipe", "", 0, ""),
        ("pipe", "ticket 12 was created", 74, "ticket: ticket 12 was created, but the answer could not be written"),
        ("closed", "", 74, "ticket: the answer could not be written to stdout (bad file descriptor)"),
    ],
    ids=["full disk, read", "full disk, write", "closed pipe, read", "closed pipe, write", "no stdout"],
)
def test_an_answer_that_cannot_be_written_is_told(target: str, done: str, code: int, said: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    shell = {"/dev/full": "exec >/dev/full;", "pipe": "", "closed": "exec >&-;"}[target]
    call = ["sh", "-c", f'{shell} exec "$0" -c "$1" "$2"', sys.executable, PROGRAM, done]
    ended = subprocess.run(call, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writing)

    assert ended.returncode == code
    assert ended.stderr.startswith(said)
    assert ended.stderr.count("\n") == (1 if said else 0)
