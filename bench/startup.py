"""What whole calls cost, against `python -c "import click"` of the same Python: `make bench`.

    python bench/startup.py [--runs 25] [--small 1000] [--large 100000] [--folder DIR]

Two desks with the default rules are filled through the services, in this process and a thousand tickets a commit; their
filling is not measured. No ticket on them is closed, which is the worst case: all of them count for whoever chooses the
least loaded. Then every round starts each command once as a process of its own, one after another, so that whatever
else the machine does meets all of them alike. The table shows medians, their ratios, the limits and a verdict; the
exit code is 0 either way. Beside the ratio of the medians stands that of the least processor time that any round took,
which a busy machine disturbs less. Rows read by sweeps are asked of the store in this process.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from desks import DUE, environment, fill, machine, session_of, ticket

from ticketcli.services.sweep import sweep


class Probe(NamedTuple):
    """A command to time; `words` are given the number of the round."""

    name: str
    words: Callable[[int], list[str]]


class Took(NamedTuple):
    """Seconds that the whole process took, in the middle, and the least processor time of it and its children."""

    median: float
    processor: float


class Line(NamedTuple):
    """A line of the table: what it is, the figure as text, its value, and the most that it may be (None: no limit)."""

    what: str
    figure: str
    value: float = 0
    limit: float | None = None


def probes(desk: Path, size: int) -> list[Probe]:
    at = ("--desk", str(desk))
    return [
        Probe(f"create, {size:,} stored", lambda _: ticket("create", "Disk full on db3", "--category", "network", *at)),
        Probe(f"comment, {size:,} stored", lambda n: ticket("comment", str(n + 1), "Please try again", *at)),
        Probe(f"show, {size:,} stored", lambda n: ticket("show", str(n + 1), *at)),
        Probe(f"idle sweep, {size:,} stored", lambda _: ticket("sweep", *at)),
    ]


def measure(wanted: list[Probe], runs: int) -> dict[str, Took]:
    """Each probe once a round; one round more is run before, unmeasured."""
    env = environment()
    taken: dict[str, list[tuple[float, float]]] = {probe.name: [] for probe in wanted}
    for round in range(-1, runs):
        for probe in wanted:
            command = probe.words(round + 1)
            began, used = time.perf_counter(), processor_time()
            subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if round >= 0:
                taken[probe.name].append((time.perf_counter() - began, processor_time() - used))
    return {
        name: Took(median(whole for whole, _ in times), min(used for _, used in times)) for name, times in taken.items()
    }


def processor_time() -> float:
    """Seconds of processor that the processes started here have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rows(desk: Path, later: int) -> tuple[int, int]:
    """Tickets that a sweep so many seconds from now looks at, and the rows that it reads for them."""
    session = session_of(desk)
    report = sweep(session._replace(now=session.now + later))
    return report.examined, session.store.rows_read()


def lines(took: dict[str, Took], small: int, large: int) -> Iterator[Line]:
    bare = took["import click"]
    yield Line('python -c "import click"', f"{1000 * bare.median:.1f} ms")
    for size in (small, large):
        for verb, limit in (("create", 1.8), ("comment", 1.8), ("show", 1.6), ("idle sweep", None)):
            yield against(f"{verb}, {size:,} stored", took[f"{verb}, {size:,} stored"], bare, limit)
    for verb in ("create", "comment", "show", "idle sweep"):
        name = f"{verb}, {large:,} against {small:,}"
        yield against(name, took[f"{verb}, {large:,} stored"], took[f"{verb}, {small:,} stored"], 1.15)
    name = f"idle sweep against show, {large:,}"
    yield against(name, took[f"idle sweep, {large:,} stored"], took[f"show, {large:,} stored"], 1.05)


def against(what: str, took: Took, other: Took, limit: float | None) -> Line:
    ratio, processor = took.median / other.median, took.processor / other.processor
    return Line(what, f"{1000 * took.median:6.1f} ms  {ratio:5.2f}  {processor:5.2f}", ratio, limit)


def row_lines(desk: Path, size: int) -> Iterator[Line]:
    """The idle sweep first: the other changes the desk."""
    for what, later, wanted in (("an idle sweep", 1, 0), (f"a sweep with {DUE} due", 25 * 60, DUE)):
        examined, read = rows(desk, later)
        yield Line(f"rows read by {what}, {size:,} stored", f"{read} rows for {examined} tickets", read, wanted)


def tell(found: Iterator[Line]) -> None:
    for line in found:
        limit = "" if line.limit is None else f"at most {line.limit:g}"
        verdict = "" if line.limit is None else "holds" if line.value <= line.limit else "MISSED"
        print(f"{line.what:<44} {line.figure:<26} {limit:<13} {verdict}".rstrip(), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="What whole calls cost.")
    parser.add_argument("--runs", type=int, default=25, help="rounds to take the median of")
    parser.add_argument("--small", type=int, default=1_000, help="tickets on the small desk")
    parser.add_argument("--large", type=int, default=100_000, help="tickets on the large desk")
    parser.add_argument("--folder", help="where the desks are made, instead of the system's temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench.", dir=given.folder) as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        print("filling the desks, some hundred tickets a second", file=sys.stderr)
        seconds = fill(small, given.small) + fill(large, given.large)
        print(f"{machine()}, desks in {folder} filled in {seconds:.0f} s, median of {given.runs} rounds")
        bare = Probe("import click", lambda _: [sys.executable, "-c", "import click"])
        took = measure([bare, *probes(small, given.small), *probes(large, given.large)], given.runs)
        print(f"{'':<44} {'median':>9}  {'ratio':>5}  {'cpu':>5}")
        tell(lines(took, given.small, given.large))
        tell(row_lines(large, given.large))


if __name__ == "__main__":
    main()
