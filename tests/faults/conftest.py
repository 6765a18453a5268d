"""What a machine cannot produce is said by name at the end, and fails the run unless `FAULTS=ci`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.desks import make_desk

_MISSING: list[str] = []

NotProduced = Callable[[str], None]


@pytest.fixture
def not_produced() -> NotProduced:
    """Notes a fault that could not be produced here."""
    return _MISSING.append


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk that nobody changes: tests work on copies."""
    return make_desk(tmp_path_factory.mktemp("made") / "desk")


@pytest.fixture(scope="session")
def made_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on one JSON file."""
    return make_desk(tmp_path_factory.mktemp("made") / "desk", "json")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for fault in _MISSING:
        terminalreporter.write_line(f"not produced on this machine: {fault}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _MISSING and session.exitstatus == 0 and os.environ.get("FAULTS") != "ci":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
