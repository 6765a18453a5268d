"""What a sweep with work to do costs, against looking at every ticket: `python bench/sweeping.py`.

    python bench/sweeping.py [--tickets 100000] [--due 1000] [--runs 5] [--folder DIR]

A desk with the default rules is filled with tickets that are not final; so many of them are urgent, and 25 minutes
later the warning of their first response is due. That sweep runs as a process of its own, each time on a fresh copy of
the desk: it plans them, writes the warnings and their messages, and commits. In the same run every ticket of the desk
is planned at the same instant, as a sweep without an index would have to.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import desks

from ticketcli.app import App, Call
from ticketcli.domain.draft import Cause, Subject
from ticketcli.domain.instants import format_instant
from ticketcli.domain.planner import plan
from ticketcli.services import changing
from ticketcli.services.in_force import in_force
from ticketcli.services.session import Session
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.sweep import sweep

OPENED = 1_772_442_000  # 2026-03-02 09:00 UTC
LATER = 25 * 60
BATCH = 1000


def session_at(desk: Path, now: int) -> Session:
    return App(Call(desk=str(desk), writes=True, now=now), print).session


def fill(desk: Path, count: int, due: int) -> None:
    """A sandbox desk, whose clock is given, with so many tickets; the last `due` of them are urgent."""
    subprocess.run(desks.ticket("init", "--sandbox", "-q", str(desk)), check=True, env=desks.environment())
    session = session_at(desk, OPENED)
    for start in range(0, count, BATCH):
        facts = [_facts(number, count - due) for number in range(start, min(start + BATCH, count))]
        changing.create(session, facts)
    sweep(session._replace(now=OPENED + 60))


def _facts(number: int, urgent_from: int) -> dict[str, object]:
    category = desks.CATEGORIES[number % len(desks.CATEGORIES)]
    facts: dict[str, object] = {"subject": f"Something is wrong with {category} {number}", "category": category}
    facts |= {"assignee": desks.PEOPLE[number % len(desks.PEOPLE)], "labels": [f"site-{number % 7}"]}
    return facts | {"priority": "urgent"} if number >= urgent_from else facts


def swept(desk: Path, folder: Path) -> tuple[float, int, int]:
    """Seconds of the whole process, tickets examined and things done."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(desk, copy)
    os.sync()
    call = desks.ticket("sweep", "--desk", str(copy), "--now", format_instant(OPENED + LATER), "-o", "json")
    began = time.perf_counter()
    done = subprocess.run(call, check=True, env=desks.environment(), capture_output=True, text=True)
    took = time.perf_counter() - began
    report = json.loads(done.stdout)
    return took, report["examined"], len(report["actions"])


def planned(desk: Path) -> tuple[float, int]:
    """Seconds to plan every ticket at that instant, and how many there were; nothing is written."""
    session = session_at(desk, OPENED + LATER)
    began, count = time.perf_counter(), 0
    with session.store.read() as reader:
        rules = in_force(reader, session.files, session.notify_default, session.timezone)
        outside = StoreDesk(reader)
        for ticket in reader.walk_tickets():
            plan(Subject(ticket, ticket), outside, rules.rulebook, session.now, Cause(sweep=True))
            count += 1
    return time.perf_counter() - began, count


def main() -> None:
    parser = argparse.ArgumentParser(description="What a sweep with work to do costs.")
    parser.add_argument("--tickets", type=int, default=100_000, help="tickets on the desk, none of them final")
    parser.add_argument("--due", type=int, default=1_000, help="how many of them are due")
    parser.add_argument("--runs", type=int, default=5, help="sweeps to take the median of")
    parser.add_argument("--folder", help="where the desk is made, instead of the system's temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench.", dir=given.folder) as name:
        folder = Path(name)
        fill(folder / "desk", given.tickets, given.due)
        took = [swept(folder / "desk", folder) for _ in range(given.runs)]
        every, count = planned(folder / "desk")
    middle, examined, done = median(seconds for seconds, *_ in took), took[0][1], took[0][2]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"sweep, {examined:,} due of {count:,}: {middle:.2f} s, {done:,} things done (median of {given.runs})")
    print(f"every ticket planned, nothing written: {every:.1f} s, {every / middle:.0f} times as long")


if __name__ == "__main__":
    main()
