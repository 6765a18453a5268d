"""`ticket sweep status`: what monitoring is told, and that `ticket sweep` still is a command of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.test_audit import fits
from tests.contracts.making import a_message
from ticketcli.stores import open_store

NOON = "2026-03-02T12:00:00+08:00"


def found(ticket: Ticket, *words: str) -> Any:
    return fits(ticket("sweep", "status", "--json", *words).out, "sweepStatus")


def test_before_the_first_sweep_there_is_none(ticket: Ticket, sandbox: Path) -> None:
    assert found(ticket)["swept_at"] is None
    assert "last sweep  never" in ticket("sweep", "status").out
    code, _, err = ticket("sweep", "status", "--exit-code", "-q")
    assert (code, err) == (8, "ticket: no sweep has run yet — ticket doctor says what to do\n")


def test_after_a_sweep_all_is_well_until_it_is_too_old(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket("create", "Printer on fire", "-q")
    ticket("sweep")
    assert ticket("sweep", "status", "--exit-code").code == 0
    assert found(ticket)["ok"] is True
    monkeypatch.setenv("TICKETCLI_NOW", NOON)

    assert ticket("sweep", "status").code == 0
    assert ticket("sweep", "status", "--exit-code").code == 8
    assert ticket("sweep", "status", "--exit-code", "--max-age", "4h").code == 0
    status = found(ticket)
    assert (status["ok"], status["swept_at"], status["due"]) == (False, "2026-03-02T01:00:00Z", 1)
    assert status["due_since"] == "2026-03-02T04:00:00Z"


def test_dead_letters_are_told(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "Printer on fire", "-q")
    ticket("sweep", "-q")
    store = open_store("sqlite:tickets.db", str(sandbox))
    with store.write(at=0, run="r") as transaction:
        for state in ("dead", "queued", "unaddressed", "unaddressed"):
            transaction.enqueue(a_message(1, state, state=state))
    store.close()

    status = found(ticket)
    assert (status["queued"], status["dead"], status["unaddressed"]) == (1, 1, 2)
    assert ticket("sweep", "status", "--exit-code").err.startswith("ticket: 1 dead letter")


@pytest.mark.parametrize(
    "words",
    [("sweep", "status"), ("-q", "sweep", "status"), ("sweep", "-q", "status"), ("sweep", "status", "-q")],
    ids=" ".join,
)
def test_status_is_reached_with_global_options_anywhere(ticket: Ticket, sandbox: Path, words: tuple[str, ...]) -> None:
    assert ticket(*words).out.startswith("last sweep")


@pytest.mark.parametrize("words", [("sweep",), ("--json", "sweep"), ("sweep", "--json", "--limit", "5")], ids=" ".join)
def test_sweep_still_sweeps(ticket: Ticket, sandbox: Path, words: tuple[str, ...]) -> None:
    code, out, _ = ticket(*words)

    assert code == 0
    assert not out or "examined" in json.loads(out)
    assert found(ticket)["swept_at"]


def test_a_word_that_sweep_does_not_know_is_refused(ticket: Ticket, sandbox: Path) -> None:
    code, _, err = ticket("sweep", "statsu")

    assert code == 2
    assert "statsu" in err
    assert ticket("sweep", "--help").out.startswith("Usage: ticket sweep [")
