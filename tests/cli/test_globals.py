"""Every global option and variable changes something that can be seen, before the verb and behind it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import content
from ticketcli.config.places import account

LATER = "2026-03-02T11:00:00+08:00"
BROKEN = "priority: [{name: x, when: {categry: a}, set: high}]\n"


@pytest.fixture
def one(ticket: Ticket, sandbox: Path) -> Path:
    """A desk with a ticket."""
    assert ticket("create", "disk full", "-q").out == "1\n"
    return sandbox


def shown(ticket: Ticket, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ticket("show", "1", "--json", *options).out)
    return found


def last(ticket: Ticket) -> dict[str, Any]:
    """The ticket's last event that no rule wrote."""
    events = json.loads(ticket("log", "1", "--json").out)
    found: dict[str, Any] = [event for event in events if event["class"] != "rule"][-1]
    return found


@pytest.mark.parametrize("place", ["before", "behind"])
def test_desk_names_another_desk(ticket: Ticket, one: Path, tmp_path: Path, place: str) -> None:
    shutil.copytree(one, tmp_path / "other")
    option = ("--desk", str(tmp_path / "other"))
    ticket(*option, "close", "1", "-q") if place == "before" else ticket("close", "1", "-q", *option)

    assert shown(ticket, *option)["status"] == "closed"
    assert shown(ticket)["status"] == "new"


def test_the_option_beats_the_variable_and_the_variable_the_working_directory(
    ticket: Ticket, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "other"
    shutil.copytree(one, inner)
    ticket("--desk", str(inner), "close", "1", "-q")
    monkeypatch.chdir(inner / "rules")

    assert shown(ticket)["status"] == "new"
    monkeypatch.delenv("TICKETCLI_DESK")
    assert shown(ticket)["status"] == "closed"
    assert shown(ticket, "--desk", str(one))["status"] == "new"


def test_output_and_its_variable(ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ticket("-o", "ids", "show", "1").out == ticket("show", "1", "-oids").out == "1\n"
    monkeypatch.setenv("TICKETCLI_OUTPUT", "ids")
    assert ticket("show", "1").out == "1\n"
    assert ticket("show", "1", "--json").out.startswith('{"id": 1')


def test_quiet_leaves_errors_only(ticket: Ticket, one: Path) -> None:
    assert ticket("-q", "start", "1") == (0, "", "")
    assert ticket("list", "status:closed", "-q") == (0, "", "")
    assert ticket("-q", "start", "9").err.startswith("ticket: no ticket #9")


def test_verbose_says_which_desk_and_what_happened(ticket: Ticket, one: Path) -> None:
    code, out, err = ticket("take", "1", "-v")

    assert (code, out) == (0, "")
    assert err.splitlines() == [
        f"desk {one} (named by TICKETCLI_DESK)",
        "#1 updated: open, normal, servicedesk / ann",
        "  ann took it (was bob)",
        "  ann moved it from new to open",
    ]
    assert ticket("list", "-v").err == f"desk {one} (named by TICKETCLI_DESK)\n"


@pytest.mark.parametrize("by", ["option", "variable"])
def test_as_acts_for_a_person_and_keeps_both(
    ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    if by == "variable":
        monkeypatch.setenv("TICKETCLI_AS", "bob")
    ticket("take", "1", *(["--as", "bob"] if by == "option" else []))

    assert shown(ticket)["assignee"] == "bob"
    assert (last(ticket)["actor"], last(ticket)["acting"]) == ("bob", account())


@pytest.mark.parametrize("by", ["option", "variable"])
def test_class_says_what_the_actor_is(ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    if by == "variable":
        monkeypatch.setenv("TICKETCLI_CLASS", "requester")
    ticket("comment", "1", "hello", *(["--class", "requester"] if by == "option" else []))

    assert last(ticket)["class"] == "requester"
    assert shown(ticket)["last_requester_at"] is not None


def test_without_a_class_ci_is_a_bot(ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket("comment", "1", "hello")
    assert last(ticket)["class"] == "agent"
    monkeypatch.setenv("CI", "1")
    ticket("comment", "1", "hello")
    assert last(ticket)["class"] == "bot"
    ticket("comment", "1", "hello", "--class", "agent")
    assert last(ticket)["class"] == "agent"


REHEARSED = [
    "create x", "comment 1 hi", "assign 1 cai", "take 1", "set 1 priority=high", "label 1 a", "move 1 open", "start 1",
    "wait 1", "resolve 1", "close 1", "reopen 1", "extend 1", "hold 1", "unhold 1", "route 1", "sweep",
]  # fmt: skip


@pytest.mark.parametrize("call", REHEARSED)
def test_a_dry_run_leaves_every_row_as_it_was(ticket: Ticket, one: Path, call: str) -> None:
    before = content(one)
    code, out, err = ticket(*call.split(), "--dry-run", "--now", "2026-03-20T09:00:00+08:00")

    assert (code, out) == (0, "")
    assert "would" in err or "unchanged" in err
    assert content(one) == before


def test_a_dry_run_prints_what_would_happen_and_no_number(ticket: Ticket, sandbox: Path) -> None:
    code, out, err = ticket("create", "web1 is down", "--dry-run")

    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "#1 would be created: new, urgent, servicedesk / bob",
        "  ann opened it: web1 is down",
        "  rules set the priority to urgent (was normal)  (outage, rules/priority.yaml:6)",
        "  rules routed it to servicedesk, assigned to bob (first in turn)  (everything-else, rules/routing.yaml:19)",
        "  rules assignment was met after 0s  (urgent, rules/sla.yaml:8)",
    ]


def test_a_version_that_has_passed_is_a_conflict(ticket: Ticket, one: Path) -> None:
    old = shown(ticket)["version"]
    ticket("comment", "1", "meanwhile")
    new, before = shown(ticket)["version"], content(one)

    assert ticket("close", "1", "--if-version", str(old)) == (
        6, "", f"ticket: #1 is at version {new}, not {old} — somebody changed it meanwhile: ticket show 1\n",
    )  # fmt: skip
    assert content(one) == before
    assert ticket("close", "1", "--if-version", str(new)).code == 0


@contextmanager
def locked(desk: Path) -> Iterator[None]:
    """Somebody else writes, and takes his time."""
    (path,) = [path for path in desk.iterdir() if path.name.endswith(".lock")]
    with open(path, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("by", ["option", "variable"])
def test_lock_timeout_is_how_long_a_write_waits(
    ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setenv("TICKETCLI_LOCK_TIMEOUT", "10s" if by == "option" else "0s")
    with locked(one):
        code, out, err = ticket("close", "1", *(["--lock-timeout", "0s"] if by == "option" else []))
        assert ticket("show", "1").code == 0

    assert (code, out) == (75, "")
    assert err.count("\n") == 1
    assert shown(ticket)["status"] == "new"


def test_now_is_the_time_of_reads_and_of_writes_on_a_sandbox(ticket: Ticket, one: Path) -> None:
    assert "2026-03-02 09:00 CST (2h ago)" in ticket("show", "1", "--now", LATER).out
    ticket("--now", LATER, "start", "1")
    assert shown(ticket, "--now", LATER)["status_since"] == "2026-03-02T03:00:00Z"


def test_now_is_refused_for_writes_elsewhere(ticket: Ticket, one: Path) -> None:
    settings = one / "ticketcli.yaml"
    settings.write_text(settings.read_text().replace("sandbox: true", "sandbox: false"))
    before = content(one)

    assert ticket("close", "1") == (
        4,
        "",
        "ticket: --now is for reads, dry runs and sandbox desks — leave --now and TICKETCLI_NOW out, add --dry-run, "
        "or use a desk made with ticket init --sandbox\n",
    )
    assert ticket("close", "1", "--dry-run").code == ticket("show", "1").code == 0
    assert content(one) == before


def test_without_now_the_clock_of_the_machine_counts(
    ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TICKETCLI_NOW")
    ticket("comment", "1", "hi")

    assert shown(ticket)["updated_at"] > "2026-03-02T01:00:00Z"


STRICT = [
    "create x", "comment 1 hi", "close 1", "take 1 --dry-run", "resolve --dedup-key k --if-exists", "show 1", "list",
    "rules list", "--strict-rules show 1",
]  # fmt: skip


@pytest.mark.parametrize("call", STRICT)
def test_strict_rules_refuses_to_go_on_by_the_last_good_ones(ticket: Ticket, one: Path, call: str) -> None:
    (one / "rules/priority.yaml").write_text(BROKEN)
    before = content(one)
    words = [word for word in call.split() if word != "--strict-rules"]
    code, out, err = ticket("--strict-rules", *words)

    assert (code, out) == (5, "")
    assert err.startswith("ticket: rules/priority.yaml:1:29: ") and err.endswith(" — see: ticket rules check\n")
    assert err.count("\n") == 1
    assert content(one) == before
    assert ticket(*words).code == 0


def test_trust_names_a_desk_of_somebody_else(ticket: Ticket, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, stranger = os.stat, os.getuid() + 4321

    def of_a_stranger(path: Any, *args: Any, **options: Any) -> Any:
        found = real(path, *args, **options)
        if isinstance(path, (str, Path)) and str(path).startswith(str(one)):
            return os.stat_result([*found[:4], stranger, found[5], *found[6:]])
        return found

    monkeypatch.setattr(os, "stat", of_a_stranger)
    assert ticket("show", "1").code == 4
    monkeypatch.setenv("TICKETCLI_TRUST", str(one))
    assert ticket("show", "1").code == 0
