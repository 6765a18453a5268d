"""Every door by which a text comes in, every sink by which it goes out, and what attackers write.

What is accepted comes back byte-equal in JSON; what is refused changes nothing; no sink for people, shells or
spreadsheets carries a character that acts there. Channels have the same in tests/channels.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer, Ticket
from tests.cli.test_completing import offered
from ticketcli.cli.escape import UNSAFE

ACTING = re.compile(f"[{UNSAFE}]")
TEXTS = {
    "escapes": "a \x1b]0;owned\x07\x1b[2J\x1b[31m b",
    "C1 escapes": "a \x9b31m \x90x\x9c b",
    "backspace": "rm\b\b ok\x7f",
    "bidi": "a \u202etxt.exe \u2066x\u2069",
    "invisible": "a\u200b\u2060\ufeff\u00adb",
    "tag characters": "a\U000e0041\U000e0042",
    "line separators": "a\u2028b\u2029c\x85d",
    "a formula": "=cmd|'/c calc'!A1",
    "another formula": "@SUM(1+1)",
    "a full-width formula": "＝1+1",
    "HTML": "<script>alert(1)</script><img src=http://x onerror=y>",
    "mentions": "@all @here <!channel> <@U1> @所有人",
    "templates": "{{ id }} {{ subject }} {% if x %} ${HOME} %(id)s {0}",
    "shell": "$(touch hacked) `touch hacked`; touch hacked && x | y > hacked",
    "options": "--help -o json",
    "traversal": "../../../../etc/passwd /etc/../hacked",
    "GitHub commands": "x%0A::set-output name=a::b ::add-mask::x",
    "Chinese and emoji": "打印机着火 👩‍💻 e\u0301",
    "quotes": "a \"b\" 'c' \\ , ; \t d",
}
LINES = {"a header": "a\r\nBcc: all@x.cn\r\n\r\nb", "many lines": "one\ntwo\n::error::x\n=1+1\n"}


def named(text: str) -> dict[str, Any]:
    return {"subject": "x", "fields": {"note": text}}


def csv_of(text: str) -> str:
    """A CSV of one row, as another system writes it."""
    out = io.StringIO()
    csv.writer(out).writerows([["id", "subject", "fields.note"], ["1", "x", text]])
    return out.getvalue()


def imported(ticket: Ticket, desk: Path, name: str, data: str) -> Answer:
    (desk / name).write_bytes(data.encode())
    mapped = ("--map", "id=key", "--map", "subject=subject", "--map", "fields.note=fields.note")
    words = mapped if name.endswith(".csv") else mapped[:2]
    return ticket("import", str(desk / name), "--source", f"old {desk.name}", "--encoding", "utf-8", *words)


def alerted(ticket: Ticket, desk: Path, text: str) -> Answer:
    alert = {"status": "firing", "fingerprint": desk.name, "labels": {"note": text}}
    return ticket("intake", "alertmanager", stdin=json.dumps({"alerts": [alert]}))


Door = Callable[[Ticket, Path, str], Answer]
Place = Callable[[dict[str, Any]], Any]


def note_of(found: dict[str, Any]) -> Any:
    return found["fields"]["note"]


DOORS: dict[str, tuple[Door, Place]] = {
    "create": (lambda ticket, _, text: ticket("create", "--", text), lambda found: found["subject"]),
    "create --body": (lambda ticket, _, text: ticket("create", "x", f"--body={text}"), lambda f: f["description"]),
    "create -F -": (lambda ticket, _, text: ticket("create", "x", "-F", "-", stdin=text), lambda f: f["description"]),
    "create --field": (lambda ticket, _, text: ticket("create", "x", "--field", f"note={text}"), note_of),
    "create --asset": (lambda ticket, _, text: ticket("create", "x", f"--asset={text}"), lambda found: found["asset"]),
    "create --from -": (lambda ticket, _, t: ticket("create", "--from", "-", stdin=json.dumps(named(t))), note_of),
    "dedup key": (lambda ticket, _, text: ticket("create", "x", f"--dedup-key={text}"), lambda f: f["dedup_key"]),
    "import CSV": (lambda ticket, desk, text: imported(ticket, desk, "a.csv", csv_of(text)), note_of),
    "import JSONL": (
        lambda ticket, desk, text: imported(ticket, desk, "a.jsonl", json.dumps({"id": "1", **named(text)}) + "\n"),
        note_of,
    ),
    "intake": (alerted, lambda found: found["fields"]["alert"]["note"]),
}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_accepted_comes_back_as_it_came(ticket: Ticket, sandbox: Path, door: str) -> None:
    go_in, place = DOORS[door]
    several = LINES if door in ("create --body", "create -F -", "create --field", "import JSONL", "intake") else {}
    for number, (name, text) in enumerate({**TEXTS, **several}.items(), 1):
        source = sandbox / f"{number}"
        source.mkdir()
        answer = go_in(ticket, source, text)
        assert answer.code == 0, (name, answer)
        assert not ACTING.search(answer.err.replace("\n", "")), name
        ids = ticket("list", "kind:any", "--sort", "-id", "--limit", "1", "-o", "ids").out.strip()
        assert place(json.loads(ticket("show", ids, "--json").out)) == text, name
    assert not list(Path.cwd().rglob("hacked"))


REFUSED = {"NUL": "a\0b", "half a surrogate": "a\ud800b"}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("door", ["create --from -", "import JSONL", "intake"])
def test_what_no_store_can_hold_is_refused_and_changes_nothing(
    ticket: Ticket, sandbox: Path, door: str, text: str
) -> None:
    answer = DOORS[door][0](ticket, sandbox, text)
    assert answer.code == 5, answer
    assert ticket("list", "kind:any", "-o", "ids").out == ""


LARGE = "x" * (10 << 20)


@pytest.mark.parametrize("door", ["create -F -", "create --from -", "import CSV", "import JSONL"])
def test_a_line_of_ten_megabytes_is_refused_and_changes_nothing(ticket: Ticket, sandbox: Path, door: str) -> None:
    answer = DOORS[door][0](ticket, sandbox, LARGE)
    assert answer.code == 5, answer.err[:300]
    assert len(answer.out + answer.err) < 2000
    assert ticket("list", "kind:any", "-o", "ids").out == ""


@pytest.fixture
def everywhere(ticket: Ticket, sandbox: Path) -> Iterator[tuple[Path, str]]:
    """A desk whose first ticket carries all hostile texts at once, wherever a text may stand."""
    text = " ".join(TEXTS.values())[:480]
    facts: dict[str, Any] = {"subject": text, "description": text, "asset": text, "fields": {"note": text, "n": [text]}}
    facts |= {"requester": {"name": text, "email": "lee@x.cn"}, "dedup_key": text, "external_ids": {"x": text}}
    assert ticket("create", "--from", "-", stdin=json.dumps(facts)).code == 0
    assert ticket("comment", "1", "-F", "-", stdin=text).code == 0
    assert ticket("hold", "1", "--until", "2026-03-05", f"--reason={text}").code == 0
    yield sandbox, text


PEOPLE = {
    "list": ["list"],
    "list --fields": ["list", "--fields", "id,asset,fields.note,requester.name,description"],
    "show": ["show", "1"],
    "show --why": ["show", "1", "--why"],
    "log": ["log", "1"],
    "explain": ["rules", "explain", "1"],
    "forecast": ["forecast", "1", "--for", "7d"],
    "outbox": ["outbox", "list", "--state", "all"],
    "GitHub": ["create", "x", "-o", "github"],
    "a repeat": ["comment", "1", "x", "-v"],
    "a dry run": ["resolve", "1", "--dry-run"],
}


@pytest.mark.parametrize("words", PEOPLE.values(), ids=PEOPLE)
def test_nothing_acts_on_a_terminal(ticket: Ticket, everywhere: tuple[Path, str], words: list[str]) -> None:
    answer = ticket(*words)
    assert answer.code == 0, answer
    assert not ACTING.search((answer.out + answer.err).replace("\n", ""))


def test_nothing_acts_in_an_error(ticket: Ticket, everywhere: tuple[Path, str]) -> None:
    _, text = everywhere
    for words in (["show", text], ["list", text], ["create", "x", "--team", text], ["move", "1", text], [text]):
        answer = ticket(*words)
        assert answer.code in (2, 3, 5), answer
        assert not ACTING.search(answer.err.replace("\n", "")), words


def test_a_spreadsheet_takes_no_cell_for_a_formula(ticket: Ticket, sandbox: Path) -> None:
    for text in TEXTS.values():
        ticket("create", "--", text)
    for words in (["list", "-o", "csv"], ["export", "-o", "csv"]):
        rows = list(csv.reader(io.StringIO(ticket(*words).out, newline="")))
        assert len(rows) == len(TEXTS) + 1
        cells = [cell for row in rows for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝", "＠"))] == []


def test_json_holds_every_text_and_shows_none_that_acts(ticket: Ticket, everywhere: tuple[Path, str]) -> None:
    _, text = everywhere
    for words in (["show", "1", "--json"], ["list", "-o", "json"], ["log", "1", "-o", "jsonl"]):
        out = ticket(*words).out
        assert not ACTING.search(out.replace("\n", ""))
        assert _holds(out, text), words


def _holds(out: str, text: str) -> bool:
    """Whether some value in the JSON is that text."""

    def values(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from values(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from values(inner)
        elif isinstance(value, str):
            yield value

    return any(one == text for line in out.splitlines() for one in values(json.loads(line)))


def test_completion_offers_numbers_and_shows_subjects_that_do_not_act(everywhere: tuple[Path, str]) -> None:
    desk, _ = everywhere
    ((value, said),) = offered(desk, "ticket show ")
    assert value == "1"
    assert not ACTING.search(said)


def test_no_text_became_a_file(ticket: Ticket, everywhere: tuple[Path, str]) -> None:
    desk, _ = everywhere
    ticket("sweep")
    before = sorted(os.listdir(desk))
    for words in (["doctor"], ["export", "-o", "jsonl"], ["backup", str(desk.parent / "b.json")]):
        ticket(*words)
    assert sorted(os.listdir(desk)) == before
    assert not list(desk.parent.rglob("hacked"))
