"""`--idempotency-key` on real calls: an answer that got lost is given again, and nothing happens twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from ticketcli.cli.table import SECTIONS

KEY = ("--idempotency-key", "job-17")


def test_a_repeat_prints_the_same_number_and_the_same_json(ticket: Ticket, sandbox: Path) -> None:
    first = ticket("create", "disk full", "-o", "json", *KEY)
    again = ticket("create", "disk full", "-o", "json", *KEY)

    assert json.loads(again.out)["results"] == json.loads(first.out)["results"]
    assert ticket("list", "-o", "ids").out == "1\n"


def test_a_key_used_for_something_else_is_a_conflict(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "disk full", *KEY)
    other = ticket("create", "something else", *KEY)

    assert (other.code, other.out) == (6, "")
    assert other.err == "ticket: the idempotency key 'job-17' was used for something else — take a new key\n"


def test_an_answer_that_could_not_be_written_is_given_to_the_repeat(sandbox: Path) -> None:
    def create(stdout: int) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "ticketcli", "create", "disk full", *KEY]
        return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, cwd=os.getcwd(), env=_environment())

    with open("/dev/full", "wb") as full:
        lost = create(full.fileno())
    again = create(subprocess.PIPE)

    assert lost.returncode == 74
    assert (again.returncode, again.stdout) == (0, b"1\n")


def test_a_repeat_a_little_later_is_still_the_same_call(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket("create", "disk full")
    first = ticket("hold", "1", "--until", "3d", *KEY, "--json")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-02T09:00:05+08:00")
    again = ticket("hold", "1", "--until", "3d", *KEY, "--json")

    assert (again.code, json.loads(again.out)["results"]) == (0, json.loads(first.out)["results"])


def _environment() -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root}


WRITES = sorted({*SECTIONS["Tickets"], "sla reason"} - {"list", "show", "log", "sla"})


@pytest.mark.parametrize("verb", WRITES)
def test_every_verb_that_writes_takes_a_key(ticket: Ticket, verb: str) -> None:
    assert "--idempotency-key" in ticket(*verb.split(), "--help").out
