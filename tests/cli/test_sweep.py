"""`ticket sweep`: what it prints and answers, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import content
from ticketcli.stores import open_store

KEYS = ["run", "at", "examined", "actions", "sent", "failed", "deferred", "postponed", "next_wake_at"]
LATE = "2026-03-02T09:31:00+08:00"


@pytest.fixture
def urgent(ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An urgent ticket whose first answer is late by a minute, on a desk that is swept regularly."""
    ticket("create", "web1 is down", "-q")
    ticket("sweep", "-q")
    monkeypatch.setenv("TICKETCLI_NOW", LATE)
    return sandbox


def report(ticket: Ticket, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ticket("sweep", "--json", *words).out)
    return found


def test_an_idle_sweep_says_nothing(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "x", "-q")

    assert ticket("sweep") == ticket("sweep") == ticket("sweep", "-q") == (0, "", "")
    assert ticket("sweep", "--dry-run") == (0, "", "")
    assert ticket("sweep", "-v").err.splitlines()[-1] == "nothing is due, the next at 2026-03-02 12:00 (in 3h)"


def test_a_sweep_says_in_one_line_what_it_did(ticket: Ticket, urgent: Path) -> None:
    assert ticket("sweep") == (0, "", "swept 1 ticket: 1 breached, 1 labelled\n")
    assert ticket("sweep") == (0, "", "")


def test_with_v_it_tells_each_action_in_the_words_of_log(ticket: Ticket, urgent: Path) -> None:
    assert ticket("sweep", "-v").err.splitlines()[1:] == [
        "#1 rules first_response is late: it was due 2026-03-02 09:30; told bob (desk); told dee (desk)"
        "  (urgent, rules/sla.yaml:8)",
        "#1 rules added label sla-breached  (urgent, rules/sla.yaml:8)",
        "swept 1 ticket: 1 breached, 1 labelled",
    ]


def test_with_q_it_says_nothing(ticket: Ticket, urgent: Path) -> None:
    assert ticket("sweep", "-q") == (0, "", "")
    assert json.loads(ticket("show", "1", "--json").out)["labels"] == ["sla-breached"]


def test_its_json_has_the_keys_of_the_design(ticket: Ticket, urgent: Path) -> None:
    found = report(ticket)

    assert list(found) == KEYS
    assert (found["at"], found["examined"], found["sent"], found["failed"]) == ("2026-03-02T01:31:00Z", 1, 2, 0)
    assert [(one["ticket"], one["action"], one["rule"]) for one in found["actions"]] == [
        (1, "sla_breached", "urgent"), (1, "labelled", "urgent"),
    ]  # fmt: skip
    assert found["actions"][0]["target"] == "first_response"
    assert found["next_wake_at"] > found["at"]


def test_a_dry_run_prints_the_same_actions(ticket: Ticket, urgent: Path) -> None:
    before = content(urgent)
    told, rehearsed = ticket("sweep", "--dry-run").err, report(ticket, "--dry-run")
    assert content(urgent) == before
    done = report(ticket)

    assert told.splitlines()[-1] == "would sweep 1 ticket: 1 breached, 1 labelled"
    assert rehearsed["actions"] == done["actions"]


FORMATS = {"csv": "ticket,action,rule\n1,sla_breached,urgent\n1,labelled,urgent\n", "ids": "1\n"}


@pytest.mark.parametrize("output", FORMATS)
def test_the_other_forms(ticket: Ticket, urgent: Path, output: str) -> None:
    assert ticket("sweep", "-o", output).out == FORMATS[output]


def test_a_limit_leaves_the_rest_and_says_so(ticket: Ticket, urgent: Path) -> None:
    ticket("create", "web2 is down", "-q", "--now", "2026-03-02T09:00:30+08:00")
    code, out, err = ticket("sweep", "--limit", "1")

    assert (code, out) == (7, "")
    assert err.splitlines() == [
        "swept 1 ticket: 1 breached, 1 labelled, 1 deferred",
        "ticket: --limit left 1 ticket — the next sweep goes on",
    ]
    assert ticket("sweep") == (0, "", "swept 1 ticket: 1 breached, 1 labelled\n")


def test_a_second_sweep_at_the_same_time_leaves_it_to_the_first(ticket: Ticket, urgent: Path) -> None:
    before = content(urgent)
    with open_store("sqlite:tickets.db", str(urgent)).turn("sweep") as mine:
        assert mine
        assert ticket("sweep") == (0, "", "")
        assert ticket("sweep", "-v").err.splitlines()[-1] == "another sweep is running; this one leaves it the work"
        assert report(ticket, "--dry-run")["examined"] == 1
    assert content(urgent) == before
    assert report(ticket)["examined"] == 1


def test_a_close_that_waits_for_a_persons_word_says_so_until_it_is_given(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sandbox / "rules/autoclose.yaml").write_text(
        "autoclose: [{name: ask, when: {status: resolved}, after: 1d, remind: [], confirm: supervisor, "
        "close: {reason: handled}}]\n"
    )
    ticket("create", "x", "-q")
    ticket("resolve", "1", "-q")
    ticket("sweep", "-q")
    waits = "waits for a supervisor to confirm it: ticket confirm 1"
    assert waits not in ticket("show", "1").out
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-03T09:10:00+08:00")
    ticket("sweep", "-q")
    assert waits in ticket("show", "1").out
    assert ticket("confirm", "1", "--as", "dee").code == 0
    assert waits not in ticket("show", "1").out


def test_the_guard_holds_closes_back_until_they_are_allowed(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sandbox / "rules/autoclose.yaml").write_text(
        "autoclose: [{name: done, when: {status: resolved}, after: 1d, remind: [], close: {reason: handled}}]\n"
    )
    settings = sandbox / "ticketcli.yaml"
    settings.write_text(settings.read_text() + "guard: {max_closes: 2, max_share: 0%}\n")
    ticket("create", "--from", "-", "-q", stdin=json.dumps([{"subject": f"t{n}"} for n in range(12)]))
    ticket("resolve", *map(str, range(1, 13)), "-q")
    ticket("sweep", "-q")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-03T09:00:00+08:00")
    held = ticket("sweep")

    assert held == (
        7,
        "",
        "swept 12 tickets: 10 closed, 2 deferred\n"
        "ticket: guard.max_closes and guard.max_share held 2 tickets back — look at them with ticket sweep --dry-run, "
        "then ticket sweep --yes-close N, or raise guard.max_closes\n",
    )
    assert ticket("sweep", "--yes-close", "2") == (0, "", "swept 2 tickets: 2 closed\n")


def test_a_broken_rule_file_closes_nothing_and_is_told_once(
    ticket: Ticket, urgent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket("resolve", "1")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-03T06:00:00+08:00")
    ticket("sweep")
    (urgent / "rules/priority.yaml").write_text("priority: [{name: x, when: {categry: a}, set: high}]\n")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-03T10:00:00+08:00")
    code, out, err = ticket("sweep", "-q")

    assert (code, out) == (5, "")
    assert err == (
        "ticket: nothing was closed by rule: rules/priority.yaml:1:29: error: no fact 'categry' "
        "(did you mean category?) [unknown-fact] — see: ticket rules check\n"
    )
    assert json.loads(ticket("show", "1", "--json").out)["status"] == "resolved"
    assert json.loads(ticket("sweep", "--json").err)["error"]["code"] == "invalid-rules"
