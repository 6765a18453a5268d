"""Several processes on one desk at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.cli.conftest import Ticket
from tests.cli.sandbox import TOP


def at_once(scripts: Sequence[str]) -> list[tuple[int, str, str]]:
    """Exit code, stdout and stderr of shell scripts that run together; `t` is the command."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    began = [
        subprocess.Popen(
            ["sh", "-c", f't() {{ "$0" -m ticketcli "$@"; }}; {script}', sys.executable],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        )
        for script in scripts
    ]  # fmt: skip
    ended = [process.communicate(timeout=120) for process in began]
    return [(process.returncode, out, err) for process, (out, err) in zip(began, ended, strict=True)]


def test_eight_processes_creating_two_each_get_sixteen_numbers(ticket: Ticket, sandbox: Path) -> None:
    script = "for n in 1 2; do t create -q --lock-timeout 60s job$n || exit $?; done"
    answers = at_once([script] * 8)
    numbers = [int(line) for _, out, _ in answers for line in out.split()]

    assert [code for code, _, _ in answers] == [0] * 8, answers
    assert sorted(numbers) == list(range(1, 17))
    events = [json.loads(line) for line in ticket("log", *map(str, range(1, 17)), "-o", "jsonl").out.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert all(after["prev"] == before["hash"] for before, after in zip(events, events[1:], strict=False))
    assert {one["ticket"] for one in events} == set(range(1, 17))


def test_of_two_who_take_a_ticket_one_gets_it(ticket: Ticket, sandbox: Path) -> None:
    for number in range(1, 4):
        ticket("create", "x", "-q")
        answers = at_once([f"t take {number} --as {name} --lock-timeout 60s" for name in ("cai", "dee")])
        winner = json.loads(ticket("show", str(number), "--json").out)["assignee"]

        assert sorted(code for code, _, _ in answers) == [0, 6], answers
        assert winner == ("cai" if answers[0][0] == 0 else "dee")


def test_twenty_sweeps_at_once_do_every_action_once(ticket: Ticket, sandbox: Path) -> None:
    for number in range(1, 13):
        ticket("create", f"ticket {number}", "-q", "--requester", "a@x.cn")
    ticket("resolve", *map(str, range(1, 7)), "-q")
    answers = at_once(["t sweep --json --lock-timeout 60s --now 2026-03-03T10:00:00+08:00"] * 20)
    done = [action for _, out, _ in answers if out for action in json.loads(out)["actions"]]
    events = [json.loads(line) for line in ticket("log", *map(str, range(1, 13)), "-o", "jsonl").out.splitlines()]

    assert [code for code, _, _ in answers] == [0] * 20, answers
    assert sorted((one["ticket"], one["action"]) for one in done if one["action"] == "reminded") == [
        (number, "reminded") for number in range(1, 7)
    ]
    told = [(one["ticket"], one["kind"], str(one["data"].get("target"))) for one in events if one["class"] == "rule"]
    swept = [one for one in told if one[1] in ("reminded", "sla_breached", "labelled")]
    assert sorted(swept) == sorted(set(swept)) and len(swept) > 12


def test_a_person_a_job_and_a_sweep_share_a_desk(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "x", "-q")
    answers = at_once([
        "for n in 1 2 3; do t comment 1 hi -q --lock-timeout 60s || exit $?; done",
        "for n in 1 2 3; do t create red --dedup-key k -q --lock-timeout 60s || exit $?; done",
        "for n in 1 2 3; do t sweep -q --lock-timeout 60s || exit $?; done",
        "for n in 1 2 3; do t list -o ids >/dev/null || exit $?; done",
    ])  # fmt: skip

    assert [code for code, _, _ in answers] == [0] * 4, answers
    assert answers[1][1] == "2\n2\n2\n"
    assert json.loads(ticket("show", "1", "--json").out)["comment_count"] == 3
    assert json.loads(ticket("show", "2", "--json").out)["occurrences"] == 3
