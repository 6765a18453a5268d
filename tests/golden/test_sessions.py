"""Whole sessions at the shell, kept as text: `sessions/*.txt` hold what was typed and, below it, what stood on screen.

`$ ` begins a command for sh, `> ` continues it, `@ 2026-03-02 09:30` turns the clock, `# ` is a remark; a command that
does not end well has its exit code below (`=> 6`). Each session has a sandbox desk of its own, in Shanghai, with the
default rules, where whoever runs the tests is ann; it runs in the desk's folder. Calls of `ticket` that need nothing of
a shell are made in this process.

After a change that is meant, write them anew and read the difference:

    GOLDEN=write python -m pytest tests/golden/test_sessions.py && git diff tests/golden
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.sandbox import TOP, make_sandbox
from tests.within import called

SESSIONS = sorted(Path(__file__).with_name("sessions").glob("*.txt"))
_TICKET = 'ticket() { "$PYTHON" -m ticketcli "$@"; }\n'
_PLAIN = re.compile(r"ticket(?: +(?:'[^']*'|[\w@:./=,+#-]+))+")
"""A call whose words are what stands there."""


def typed(text: str) -> Iterator[str]:
    """What a session says without what stood on screen: commands with their further lines, clocks and remarks."""
    part = ""
    for line in text.splitlines():
        if line.startswith(">"):
            part += f"\n{line}"
        elif line[:2] in ("$ ", "@ ", "# "):
            yield from filter(None, [part])
            part = line
    yield from filter(None, [part])


def played(text: str, desk: Path) -> str:
    """The session as it goes today."""
    environment = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(TOP), "LC_ALL": "C.UTF-8"}
    lines: list[str] = []
    for part in typed(text):
        lines += ["", part] if part.startswith("# ") and lines else [part]
        if part.startswith("@ "):
            environment["TICKETCLI_NOW"] = part[2:].replace(" ", "T") + ":00+08:00"
        elif part.startswith("$ "):
            lines += screen(part[2:].replace("\n> ", "\n").replace("\n>", "\n"), desk, environment)
    return "".join(f"{line}\n" for line in lines)


def screen(command: str, desk: Path, environment: dict[str, str]) -> list[str]:
    """The lines that a command writes, and its exit code if it is not 0."""
    if _PLAIN.fullmatch(command):
        ended = called(shlex.split(command)[1:], environment, joined=True)
    else:
        ended = subprocess.run(
            ["sh", "-c", _TICKET + command],
            cwd=desk, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            encoding="utf-8", timeout=60,
        )  # fmt: skip
    return [*ended.stdout.splitlines(), *([f"=> {ended.returncode}"] if ended.returncode else [])]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: path.stem)
def test_a_session_goes_as_it_is_kept(session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, desk = session.read_text(encoding="utf-8"), make_sandbox(tmp_path / "desk")
    monkeypatch.chdir(desk)
    now = played(kept, desk)
    if os.environ.get("GOLDEN") == "write":
        session.write_text(now, encoding="utf-8")

    assert now == kept


def test_there_are_sessions() -> None:
    assert len(SESSIONS) >= 5
