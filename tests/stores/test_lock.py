"""The lock file: one holder, waiting until a deadline, nothing left behind that harms."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ticketcli.errors import NotPermitted, Unavailable
from ticketcli.stores.lock import WriterLock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "tickets.db").touch(0o640)
    return tmp_path / "tickets.db.lock"


def lock(path: Path) -> WriterLock:
    return WriterLock(str(path), str(path.with_suffix("")))


def test_one_at_a_time(path: Path) -> None:
    first, second = lock(path), lock(path)
    first.acquire(0, "sweep")
    with pytest.raises(Unavailable):
        second.acquire(0, "create")
    first.release()
    second.acquire(0, "create")
    second.release()


@pytest.mark.parametrize("timeout", [-1, 0, 0.05])
def test_who_waits_too_long_is_told_who_holds_it(path: Path, timeout: float) -> None:
    first, second = lock(path), lock(path)
    first.acquire(0, "ticket sweep, run 4711")
    with pytest.raises(Unavailable, match=rf"process {os.getpid()} on .*: ticket sweep, run 4711$") as caught:
        second.acquire(timeout, "create")
    assert "--lock-timeout" in caught.value.hint
    first.release()


def test_who_waits_gets_it_when_it_is_free(path: Path) -> None:
    first, second = lock(path), lock(path)
    first.acquire(0, "sweep")
    freeing = threading.Timer(0.05, first.release)
    freeing.start()
    second.acquire(30, "create")
    freeing.join()
    assert f"{os.getpid()} on " in path.read_text() and path.read_text().endswith(": create\n")
    second.release()


def test_who_gave_up_waiting_does_not_get_it_later(path: Path) -> None:
    first, second, third = lock(path), lock(path), lock(path)
    first.acquire(0, "sweep")
    with pytest.raises(Unavailable):
        second.acquire(0.01, "create")
    first.release()
    third.acquire(30, "comment")
    assert path.read_text().endswith(": comment\n")
    third.release()


def test_a_long_name_of_a_holder_leaves_no_rest(path: Path) -> None:
    first = lock(path)
    for holder in ("a very long name of a run", "x"):
        first.acquire(0, holder)
        first.release()
    assert path.read_text().endswith(": x\n")
    assert path.read_text().count(":") == 1


def test_the_file_is_made_once_with_the_mode_of_the_store_and_stays(path: Path) -> None:
    before = os.umask(0o077)
    try:
        lock(path).acquire(0, "sweep")
    finally:
        os.umask(before)
    made = path.stat()
    first = lock(path)
    first.release()
    assert made.st_mode & 0o777 == 0o640
    assert path.stat().st_ino == made.st_ino


def test_a_program_started_meanwhile_has_not_got_the_file(path: Path) -> None:
    first = lock(path)
    first.acquire(0, "sweep")
    look = (
        "import os, sys\n"
        "for fd in range(3, 50):\n"
        "    try: print(os.path.samestat(os.fstat(fd), os.stat(sys.argv[1])))\n"
        "    except OSError: pass\n"
    )
    command = [sys.executable, "-c", look, str(path)]
    found = subprocess.run(command, close_fds=False, capture_output=True, text=True, check=True)
    assert "True" not in found.stdout
    first.release()


def test_a_forked_child_does_not_keep_it(path: Path) -> None:
    first, second = lock(path), lock(path)
    first.acquire(0, "sweep")
    assert first._file is not None
    copy = os.dup(first._file)
    first.release()
    second.acquire(0, "create")
    second.release()
    os.close(copy)


def test_a_link_in_its_place_is_not_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("text")
    path.symlink_to(tmp_path / "precious")
    with pytest.raises(NotPermitted, match=r"tickets\.db\.lock"):
        lock(path).acquire(0, "sweep")
    assert (tmp_path / "precious").read_text() == "text"
