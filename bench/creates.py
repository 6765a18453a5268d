"""Durable creates a second, from eight processes on one desk.

    python bench/creates.py [--seconds 10] [--writers 8] [--sizes 1000,100000] [--folder DIR]

On each desk first as people and jobs do it, a process for each `ticket create`; then by processes that stay, each of
them creating one ticket after the other, which leaves what the store itself can do. Every create is a commit of its
own that waits for the disk. Beside it stand bare syncs a second of the same file system, one process, four kilobytes
each. `sqlite:` is measured at both sizes, `json:` at the smaller one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import threading
import time
from multiprocessing import get_context
from pathlib import Path

from desks import environment, fill, machine, session_of, ticket

from ticketcli.services import changing

PATIENCE = 120.0
PATIENT = ("--lock-timeout", f"{PATIENCE:.0f}s")


def by_calls(desk: Path, writers: int, seconds: float) -> float:
    """Calls of `ticket create` a second; all of them have to end well."""
    env, counts = environment(), [0] * writers
    end = time.monotonic() + seconds

    def work(writer: int) -> None:
        while time.monotonic() < end:
            words = ticket("create", "Disk full on db3", "-q", *PATIENT, "--desk", str(desk))
            subprocess.run(words, env=env, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            counts[writer] += 1

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def staying(desk: str, seconds: float) -> int:
    """Creates tickets, each in a commit of its own; answers how many."""
    session, end, count = session_of(Path(desk))._replace(lock_timeout=PATIENCE), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        changing.create(session, [{"subject": "Disk full on db3", "assignee": "ann"}])
        count += 1
    session.store.close()
    return count


def by_processes_that_stay(desk: Path, writers: int, seconds: float) -> float:
    with get_context("spawn").Pool(writers) as pool:
        pool.starmap(staying, [(str(desk), 0.1)] * writers)  # what it takes to start is not counted
        began = time.monotonic()
        counts = pool.starmap(staying, [(str(desk), seconds)] * writers, chunksize=1)
        return sum(counts) / (time.monotonic() - began)


def syncs(folder: Path, seconds: float) -> float:
    """What the disk can do: four kilobytes written and synced, a second."""
    file, count, began = os.open(folder / "synced", os.O_WRONLY | os.O_CREAT, 0o600), 0, time.monotonic()
    while time.monotonic() < began + seconds:
        os.write(file, b"x" * 4096)
        os.fdatasync(file)
        count += 1
    os.close(file)
    return count / (time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--sizes", default="1000,100000", help="stored tickets, the smaller number first")
    parser.add_argument("--folder", help="where the desks are made, instead of the system's temporary folder")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    desks = [*(("sqlite:tickets.db", size) for size in sizes), ("json:tickets.json", sizes[0])]
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench.", dir=given.folder) as folder:
        print(f"{machine()}; {given.writers} writers, {given.seconds:g} s each")
        print(f"{'bare syncs, one process':<36} {syncs(Path(folder), min(3, given.seconds)):7.0f} a second", flush=True)
        for store, size in desks:
            desk = Path(folder) / f"{store[:4]}{size}"
            fill(desk, size, store)
            what = f"{store.partition(':')[0]}: at {size:,}"
            calls = by_calls(desk, given.writers, given.seconds)
            print(f"{what + ', calls':<36} {calls:7.1f} a second", flush=True)
            stay = by_processes_that_stay(desk, given.writers, given.seconds)
            print(f"{what + ', processes that stay':<36} {stay:7.1f} a second", flush=True)


if __name__ == "__main__":
    main()
