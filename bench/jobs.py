"""Parallel jobs that speak of one broken thing: `python bench/jobs.py` shows that they have one ticket between them.

    python bench/jobs.py [--jobs 64] [--folder DIR]

All jobs are red at once, then green at once, then red again, each a `ticket` process of its own with the same dedup
key. Exits 1 when a call failed, or there is more than one ticket, or an occurrence is missing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desks import environment, machine, ticket

KEY = ("--dedup-key", "build main")
RED = ("create", "the build of main is red", "--source", "ci", *KEY, "--reopen-within", "7d")
GREEN = ("resolve", *KEY, "--if-exists")


def all_at_once(words: tuple[str, ...], jobs: int, desk: Path) -> list[str]:
    """What went wrong in calls that run together."""
    call = ticket(*words, "-q", "--lock-timeout", "120s", "--desk", str(desk))

    def job(_: int) -> str:
        done = subprocess.run(call, env=environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return "" if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()}"

    with ThreadPoolExecutor(jobs) as pool:
        return [error for error in pool.map(job, range(jobs)) if error]


def kinds(desk: Path) -> list[tuple[str, int, int]]:
    """Status, occurrences and reopenings of every ticket."""
    call = ticket("list", "kind:any", "-o", "json", "--desk", str(desk))
    found = json.loads(subprocess.run(call, env=environment(), capture_output=True, check=True).stdout)
    return [(one["status"], one["occurrences"], one["reopen_count"]) for one in found]


def main() -> None:
    parser = argparse.ArgumentParser(description="Parallel jobs that speak of one broken thing.")
    parser.add_argument("--jobs", type=int, default=64, help="jobs at once")
    parser.add_argument("--folder", help="where the desk is made, instead of the system's temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench.", dir=given.folder) as folder:
        desk = Path(folder) / "desk"
        subprocess.run(ticket("init", "-q", str(desk)), check=True, env=environment())
        began, errors = time.monotonic(), []
        for words in (RED, GREEN, RED):
            errors += all_at_once(words, given.jobs, desk)
        seconds, found = time.monotonic() - began, kinds(desk)
    print(machine())
    print(f"{3 * given.jobs} calls in {seconds:.1f} s, {len(errors)} errors, {len(found)} ticket(s)")
    for status, occurrences, reopened in found:
        print(f"{status}, reported {occurrences} times, reopened {reopened} times")
    for error in errors[:5]:
        print(error)
    whole = [(occurrences, reopened) for _, occurrences, reopened in found] == [(2 * given.jobs, 1)]
    sys.exit(0 if whole and not errors else 1)


if __name__ == "__main__":
    main()
