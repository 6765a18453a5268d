"""`--edit`: a text written in the person's own editor, and never lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from ticketcli.cli import editing
from ticketcli.services import changing


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the person types: put the text into this file; what the editor was given stands beside it."""
    typed = tmp_path / "typed"
    program = tmp_path / "editor"
    program.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/given\ncp {typed} "$1"\n')
    program.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(program))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(editing, "somebody_answers", lambda: True)
    return typed


def test_the_first_line_is_the_subject_the_rest_the_description(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    editor.write_text("Disk full\n\n/var on db3\nsince noon\n" + editing._LINE + "\n# advice\n")
    assert ticket("create", "--edit", "--category", "server").out == "1\n"
    shown = json.loads(ticket("show", "1", "--json").out)
    assert (shown["subject"], shown["description"]) == ("Disk full", "/var on db3\nsince noon")
    assert shown["category"] == "server"


def test_the_editor_begins_with_what_the_call_says(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    editor.write_text("x")
    ticket("create", "Disk full", "--body", "on db3", "--edit")
    assert (editor.parent / "given").read_text().startswith("Disk full\n\non db3\n\n")


def test_an_empty_text_opens_nothing(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    editor.write_text("\n  \n" + editing._LINE + "\n# advice\n")
    answer = ticket("create", "--edit")
    assert (answer.code, answer.out) == (2, "")
    assert "nothing was written" in answer.err


@pytest.mark.parametrize("program", ["no-such-editor", "false"])
def test_an_editor_that_fails_is_no_bug(ticket: Ticket, sandbox: Path, editor: Path, program: str,
                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("EDITOR", program)
    answer = ticket("create", "x", "--edit")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"ticket: no text from the editor: {program}: ")
    assert answer.err.endswith("so nothing was done — set VISUAL or EDITOR to an editor that works, or use -F\n")


def test_what_is_no_utf_8_is_refused_and_kept(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    editor.write_bytes("Drucker brennt: größer\n".encode("latin-1"))
    answer = ticket("create", "--edit")
    kept = re.search(r"it is kept in (\S+)", answer.err)
    assert answer.code == 2 and kept and "not UTF-8" in answer.err
    assert Path(kept[1]).read_bytes() == editor.read_bytes()
    Path(kept[1]).unlink()


def test_a_text_that_is_refused_is_kept(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    editor.write_text("Disk full\n\nlong words\n")
    answer = ticket("create", "--edit", "--team", "nobody")
    kept = re.search(r"your text is kept in (\S+)", answer.err)
    assert answer.code == 3 and kept
    assert Path(kept[1]).read_text() == "Disk full\n\nlong words"
    Path(kept[1]).unlink()


def test_a_text_is_kept_when_the_call_is_interrupted(
    ticket: Ticket, sandbox: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(changing, "create", interrupted)
    editor.write_text("Disk full\n")
    answer = ticket("create", "--edit")
    kept = re.search(r"ticket: your text is kept in (\S+)\nticket: interrupted\n", answer.err)
    assert answer.code == 130 and kept
    assert Path(kept[1]).read_text() == "Disk full"
    Path(kept[1]).unlink()


def test_a_comment_is_written_in_the_editor(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    ticket("create", "x", "-q")
    editor.write_text("please try again\n")
    assert ticket("comment", "1", "--edit").code == 0
    assert "please try again" in ticket("log", "1").out


def test_the_editor_begins_with_the_file_that_is_named(ticket: Ticket, sandbox: Path, editor: Path) -> None:
    ticket("create", "x", "-q")
    (sandbox / "note").write_text("from the file")
    editor.write_text("edited\n")
    assert ticket("comment", "1", "--edit", "-F", str(sandbox / "note")).code == 0
    assert (editor.parent / "given").read_text().startswith("from the file\n\n")
    assert ticket("comment", "1", "said", "--edit", "-F", str(sandbox / "note")).code == 2


def test_without_a_terminal_nobody_is_asked_to_edit(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("create", "--edit")
    assert answer.code == 2
    assert "--edit needs a terminal" in answer.err


def test_list_ends_with_8_when_a_ticket_matches(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "x", "-q")
    assert ticket("list", "--exit-code").code == 8
    assert ticket("list", "priority:urgent", "--exit-code").code == 0
