"""Calls of `ticket` inside the test process, on a sandbox desk of their own."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from tests.cli.sandbox import NOW, make_sandbox
from ticketcli.cli.main import run

CALENDARS = """\
calendars:
  office:
    timezone: Asia/Shanghai
    hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}
    holidays: [2026-10-01..2026-10-07, "*-12-25", 2025-10-01]
    workdays: [2026-10-10]
    breaks: {2026-03-05: ["15:00-16:00"]}
  berlin: {timezone: Europe/Berlin, hours: {daily: ["00:00-24:00"]}}
  night: {timezone: Europe/Berlin, hours: {mon-fri: ["22:00-06:00"]}, dates: {"*-12-24": ["22:00-24:00"]}}
  once: {dates: {2026-12-24: ["09:00-12:00"]}}
"""


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
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        capsys.readouterr()
        code = run(list(args))
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


@pytest.fixture(scope="session")
def sandbox_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sandbox(tmp_path_factory.mktemp("template") / "desk")


@pytest.fixture
def sandbox(sandbox_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty sandbox desk with the default rules, on which every call works at `NOW`, a Monday at nine."""
    desk = tmp_path / "desk"
    shutil.copytree(sandbox_template, desk)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TICKETCLI_DESK", str(desk))
    monkeypatch.setenv("TICKETCLI_NOW", NOW)
    return desk


@pytest.fixture
def calendar_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of calendars in a folder where no desk is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-02T09:00:00+08:00")
    (tmp_path / "c.yaml").write_text(CALENDARS)
    return "c.yaml"
