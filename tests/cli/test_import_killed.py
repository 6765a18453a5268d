"""An import that is killed in the middle: what was committed stands, and the same call again adds exactly the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import TOP, content
from tests.cli.test_import import report, write

ROWS = 130
PROGRAM = """
import os, sys
from ticketcli.intake.csv_rows import CsvRows
whole, passes, last = CsvRows.rows, [], int(sys.argv[1])
def rows(self):
    passes.append(self)
    for number, row in enumerate(whole(self)):
        if len(passes) == 3 and number == last:  # a look at the first rows, the check, the writing
            os.kill(os.getpid(), 9)
        yield row
CsvRows.rows = rows
from ticketcli.cli.main import main
sys.argv[:2] = ["ticket"]
main()
"""


def killed(at: int, *words: str) -> None:
    """Runs the import in a process that kills itself when it is to write that row."""
    command = [sys.executable, "-c", PROGRAM, str(at), "import", "old.csv", *words]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(TOP)}, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.fixture(params=["sqlite", "json"])
def desk(request: pytest.FixtureRequest, ticket: Ticket, sandbox: Path) -> Path:
    if request.param == "json":
        assert ticket("store", "move", "json:tickets.json", "--yes", "-q").code == 0
    write("id,subject\n" + "".join(f"{number},Old problem {number}\n" for number in range(ROWS)))
    return sandbox


def subjects(ticket: Ticket) -> list[str]:
    found = json.loads(ticket("list", "kind:any", "--sort", "id", "-o", "json").out)
    return [one["subject"] for one in found]


def test_an_import_in_batches_goes_on_where_it_was_killed(ticket: Ticket, desk: Path) -> None:
    killed(60, "--batch", "25")
    assert len(subjects(ticket)) == 50
    killed(110, "--batch", "25")

    again = report(ticket, "old.csv", "--batch", "25")
    assert (again["created"], again["unchanged"]) == (30, 100)
    assert subjects(ticket) == [f"Old problem {number}" for number in range(ROWS)]
    assert ticket("audit", "verify").code == 0


def test_an_import_in_one_commit_leaves_nothing_when_it_is_killed(ticket: Ticket, desk: Path) -> None:
    before = content(desk) if (desk / "tickets.db").exists() else None
    killed(129)
    assert subjects(ticket) == []
    assert before is None or content(desk) == before
    assert report(ticket, "old.csv")["created"] == ROWS
    assert subjects(ticket) == [f"Old problem {number}" for number in range(ROWS)]
