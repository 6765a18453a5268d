"""`make faults`: power cuts. kill -9 never tests fsync: here what was not synced is gone.

The desk stands on a loop-mounted ext4 whose own write-back is put off. With all clients stopped, the image is copied:
the copy holds what was synced and nothing that was still in memory, as a disk does when the power fails.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.sandbox import TOP
from tests.faults.conftest import Tell
from tests.faults.desks import command, copied, environment, sure
from tests.faults.mounting import can_mount, image, mounted

CUTS = {"sqlite": 150, "json": 50}
CLIENTS = 2
SYNC = {
    "sqlite": ("sqlite.py", {"synchronous = FULL": "synchronous = OFF"}),
    "json": ("jsonfile.py", {"os.fsync(file)": "pass", "os.fsync(folder)": "pass"}),
}
"""Per engine: the file under stores/, and what the control has in place of its syncs."""


class Load:
    """Clients that create tickets one after the other, and remember the numbers they were told."""

    def __init__(self, desk: Path, tree: Path) -> None:
        self.told: list[int] = []
        self._desk, self._tree = desk, tree
        self._running: dict[int, subprocess.Popen[str]] = {}
        self._over = threading.Event()
        self._gate = threading.Lock()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]

    @contextmanager
    def stopped(self) -> Iterator[int]:
        """While the block lasts nobody runs; answers how many numbers were told."""
        with self._gate:
            running = list(self._running.values())
            for process in running:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGSTOP)
            try:
                yield len(self.told)
            finally:
                for process in running:
                    with suppress(ProcessLookupError):
                        os.kill(process.pid, signal.SIGCONT)

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _client(self, number: int) -> None:
        while not self._over.is_set():
            with self._gate:
                process = subprocess.Popen(
                    command("create", f"by {number}", "-q", "--lock-timeout", "60s"), text=True, cwd=self._tree,
                    env=environment(self._desk, tree=self._tree), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                )  # fmt: skip
                self._running[number] = process
            out, _ = process.communicate()
            with self._gate:
                if process.returncode == 0:
                    self.told.append(int(out))


def _cut(disk: Path, copy: Path, at: Path, told: list[int]) -> list[int]:
    """The numbers that are gone on the copy, which is otherwise a sound desk."""
    with mounted(at, "-o", "loop", str(copy)):
        sure(at / "desk", "audit", "verify")
        there = set(map(int, sure(at / "desk", "list", "status:any", "-o", "ids").split()))
        if not set(told) - there:
            assert int(sure(at / "desk", "create", "after the cut", "-q")) > max(told, default=4)
    return sorted(set(told) - there)


def _cuts(origin: Path, folder: Path, tree: Path, cuts: int) -> int:
    """Cuts the power so many times under load; answers how often a told number was gone."""
    disk, missing = image(folder / "disk", 24), 0
    with mounted(folder / "at", "-o", "loop,commit=900", str(disk)) as at:
        desk = copied(origin, at / "desk")
        subprocess.run(["sync", "-f", str(desk)], check=True)
        with Load(desk, tree) as load:
            for _ in range(cuts):
                time.sleep(0.3)
                with load.stopped() as count:
                    shutil.copyfile(disk, folder / "copy")
                missing += bool(_cut(disk, folder / "copy", folder / "after", load.told[:count]))
        assert len(load.told) > cuts / 4
    return missing


def _without_sync(engine: str, tree: Path) -> Path:
    """A copy of the program that does not wait for the disk."""
    for folder in ("ticketcli", "rules", "schemas"):
        shutil.copytree(TOP / folder, tree / folder)
    name, changes = SYNC[engine]
    module = tree / "ticketcli/stores" / name
    text = module.read_text()
    for sync, nothing in changes.items():
        assert text.count(sync) == 1, sync
        text = text.replace(sync, nothing)
    module.write_text(text)
    return tree


@pytest.mark.parametrize("engine", CUTS)
def test_what_was_told_survives_a_power_cut_and_not_without_the_sync(
    engine: str, made: Path, made_json: Path, tmp_path: Path, not_produced: Tell, figure: Tell
) -> None:
    if not can_mount(loop=True):
        not_produced(f"power cuts under {engine}: (needs root, loop devices and mkfs.ext4)")
        return
    origin = made if engine == "sqlite" else made_json
    assert _cuts(origin, tmp_path, TOP, CUTS[engine]) == 0

    tree = _without_sync(engine, tmp_path / "tree")
    control = tmp_path / "control"
    control.mkdir()
    missing = _cuts(origin, control, tree, 5)
    assert missing > 0
    figure(f"power cuts, {engine}: {CUTS[engine]}, 0 told numbers missing; without the sync {missing} of 5")
