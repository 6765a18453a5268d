"""Measures `ticket import` and `ticket export` on made-up rows: seconds and peak memory of each whole process.

    python bench/importing.py [--rows 100000] [--bad 1] [--keep DIR]

Writes two CSV files, one with that share (in percent) of bad rows, and a sandbox desk with the default rules. Of the
rows three in five are closed, one is resolved and one is new; each has a requester, times, labels and fields. Peak
memory is `ru_maxrss` of the process as `os.wait4` tells it. Every figure is the one run that is shown.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    *("Id", "Title", "Details", "State", "Severity", "Category", "Tags", "Customer", "Email", "Opened"),
    *("First response", "Resolved", "Closed at", "fields.region", "fields.amount"),
)
START = datetime(2024, 1, 1)
HOUR = timedelta(hours=1)


class Run(NamedTuple):
    """How one process ended: seconds of the wall and of the processor, peak MiB, exit code, lines of output."""

    seconds: float
    busy: float
    peak: float
    code: int
    lines: int


def rows(count: int, bad: float) -> Iterator[list[str]]:
    """Made-up rows; every so many has one thing wrong with it, of four kinds in turn."""
    every = round(100 / bad) if bad else 0
    for number in range(1, count + 1):
        row = _row(number)
        if every and number % every == 0:
            _spoil(row, number // every)
        yield row


def _row(number: int) -> list[str]:
    opened = START + timedelta(minutes=7 * number)
    answered, resolved, closed = opened + HOUR, opened + 5 * HOUR, opened + 53 * HOUR
    state = ("closed", "closed", "closed", "resolved", "new")[number % 5]
    times = [answered if state != "new" else None, resolved if state != "new" else None]
    times.append(closed if state == "closed" else None)
    return [
        f"OLD-{number}",
        f"Problem {number} with 打印机 on floor {number % 12}",
        f'It says "no paper",\nbut there is some. Case {number}.',
        state,
        ("low", "normal", "High", "urgent")[number % 4],
        ("hardware", "network", "software")[number % 3],
        f"batch-{number % 50},floor-{number % 12}",
        f"Customer {number % 5000}",
        f"customer{number % 5000}@example.com",
        _text(opened),
        *(_text(at) if at else "" for at in times),
        ("north", "south", "东")[number % 3],
        str(number % 977),
    ]


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _spoil(row: list[str], turn: int) -> None:
    at, value = ((4, "Hign"), (9, "31/12/2024"), (1, ""), (3, "colsed"))[turn % 4]
    row[at] = value


def write(path: Path, count: int, bad: float) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count, bad))


def measured(words: Sequence[str], output: Path) -> Run:
    """Runs one call of `ticket` with its standard output in that file."""
    env = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("TICKETCLI_")}
    env["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "ticketcli", *words]
    start = time.monotonic()
    pid = os.posix_spawn(
        sys.executable, command, env,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, str(output) + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        ],
    )  # fmt: skip
    _, status, usage = os.wait4(pid, 0)
    seconds = time.monotonic() - start
    with output.open("rb") as file:
        lines = sum(1 for _ in file)
    busy = usage.ru_utime + usage.ru_stime
    return Run(seconds, busy, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), lines)


def bench(folder: Path, count: int, bad: float) -> None:
    desk, good, spoilt = folder / "desk", folder / "good.csv", folder / "spoilt.csv"
    write(good, count, 0)
    write(spoilt, count, bad)
    measured(["init", "--sandbox", "-q", str(desk)], folder / "out")
    print(f"{count:,} rows, {good.stat().st_size / 1e6:.1f} MB, {bad:g} % bad in spoilt.csv")
    print(f"{'call':<44} {'seconds':>8} {'cpu':>8} {'peak MiB':>9} {'exit':>5} {'lines':>8}")
    at, out = ["--desk", str(desk)], folder / "out"
    shown("--version", [], out)
    shown("import spoilt.csv --check", [*at, "import", str(spoilt), "--check"], out)
    shown("import good.csv", [*at, "import", str(good)], out)
    shown("import good.csv (again)", [*at, "import", str(good)], out)
    shown("export", [*at, "export"], folder / "desk.jsonl")
    shown("audit verify", [*at, "audit", "verify"], out)
    shown("sweep", [*at, "sweep"], out)
    measured(["init", "--sandbox", "-q", str(folder / "second")], out)
    at = ["--desk", str(folder / "second")]
    shown("import spoilt.csv --skip-bad --batch 1000",
          [*at, "import", str(spoilt), "--skip-bad", str(folder / "bad.csv"), "--batch", "1000"], out)  # fmt: skip
    measured(["init", "--sandbox", "-q", str(folder / "third")], out)
    at = ["--desk", str(folder / "third")]
    shown("import desk.jsonl (the export)", [*at, "import", str(folder / "desk.jsonl")], out)


def shown(name: str, words: Sequence[str], output: Path) -> None:
    run = measured(words or ["--version"], output)
    print(f"{name:<44} {run.seconds:8.1f} {run.busy:8.1f} {run.peak:9.1f} {run.code:5} {run.lines:8,}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures import and export.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--bad", type=float, default=1.0, help="per cent")
    parser.add_argument("--keep", type=Path, help="work here, and leave everything there")
    given = parser.parse_args()
    if given.keep is not None:
        given.keep.mkdir(parents=True)
        bench(given.keep, given.rows, given.bad)
        return
    with tempfile.TemporaryDirectory() as folder:
        bench(Path(folder), given.rows, given.bad)


if __name__ == "__main__":
    main()
