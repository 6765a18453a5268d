"""Calls of `ticket` inside the test process."""

from __future__ import annotations

import io
import sys
from typing import NamedTuple, Protocol

import pytest

from ticketcli.cli.main import run


class Answer(NamedTuple):
    """How a call ended, and what it wrote."""

    code: int
    out: str
    err: str


class Ticket(Protocol):
    def __call__(self, *args: str, stdin: str = "") -> Answer: ...


@pytest.fixture
def ticket(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ticket:
    """`ticket("show", "12")` runs that call and answers its exit code, stdout and stderr."""

    def call(*args: str, stdin: str = "") -> Answer:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        code = run(list(args))
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call
