"""Every answer in JSON is what schemas/output.json says, and every line of JSONL one item of it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from referencing import Registry

from tests.cli.conftest import Ticket
from ticketcli.rulebook.schema import load_schema

BIG = {
    "subject": "磁盘满 \x1b[2J", "body": "b", "category": "database", "priority": "urgent", "labels": ["prod"],
    "requester": {"name": "Li", "email": "li@x.cn", "tier": "vip", "org": "x"}, "asset": "db3", "source": "email",
    "fields": {"region": "north", "n": 1.5, "deep": [{"a": None}]}, "external_ids": {"jira": "OPS-1"},
    "watchers": ["dee"], "dedup_key": "k",
}  # fmt: skip
ANSWERS: dict[str, tuple[str, str]] = {
    "show 1": ("ticket", ""),
    "show 1 2": ("tickets", "ticket"),
    "list": ("tickets", "ticket"),
    "list status:new,closed,resolved": ("tickets", "ticket"),
    "list --fields id,subject,due,age,fields.region": ("listed", ""),
    "log 1 2 3": ("events", "event"),
    "create x": ("writes", "result"),
    "create x --dedup-key k": ("writes", "result"),
    "create x --dry-run": ("writes", "result"),
    "resolve --dedup-key none --if-exists": ("writes", "result"),
    "comment 1 hi": ("writes", "result"),
    "assign 1 cai": ("writes", "result"),
    "take 1": ("writes", "result"),
    "set 1 priority=low fields.x=1": ("writes", "result"),
    "label 1 a": ("writes", "result"),
    "label 1 2 99 a --each": ("writes", "result"),
    "move 1 pending": ("writes", "result"),
    "start 2": ("writes", "result"),
    "wait 1": ("writes", "result"),
    "resolve 1 2": ("writes", "result"),
    "close 3": ("writes", "result"),
    "reopen 3": ("writes", "result"),
    "extend 2": ("writes", "result"),
    "hold 1 --until 3d": ("writes", "result"),
    "unhold 1": ("writes", "result"),
    "route 2": ("writes", "result"),
    "forecast": ("forecast", "step"),
    "sweep": ("sweep", "action"),
    "sweep --dry-run --now 2026-03-05T09:00:00+08:00": ("sweep", "action"),
    "sweep --now 2026-03-05T09:00:00+08:00": ("sweep", "action"),
    "rules check": ("check", "problem"),
    "rules help": ("pages", "page"),
    "rules help never-true": ("pages", "page"),
    "rules list": ("rules", "rule"),
    "rules explain 1": ("explained", ""),
    "rules explain 1 --rule vip": ("explained", ""),
    "show 1 --why": ("why", ""),
    "rules explain --set category=database --set labels=a,b": ("supposed", ""),
    "route --dry-run --set requester.tier=vip": ("supposed", ""),
    "rules test": ("tests", "test"),
    "config show": ("settings", "setting"),
    "help exit-codes": ("exitCodes", "exitCode"),
}
ERRORS = ["show 99", "close 1 99", "list foo:bar", "nothing", "create x --priority y", "rules check nope"]


@lru_cache
def validator(name: str) -> Any:
    schema = load_schema("output")
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}, registry=Registry())


@pytest.fixture
def busy(ticket: Ticket, sandbox: Path) -> Path:
    """A desk whose tickets have something under nearly every key."""
    ticket("create", "--from", "-", "-q", stdin=json.dumps([BIG, {"subject": "web1 is down"}, {"subject": "c"}]))
    ticket("hold", "1", "--until", "1d", "--reason", "vendor")
    ticket("comment", "1", "any news?", "--class", "requester")
    ticket("resolve", "3")
    ticket("sweep", "-q")
    ticket("sweep", "-q", "--now", "2026-03-03T09:00:00+08:00")
    return sandbox


@pytest.mark.parametrize("call", ANSWERS)
def test_an_answer_is_what_its_schema_says(ticket: Ticket, busy: Path, call: str) -> None:
    name, item = ANSWERS[call]
    words = [*call.split(), *([] if "--now" in call or "rules" in call else ["--now", "2026-03-03T10:00:00+08:00"])]
    words = words[:-2] if call.startswith(("log", "config", "help")) else words
    answer = ticket(*words, "--dry-run", "-o", "jsonl") if name == "writes" and "--dry-run" not in words else None
    whole = ticket(*words, "--json")

    assert whole.code == (7 if "--each" in call else 0), whole.err
    validator(name).validate(json.loads(whole.out))
    for line in answer.out.splitlines() if answer else []:
        validator(item).validate(json.loads(line))


@pytest.mark.parametrize(
    "call",
    ["list", "log 1 2 3", "rules list", "config show", "help exit-codes",
     "sweep --dry-run --now 2026-03-05T09:00:00+08:00"],
)  # fmt: skip
def test_a_line_is_what_the_schema_of_its_item_says(ticket: Ticket, busy: Path, call: str) -> None:
    lines = ticket(*call.split(), "-o", "jsonl").out.splitlines()

    assert lines
    for line in lines:
        validator(ANSWERS[call][1]).validate(json.loads(line))


@pytest.mark.parametrize("call", ERRORS)
def test_a_failure_is_what_its_schema_says(ticket: Ticket, busy: Path, call: str) -> None:
    code, out, err = ticket(*call.split(), "--json")

    assert (out, code > 0) == ("", True)
    validator("error").validate(json.loads(err))


def test_problems_are_what_their_schema_says(ticket: Ticket, busy: Path) -> None:
    (busy / "rules/priority.yaml").write_text("priority: [{name: x, whn: {categry: a}, set: hgh}]\n")
    code, out, err = ticket("rules", "check", "--json")

    assert code == 5
    assert json.loads(out)["problems"]
    validator("check").validate(json.loads(out))


def test_nothing_in_json_acts_on_a_terminal(ticket: Ticket, busy: Path) -> None:
    assert ticket("show", "1", "--json").out.strip().isprintable()
    assert json.loads(ticket("show", "1", "--json").out)["subject"] == BIG["subject"]
