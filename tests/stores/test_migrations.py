"""A store of an older format: refused in place, and made anew in the present one by `store move` and `restore`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.sandbox import NOW, TOP
from tests.stores.test_formats import RELEASED, unpacked

CALLS = """
import contextlib, io, json, sys
from ticketcli.cli.main import run

def call(args):
    streams = [io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        return [run(args), *(stream.buffer.getvalue().decode() for stream in streams)]

print(json.dumps([call(args.split()) for args in sys.argv[1:]]))
"""
LATER = """
from ticketcli.stores import layout
layout.FORMAT = 3
layout.TABLES["outbox"] = layout.Layout("message", (*layout.TABLES["outbox"].columns, *layout._plain("subject")))
from ticketcli.stores.migrations import STEPS

def sign(table, document):
    return {**document, "subject": "[desk] " + document["subject"]} if table == "outbox" else document

def capitals(table, document):
    return {**document, "subject": document["subject"].upper()} if table == "outbox" else document

STEPS.update({1: sign, 2: capitals})
"""
"""A version of this program two formats later: it rewrites messages, and keeps one more index column of them."""
CARELESS = """
from ticketcli.stores.sqlite_rows import SqliteWork
put = SqliteWork.put
def careless(self, table, id, row, before):
    put(self, table, id, row._replace(text=row.text[:-1] + " }"), before)
SqliteWork.put = careless
"""
"""What it writes is not what it was told to write."""
MESSAGES = "outbox list --state all --json"


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def present(desk: Path, *calls: str, version: str = "") -> list[Answer]:
    """Calls of this program, or of another version of it, one after the other in a process of their own."""
    environment = {**os.environ, "PYTHONPATH": str(TOP), "TICKETCLI_DESK": str(desk), "TICKETCLI_NOW": NOW}
    done = subprocess.run(
        [sys.executable, "-c", version + CALLS, *calls], env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Answer(*each) for each in json.loads(done.stdout)]


def later(desk: Path, *calls: str) -> list[Answer]:
    return present(desk, *calls, version=LATER)


def subjects(answer: Answer) -> list[str]:
    return [message["subject"] for message in json.loads(answer.out)]


@pytest.fixture(params=["sqlite:tickets.db", "json:tickets.json"], ids=["sqlite", "json"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A desk whose store was written in format 1."""
    unpacked(RELEASED[0], tmp_path)
    (tmp_path / "ticketcli.yaml").write_text(f"store: {request.param}\nsandbox: true\n")
    return tmp_path


def test_an_older_store_is_refused_and_left_as_it_is(desk: Path) -> None:
    files = {path.name: path.read_bytes() for path in desk.glob("tickets.*")}

    for done in later(desk, "list", "create x", "sweep", "doctor --rebuild --yes"):
        assert done.code == 65
        assert "older format 1; this program works with 3" in done.err
        assert "ticket store move" in done.err
    assert {name: (desk / name).read_bytes() for name in files} == files


@pytest.mark.parametrize("to", ["sqlite:new.db", "json:new.json"])
def test_a_move_writes_it_anew_in_the_present_format(desk: Path, to: str) -> None:
    old = (desk / "tickets.json").read_bytes()
    messages, history = present(desk, MESSAGES, "log 1 2 --json")
    moved, info, new_messages, new_history, verified, created = later(
        desk, f"store move {to} --yes --json", "store info --json", MESSAGES, "log 1 2 --json", "audit verify",
        "create third -q",
    )  # fmt: skip

    assert moved.code == 0, moved.err
    assert json.loads(moved.out)["rows"] == json.loads(info.out)["rows"]
    assert subjects(new_messages) == [f"[DESK] {subject.upper()}" for subject in subjects(messages)] != []
    assert new_history.out == history.out
    assert (verified.code, created.out) == (0, "3\n")
    assert "upgrade ticketcli" in present(desk, "list")[0].err
    assert (desk / "tickets.json").read_bytes() == old


def test_a_backup_of_an_older_version_is_restored_in_the_present_format(desk: Path) -> None:
    assert present(desk, f"backup {desk}/kept.json")[0].code == 0
    restored, messages, verified = later(desk, f"restore {desk}/kept.json --yes --json", MESSAGES, "audit verify")

    assert restored.code == 0, restored.err
    assert json.loads(restored.out)["readable"] is True
    assert subjects(messages)[0].startswith("[DESK] ")
    assert verified.code == 0


def test_a_copy_that_is_not_what_was_read_does_not_take_its_place(desk: Path) -> None:
    settings = (desk / "ticketcli.yaml").read_bytes()
    (done,) = present(desk, "store move sqlite:new.db --yes", version=LATER + CARELESS)

    assert done.code == 65
    assert "the copy is not what was read" in done.err
    assert not list(desk.glob("new.db*"))
    assert (desk / "ticketcli.yaml").read_bytes() == settings
