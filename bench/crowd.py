"""Many clients at once: each number is given once, none is refused, and nobody waits much longer than the others.

    python bench/crowd.py [--clients 64] [--creates 25] [--store sqlite:tickets.db] [--folder DIR]

Each client is a thread that runs `ticket create` as a process of its own, so many times one after the other; all begin
together. Its time is from its first start to its last end. Exits 1 when a call failed, a number came twice or was left
out, or the slowest client took three times as long as the middle one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from desks import environment, fill, machine, ticket

FACTOR = 3
PATIENT = ("--lock-timeout", "120s")


class Client(NamedTuple):
    seconds: float
    numbers: list[int]
    errors: list[str]


def crowd(desk: Path, clients: int, creates: int) -> list[Client]:
    """What became of each client."""
    env, done, begin = environment(), list[Client](), threading.Barrier(clients)

    def work(client: int) -> None:
        numbers, errors = [], []
        begin.wait()
        began = time.monotonic()
        for turn in range(creates):
            words = ticket("create", f"client {client}, turn {turn}", "-q", *PATIENT, "--desk", str(desk))
            ended = subprocess.run(words, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            if ended.returncode == 0 and ended.stdout.strip().isdigit():
                numbers.append(int(ended.stdout))
            else:
                errors.append(f"exit {ended.returncode}: {ended.stderr.strip()}")
        done.append(Client(time.monotonic() - began, numbers, errors))

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def verdict(done: list[Client], wanted: int, seconds: float) -> int:
    numbers = [number for client in done for number in client.numbers]
    errors = [error for client in done for error in client.errors]
    middle, slowest = median(client.seconds for client in done), max(client.seconds for client in done)
    fastest = min(client.seconds for client in done)
    print(f"numbers:  {len(numbers):,}, {len(set(numbers)):,} of them unique, the highest {max(numbers, default=0):,}")
    print(f"errors:   {len(errors)}")
    print(f"clients:  fastest {fastest:.1f} s, middle {middle:.1f} s, slowest {slowest:.1f} s: "
          f"{slowest / middle:.2f} times the middle one, less than {FACTOR} wanted")  # fmt: skip
    print(f"together: {seconds:.1f} s, {len(numbers) / seconds:.0f} calls a second")
    for error in errors[:5]:
        print(error)
    return 0 if sorted(numbers) == list(range(1, wanted + 1)) and slowest < FACTOR * middle else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--creates", type=int, default=25, help="calls of each client")
    parser.add_argument("--store", default="sqlite:tickets.db")
    parser.add_argument("--folder", help="where the desk is made, instead of the system's temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench.", dir=given.folder) as folder:
        print(f"{machine()}; {given.clients} clients, {given.creates} calls of ticket create each, {given.store}")
        fill(Path(folder) / "desk", 0, given.store)
        began = time.monotonic()
        done = crowd(Path(folder) / "desk", given.clients, given.creates)
        return verdict(done, given.clients * given.creates, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
