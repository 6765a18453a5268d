"""Calls of `ticket` inside this process: as good as in one of their own where nothing is to break, and much faster."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest.mock import patch

from ticketcli.cli.main import run


def called(
    words: Sequence[str], environment: Mapping[str, str], *, given: str = "", joined: bool = False
) -> CompletedProcess[str]:
    """The call with that environment and standard input; `joined` writes stderr to stdout."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    stdin = io.TextIOWrapper(io.BytesIO(given.encode()))
    surroundings = patch.dict(os.environ, environment, clear=True), patch.object(sys, "stdin", stdin)
    with surroundings[0], surroundings[1], redirect_stdout(out), redirect_stderr(out if joined else err):
        code = run(list(words))
    texts = (stream.buffer.getvalue().decode() for stream in (out, err))
    return CompletedProcess(words, code, *texts)


def in_place_of_processes(command: Sequence[str], *, input: str, env: Mapping[str, str], **how: object) -> object:
    """`subprocess.run` for scripts that run the command and nothing else."""
    return called(command[3:], env, given=input)
