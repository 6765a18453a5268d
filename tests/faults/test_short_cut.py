"""The short cut of `make faults` that every test run takes: a few failing system calls, and a small kill storm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_help import EVERY
from tests.cli.test_idempotency import READS
from tests.faults import calls
from tests.faults.desks import copied, state
from tests.faults.injecting import KINDS, can_trace, injected, points
from tests.faults.mutants import MUTANTS, TOP, Mutant
from tests.faults.storms import Storm, lost
from tests.faults.verdicts import Accepted, complaints, goes_on

FAULTS = 6
"""A command: spread over its calls, each kind in turn. Without strace so many more calls are killed at random."""
CALLS = (("create", "hello", "-q"), ("comment", "1", "hello"))


def test_a_failing_system_call_leaves_old_or_new_and_says_which(made: Path, tmp_path: Path) -> None:
    for args in CALLS if can_trace() else ():
        desk = copied(made, tmp_path / "desk")
        old = state(desk)
        every = [point for point in points(desk, args) if point.name != "openat"]  # their count hangs on bytecode
        new = state(desk)
        assert old != new
        for number, point in enumerate(every[:: len(every) // FAULTS + 1]):
            kind = list(KINDS)[number % len(KINDS)]
            copied(made, desk)
            done = injected(desk, args, point, kind)
            assert done is not None, (args, point)
            wrong = complaints(done, state(desk), Accepted(old, new), kind == "SIGKILL")
            assert not wrong, (args, kind, point, done)
            goes_on(desk)


def test_every_command_that_writes_is_broken_by_make_faults() -> None:
    writing = {" ".join(path) for path, _ in EVERY} - READS - {"notify test"}  # whose channel belongs to others
    words = [f"{case.words} " for case in calls.CALLS.values()]

    assert [name for name in sorted(writing) if not any(call.startswith(f"{name} ") for call in words)] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_every_safeguard_is_where_it_is_taken_out(mutant: Mutant) -> None:
    assert (TOP / mutant.file).read_text().count(mutant.there) == 1
    file, test = mutant.test.split("::")
    assert f"def {test}(" in (TOP / file).read_text()


def test_a_kill_storm_loses_nothing(made: Path, tmp_path: Path) -> None:
    desk = copied(made, tmp_path / "desk")
    storm = Storm(desk, seed=1, kills=10 if can_trace() else 10 + FAULTS * len(CALLS), clients=4).rage()

    assert lost(desk, storm) == []
    assert storm.killed >= storm.kills
