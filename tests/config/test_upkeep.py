"""Modes that are too open or too narrow, and what killed calls left behind."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from ticketcli.config.making import Access, make_desk
from ticketcli.config.upkeep import examine_files


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return Path(make_desk(str(tmp_path / "desk")))


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return Path(make_desk(str(tmp_path / "desk"), access=Access(0o2770, 0o660, os.getgid())))


def test_new_desks_are_as_they_should_be(private: Path) -> None:
    assert examine_files(str(private)) == []


def test_new_shared_desks_too(shared: Path) -> None:
    assert examine_files(str(shared)) == []


def test_what_is_to_be_typed_is_safe_to_type(tmp_path: Path) -> None:
    desk = Path(make_desk(str(tmp_path / "my $(id) desk")))
    (desk / ".making-4194305").mkdir()
    (desk / "tickets.db").chmod(0o644)

    typed = [shlex.split(finding.todo) for finding in examine_files(str(desk))]
    assert typed == [["chmod", "600", f"{desk}/tickets.db"], ["rm", "-r", f"{desk}/.making-4194305"]]


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    ("change", "todo"),
    [
        pytest.param(lambda desk: desk.chmod(0o755), "chmod 700 {}", id="folder"),
        pytest.param(lambda desk: (desk / "tickets.db-wal").chmod(0o640), "chmod 600 {}/tickets.db-wal", id="log"),
        pytest.param(lambda desk: (desk / "ticketcli.yaml").chmod(0o604), "chmod 600 {}/ticketcli.yaml", id="settings"),
        pytest.param(
            lambda desk: (desk / ".cache/x.json.4194305").touch(0o600),
            "rm -r {}/.cache/x.json.4194305",
            id="cache draft",
        ),
        pytest.param(
            lambda desk: (desk / "tickets.db.4194305.new").touch(0o600),
            "rm -r {}/tickets.db.4194305.new",
            id="store draft",
        ),
        pytest.param(lambda desk: (desk / ".making-4194305").mkdir(), "rm -r {}/.making-4194305", id="desk draft"),
    ],
)
def test_of_a_private_desk(private: Path, change: Change, todo: str) -> None:
    change(private)
    findings = examine_files(str(private))

    assert [(finding.level, finding.todo) for finding in findings] == [("warning", todo.format(private))]


@pytest.mark.parametrize(
    ("change", "todo"),
    [
        pytest.param(lambda desk: desk.chmod(0o2775), "chmod 2770 {}", id="folder"),
        pytest.param(lambda desk: (desk / "tickets.db").chmod(0o664), "chmod 660 {}/tickets.db", id="too open"),
        pytest.param(lambda desk: (desk / "tickets.db").chmod(0o600), "chmod 660 {}/tickets.db", id="too narrow"),
    ],
)
def test_of_a_shared_desk(shared: Path, change: Change, todo: str) -> None:
    change(shared)
    findings = examine_files(str(shared))

    assert [(finding.level, finding.todo) for finding in findings] == [("warning", todo.format(shared))]


def test_a_draft_of_a_call_that_runs_is_left_alone(private: Path) -> None:
    (private / f"tickets.db.{os.getpid()}.new").touch(0o600)

    assert examine_files(str(private)) == []


def test_drafts_that_go_while_the_folder_is_looked_at_are_no_findings(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: [*names(folder), "tickets.json.4194305.new"])

    assert examine_files(str(private)) == []


def test_a_folder_that_may_not_be_listed_is_passed_over(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(folder: str) -> list[str]:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "listdir", refused)

    assert examine_files(str(private)) == []


def test_a_file_in_the_place_of_the_cache_is_passed_over(private: Path) -> None:
    (private / ".cache").rename(private.parent / "away")
    (private / ".cache").touch(0o600)

    assert examine_files(str(private)) == []
