"""`make faults`: full disks, limits on file sizes and folders that may only be read."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Tell
from tests.faults.desks import REMIND, Ended, call, copied, state, sure
from tests.faults.mounting import can_mount, mounted, read_only
from tests.faults.powers import modes_bind, without_powers
from tests.faults.verdicts import Accepted, complaints, goes_on

LONG = ("create", "a long one", "-q", "--body", "x" * 60_000)
REFUSED = (4, 74, 75)


def _judge(done: Ended, desk: Path, old: str, new: str) -> None:
    wrong = complaints(done, state(desk), Accepted(old, new), killed=False)
    assert not wrong, (wrong, done)


@contextmanager
def _ballast(path: Path, left: int) -> Iterator[None]:
    """Fills the file system but for `left` bytes."""
    free = os.statvfs(path.parent)
    path.write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - left))
    try:
        yield
    finally:
        path.unlink()


@pytest.mark.parametrize("engine", ["sqlite", "json"])
def test_a_full_disk_changes_nothing(
    engine: str, made: Path, made_json: Path, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not can_mount():
        not_produced(f"a full tmpfs under {engine}: (only root may mount one)")
        return
    origin = made if engine == "sqlite" else made_json
    new = _new_state(origin, tmp_path / "new")
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as small:
        codes = []
        for left in range(0, 400_000, 16_384):
            desk = copied(origin, small / "desk")
            old = state(desk)
            with _ballast(small / "ballast", left):
                done = call(desk, LONG)
                sure(desk, "list", "-o", "ids")
                _judge(done, desk, old, new)
            goes_on(desk)
            codes.append(done.code)
        assert codes[-1] == 0 and set(codes[:4]) <= set(REFUSED), codes
        figure(f"full disk, {engine}: exit codes {codes}")


@pytest.mark.parametrize("engine", ["sqlite", "json"])
def test_a_limit_on_file_sizes_changes_nothing(
    engine: str, made: Path, made_json: Path, tmp_path: Path, figure: Tell
) -> None:
    origin = made if engine == "sqlite" else made_json
    new = _new_state(origin, tmp_path / "new")
    codes = []
    for limit in (*range(0, 1 << 20, 128 << 10), 4 << 20):
        desk = copied(origin, tmp_path / "desk")
        old = state(desk)
        done = _limited(desk, limit)
        _judge(done, desk, old, new)
        goes_on(desk)
        codes.append(done.code)
    assert codes[-1] == 0 and codes[0] in REFUSED, codes
    figure(f"ulimit -f, {engine}: exit codes {codes}")


def _limited(desk: Path, limit: int) -> Ended:
    return call(desk, LONG, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))


@pytest.mark.parametrize("engine", ["sqlite", "json"])
def test_a_folder_that_may_only_be_read_is_read_and_refuses_writes(
    engine: str, made: Path, made_json: Path, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not modes_bind():
        not_produced(f"a read-only folder under {engine}: (root here, and it may not drop its powers)")
        return
    desk = copied(made if engine == "sqlite" else made_json, tmp_path / "desk")
    with _only_to_be_read(desk):
        _refused(desk, state(desk), preexec_fn=without_powers)
    figure(f"read-only folder, {engine}: read, and writes refused with exit 4")


@contextmanager
def _only_to_be_read(desk: Path) -> Iterator[None]:
    for path in (*desk.rglob("*"), desk):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        yield
    finally:
        for path in (desk, *desk.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("engine", ["sqlite", "json"])
def test_a_desk_on_a_read_only_mount_is_read_and_refuses_writes(
    engine: str, made: Path, made_json: Path, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not can_mount():
        not_produced(f"a read-only mount under {engine}: (only root may mount one)")
        return
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as small:
        desk = copied(made if engine == "sqlite" else made_json, small / "desk")
        old = state(desk)
        read_only(small)
        _refused(desk, old)
    figure(f"read-only mount, {engine}: read, and writes refused with exit 4")


def _refused(desk: Path, old: str, **more: Any) -> None:
    for args in (("create", "x"), ("comment", "1", "x"), ("sweep",)):
        done = call(desk, args, REMIND, **more)
        assert done.code == 4 and " — " in done.err, done
    listed = call(desk, ("list", "-o", "ids"), **more)
    assert listed.code == 0 and listed.out.split(), listed
    assert state(desk) == old


def _new_state(origin: Path, desk: Path) -> str:
    sure(copied(origin, desk), *LONG)
    return state(desk)
