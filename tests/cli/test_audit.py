"""`ticket audit` and `ticket redact`: what they print and answer, what they refuse, and how they end."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import Ticket
from ticketcli.rulebook.schema import load_schema


def fits(text: str, name: str) -> Any:
    value = json.loads(text)
    jsonschema.validate(value, {**load_schema("output"), "$ref": f"#/$defs/{name}"})
    return value


@pytest.fixture
def desk(ticket: Ticket, sandbox: Path) -> Path:
    ticket("create", "Printer on fire", "--requester", "lee@x.cn", "-q")
    ticket("comment", "1", "call 555 1234", "-q")
    return sandbox


def damage(desk: Path) -> None:
    with closing(sqlite3.connect(desk / "tickets.db", isolation_level=None)) as connection:
        connection.execute("UPDATE events SET doc = replace(doc, '555', '556') WHERE id = 3")


def test_a_sound_history_is_told_in_one_line(ticket: Ticket, desk: Path) -> None:
    assert ticket("audit", "verify") == (0, "as it was written: events 5, tickets 1\n", "")
    assert fits(ticket("audit", "verify", "--json").out, "verified")["flaws"] == []


def test_damage_is_named_and_ends_with_65(ticket: Ticket, desk: Path) -> None:
    damage(desk)
    code, out, err = ticket("audit", "verify")

    assert (code, out) == (65, "event 3: events: row 3 does not match its checksum\n")
    assert err.startswith("ticket: history is damaged: event 3") and err.count("\n") == 1
    code, out, _ = ticket("audit", "verify", "-o", "json")
    assert code == 65
    assert fits(out, "verified")["flaws"][0]["seq"] == 3


def test_a_seal_is_written_and_held_against_history(ticket: Ticket, desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "seal.json"
    sealed = fits(ticket("audit", "seal").out, "seal")
    code, out, err = ticket("audit", "seal", str(path))

    assert (code, out) == (0, "")
    assert "sealed at event 5" in err
    assert json.loads(path.read_text()) == sealed
    assert path.stat().st_mode & 0o777 == 0o600
    for word in (str(path), sealed["hash"]):
        assert ticket("audit", "verify", "--seal", word).code == 0
    assert "beside the store" in ticket("audit", "seal", str(desk / "seal.json")).err


def test_a_newer_seal_takes_the_place_of_an_older(ticket: Ticket, desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "seal.json"
    ticket("audit", "seal", str(path))
    ticket("comment", "1", "again", "-q")

    assert ticket("audit", "seal", str(path)).code == 0
    assert fits(path.read_text(), "seal")["seq"] == 6


@pytest.mark.parametrize("name", ["ticketcli.yaml", "tickets.db", "rules", "rules/people.yaml", "pipe"])
def test_a_seal_replaces_nothing_but_a_seal(ticket: Ticket, desk: Path, name: str) -> None:
    path = desk / name
    if name == "pipe":
        os.mkfifo(path)
    before = path.stat().st_ino, path.read_bytes() if path.is_file() else None

    code, out, err = ticket("audit", "seal", str(path))

    assert (code, out) == (6, "") and err.count("\n") == 1
    assert (path.stat().st_ino, path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize(("words", "told"), [(("backup", "b.json"), "b.json"), (("audit", "seal", "s"), "s")])
def test_a_read_only_folder_is_told_by_the_name_that_was_given(
    ticket: Ticket, desk: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    refused = OSError(errno.EROFS, "Read-only file system")
    opened, unlink = os.open, os.unlink

    def no_open(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_CREAT and f"/{told}." in str(path):
            raise refused
        return opened(path, flags, *rest, **more)

    def no_unlink(path: Any, *rest: Any, **more: Any) -> None:
        if f"/{told}." in str(path):
            raise refused
        unlink(path, *rest, **more)

    monkeypatch.setattr(os, "open", no_open)
    monkeypatch.setattr(os, "unlink", no_unlink)
    code, out, err = ticket(*words)

    assert (code, out) == (4, "") and f"{told}: cannot be written (Read-only file system)" in err


@pytest.mark.parametrize("name", ["no/seal.json", "ticketcli.yaml/seal.json"])
def test_a_seal_in_a_folder_that_is_not_there_is_refused(ticket: Ticket, desk: Path, name: str) -> None:
    code, out, err = ticket("audit", "seal", str(desk / name))
    assert (code, out) == (4, "") and "cannot be written" in err


@pytest.mark.parametrize(("content", "code"), [("{}", 5), ("x", 5), ('{"hash": 5}', 5), (None, 3)])
def test_what_is_no_seal_is_refused(ticket: Ticket, desk: Path, tmp_path: Path, content: str | None, code: int) -> None:
    if content is not None:
        (tmp_path / "seal.json").write_text(content)

    assert ticket("audit", "verify", "--seal", str(tmp_path / "seal.json")).code == code
    assert ticket("audit", "verify", "--seal", "0" * 64).code == 65


@pytest.fixture
def closed(ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket("create", "Printer on fire", "--requester", "lee@x.cn", "-q")
    ticket("sweep", "-q")
    ticket("resolve", "1", "-q")
    for day in ("03", "04", "05", "06"):
        monkeypatch.setenv("TICKETCLI_NOW", f"2026-03-{day}T09:30:00+08:00")
        ticket("sweep", "-q")


@pytest.mark.usefixtures("closed")
def test_a_sample_is_shown_in_every_form(ticket: Ticket) -> None:
    answer = fits(ticket("audit", "sample", "--seed", "s", "--json").out, "sample")

    assert answer["population"] == 1
    assert answer["sample"][0]["ticket"] == 1
    assert ticket("audit", "sample", "-o", "ids").out == "1\n"
    assert ticket("audit", "sample", "-o", "csv").out.startswith("ticket,closed_at,rule,")
    table, told = ticket("audit", "sample", "--n", "5")[1:]
    assert "SILENT SINCE" in table
    assert told.startswith("1 of 1 closes by rules, chosen by --seed ")


def test_a_rule_that_closed_nothing_is_not_found(ticket: Ticket, sandbox: Path) -> None:
    assert ticket("audit", "sample", "--rule", "nobody").code == 3
    assert ticket("audit", "sample").code == 0


def test_erasing_needs_a_yes_where_nobody_can_answer(ticket: Ticket, desk: Path) -> None:
    code, out, err = ticket("redact", "1", "--field", "comments")

    assert (code, out) == (4, "")
    assert "--yes" in err
    assert "555 1234" in ticket("log", "1").out


def test_erased_texts_are_gone_and_the_log_says_who_did_it(ticket: Ticket, desk: Path) -> None:
    code, out, err = ticket("redact", "1", "--field", "comments", "--field", "subject", "--yes")

    assert (code, out) == (0, "")
    assert err.startswith("#1 updated")
    log = ticket("log", "1").out
    assert "erased comments, subject" in log
    assert "555" not in log and "Printer" not in log
    assert [path.name for path in desk.iterdir() if path.is_file() and b"555 1234" in path.read_bytes()] == []
    assert ticket("audit", "verify").code == 0
    assert "would be updated" in ticket("redact", "1", "--field", "requester", "--dry-run").err
    fits(ticket("redact", "1", "--field", "requester", "--yes", "--json").out, "writes")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("1",), 2), (("1", "--field", "sbject"), 2), (("--field", "all"), 2), (("9", "--field", "all", "--yes"), 3)],
)
def test_erasing_what_is_not_there_is_refused(ticket: Ticket, desk: Path, words: tuple[str, ...], code: int) -> None:
    assert ticket("redact", *words).code == code
