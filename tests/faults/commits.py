"""The states that the commits of a call leave one after the other, found by a call inside this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.calls import Case
from tests.faults.desks import copied, inside
from ticketcli.channels.file import FileChannel
from ticketcli.errors import Undelivered
from ticketcli.stores.jsonfile_rows import JsonWork
from ticketcli.stores.sqlite_rows import SqliteWork

MOST_MESSAGES = 5


def states_between(made: Path, desk: Path, case: Case) -> frozenset[str]:
    """Every state that a call of many commits may leave when one thing fails: undisturbed, and one message failing."""
    found: set[str] = set()
    for failing in range(MOST_MESSAGES + 1):
        copied(made, desk)
        found.update(_run(desk, case, failing))
    return frozenset(found)


def _run(desk: Path, case: Case, failing: int) -> list[str]:
    """The states after each commit; the channel refuses the message of that number (0: none)."""
    states: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for work in (SqliteWork, JsonWork):
            patch.setattr(work, "commit", _telling(work.commit, lambda: states.append(case.state(desk))))
        patch.setattr(FileChannel, "send", _failing(failing))
        inside(desk, case.args(desk), case.now)
    return states


def _telling(commit: Callable[..., None], tell: Callable[[], None]) -> Callable[..., None]:
    def committing(*args: Any) -> None:
        commit(*args)
        tell()

    return committing


def _failing(failing: int) -> Callable[..., None]:
    sent, send = [0], FileChannel.send

    def sending(self: FileChannel, message: Any) -> None:
        sent[0] += 1
        if sent[0] == failing:
            raise Undelivered("refused", "")
        send(self, message)

    return sending
