"""`python bench/calendars.py`: what a year of a calendar costs, and how many questions a second it answers.

Fresh means that nothing was asked of the calendar before; the best of several runs, since other work disturbs.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ticketcli.domain.calendar import Calendar, build_calendar
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import parse_instant

ROOT = Path(__file__).resolve().parents[1]

START, END = parse_instant("2026-01-01T00:00:00Z"), parse_instant("2027-01-01T00:00:00Z")
OFFICE = {
    "timezone": "Asia/Shanghai",
    "hours": {"mon-fri": ["09:00-12:00", "13:00-18:00"]},
    "holidays": ["2026-10-01..2026-10-07", "*-12-25"],
    "workdays": ["2026-10-10"],
}
BUSY = {
    "timezone": "Europe/Berlin",
    "hours": {"daily": ["00:30-02:30", "03:00-05:00", "06:00-07:00", "08:00-12:00", "13:00-18:00", "19:00-23:00"]},
    "holidays": [f"{year}-0{month}-1{day}" for year in range(2016, 2036) for month in range(1, 10) for day in range(9)],
    "breaks": {f"2026-0{month}-2{day}": ["12:00-12:30"] for month in range(1, 10) for day in range(9)},
}
ASKED: dict[str, Callable[[Calendar], object]] = {
    "due in 3 days": lambda one: one.due(START, parse_duration("3d")),
    "due in 365 days": lambda one: one.due(START, parse_duration("365d")),
    "add 1900 h": lambda one: one.add(START, 1900 * 3600),
    "between, a year": lambda one: one.between(START, END),
}
RUNS = 30
QUESTIONS = 30_000


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def year_of(name: str, raw: dict[str, object]) -> None:
    for what, ask in ASKED.items():
        fresh, again = [], []
        for _ in range(RUNS):
            calendar = build_calendar(name, raw)
            fresh.append(milliseconds(lambda calendar=calendar, ask=ask: ask(calendar)))  # type: ignore[misc]
            again.append(milliseconds(lambda calendar=calendar, ask=ask: ask(calendar)))  # type: ignore[misc]
        print(f"{name:<8}{what:<18}fresh {min(fresh):6.2f} ms   again {min(again):6.3f} ms")


def questions() -> None:
    """A whole process that answers many questions from a file of calendars."""
    chance = random.Random(1)

    def moment() -> str:
        day, clock = chance.randint(1, 28), f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
        return f"2026-{chance.randint(1, 12):02}-{day:02}T{clock}"

    kinds = (
        lambda: {"op": "add", "duration": chance.choice(["4h", "3d", "90m", "1d2h"]), "from": moment()},
        lambda: {"op": "between", "from": moment(), "to": moment()},
        lambda: {"op": "open", "at": moment()},
    )
    lines = "".join(json.dumps({"calendar": "office", **chance.choice(kinds)()}) + "\n" for _ in range(QUESTIONS))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calendars.yaml"
        file.write_text(json.dumps({"calendars": {"office": OFFICE}}))
        call = [sys.executable, "-m", "ticketcli", "calendar", "-", "--file", str(file)]
        began = time.perf_counter()
        ended = subprocess.run(call, input=lines, capture_output=True, text=True, cwd=ROOT, check=True)
        took = time.perf_counter() - began
    assert ended.stdout.count("\n") == QUESTIONS
    print(f"{QUESTIONS} questions as JSON lines: {took:.2f} s, {QUESTIONS / took:.0f} a second, start-up included")


if __name__ == "__main__":
    year_of("office", OFFICE)
    year_of("busy", BUSY)
    questions()
