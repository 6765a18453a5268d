"""Start-up is most of a call: what commands load is pinned here (design section 9)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "asyncio", "croniter", "dataclasses", "importlib.metadata", "importlib.resources", "jsonschema", "logging",
    "pathlib", "subprocess", "tabulate", "typing_extensions", "urllib", "wcwidth", "yaml",
}  # fmt: skip
PROGRAM = """
import sys
import click
before = set(sys.modules)
from ticketcli.cli.main import run
code = run(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def loaded(*args: str) -> set[str]:
    """The modules that a call loads beyond those of Click."""
    call = [sys.executable, "-c", PROGRAM, *args]
    ended = subprocess.run(call, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    code, *modules = ended.stderr.splitlines()[-1].split()
    assert code == "0", ended.stderr
    return set(modules)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with one ticket, whose rules were read before."""
    desk = tmp_path_factory.mktemp("desk")
    os.environ["TICKETCLI_DESK"] = str(desk)
    call = [sys.executable, "-m", "ticketcli"]
    for words in (["init", "-q", str(desk)], ["create", "-q", "first"], ["sweep"], ["sweep"]):
        subprocess.run([*call, *words], check=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    del os.environ["TICKETCLI_DESK"]
    return desk


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_the_overview_loads_no_command_and_nothing_of_the_desk(word: str) -> None:
    modules = {name for name in loaded(word) if name.startswith("ticketcli")}

    assert modules == {
        "ticketcli", "ticketcli.cli", "ticketcli.cli.escape", "ticketcli.cli.failure", "ticketcli.cli.lazy",
        "ticketcli.cli.main", "ticketcli.cli.output", "ticketcli.cli.table", "ticketcli.errors", "ticketcli.records",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [("create", "disk full"), ("show", "1"), ("comment", "1", "on it"), ("sweep",)],
    ids=["create", "show", "comment", "idle sweep"],
)
def test_daily_calls_load_nothing_heavy(desk: Path, words: tuple[str, ...]) -> None:
    assert loaded("--desk", str(desk), *words) & HEAVY == set()
