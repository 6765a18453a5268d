"""`ticket doctor`: what it prints and answers, what it asks, and how it ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from tests.cli.test_audit import damage, fits

LATER = "2026-03-02T09:05:00+08:00"


@pytest.fixture
def desk(ticket: Ticket, sandbox: Path) -> Path:
    ticket("create", "Printer on fire", "--requester", "lee@x.cn", "-q")
    ticket("comment", "1", "call 555 1234", "-q")
    ticket("sweep", "-q")
    return sandbox


def test_a_sound_desk_is_told_in_three_words(ticket: Ticket, desk: Path) -> None:
    assert ticket("doctor") == (0, "all is well\n", "")
    assert fits(ticket("doctor", "--json").out, "doctor") == {"ok": True, "findings": []}


def test_damage_ends_with_65_and_says_what_to_do(ticket: Ticket, desk: Path) -> None:
    damage(desk)
    code, out, err = ticket("doctor")

    assert code == 65
    assert out.startswith("damage   store: events: row 3 does not match its checksum\n         restore a backup")
    assert err.startswith("ticket: store: events: row 3") and err.count("\n") == 1
    code, out, _ = ticket("doctor", "-o", "json")
    assert code == 65
    assert fits(out, "doctor")["ok"] is False
    assert ticket("doctor", "--rebuild", "--yes").code == 65


def test_a_store_that_is_gone_is_a_finding(ticket: Ticket, desk: Path) -> None:
    (desk / "tickets.db").unlink()
    code, out, _ = ticket("doctor")

    assert code == 65
    assert "there is no store here" in out


def test_a_clock_that_was_set_back_is_no_damage(ticket: Ticket, desk: Path) -> None:
    ticket("create", "it is down", "--label", "production", "--requester", "eve@x.cn", "-q")
    ticket("sweep", "-q", "--now", "2026-03-02T09:31:00+08:00")

    assert ticket("doctor", "--now", LATER) == (0, "all is well\n", "")


def test_broken_rules_end_with_5(ticket: Ticket, desk: Path) -> None:
    (desk / "rules/sla.yaml").write_text("sla: 5\n")
    code, out, _ = ticket("doctor")

    assert code == 5
    assert "ticket rules check" in out


def test_anything_else_ends_with_7(ticket: Ticket, desk: Path) -> None:
    (desk / "tickets.db").chmod(0o644)
    code, out, _ = ticket("doctor")

    assert code == 7
    assert f"chmod 600 {desk}/tickets.db" in out


def test_rebuilding_needs_a_yes(ticket: Ticket, desk: Path) -> None:
    with closing(sqlite3.connect(desk / "tickets.db", isolation_level=None)) as connection:
        connection.execute("UPDATE tickets SET doc = replace(doc, 'Printer', 'Plotter')")
    assert ticket("doctor").code == 65
    code, _, err = ticket("doctor", "--rebuild")
    assert code == 4
    assert "--yes" in err

    code, out, err = ticket("doctor", "--rebuild", "--yes")

    assert (code, out, err) == (0, "all is well\n", "rebuilt 1 ticket: #1\n")
    assert "Printer on fire" in ticket("show", "1").out
    assert ticket("doctor", "--rebuild", "--yes").err == "the index is made anew; no ticket was wrong\n"
    assert ticket("audit", "verify").code == 0


def test_a_clock_is_accepted(ticket: Ticket, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not behind" in ticket("doctor", "--accept-clock").err
    monkeypatch.setenv("TICKETCLI_NOW", "2027-03-02T09:00:00+08:00")
    ticket("create", "from the future", "-q")
    monkeypatch.setenv("TICKETCLI_NOW", LATER)
    code, out, _ = ticket("doctor")
    assert code == 7
    assert "--accept-clock" in out

    assert ticket("doctor", "--accept-clock").out == "all is well\n"


def test_a_desk_that_is_no_sandbox_is_only_looked_at_with_another_time(ticket: Ticket, desk: Path) -> None:
    settings = desk / "ticketcli.yaml"
    settings.write_text(settings.read_text().replace("sandbox: true", "sandbox: false"))

    assert ticket("doctor").code == 0
    assert ticket("doctor", "--accept-clock").code == 4
