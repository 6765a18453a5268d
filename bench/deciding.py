"""What looking into rules and the future costs on a full desk: `python bench/deciding.py`.

    python bench/deciding.py [--tickets 10000] [--runs 3] [--folder DIR]

A desk with the default rules is filled with tickets that are not final, opened over five days: new ones, answered ones,
some waiting, some resolved. Then whole processes are timed, each a call of `ticket` as anybody would type it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import desks

from ticketcli.app import App, Call
from ticketcli.domain.actors import Caller
from ticketcli.domain.instants import format_instant
from ticketcli.services import changing
from ticketcli.services.sweep import sweep

OPENED = 1_772_442_000  # 2026-03-02 09:00 UTC, a Monday
HOUR = 3600
DAYS = 5


def fill(desk: Path, count: int) -> int:
    """A sandbox desk with so many tickets; answers the instant at which it stands."""
    subprocess.run(desks.ticket("init", "--sandbox", "-q", str(desk)), check=True, env=desks.environment())
    session = App(Call(desk=str(desk), writes=True, now=OPENED), print).session
    hours = 24 * DAYS
    for hour in range(hours):
        session = session._replace(now=OPENED + hour * HOUR)
        numbers = range(count * hour // hours, count * (hour + 1) // hours)
        ids = [result.id for result in changing.create(session, [_facts(number) for number in numbers]) if result.id]
        agent = session._replace(caller=Caller("bob", "bob", "agent"), now=session.now + 1800)
        changing.change(agent, "comment", [id for id in ids if id % 3], {"text": "Please try again."})
        changing.change(agent, "wait", [id for id in ids if id % 10 == 1], {})
        changing.change(agent, "resolve", [id for id in ids if id % 5 == 2], {})
        sweep(session._replace(now=session.now + 1801))
    return OPENED + hours * HOUR


def _facts(number: int) -> dict[str, object]:
    category = desks.CATEGORIES[number % len(desks.CATEGORIES)]
    facts: dict[str, object] = {"subject": f"Something is wrong with {category} {number}", "category": category}
    facts["requester"] = {"email": f"person{number % 500}@example.com"}
    return facts | {"priority": "urgent"} if number % 50 == 0 else facts


def timed(words: list[str], runs: int) -> tuple[float, str]:
    """The median of whole processes, and what they wrote."""
    took, said = [], ""
    for _ in range(runs):
        began = time.perf_counter()
        said = subprocess.run(
            desks.ticket(*words), check=True, env=desks.environment(), capture_output=True, text=True
        ).stdout
        took.append(time.perf_counter() - began)
    return median(took), said


def forecast(desk: list[str], runs: int) -> str:
    took, said = timed(["forecast", "--for", "7d", *desk, "-o", "json"], runs)
    found = json.loads(said)
    kinds = Counter(action["action"] for action in found["actions"])
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common(8))
    return f"forecast --for 7d: {took:.1f} s for {len(found['actions']):,} actions ({listed} …)"


def explaining(desk: list[str], runs: int) -> str:
    """One ticket in the middle of the desk, all rules and all that was decided about it."""
    calls = (["rules", "explain", "5"], ["show", "5", "--why"], ["show", "5"])
    return "\n".join(f"{' '.join(call)}: {spent([*call, *desk], runs)}" for call in calls)


def looking_back(desk: list[str], runs: int) -> str:
    """The list of now, and those of an hour and of three days before: then nearly every ticket had another state."""
    calls: list[list[str]] = [["list"]]
    for ago in (HOUR, 3 * 24 * HOUR):
        calls.append(["list", "--at", format_instant(OPENED + DAYS * 24 * HOUR - ago)])
    return "\n".join(f"{' '.join(call)}: {spent([*call, '-o', 'ids', *desk], runs)}" for call in calls)


def spent(words: list[str], runs: int) -> str:
    """Seconds on the clock, in the middle, and of the processor, at least: a busy machine disturbs that less."""
    processor = []
    for _ in range(runs):
        before = sum(os.times()[2:4])
        timed(words, 1)
        processor.append(sum(os.times()[2:4]) - before)
    return f"{timed(words, runs)[0]:.2f} s, processor {min(processor):.2f} s"


FIGURES: tuple[Callable[[list[str], int], str], ...] = (explaining, looking_back, forecast)
"""Each is given the words that name desk and time, and how often to run."""


def main() -> None:
    parser = argparse.ArgumentParser(description="What looking into rules and the future costs.")
    parser.add_argument("--tickets", type=int, default=10_000, help="tickets on the desk, none of them final")
    parser.add_argument("--runs", type=int, default=3, help="processes to take the median of")
    parser.add_argument("--folder", help="where the desk is made, instead of the system's temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench.", dir=given.folder) as name:
        now = fill(Path(name) / "desk", given.tickets)
        print(f"{given.tickets:,} tickets, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")
        for figure in FIGURES:
            print(figure(["--desk", f"{name}/desk", "--now", format_instant(now)], given.runs))


if __name__ == "__main__":
    main()
