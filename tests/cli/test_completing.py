"""What shells offer behind Tab: numbers with subjects and names, and nothing that acts on a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import TOP


def offered(desk: Path, line: str, shell: str = "zsh") -> list[tuple[str, str]]:
    """Values and the texts beside them, as the script of that shell gets them."""
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_TICKET_COMPLETE": f"{shell}_complete"}
    environment = {**os.environ, "PYTHONPATH": str(TOP), "TICKETCLI_DESK": str(desk), **asked}
    call = [sys.executable, "-m", "ticketcli"]
    done = subprocess.run(call, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    return [(value, said) for value, said in zip(lines[1::3], lines[2::3], strict=True)]


@pytest.fixture
def desk(ticket: Ticket, sandbox: Path) -> Path:
    for subject in ("Printer on fire", "evil \x1b[31m\n`rm` $(x)", "打印机着火"):
        ticket("create", subject, "-q")
    ticket("close", "1", "-q")
    return sandbox


def test_numbers_come_with_subjects_the_newest_first_and_without_final_ones(desk: Path) -> None:
    assert offered(desk, "ticket show ") == [("3", "打印机着火"), ("2", "evil \\x1b[31m\\n`rm` $(x)")]


@pytest.mark.parametrize("line", ["ticket resolve ", "ticket comment ", "ticket label ", "ticket undo ", "ticket log "])
def test_every_verb_offers_numbers(desk: Path, line: str) -> None:
    assert [value for value, _ in offered(desk, line)] == ["3", "2"]


NAMES = {
    "statuses": ("ticket move 2 o", ["open"]),
    "statuses of --to": ("ticket resolve 2 --to r", ["resolved"]),
    "teams": ("ticket create x --team serv", ["servicedesk"]),
    "people": ("ticket assign 2 an", ["ann"]),
}


@pytest.mark.parametrize(("line", "wanted"), NAMES.values(), ids=NAMES)
def test_names_of_the_rules_are_offered(desk: Path, line: str, wanted: list[str]) -> None:
    assert [value for value, _ in offered(desk, line)] == wanted


def test_a_name_that_means_something_to_a_shell_is_not_offered(desk: Path) -> None:
    rules = desk / "rules" / "people.yaml"
    rules.write_text(rules.read_text().replace("  - {name: ann,", "  - {name: 'an*'}\n  - {name: ann,"))
    assert [value for value, _ in offered(desk, "ticket assign 2 an")] == ["ann"]


def test_without_a_desk_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    assert offered(tmp_path / "none", "ticket show ") == []


@pytest.mark.parametrize("line", ["ticket -o ", "ticket --desk "])
def test_what_cannot_be_a_call_yet_shows_no_error_in_the_line_being_typed(desk: Path, line: str) -> None:
    assert offered(desk, line) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_accepts_its_script(ticket: Ticket, tmp_path: Path, shell: str) -> None:
    script = tmp_path / "script"
    script.write_text(ticket("completion", shell).out)
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n", str(script)], check=True)


def test_bash_completes_a_number(desk: Path, ticket: Ticket, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ticket").write_text(f'#!/bin/sh\nPYTHONPATH="{TOP}" exec "{sys.executable}" -m ticketcli "$@"\n')
    (tools / "ticket").chmod(0o755)
    (tmp_path / "script").write_text(ticket("completion", "bash").out)
    asked = "COMP_WORDS=(ticket show ''); COMP_CWORD=2; _ticket_completion ticket; echo ${COMPREPLY[@]}"
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    call = ["bash", "-c", f"source {tmp_path}/script 2>/dev/null; {asked}"]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "2"]
