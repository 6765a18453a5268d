"""Random damage to store files: each command must say so or answer rightly; none may show a wrong value.

    python bench/damage.py [--damages 2000] [--seed 1] [--engine sqlite|json]

Per damage a whole copy of a small desk's store is damaged at a random place (a bit, a byte, some bytes, a page of
zeros, the end cut off), then read by `list`, `show` and `log` of every ticket, and looked over by `doctor`.
Exits 1 when a command answered wrongly or crashed, or when doctor overlooked what a command reported.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ticketcli.cli.main import run
from ticketcli.errors import StoreDamaged

NOW = "2026-03-03T09:00:00+08:00"
TICKETS = 24
ALL = [str(id) for id in range(1, TICKETS + 1)]
EVERY = "status:new,open,pending,resolved,closed"
COMMANDS = (
    ["list", EVERY, "--sort", "id", "--limit", "1000", "--json"],
    ["list", "team:any", "-o", "ids"],
    *(["show", id, "--json"] for id in ALL),
    *(["log", id, "--json"] for id in ALL),
)
BAD = ("WRONG", "OVERLOOKED")
URLS = {"sqlite": "sqlite:tickets.db", "json": "json:tickets.json"}


class Answer(NamedTuple):
    code: int
    out: bytes


def call(*args: str) -> Answer:
    """One command in this process."""
    kept = sys.stdout, sys.stderr
    out = io.BytesIO()
    sys.stdout, sys.stderr = io.TextIOWrapper(out), io.TextIOWrapper(io.BytesIO())
    try:
        return Answer(run(list(args)), out.getvalue())
    finally:
        sys.stdout, sys.stderr = kept


def make_desk(folder: Path, url: str) -> Path:
    """A desk whose tickets were created, commented, resolved and swept; the store in one file. Answers that file."""
    call("init", str(folder), "--sandbox", "--store", url, "--timezone", "Asia/Shanghai", "-q")
    os.environ.update(TICKETCLI_DESK=str(folder), TICKETCLI_NOW="2026-03-02T09:00:00+08:00")
    for id in ALL:
        call("create", f"disk {id} is full 磁盘", "--body", "line\n" * 20, "--requester", f"u{id}@x.cn", "-q")
        call("comment", id, f"looking at it {id}", "-q")
    call("resolve", *ALL[::3], "-q")
    call("sweep", "-q")
    os.environ["TICKETCLI_NOW"] = NOW
    call("sweep", "-q")
    file = folder / url.partition(":")[2]
    if url.startswith("sqlite"):
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    return file


def flip(data: bytearray, dice: random.Random) -> None:
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def overwrite(data: bytearray, dice: random.Random) -> None:
    data[dice.randrange(len(data))] = dice.randrange(256)


def scatter(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    data[start : start + 16] = dice.randbytes(len(data[start : start + 16]))


def zero(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data)) // 4096 * 4096
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))


def cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(len(data)) :]


KINDS: dict[str, Callable[[bytearray, random.Random], None]] = {
    "a bit": flip, "a byte": overwrite, "16 bytes": scatter, "a page of zeros": zero, "the end cut off": cut,
}  # fmt: skip


def damage(whole: bytes, number: int, seed: int) -> tuple[str, bytes]:
    """The kind of the damage of that number, and the bytes with it."""
    dice = random.Random(f"{seed} {number}")
    kind = list(KINDS)[number % len(KINDS)]
    data = bytearray(whole)
    while bytes(data) == whole:
        KINDS[kind](data, dice)
    return kind, bytes(data)


def put(file: Path, data: bytes) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.write_bytes(data)


def outcome(right: Sequence[Answer]) -> str:
    """What became of the damage; what begins with a word of `BAD` must not be."""
    answers = [call(*command) for command in COMMANDS]
    wrong = [
        " ".join(command[:2])
        for command, found, wanted in zip(COMMANDS, answers, right, strict=True)
        if found.code != StoreDamaged.exit_code and found != wanted
    ]
    if wrong:
        return f"WRONG: {wrong[0]}"
    found = call("doctor", "--json").code == StoreDamaged.exit_code
    if any(answer.code == StoreDamaged.exit_code for answer in answers):
        return "reported" if found else "OVERLOOKED by doctor"
    return "reported by doctor" if found else "nothing lost"


def trial(engine: str, damages: int, seed: int, show: Callable[[str], None]) -> Counter[tuple[str, str]]:
    """How often each kind of damage came to each outcome."""
    folder = Path(tempfile.mkdtemp(prefix="damage-"))
    kept = {name: os.environ.get(name) for name in ("TICKETCLI_DESK", "TICKETCLI_NOW")}
    try:
        file = make_desk(folder / "desk", URLS[engine])
        whole, right = file.read_bytes(), [call(*command) for command in COMMANDS]
        assert all(answer.code == 0 for answer in right), "the desk was not made"
        counts: Counter[tuple[str, str]] = Counter()
        for number in range(damages):
            kind, data = damage(whole, number, seed)
            put(file, data)
            result = outcome(right)
            counts[kind, result] += 1
            if result.startswith(BAD):
                show(f"{engine}: damage {number} of seed {seed} ({kind}): {result}")
        return counts
    finally:
        shutil.rmtree(folder)
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--damages", type=int, default=2000, help="per engine (2000)")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--engine", choices=list(URLS), action="append")
    asked = options.parse_args()
    bad = 0
    for engine in asked.engine or URLS:
        counts = trial(engine, asked.damages, asked.seed, lambda line: print(line, flush=True))
        print(f"{engine}: {asked.damages} damages")
        for (kind, result), count in sorted(counts.items()):
            print(f"  {kind:16} {result:28} {count:5}")
            bad += count if result.startswith(BAD) else 0
    print("every damage was reported, or nothing was lost" if not bad else f"{bad} damages were not met rightly")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
