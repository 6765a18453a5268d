"""What the words of a call turn into: the verb, the numbers and the values that the use cases are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from ticketcli.services import changing

Given = list[tuple[Any, ...]]
LEE = "lee@x.cn"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> Given:
    """What `changing` is asked to do; nothing is done."""
    asked: Given = []

    def change(session: Any, verb: str, ids: Sequence[int], args: Any, options: Any) -> list[Any]:
        asked.append((verb, ids, args))
        return []

    def create(session: Any, facts: Any, options: Any, wheres: Any) -> list[Any]:
        asked.append(("create", wheres, facts))
        return []

    def resolve_key(session: Any, key: str, args: Any, options: Any, if_exists: bool) -> list[Any]:
        asked.append(("resolve_key", key, if_exists))
        return []

    monkeypatch.setattr(changing, "change", change)
    monkeypatch.setattr(changing, "create", create)
    monkeypatch.setattr(changing, "resolve_key", resolve_key)
    return asked


DAY = 86400
CALLS: dict[str, tuple[Any, ...]] = {
    "comment 12 hi": ("comment", [12], {"text": "hi", "internal": False}),
    "comment #12 hi --internal": ("comment", [12], {"text": "hi", "internal": True}),
    "comment --internal 12 hi": ("comment", [12], {"text": "hi", "internal": True}),
    "assign 12 ann": ("assign", (12,), {"to": "ann"}),
    "assign 12 #13 ann": ("assign", (12, 13), {"to": "ann"}),
    "assign 12 13 --nobody": ("assign", (12, 13), {"to": None}),
    "assign --nobody 12": ("assign", (12,), {"to": None}),
    "take 3 3 1": ("take", (3, 1), {}),
    "set 12 priority=high": ("set", (12,), {"values": {"priority": "high"}}),
    "set 12 13 fields.x=a=b tier=": ("set", (12, 13), {"values": {"fields.x": "a=b", "tier": ""}}),
    "set priority=low 12": ("set", (12,), {"values": {"priority": "low"}}),
    "label 12 prod": ("label", (12,), {"add": ["prod"], "remove": []}),
    "label 12 13 a b --remove c --remove d": ("label", (12, 13), {"add": ["a", "b"], "remove": ["c", "d"]}),
    "label 12 --add 2026 --add a": ("label", (12,), {"add": ["2026", "a"], "remove": []}),
    "label 12 生产": ("label", (12,), {"add": ["生产"], "remove": []}),
    "move 12 pending": ("move", (12,), {"to": "pending", "reason": None}),
    "move 12 13 closed --reason handled": ("move", (12, 13), {"to": "closed", "reason": "handled"}),
    "start 12": ("start", (12,), {"to": None}),
    "wait 12 --to pending": ("wait", (12,), {"to": "pending"}),
    "resolve 12 13": ("resolve", (12, 13), {"to": None}),
    "resolve --dedup-key k": ("resolve_key", "k", False),
    "resolve --dedup-key k --if-exists": ("resolve_key", "k", True),
    "reopen 12": ("reopen", (12,), {"to": None}),
    "close 12": ("close", (12,), {"to": None, "reason": None}),
    "close 12 --reason duplicate --to closed": ("close", (12,), {"to": "closed", "reason": "duplicate"}),
    "extend 12": ("extend", (12,), {"by": None}),
    "extend 12 --by 1d12h": ("extend", (12,), {"by": 36 * 3600}),
    "hold 12": ("hold", (12,), {"reason": None}),
    "hold 12 --until 3d --reason vendor": ("hold", (12,), {"lasting": 3 * DAY, "reason": "vendor"}),
    "hold 12 --until 2026-03-05": ("hold", (12,), {"until": 1772640000, "reason": None}),
    "hold 12 --until 2026-03-05T08:00": ("hold", (12,), {"until": 1772668800, "reason": None}),
    "hold 12 --until 2026-03-05T00:00:00Z": ("hold", (12,), {"until": 1772668800, "reason": None}),
    "unhold 12": ("unhold", (12,), {}),
    "confirm 12": ("confirm", (12,), {}),
    "route 12 13": ("route", (12, 13), {}),
    "-q comment 12 hi": ("comment", [12], {"text": "hi", "internal": False}),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_asks_for_its_operation(ticket: Ticket, given: Given, call: str) -> None:
    answer = ticket(*call.split())

    assert (answer.code, given) == (0, [CALLS[call]]), answer.err


FACTS: dict[str, dict[str, Any]] = {
    "create s": {"subject": "s"},
    "create s --body b": {"subject": "s", "description": "b"},
    "create s --category c --priority high": {"subject": "s", "category": "c", "priority": "high"},
    "create s --label a --label b": {"subject": "s", "labels": ["a", "b"]},
    "create s --field a=1 --field b=": {"subject": "s", "fields": {"a": "1", "b": ""}},
    f"create s --requester {LEE} --tier vip": {"subject": "s", "requester": LEE, "tier": "vip"},
    "create s --asset db3 --team ops --assignee ann": {
        "subject": "s", "asset": "db3", "team": "ops", "assignee": "ann",
    },
    "create s --source ci --answered": {"subject": "s", "source": "ci", "answered": True},
    "create s --dedup-key k --reopen-within 7d": {"subject": "s", "dedup_key": "k", "reopen_within": 7 * DAY},
}  # fmt: skip


@pytest.mark.parametrize("call", FACTS)
def test_create_gives_the_facts(ticket: Ticket, given: Given, call: str) -> None:
    answer = ticket(*call.split())

    assert (answer.code, given) == (0, [("create", [""], [FACTS[call]])]), answer.err


INPUTS: dict[str, tuple[list[str], list[dict[str, Any]]]] = {
    '{"subject": "a"}': ([""], [{"subject": "a"}]),
    '[{"subject": "a"}, {"subject": "b"}]': (["item 1", "item 2"], [{"subject": "a"}, {"subject": "b"}]),
    '{"subject": "a"}\n\n{"subject": "b"}\n': (["line 1", "line 3"], [{"subject": "a"}, {"subject": "b"}]),
    '{\n  "subject": "a",\n  "tier": "vip"\n}\n': ([""], [{"subject": "a", "tier": "vip"}]),
    '{"subject": "a", "dedup_key": "k", "reopen_within": "2h"}': (
        [""], [{"subject": "a", "dedup_key": "k", "reopen_within": 7200}],
    ),
    '{"subject": "a", "dedup_key": "k", "reopen_within": 60}': (
        [""], [{"subject": "a", "dedup_key": "k", "reopen_within": 60}],
    ),
    "[]": ([], []),
}  # fmt: skip


@pytest.mark.parametrize("text", INPUTS)
def test_create_takes_objects_arrays_and_lines(ticket: Ticket, given: Given, text: str) -> None:
    answer = ticket("create", "--from", "-", stdin=text)

    assert (answer.code, given) == (0, [("create", *INPUTS[text])]), answer.err


def test_flags_fill_in_what_an_object_does_not_say(ticket: Ticket, given: Given) -> None:
    text = '{"subject": "a", "category": "mine"}\n{"subject": "b"}\n'
    ticket("create", "--from", "-", "--category", "c", "--label", "ci", stdin=text)

    assert given[0][2] == [
        {"subject": "a", "category": "mine", "labels": ["ci"]},
        {"subject": "b", "category": "c", "labels": ["ci"]},
    ]


def test_texts_come_from_files_and_standard_input(ticket: Ticket, given: Given, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"\xef\xbb\xbf" + "宕机\n".encode())
    (tmp_path / "one.json").write_text('{"subject": "a"}')

    ticket("create", "s", "-F", "-", stdin="two\nlines")
    ticket("create", "s", "-F", "text")
    ticket("comment", "1", "-F", "-", stdin="words")
    ticket("create", "--from", "one.json")

    assert given[0][2][0]["description"] == "two\nlines"
    assert given[1][2][0]["description"] == "宕机\n"
    assert given[2][2]["text"] == "words"
    assert given[3][2] == [{"subject": "a"}]


NUMBERS = {"1\n#2\n": (1, 2), '{"id": 3, "subject": "x"}\n{"id": 1}\n': (3, 1), "\n 7 \n\n": (7,), "": ()}


@pytest.mark.parametrize("verb", ["close", "take", "move - open", "label - a", "set - tier=vip", "assign - ann"])
@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_come_from_standard_input(ticket: Ticket, given: Given, verb: str, text: str) -> None:
    words = verb.split() if "-" in verb else [verb, "-"]
    answer = ticket(*words, stdin=text)

    assert (answer.code, given[0][1]) == (0, NUMBERS[text]), answer.err


WRONG: dict[str, str] = {
    "create": "a ticket needs a subject",
    "create disk full": "put it in quotes: ticket create 'disk full'",
    "create s --body a -F f": "--body and -F both give the description",
    "create s --from -": "--from and a subject on the command line exclude each other",
    "create s --field region": "--field 'region' is no key=value",
    "create s --field a=1 --field a=2": "--field a stands there twice",
    "create s --reopen-within 7d": "add --dedup-key KEY",
    "create s --reopen-within 7": "not a duration",
    "create s --priority hgh": "'low', 'normal', 'high', 'urgent'",
    "create s --source phone": "'cli', 'ci', 'email'",
    "create s --class boss": "'requester', 'agent', 'bot'",
    "comment 12": "a comment needs one text",
    "comment 12 hi -F -": "a comment needs one text",
    "comment 12 restarted it": "put it in quotes: ticket comment 12 'restarted it'",
    "comment x hi": "'x' is no ticket number",
    "comment 0 hi": "'0' is no ticket number",
    "comment": "missing argument",
    "assign 12": "assign needs a person, or --nobody",
    "assign 12 ann --nobody": "assign needs a person, or --nobody",
    "assign ann": "no ticket number",
    "take": "missing argument",
    "set 12 prio": "'prio' is neither a ticket number nor key=value",
    "set priority=high": "no ticket number",
    "set 12 a=1 a=2": "word a stands there twice",
    "label 12": "no label to add or remove",
    "label prod": "no ticket number",
    "move 12": "no status to move to",
    "move pending": "no ticket number",
    "close": "missing argument",
    "close - -": "- stands here twice",
    "close 12 x": "'x' is no ticket number",
    "resolve": "ticket numbers or --dedup-key",
    "resolve 12 --dedup-key k": "ticket numbers or --dedup-key",
    "resolve 12 --if-exists": "--if-exists goes with --dedup-key",
    "resolve --if-exists": "ticket numbers or --dedup-key",
    "resolve --dedup-key= --if-exists": "'--dedup-key': it is empty (is a variable unset?)",
    "create s --dedup-key=": "'--dedup-key': it is empty (is a variable unset?)",
    "create s --dedup-key=\u3000": "'--dedup-key': it is empty (is a variable unset?)",
    "create s --idempotency-key=": "'--idempotency-key': it is empty (is a variable unset?)",
    "create s --dedup-key=\udcff": "'--dedup-key': the key: character 1 is not Unicode text (send it as UTF-8)",
    "create s --idempotency-key=x\udcff": "'--idempotency-key': the key: character 2 is not Unicode text",
    "create s --desk=": "'--desk': it is empty (is a variable unset?)",
    "create s --as=": "it is empty (is a variable unset?)",
    "hold 12 --until=": "'--until': it is empty (is a variable unset?)",
    "extend 12 --by soon": "not a duration",
    "hold 12 --until soon": "not a date or time: 'soon'",
    "hold 12 --until 3x": "3x",
    "take 1 2 --if-version 3": "--if-version is for one ticket",
    "take 1 --if-version 0": "not in the range",
    "show": "missing argument",
    "show - -": "- stands here twice",
    "list --limit 0": "not in the range",
    "list --limit x": "'x' is not a whole number",
    "list --yes": "no such option '--yes'",
    "show 1 --dry-run": "no such option '--dry-run'",
    "log 1 --now 2026-03-02T09:00:00Z": "no such option '--now'",
    "sweep --each": "no such option '--each'",
    "create s --if-version 1": "no such option '--if-version'",
    "create s --now soon": "not an instant: 'soon'",
    "create s --lock-timeout x": "not a duration",
    "create s -q -v": "--quiet and --verbose contradict each other",
}


@pytest.mark.parametrize("call", WRONG)
def test_calls_that_cannot_be_meant_are_usage_errors_of_one_line(ticket: Ticket, given: Given, call: str) -> None:
    code, out, err = ticket(*call.split(), stdin="1\n")

    assert (code, out, given) == (2, "", [])
    assert err.startswith("ticket: ") and err.count("\n") == 1
    assert " — " in err
    assert WRONG[call] in err
