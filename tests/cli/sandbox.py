"""Sandbox desks for tests, and what they hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ticketcli.config.making import make_desk
from ticketcli.config.places import account
from ticketcli.rulebook.cache import DirectoryRules

TOP = Path(__file__).resolve().parents[2]
"""What PYTHONPATH has to hold for a process of its own to find the package from any folder."""
NOW = "2026-03-02T09:00:00+08:00"
"""A Monday, when the default office opens."""


def make_sandbox(path: Path) -> Path:
    """A sandbox desk in Shanghai with the default rules, where whoever runs the tests is ann."""
    make_desk(str(path), zone="Asia/Shanghai", sandbox=True)
    people = path / "rules/people.yaml"
    people.write_text(people.read_text().replace("account: ann", f"account: {account()}"))
    DirectoryRules(str(path / "rules"), str(path / ".cache")).built()
    return path


def content(desk: Path) -> list[str]:
    """Every row of the desk's store, as SQL."""
    with closing(sqlite3.connect(desk / "tickets.db")) as connection:
        return list(connection.iterdump())
