"""`make faults`: each write-type system call of each mutating command fails once, by SIGKILL, EIO and ENOSPC."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.calls import CALLS, KEYED, ON_JSON, Case, received
from tests.faults.commits import states_between
from tests.faults.conftest import Tell
from tests.faults.desks import Ended, call, copied, inside, sure
from tests.faults.injecting import KINDS, Point, can_trace, injected, points
from tests.faults.verdicts import INCOMPLETE, Accepted, complaints, goes_on

Origin = Callable[[Case, str], Path]


@pytest.fixture
def origin(request: pytest.FixtureRequest) -> Origin:
    """The desk of a case, by engine; each is made when it is first asked for."""

    def of(case: Case, engine: str) -> Path:
        name = ("made_sending" if case.sends else "made") + ("_json" if engine == "json" else "")
        desk: Path = request.getfixturevalue(name)
        return desk

    return of


class Trial:
    """A case that is broken at every point: where, and what may be the state afterwards."""

    def __init__(self, made: Path, desk: Path, case: Case) -> None:
        made = case.desk(made, desk.with_name("before"))
        self.made, self.desk, self.case, self.args = made, desk, case, case.args(desk)
        sure(copied(made, desk), *self.args, now=case.now)  # bytecode of what it imports is kept from here on
        between = states_between(made, desk, case) if case.many else ()
        copied(made, desk)
        old = case.state(desk)
        self.points = points(desk, self.args, case.now)
        self.accepted = Accepted(old, case.state(desk), between)
        assert old != self.accepted.new

    def broken(self, point: Point, kind: str, wrong: list[str]) -> str:
        """How the call ended in the fault, as a word; adds to `wrong` what must not be."""
        copied(self.made, self.desk)
        done = injected(self.desk, self.args, point, kind, self.case.now)
        if done is None:
            return "unharmed"
        after = self.case.state(self.desk)
        found = complaints(done, after, self.accepted, kind == "SIGKILL")
        if self.case.again or self.case.resumes:
            again = inside(self.desk, self.args, self.case.now)
            found += [] if again.code in (0, 6) else [f"not to be repeated: {again}"]
            ends = not self.case.resumes or self.case.state(self.desk) == self.accepted.new
            found += [] if ends else ["repeated, it leaves another state than undisturbed"]
        goes_on(self.desk)
        wrong += [f"{kind} at {point}: {one}: {done}" for one in found]
        return f"{kind} {self.accepted.word(after)}"


def _every(name: str, made: Path, tmp_path: Path) -> str:
    """Breaks the call at every point; answers how often each kind ended in the old and in the new state."""
    trial, wrong = Trial(made, tmp_path / "desk", CALLS[name]), list[str]()
    counts = Counter(trial.broken(point, kind, wrong) for kind in KINDS for point in trial.points)
    assert not wrong, "\n".join(wrong)
    return f"{sum(counts.values()) - counts['unharmed']} faults, {json.dumps(dict(sorted(counts.items())))}"


@pytest.mark.parametrize("name", CALLS)
def test_every_failing_call_leaves_old_or_new(
    name: str, origin: Origin, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not can_trace():
        not_produced(f"failing system calls of {name} (strace is missing or may not trace)")
        return
    figure(f"{name}: {_every(name, origin(CALLS[name], 'sqlite'), tmp_path)}")


@pytest.mark.parametrize("name", ON_JSON)
def test_every_failing_call_leaves_old_or_new_in_a_json_file(
    name: str, origin: Origin, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not can_trace():
        not_produced(f"failing system calls of {name} on json: (strace is missing or may not trace)")
        return
    figure(f"{name} on json:: {_every(name, origin(CALLS[name], 'json'), tmp_path)}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", KEYED)
def test_a_repeat_under_the_same_key_ends_it_once(
    name: str, kind: str, origin: Origin, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not can_trace():
        not_produced(f"{kind} in {name} --idempotency-key (strace is missing or may not trace)")
        return
    case = CALLS[name]
    made = case.desk(origin(case, "sqlite"), tmp_path / "before")
    desk = copied(made, tmp_path / "desk")
    args = [*case.args(desk), "--idempotency-key", "k"]
    every = points(desk, args, case.now)
    new, right = case.state(desk), call(desk, args, case.now)
    for point in every:
        copied(made, desk)
        injected(desk, args, point, kind, case.now)
        again = inside(desk, args, case.now)
        if not (case.sends and _left_to_the_sweep(desk, args, again, case.now)):
            assert (again.code, again.out) == (0, right.out), (point, again)
            assert case.state(desk) == new, point
    figure(f"{name} under a key, {kind}: {len(every)} faults, each repeated once")


def _left_to_the_sweep(desk: Path, args: list[str], again: Ended, now: str) -> bool:
    """Whether a message failed, or its sender was killed: no repeat sends it then, and all answer alike."""
    assert len(received(desk)) == len(set(received(desk)))
    return again.code == INCOMPLETE and inside(desk, args, now) == again
