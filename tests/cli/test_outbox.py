"""`ticket outbox`, `ticket notify test`, and senders that are killed in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.channels.receivers import HttpReceiver
from tests.cli.conftest import Ticket
from tests.cli.sandbox import TOP
from tests.cli.test_output_schemas import validator

LATER = "2026-03-02T11:00:00+08:00"
AFTER_THE_LEASE = "2026-03-02T11:30:00+08:00"


def channels(desk: Path, text: str) -> None:
    (desk / "rules/channels.yaml").write_text(f"channels:\n  out: {text}\n")
    (desk / "rules/escalation.yaml").write_text(
        "escalation: [{name: tell, when: {age: {over: 1h}}, then: [{notify: [ann, bob]}]}]\n"
    )


def hook(desk: Path, http: HttpReceiver) -> None:
    channels(desk, f'{{type: webhook, url: "{http.url}", timeout: 2s}}')


@pytest.fixture
def waiting(ticket: Ticket, sandbox: Path) -> Path:
    """A desk with two messages that a sweep could not deliver."""
    channels(sandbox, "{type: file, path: nowhere/out.jsonl}")
    ticket("create", "磁盘满 \x1b[2J", "--priority", "low")
    assert "2 failed to deliver" in ticket("sweep", "--now", LATER).err
    return sandbox


def test_list_shows_what_has_not_reached_anybody(ticket: Ticket, waiting: Path) -> None:
    code, out, _ = ticket("outbox", "list")

    assert code == 0
    assert [line.split()[:6] for line in out.splitlines()[2:]] == [
        ["1", "#1", "queued", "ann", "out", "1"],
        ["2", "#1", "queued", "bob", "out", "1"],
    ]
    assert "no such file or directory" in out
    assert ticket("outbox", "list", "--state", "dead").out == ""
    assert ticket("outbox", "list", "--ticket", "2", "-o", "ids").out == ""
    assert ticket("outbox", "list", "--ticket", "#1", "-o", "ids").out == "1\n2\n"


@pytest.mark.parametrize("call", ["outbox list", "outbox list --state all", "outbox show 1 2", "outbox retry 1"])
def test_answers_are_what_their_schema_says(ticket: Ticket, waiting: Path, call: str) -> None:
    out = ticket(*call.split(), "--json").out

    validator("messages").validate(json.loads(out))
    assert json.loads(out)


def test_show_shows_a_message_whole_and_nothing_in_it_acts(ticket: Ticket, waiting: Path) -> None:
    code, out, _ = ticket("outbox", "show", "1")

    assert code == 0
    assert "to:           ann" in out
    assert "escalated by tell" in out
    assert "\x1b" not in out
    assert "\\x1b[2J" in out
    assert ticket("outbox", "show", "9").code == 3
    assert ticket("outbox", "show").code == 2


def test_retry_sends_at_once_and_says_what_became_of_it(ticket: Ticket, waiting: Path) -> None:
    code, _, err = ticket("outbox", "retry", "1", "2")
    assert code == 7
    assert "2 of 2 not delivered" in err
    (waiting / "nowhere").mkdir()
    code, _, err = ticket("outbox", "retry", "1")

    assert code == 0
    assert "message 1 to ann delivered" in err
    assert len((waiting / "nowhere/out.jsonl").read_text().splitlines()) == 1
    assert ticket("outbox", "retry", "1").code == 6
    assert ticket("outbox", "retry", "--dead") == (0, "", "no such messages\n")
    assert ticket("outbox", "retry", "--dead", "2").code == 2


def test_drop_asks_before_a_message_is_lost(ticket: Ticket, waiting: Path) -> None:
    assert ticket("outbox", "drop", "1").code == 4
    assert ticket("outbox", "drop", "1", "--yes").code == 0
    assert ticket("outbox", "list", "-o", "ids").out == "2\n"
    assert ticket("outbox", "list", "--state", "dropped", "-o", "ids").out == "1\n"
    assert ticket("outbox", "drop", "--dead").code == 0


def test_a_sweep_names_every_delivery_in_its_report(ticket: Ticket, sandbox: Path) -> None:
    channels(sandbox, "{type: file, path: out.jsonl}")
    ticket("create", "x", "--priority", "low")
    report = json.loads(ticket("sweep", "--now", LATER, "--json").out)

    validator("sweep").validate(report)
    sent = [action for action in report["actions"] if action["action"] == "delivered"]
    assert [(one["to"], one["via"], one["message"]) for one in sent] == [("ann", "out", 1), ("bob", "out", 2)]
    assert report["sent"] == 2
    assert [json.loads(line)["key"] for line in (sandbox / "out.jsonl").read_text().splitlines()] == [
        action["key"] for action in sent
    ]


def test_notify_test_waits_for_the_answer_and_writes_nothing(ticket: Ticket, sandbox: Path) -> None:
    with HttpReceiver("ok", "503") as http:
        hook(sandbox, http)
        whole = ticket("notify", "test", "out", "--json")
        refused = ticket("notify", "test", "out")

    validator("notified").validate(json.loads(whole.out))
    assert http.taken[0].json["key"] == json.loads(whole.out)["key"]
    assert "answered 503" in refused.err
    assert refused.code == 75
    assert ticket("outbox", "list", "--state", "all", "-o", "ids").out == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ou"], 3, "did you mean out?"),
        (["out", "--to", "a@x.cn"], 2, "channels of type mail"),
        (["desk"], 0, "built in"),
    ],
)
def test_notify_test_knows_the_channels(ticket: Ticket, sandbox: Path, words: list[str], code: int, said: str) -> None:
    channels(sandbox, "{type: file, path: out.jsonl}")
    answer = ticket("notify", "test", *words)

    assert answer.code == code
    assert said in answer.err


def test_notify_test_sends_mail_where_it_is_told_or_to_the_caller(ticket: Ticket, sandbox: Path) -> None:
    program = sandbox / "sendmail"
    program.write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/sent"\n')
    program.chmod(0o755)
    channels(sandbox, f"{{type: mail, sendmail: [{program}], from: desk@x.cn}}")

    assert json.loads(ticket("notify", "test", "out", "--to", "lee@x.cn", "--json").out)["to"] == "lee@x.cn"
    assert json.loads(ticket("notify", "test", "out", "--json").out)["to"] == "ann@example.com"
    assert [line.split()[-1] for line in (sandbox / "sent").read_text().splitlines()] == ["lee@x.cn", "ann@example.com"]


@pytest.mark.parametrize("word", ["stall", "held"])
def test_a_sender_killed_in_the_middle_loses_nothing(ticket: Ticket, sandbox: Path, word: str) -> None:
    with HttpReceiver(word) as http:
        hook(sandbox, http)
        ticket("create", "x", "--priority", "low")
        call = [sys.executable, "-m", "ticketcli", "sweep", "--now", LATER]
        sender = subprocess.Popen(call, env={**os.environ, "PYTHONPATH": str(TOP)}, stderr=subprocess.PIPE)
        assert http.arrived.wait(60)
        sender.kill()
        sender.communicate()
        assert json.loads(ticket("sweep", "--now", LATER, "--json").out)["sent"] == 0
        report = json.loads(ticket("sweep", "--now", AFTER_THE_LEASE, "--json").out)

    assert report["sent"] == 2
    assert set(http.keys) == {action["key"] for action in report["actions"] if action["action"] == "delivered"}
    assert len(http.keys) == (3 if word == "held" else 2)
    assert ticket("outbox", "list", "-o", "ids").out == ""


def test_calls_that_send_nothing_load_nothing_of_it(sandbox: Path, ticket: Ticket) -> None:
    channels(sandbox, "{type: file, path: out.jsonl}")
    ticket("create", "x")
    ticket("sweep")
    program = (
        "import sys, click; before = set(sys.modules); from ticketcli.cli.main import run; code = run(sys.argv[1:]);"
        "parts = ('channels', 'outbox', 'http', 'smtplib', 'ssl', 'subprocess');"
        "found = [name for name in sys.modules.keys() - before if set(parts) & set(name.split('.'))];"
        "print(code, *found, file=sys.stderr)"
    )
    for words in (["create", "y"], ["show", "1"], ["comment", "1", "hi"], ["sweep"]):
        ended = subprocess.run(
            [sys.executable, "-c", program, *words],
            env={**os.environ, "PYTHONPATH": str(TOP)}, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert ended.stderr.splitlines()[-1] == "0", words
