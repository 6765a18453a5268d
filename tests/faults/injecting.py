"""Failing one system call of the real command, under strace."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.cli.sandbox import NOW
from tests.faults.desks import Ended, call

WRITING = (
    "write,pwrite64,writev,fsync,fdatasync,ftruncate,fallocate,fchmod,fchown,openat,rename,renameat,renameat2,"
    "link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
)
KINDS = {"SIGKILL": "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)")


class Point(NamedTuple):
    """The `nth` call of that name in a process; `line` is how the trace showed it."""

    name: str
    nth: int
    line: str


@functools.lru_cache(maxsize=1)
def can_trace() -> bool:
    """Whether strace is here and may follow a process and change what its calls answer."""
    if shutil.which("strace") is None:
        return False
    try:
        probe = ["strace", "-qq", "-o", "/dev/null", "-e", "inject=getcwd:error=EIO", "true"]
        return subprocess.run(probe, capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def points(desk: Path, args: Sequence[str], now: str = NOW) -> list[Point]:
    """The write-type calls on the desk's files, stdout and stderr, in order, of a command, which is carried out."""
    log = desk.parent / "trace.log"
    tracer = ["strace", "-f", "--seccomp-bpf", "-y", "-qq", "-s", "40", "-o", str(log), "-e", f"trace={WRITING}"]
    done = call(desk, args, now, before=tracer)
    assert done.code == 0, (args, done)
    return list(_points(log.read_text(errors="replace").splitlines(), str(desk)))


def _points(lines: Sequence[str], desk: str) -> Iterator[Point]:
    seen: dict[str, int] = {}
    for line in lines:
        found = _CALL.match(line)
        if found is None:
            continue
        name, rest = found.groups()
        seen[name] = seen.get(name, 0) + 1
        reads = name == "openat" and "O_RDWR" not in rest and "O_WRONLY" not in rest
        if not reads and (desk in rest or rest.startswith(("1<", "2<"))):
            yield Point(name, seen[name], rest[:80])


def injected(desk: Path, args: Sequence[str], point: Point, kind: str, now: str = NOW) -> Ended | None:
    """Runs the command with that call failing; None when it came out that no such call was made."""
    log = desk.parent / "inject.log"
    rule = f"inject={point.name}:{KINDS[kind]}:when={point.nth}"
    fast = [] if kind == "SIGKILL" else ["--seccomp-bpf"]  # with it, strace 6.1 sends no signal
    tracer = ["strace", "-f", *fast, "-qq", "-o", str(log), "-e", f"trace={point.name}", "-e", rule]
    done = call(desk, args, now, before=tracer)
    harmed = "(INJECTED)" in log.read_text(errors="replace") or done.code < 0
    return done if harmed else None
