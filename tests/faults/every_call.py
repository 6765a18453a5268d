"""`make faults`: each write-type system call of each mutating command fails once, by SIGKILL, EIO and ENOSPC."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.sandbox import NOW
from tests.faults.conftest import NotProduced
from tests.faults.desks import REMIND, call, copied, state, sure
from tests.faults.injecting import KINDS, Point, can_trace, injected, points
from tests.faults.verdicts import complaints, goes_on
from ticketcli.stores.backup import Backup

CALLS = {
    "create": "create hello -q",
    "create again under a dedup key": "create red --source ci --dedup-key build",
    "comment": "comment 1 hello",
    "set": "set 1 priority=high fields.region=north",
    "label": "label 1 prod",
    "take": "take 1",
    "assign": "assign 1 bob",
    "start": "start 1",
    "wait": "wait 1",
    "resolve three": "resolve 1 2 4",
    "close": "close 1",
    "reopen": "reopen 3",
    "extend": "extend 2 --by 1d",
    "hold": "hold 1 --until 2d",
    "route": "route 1",
    "sweep": "sweep",
    "redact": "redact 1 --field description --yes",
    "backup": "backup DESK/out.json",
    "rules accept": "rules accept",
}
ON_JSON = ("create", "comment", "resolve three", "sweep", "redact")


def _every(made: Path, tmp_path: Path, args: list[str], now: str = NOW) -> Counter[str]:
    """Breaks the call at every point; answers how often each kind ended in the old and in the new state."""
    desk = tmp_path / "desk"
    args = [word.replace("DESK", str(desk)) for word in args]
    sure(copied(made, desk), *args, now=now)  # bytecode of what it imports is kept from here on
    copied(made, desk)
    old = state(desk)
    every = points(desk, args, now)
    new = state(desk)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for kind in KINDS:
        for point in every:
            counts.update([_one(made, desk, args, now, point, kind, old, new, wrong)])
    assert not wrong, "\n".join(wrong)
    return counts


def _one(
    made: Path, desk: Path, args: list[str], now: str, point: Point, kind: str, old: str, new: str, wrong: list[str]
) -> str:
    copied(made, desk)
    done = injected(desk, args, point, kind, now)
    if done is None:
        return "unharmed"
    after = goes_on(desk)
    if (desk / "out.json").exists():
        Backup(str(desk / "out.json")).close()  # whole, or it raises
    wrong += [f"{kind} at {point}: {one}: {done}" for one in complaints(done, after, old, [new], kind == "SIGKILL")]
    return f"{kind} {'new' if after == new else 'old'}"


def _report(name: str, counts: Counter[str]) -> None:
    print(f"{name}: {sum(counts.values()) - counts['unharmed']} faults, {json.dumps(dict(sorted(counts.items())))}")


@pytest.mark.parametrize("name", CALLS)
def test_every_failing_call_leaves_old_or_new(name: str, made: Path, tmp_path: Path, not_produced: NotProduced) -> None:
    if not can_trace():
        not_produced(f"failing system calls of {name} (strace is missing or may not trace)")
        return
    _report(name, _every(made, tmp_path, CALLS[name].split(), REMIND if name == "sweep" else NOW))


@pytest.mark.parametrize("name", ON_JSON)
def test_every_failing_call_leaves_old_or_new_in_a_json_file(
    name: str, made_json: Path, tmp_path: Path, not_produced: NotProduced
) -> None:
    if not can_trace():
        not_produced(f"failing system calls of {name} on json: (strace is missing or may not trace)")
        return
    _report(f"{name} on json:", _every(made_json, tmp_path, CALLS[name].split(), REMIND if name == "sweep" else NOW))


@pytest.mark.parametrize("kind", KINDS)
def test_a_repeat_under_the_same_key_ends_it_once(
    kind: str, made: Path, tmp_path: Path, not_produced: NotProduced
) -> None:
    if not can_trace():
        not_produced(f"{kind} in a call with --idempotency-key (strace is missing or may not trace)")
        return
    desk, args = copied(made, tmp_path / "desk"), ["create", "hello", "-q", "--idempotency-key", "k"]
    every = points(desk, args)
    new = state(desk)
    for point in every:
        copied(made, desk)
        injected(desk, args, point, kind)
        again = call(desk, args)
        assert (again.code, again.out) == (0, "5\n"), (point, again)
        assert state(desk) == new, point
