"""`--idempotency-key` on real calls: an answer that got lost is given again, and nothing happens twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Ticket
from tests.cli.test_help import EVERY

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


CHANNELS = """
channels: {out: {type: file, path: folder/sent.jsonl}}
escalation: [{name: tell, when: {age: {over: 1h}}, then: [{notify: [ann, bob]}]}]
"""


@pytest.fixture
def failed(ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file to which two messages could not be sent: its folder is missing."""
    (sandbox / "rules/escalation.yaml").write_text(CHANNELS)
    ticket("create", "x", "--priority", "low")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-02T11:00:00+08:00")
    ticket("sweep")
    return sandbox / "folder/sent.jsonl"


def test_a_repeated_retry_sends_once_and_prints_the_same(ticket: Ticket, failed: Path) -> None:
    failed.parent.mkdir()
    first = ticket("outbox", "retry", "1", "--json", *KEY)
    again = ticket("outbox", "retry", "1", "--json", *KEY)
    other = ticket("outbox", "retry", "2", *KEY)

    assert (first.code, again.code, other.code) == (0, 0, 6)
    assert again.out == first.out
    assert len(failed.read_text().splitlines()) == 1


def test_a_retry_that_fails_says_so_to_its_repeat_too(ticket: Ticket, failed: Path) -> None:
    first = ticket("outbox", "retry", "1", *KEY)
    failed.parent.mkdir()

    assert first.code == 7
    assert ticket("outbox", "retry", "1", *KEY) == first
    assert not failed.exists()


def test_all_dead_letters_are_those_of_the_first_call(
    ticket: Ticket, failed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-08T11:00:00+08:00")
    ticket("sweep")
    first = ticket("outbox", "drop", "--dead", "--yes", "--json", *KEY)
    ticket("create", "y", "--priority", "low")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-08T13:00:00+08:00")
    ticket("sweep")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-14T13:00:00+08:00")
    ticket("sweep")
    dead = ticket("outbox", "list", "--state", "dead", "-o", "ids").out
    again = ticket("outbox", "drop", "--dead", "--yes", "--json", *KEY)

    assert (again.code, again.out) == (0, first.out)
    assert ticket("outbox", "list", "--state", "dead", "-o", "ids").out == dead == "3\n4\n"


WITHOUT_KEY = {
    "import": "a repeat adds the rows that are missing, by source and row key",
    "sweep": "a repeat finds nothing due: each firing has its own key",
    "doctor": "a repeat finds nothing to mend",
    "rules accept": "whole desk: it puts the files in force as they stand, and a repeat finds them in force",
    "restore": "whole desk: it replaces the store in which answers are kept",
    "store move": "whole desk: a repeat goes on, or finds that it is done",
    "init": "whole desk: there is no store yet, and a repeat finds the desk",
    "desk trust": "it writes a list of the account's own, and a repeat finds the desk on it",
    "backup": "it writes a file of its own, and a repeat one of the newest state",
    "audit seal": "it writes a file of its own, and a repeat one of the newest state",
    "notify test": "it changes nothing on the desk: each call is there to send a message",
}
"""Commands that write something and take no key, and why a repeat does no harm or is no repeat."""
READS = {
    *("list", "show", "log", "export", "sweep status", "forecast", "schedule list", "schedule preview", "store info"),
    *("rules check", "rules help", "rules test", "rules list", "rules schema", "rules explain"),
    *("calendar list", "calendar show", "calendar add", "calendar between", "calendar open", "calendar generate"),
    *("calendar -", "audit verify", "audit sample", "outbox list", "outbox show"),
    *("config show", "completion", "help exit-codes"),
}


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_every_command_that_writes_takes_a_key_or_says_why_not(path: tuple[str, ...], command: click.Command) -> None:
    name, options = " ".join(path), {param.name for param in command.params}

    assert ("idempotency_key" in options) + (name in WITHOUT_KEY) + (name in READS) == 1
    assert name not in READS or "lock_timeout" not in options  # who reads waits for nobody


def test_what_is_listed_without_a_key_is_there() -> None:
    assert {*WITHOUT_KEY, *READS} <= {" ".join(path) for path, _ in EVERY}
