"""Figures are told as they are found; what a machine cannot produce is said by name, and fails unless `FAULTS=ci`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.desks import make_desk, make_sending_desk

_MISSING: list[str] = []

Tell = Callable[[str], None]


@pytest.fixture
def not_produced(record_property: Callable[[str, object], None]) -> Tell:
    """Notes a fault that could not be produced here."""
    return lambda fault: record_property("not produced", fault)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Tell:
    """Tells what was found; beside other tests that run at the same time, too."""
    return lambda text: record_property("figure", text)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk that nobody changes: tests work on copies."""
    return make_desk(tmp_path_factory.mktemp("made") / "desk")


@pytest.fixture(scope="session")
def made_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on one JSON file."""
    return make_desk(tmp_path_factory.mktemp("made") / "desk", "json")


@pytest.fixture(scope="session")
def made_sending(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a channel, and messages that wait for it."""
    return make_sending_desk(tmp_path_factory.mktemp("made") / "desk")


@pytest.fixture(scope="session")
def made_sending_json(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on one JSON file."""
    return make_sending_desk(tmp_path_factory.mktemp("made") / "desk", "json")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call" or "PYTEST_XDIST_WORKER" in os.environ:
        return
    for name, text in report.user_properties:
        if name == "figure":
            print(f"\n{text}", end="", flush=True)
        elif name == "not produced":
            _MISSING.append(str(text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line("")
    for fault in _MISSING:
        terminalreporter.write_line(f"not produced on this machine: {fault}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _MISSING and session.exitstatus == 0 and os.environ.get("FAULTS") != "ci":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
