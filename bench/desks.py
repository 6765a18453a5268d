"""What the scripts beside this file share: the command as people call it, and desks full of tickets."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ticketcli.app import App, Call
from ticketcli.services import changing
from ticketcli.services.session import Session

ROOT = Path(__file__).resolve().parent.parent
BATCH = 1000
DUE = 20
LEFT_OUT = ("CI", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONUNBUFFERED")
"""Without compiled files every process would compile the program anew."""
CATEGORIES = ("database", "network", "server", "deploy", "question", "hardware", "accounts", "other")
PEOPLE = ("ann", "bob", "cai")
"""Those of the default rules. Named here, for to choose the least loaded each time would make the filling long."""


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in LEFT_OUT and not key.startswith("TICKETCLI_")}
    return kept if program() else {**kept, "PYTHONPATH": str(ROOT)}


def program() -> Path | None:
    """The command that pip installed beside this Python, if any; else `python -m ticketcli` is measured."""
    path = Path(sys.executable).with_name("ticket")
    return path if path.exists() else None


def ticket(*words: str) -> list[str]:
    installed = program()
    return [str(installed), *words] if installed else [sys.executable, "-m", "ticketcli", *words]


def session_of(desk: Path) -> Session:
    return App(Call(desk=str(desk), writes=True), print).session


def fill(desk: Path, count: int, store: str = "sqlite:tickets.db") -> float:
    """Makes a desk with so many tickets, a few of them urgent and soon due; answers the seconds it took."""
    began = time.monotonic()
    subprocess.run(ticket("init", "-q", "--store", store, str(desk)), check=True, env=environment())
    session = session_of(desk)
    for start in range(0, count, BATCH):
        changing.create(session, [_facts(number, count) for number in range(start, min(start + BATCH, count))])
    session.store.close()
    return time.monotonic() - began


def _facts(number: int, count: int) -> dict[str, object]:
    category = CATEGORIES[number % len(CATEGORIES)]
    subject = f"Something is wrong with {category} {number}"
    facts: dict[str, object] = {"subject": subject, "category": category, "labels": [f"site-{number % 7}"]}
    facts["assignee"] = PEOPLE[number % len(PEOPLE)]
    if number >= count - DUE:
        facts["priority"] = "urgent"
    return facts


def machine() -> str:
    """What the figures were taken on, and how busy it was at the start."""
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
