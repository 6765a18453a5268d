"""What goes wrong is told in one line, by its exit code, with place and next step, and changes nothing."""

from __future__ import annotations

import builtins
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import TOP, content

BAD: dict[str, tuple[int, str]] = {
    "move 1 opne": (3, "no status 'opne' — did you mean open?"),
    "move 1 nowhere": (3, "no status 'nowhere' — the statuses are: new, open, pending, resolved, closed"),
    "start 1 --to opne": (3, "no status 'opne' — did you mean open?"),
    "start 1 --to closed": (2, "--to closed: that status is final, not active — ticket move 12 closed"),
    "close 1 --to open": (2, "--to open: that status is active, not final — ticket move 12 open"),
    "close 1 --reason dupe": (3, "no close reason 'dupe' — did you mean duplicate?"),
    "close 2 --reason dupe": (3, "no close reason 'dupe' — did you mean duplicate?"),
    "move 1 open --reason handled": (2, "open is active: a reason is for final statuses — leave --reason out"),
    "create x --team opps": (3, "no team 'opps' — did you mean ops?"),
    "set 1 team=opps": (3, "no team 'opps' — did you mean ops?"),
    "create x --assignee anna": (3, "no person 'anna' — did you mean ann?"),
    "assign 1 nobody-known": (3, "no person 'nobody-known' — known: ann, bob, cai, dee"),
    "show 99": (3, "no ticket #99 — ticket list shows what there is"),
    "comment 99 hi": (3, "no ticket #99 — "),
    "close 1 99": (3, "no ticket #99 — "),
    "set 1 prio=high": (3, "no key 'prio' to set — did you mean priority?"),
    "set 1 status=open": (3, "no key 'status' to set — it has a command of its own: ticket move 12 open"),
    "set 1 labels=a": (3, "no key 'labels' to set — it has a command of its own: ticket label 12 prod"),
    "set 1 priority=hgh": (5, "priority: no such value: 'hgh' — one of low, normal, high, urgent; did you mean high?"),
    "set 1 subject=": (5, "subject: a ticket needs one — "),
    "create x --label ' '": (5, "label: ' ' is empty or has space around it — "),
    "label 1 a\u202eb": (5, "label: 'a\\u202eb' holds a control or an invisible character — "),
    "comment 1 ''": (5, "a comment without text — "),
    "hold 1 --until 2020-01-01": (5, "2019-12-31T16:00:00Z — name a later time; a date means its first second"),
    "resolve 2": (6, "#2 is closed: no status of kind resolved can follow — from closed it may become: open"),
    "move 2 pending": (6, "closed cannot become pending — from closed it may become: open"),
    "take 2": (6, "#2 is closed — reopen it first: ticket reopen "),
    "hold 2": (6, "#2 is closed: there is nothing to hold — "),
    "route 2": (6, "#2 is closed: no rule sees it — "),
    "confirm 1": (6, "#1 waits for no confirmation — close it yourself: ticket close 1"),
    "create x -F missing.txt": (3, "missing.txt: no such file or directory — "),
    "create x -F /dev/null/x": (3, "/dev/null/x: not a directory — "),
    "import /dev/null/x": (3, "/dev/null/x: not a directory — "),
    "create --from .": (3, ".: is a directory — "),
    "rules schema nope": (3, "no schema 'nope' — there are: intake, mapping, output, rules, scenario, settings"),
    "rules check nope.yaml": (3, "no such file or folder: nope.yaml — "),
    "clsoe 1": (2, "no command 'clsoe' — did you mean ticket close?"),
}


@pytest.fixture
def two(ticket: Ticket, sandbox: Path) -> Path:
    """A desk with a new ticket and a closed one."""
    ticket("create", "--from", "-", "-q", stdin='[{"subject": "a"}, {"subject": "b"}]')
    ticket("close", "2", "-q")
    return sandbox


def words(call: str) -> list[str]:
    return shlex.split(call)


@pytest.mark.parametrize("call", BAD)
def test_a_refusal_is_one_line_and_changes_nothing(ticket: Ticket, two: Path, call: str) -> None:
    before = content(two)
    code, out, err = ticket(*words(call))

    assert (code, out) == (BAD[call][0], "")
    assert BAD[call][1] in err
    assert err.startswith("ticket: ") and err.count("\n") == 1
    assert content(two) == before


INPUT: dict[str, tuple[int, str]] = {
    '{"subject": "a"}\n{"subject": "b"\n': (5, "line 2, column 16: not JSON (expecting ',' delimiter) — "),
    '{"subject": "a"\n{"subject": "b"}\n': (5, "line 1, column 16: not JSON (expecting ',' delimiter) — "),
    '{"subject": "a"}\nsubject: b\n': (5, "line 2, column 1: not JSON (expecting value) — "),
    '{"subject": "a"}\n[]\n': (5, "line 2: a JSON object is wanted — "),
    '{"subject": "a"}\n\n{"subject": 3}\n': (5, "line 3: subject: a text is wanted, not int — "),
    '[{"subject": "a"}, 3]': (5, "item 2: a JSON object is wanted — "),
    '{\n "subject": "a"\n "body": "b"\n}': (5, "line 3, column 2: not JSON (expecting ',' delimiter) — "),
    '{"subject": "a", "subjet": "b"}': (3, "no key 'subjet' on a new ticket — did you mean subject?"),
    '{"subject": "a", "id": 3}': (3, "no key 'id' on a new ticket — the keys are: "),
    '{"subject": "a", "parent": 1}': (3, "no key 'parent' on a new ticket — "),
    '{"subject": "a", "subject": "b"}': (5, "the key 'subject' stands there twice — "),
    '{"subject": "a", "fields": {"x": NaN}}': (5, "NaN is no JSON number — "),
    '{"subject": "a", "fields": {"x": 1e999}}': (5, "1e999 is too large a number — "),
    '{"subject": "a", "fields": 3}': (5, "fields: an object is wanted, not 3 — "),
    '{"subject": "a", "requester": {"emial": "x"}}': (3, "no key 'requester.emial' to set — did you mean "),
    '{"subject": "a", "labels": ["x", 3]}': (5, "labels: a list of texts is wanted — "),
    '{"subject": "a", "answered": "yes"}': (5, "answered: true or false is wanted, not 'yes' — "),
    '{"subject": "a", "dedup_key": "k", "reopen_within": true}': (5, "reopen_within: True is no duration — "),
    '{"subject": "a", "dedup_key": "k", "reopen_within": "7"}': (5, "reopen_within: not a duration: '7' — "),
    '{"subject": "a", "reopen_within": "7d"}': (2, "--reopen-within needs a dedup key — "),
    '{"subject": "a", "dedup_key": "  "}': (5, "dedup_key: it is only space — "),
    '[{"subject": "a"}, {"subject": "b", "body": "c", "description": "d"}]': (5, "item 2: body and description are "),
    '{"subject": "a", "tier": "vip", "requester": {"tier": "gold"}}': (5, "tier and requester.tier are the same, and "),
    '{"subject": "a", "fields": {"x": [1, {"y": "\\u0000"}]}}': (5, "fields.x.1.y: holds a NUL byte — "),
    '{"subject": "a\\u0000b"}': (5, "subject: holds a NUL byte — "),
    '{"subject": "\\ud800"}': (5, "subject: character 1 is not Unicode text — "),
    '{"subject": "' + "x" * 501 + '"}': (5, "subject: 501 characters, at most 500 are kept — shorten it"),
    '{"subject": ""}': (5, "subject: a ticket needs one — "),
    "{}": (5, "a ticket needs a subject — "),
    "": (5, "no JSON came in — "),
    "{" * 100 + '"a":' * 3: (5, "not JSON"),
    '{"subject": "a", "fields": {"x": ' + "[" * 70 + "]" * 70 + "}}": (5, "nested deeper than 64 — "),
    "\udcff": (5, "standard input, line 1: not UTF-8 — "),
}  # fmt: skip


@pytest.mark.parametrize("text", INPUT, ids=lambda text: ascii(text[:50]))
def test_json_that_is_not_right_names_its_line_and_opens_nothing(ticket: Ticket, two: Path, text: str) -> None:
    before = content(two)
    code, out, err = ticket("create", "--from", "-", stdin=text)

    assert (code, out) == (INPUT[text][0], "")
    assert INPUT[text][1] in err
    assert err.startswith("ticket: ") and err.count("\n") == 1
    assert content(two) == before


@pytest.mark.parametrize("words", ["set 1 region=north", "list region:north", "list --sort region", "create --from -"])
def test_the_desks_own_field_without_its_fields_is_told_what_is_meant(ticket: Ticket, two: Path, words: str) -> None:
    (two / "rules/fields.yaml").write_text("fields: {region: {type: text}}")
    _, out, err = ticket(*words.split(), stdin='{"subject": "a", "region": "north"}')

    assert out == ""
    assert "region" in err and err.endswith("did you mean fields.region?\n")


def test_what_is_wrong_in_a_file_names_the_file(ticket: Ticket, two: Path, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    file.write_text('{"subject": "a"}\n{"subject": "b"')

    code, _, err = ticket("create", "--from", str(file))

    assert code == 5
    assert err.startswith(f"ticket: {file}: line 2, column 16: not JSON ")


def test_numbers_that_are_none_name_their_line(ticket: Ticket, two: Path) -> None:
    before = content(two)

    assert ticket("close", "-", stdin="1\nx\n") == (
        5, "", "ticket: standard input, line 2: no ticket number in 'x' — one number or JSON object a line\n",
    )  # fmt: skip
    assert content(two) == before


def test_a_declared_field_binds(ticket: Ticket, two: Path) -> None:
    (two / "rules/fields.yaml").write_text("fields: {region: {type: choice, values: [north, south]}}\n")

    assert ticket("create", "x", "--field", "regoin=north").err == (
        "ticket: no field 'regoin' is declared — did you mean region?\n"
    )
    assert ticket("set", "1", "fields.region=nroth").code == 5
    assert ticket("create", "x", "--field", "region=north", "-q").out == "3\n"


BROKEN = {
    "syntax": "priority: [\n",
    "a typo": "priority: [{name: x, when: {categry: a}, set: high}]\n",
    "empty": "",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_commands_go_on_by_the_last_good_rules_and_say_so(ticket: Ticket, two: Path, text: str) -> None:
    (two / "rules/priority.yaml").write_text(text)

    for call in ("create 'web1 is down'", "comment 1 hi", "show 1", "list", "rules list"):
        code, out, err = ticket(*words(call))
        assert code == 0, err
        assert err.startswith("ticket: rules/priority.yaml:"), err
        assert ": the last good rules decide — see: ticket rules check\n" in err
    assert json.loads(ticket("show", "3", "--json").out)["priority"] == "urgent"
    assert ticket("rules", "check").code == 5


def test_before_any_rules_decided_it_is_said_that_none_do(ticket: Ticket, two: Path) -> None:
    assert ticket("init", "--sandbox", "fresh").code == 0
    fresh = Path("fresh")
    (fresh / "rules/priority.yaml").write_text("priority: [{name: a, set: hihg}]")

    for call in ("list", "create x", "forecast"):
        code, _, err = ticket("--desk", str(fresh), *words(call))
        assert code == 0, err
        assert ": no rules decide until they check — see: ticket rules check\n" in err


def test_a_rule_file_that_vanished_is_told_until_it_is_accepted(ticket: Ticket, two: Path) -> None:
    (two / "rules/priority.yaml").unlink()
    note = (
        "ticket: rules/priority.yaml is gone: the last good rules decide — "
        "put it back, or confirm with: ticket rules accept\n"
    )

    assert ticket("create", "web1 is down").err.startswith(note)
    assert json.loads(ticket("show", "3", "--json").out)["priority"] == "urgent"
    assert ticket("sweep", "-q").code == 5
    assert ticket("rules", "accept") == (0, "", "the rules as they stand are in force now (rulebook 2)\n")
    assert ticket("create", "web2 is down", "--json").err == ""
    assert json.loads(ticket("show", "4", "--json").out)["priority"] == "normal"


def test_each_tells_of_broken_rules_once(ticket: Ticket, two: Path) -> None:
    (two / "rules/priority.yaml").write_text(BROKEN["syntax"])

    assert ticket("comment", "1", "x").err.count("last good rules") == 1
    assert ticket("label", "1", "2", "x", "--each").err.count("last good rules") == 1


NOWHERE: dict[str, tuple[dict[str, str], list[str]]] = {
    "--desk": ({}, ["--desk", "nowhere"]),
    "--desk without settings": ({}, ["--desk", "."]),
    "TICKETCLI_DESK": ({"TICKETCLI_DESK": "/nowhere"}, []),
    "none at all": ({"TICKETCLI_DESK": ""}, []),
}


@pytest.mark.parametrize("case", NOWHERE)
@pytest.mark.parametrize("call", ["list", "create x", "close 1", "sweep", "rules check"])
def test_a_desk_that_is_not_there_is_not_made(
    ticket: Ticket, two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, call: str
) -> None:
    environment, options = NOWHERE[case]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    home = Path(os.environ["HOME"])
    code, out, err = ticket(*words(call), *options)

    assert (code, out) == (3, "")
    assert err.startswith("ticket: no desk ") and " — " in err and err.count("\n") == 1
    assert list(home.iterdir()) == [] and list(tmp_path.iterdir()) == [two]


FOLDER = b"folder"
STORES: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "there is no store here"),
    "a folder": (FOLDER, "this is a folder, no ticketcli store"),
    "empty": (b"", "the store is empty (0 bytes)"),
    "foreign": (b"name,mail\nann,ann@x.cn\n" * 50, "this file is no ticketcli store"),
    "another database": (b"SQLite format 3\0" + bytes(4080), ""),
}


@pytest.mark.parametrize("case", STORES)
@pytest.mark.parametrize("call", ["list", "show 1", "log 1", "create x", "close 1", "sweep", "take 1 --dry-run"])
def test_a_store_that_cannot_be_read_is_neither_empty_nor_replaced(
    ticket: Ticket, two: Path, case: str, call: str
) -> None:
    data, message = STORES[case]
    for path in two.glob("tickets.db*"):
        path.unlink()
    if data == FOLDER:
        (two / "tickets.db").mkdir()
    elif data is not None:
        (two / "tickets.db").write_bytes(data)
    code, out, err = ticket(*words(call))

    assert (code, out) == (65, "")
    assert message in err and " — " in err and err.count("\n") == 1
    assert (two / "tickets.db").exists() == (data is not None)
    assert data in (None, FOLDER) or (two / "tickets.db").read_bytes() == data


@pytest.mark.parametrize("size", [600, 5000, 20000])
def test_a_truncated_store_is_damaged(
    ticket: Ticket, two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(two, copy, ignore=shutil.ignore_patterns("tickets.db-*"))
    os.truncate(copy / "tickets.db", size)
    monkeypatch.setenv("TICKETCLI_DESK", str(copy))

    for call in ("list", "show 1", "create x", "sweep"):
        code, out, err = ticket(*words(call))
        assert (code, out) == (65, ""), err
        assert err.count("\n") == 1
    assert (copy / "tickets.db").stat().st_size == size


@pytest.mark.parametrize("name", ["ticketcli.yaml", "tickets.db"])
@pytest.mark.parametrize("call", ["list", "create x"])
def test_what_may_not_be_read_is_not_permitted(
    ticket: Ticket, two: Path, monkeypatch: pytest.MonkeyPatch, name: str, call: str
) -> None:
    """By refusing in the program: root may read whatever a mode forbids."""

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: object, *args: Any, **options: Any) -> Any:
            if str(path) == str(two / name):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *args, **options)

        return opened

    monkeypatch.setattr(builtins, "open", refusing(open))
    monkeypatch.setattr(os, "open", refusing(os.open))
    code, out, err = ticket(*words(call))

    assert (code, out) == (4, "")
    assert str(two / name) in err and "permission denied" in err.lower() and err.count("\n") == 1


def process(desk: Path, call: str, redirect: str) -> tuple[int, str]:
    """Exit code and stderr of a call whose stdout is redirected as a shell does it."""
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    line = f'"$0" -m ticketcli {call} {redirect}'
    ended = subprocess.run(
        ["sh", "-c", line, sys.executable], env=environment, capture_output=True, text=True, timeout=60
    )
    return ended.returncode, ended.stderr


def test_an_answer_that_cannot_be_written_leaves_the_number_on_stderr(ticket: Ticket, two: Path) -> None:
    full = process(two, "create x", "> /dev/full")
    closed = process(two, "create x --json", ">&-")

    assert full == (
        74,
        "ticket: #3 created, but the answer could not be written to stdout (no space left on device) — "
        "check where stdout goes\n",
    )
    assert closed[0] == 74 and json.loads(closed[1])["error"]["message"].startswith("#4 created, but the answer ")
    assert json.loads(ticket("show", "4", "--json").out)["subject"] == "x"
    assert process(two, "list", "> /dev/full")[0] == 74
    assert process(two, "list", ">&-")[0] == 74


def test_a_closed_standard_input_is_told(two: Path) -> None:
    text = "ticket: standard input is closed — pipe the text in, or name a file\n"
    assert process(two, "import - --source x", "<&-") == process(two, "create x -F -", "<&-") == (2, text)


def test_who_has_nothing_to_write_needs_no_stdout(two: Path) -> None:
    assert process(two, "comment 1 hi", ">&-")[0] == process(two, "take 1 -q", "> /dev/full")[0] == 0


@pytest.mark.parametrize(("call", "code"), [("log 1 2", 0), ("list --json", 0), ("create x", 74)])
def test_a_reader_that_has_seen_enough_ends_reads_quietly(two: Path, call: str, code: int) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    with open(theirs, "wb") as gone:
        ended = subprocess.run(
            [sys.executable, "-m", "ticketcli", *words(call)],
            env=environment, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip

    assert (ended.returncode, ended.stderr.startswith("ticket: #3 created, but")) == (code, code == 74)
    assert code == 74 or ended.stderr == ""
