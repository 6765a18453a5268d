"""`ticket export`: a desk with its history in a file, and back again without the loss of a byte."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.sandbox import content
from tests.cli.test_output_schemas import BIG, validator

LATER = "2026-03-05T09:00:00+08:00"


@pytest.fixture
def desk(ticket: Ticket, sandbox: Path) -> Path:
    """A desk on which nearly everything happened that can happen."""
    ticket("create", "--from", "-", "-q", stdin=json.dumps([BIG, {"subject": "=web1 is down"}, {"subject": "c"}]))
    for call in (
        "hold 1 --until 1d --reason vendor", "comment 1 news? --class requester", "comment 2 'yes --internal",
        "take 2", "resolve 3", "label 2 a,b c", "set 2 fields.deep=x requester.email=li@x.cn", "extend 2",
        "create again --dedup-key k", "resolve 1 --as dee", "reopen 1", "redact 2 --field comments --yes",
    ):  # fmt: skip
        assert ticket(*call.split(), "-q").code == 0, call
    ticket("sweep", "-q")
    ticket("sweep", "-q", "--now", LATER)
    return sandbox


@pytest.fixture
def empty(sandbox_template: Path, tmp_path: Path) -> Callable[[str], str]:
    """Makes an empty desk."""

    def make(name: str) -> str:
        shutil.copytree(sandbox_template, tmp_path / name)
        return str(tmp_path / name)

    return make


def exported(ticket: Ticket, desk: str, *words: str) -> str:
    answer = ticket("--desk", desk, "export", *words)
    assert answer.code == 0, answer.err
    return answer.out


@pytest.mark.parametrize("words", [(), ("-o", "csv")], ids=["jsonl", "csv"])
def test_an_export_imported_into_an_empty_desk_is_exported_the_same(
    ticket: Ticket, desk: Path, empty: Callable[[str], str], words: tuple[str, ...]
) -> None:
    text, new = exported(ticket, str(desk), *words), empty("new")
    Path("desk.txt").write_bytes(text.encode())
    assert ticket("--desk", new, "import", "desk.txt", "--now", LATER).code == 0

    assert exported(ticket, new, *words) == text
    assert exported(ticket, new) == exported(ticket, str(desk))
    assert ticket("--desk", new, "audit", "verify").code == 0
    assert ticket("--desk", new, "import", "desk.txt", "--now", LATER).err.endswith("3 were here already\n")
    assert ticket("--desk", new, "create", "next", "--now", LATER).out == "4\n"


def test_a_line_has_the_facts_and_the_events_of_a_ticket(ticket: Ticket, desk: Path) -> None:
    for line in exported(ticket, str(desk)).splitlines():
        found = json.loads(line)
        validator("exported").validate(found)
        shown = json.loads(ticket("show", str(found["id"]), "-o", "json", "--now", LATER).out)
        assert {key: found[key] for key in found if key != "events"} == {
            key: shown[key] for key in shown if key not in ("sla", "autoclose", "turn", "wake_at")
        }
        assert len(found["events"]) == found["version"]


def test_a_csv_without_events_opens_in_a_spreadsheet_without_formulas(ticket: Ticket, desk: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(ticket, str(desk), "-o", "csv", "--no-events"))))
    assert [row["subject"] for row in rows][1] == "'=web1 is down"
    assert rows[0]["requester.email"] == "li@x.cn" and "events" not in rows[0]


def test_a_csv_without_tickets_has_its_header(ticket: Ticket, desk: Path, empty: Callable[[str], str]) -> None:
    header = ticket("export", "-o", "csv").out.split("\n", 1)[0] + "\n"

    assert header.startswith("id,subject,") and header.endswith(",events\n")
    assert ticket("export", "-", "-o", "csv", stdin="") == (0, header, "")
    assert ticket("--desk", empty("new"), "export", "-o", "csv") == (0, header, "")
    assert ticket("export", "99", "-o", "csv").out == ""


def test_some_tickets_can_be_exported_by_their_numbers(ticket: Ticket, desk: Path) -> None:
    lines = exported(ticket, str(desk), "3", "#1").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1, 3]
    assert ticket("export", "9").code == 3
    assert ticket("export", "-", stdin="").out == ""


def test_rules_see_restored_tickets_in_the_next_sweep_and_tell_nobody(
    ticket: Ticket, sandbox: Path, empty: Callable[[str], str]
) -> None:
    ticket("create", "it is down", "--requester", "eve@x.cn", "-q")
    Path("desk.jsonl").write_text(exported(ticket, str(sandbox)))
    new = empty("new")
    assert ticket("--desk", new, "import", "desk.jsonl", "-q", "--now", LATER).code == 0
    assert ticket("--desk", new, "sweep", "-q", "--now", LATER).code == 0

    events = json.loads(ticket("--desk", new, "log", "1", "-o", "json").out)
    late = [event for event in events if event["kind"] in ("sla_breached", "escalated")]
    assert late and all(event["data"].get("silent") for event in late)
    after = "2026-03-05T18:00:00+08:00"
    assert ticket("--desk", new, "sweep", "-q", "--now", after).code == 0
    events = json.loads(ticket("--desk", new, "log", "1", "-o", "json").out)
    assert [event for event in events if event["data"].get("notified")], "what comes due later is told"


def test_closes_by_rules_that_are_restored_are_no_closes_of_this_day(
    ticket: Ticket, sandbox: Path, empty: Callable[[str], str]
) -> None:
    ticket("create", "a", "--requester", "eve@x.cn", "-q")
    ticket("resolve", "1", "-q")
    for day in range(2, 9):
        ticket("sweep", "-q", "--now", f"2026-03-0{day}T10:00:00+08:00")
    text = exported(ticket, str(sandbox))
    assert json.loads(text)["close_reason"], "the desk closed it by rule"
    Path("desk.jsonl").write_text(text)
    new = empty("new")
    assert ticket("--desk", new, "import", "desk.jsonl", "-q", "--now", "2026-03-09T10:00:00+08:00").code == 0
    marks = [line for line in content(Path(new)) if 'INTO "events"' in line and ",'closed'," in line]
    assert marks == []


def _first(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.update(status="closed"), "status is not what the events say: new"),
        (lambda t: t.update(id=0), "id: 0 is no ticket number"),
        (lambda t: t["events"].clear(), "a list is wanted, and at least one event"),
        (lambda t: t["events"].pop(0), "event 1: the first event is `created`, and no other"),
        (lambda t: t["events"][0].pop("actor"), "event 1: it does not fit its kind (KeyError: 'actor')"),
        (lambda t: t["events"][0].update(hash="x"), "event 1: unknown key 'hash'"),
        (lambda t: t["events"][0].update({"class": "god"}), "event 1: class: no such class: 'god'"),
        (lambda t: t["events"][0].update(kind="../x"), "event 1: kind: '../x' is no kind of event"),
        (lambda t: t["events"][0].update(at="today"), "event 1: not an instant: 'today'"),
        (lambda t: t["events"][0]["data"].update(subject=5), "subject a value of the wrong type"),
        (lambda t: t["events"][0]["data"].update(subject="a\0"), "event 1: data.subject: holds a NUL byte"),
        (lambda t: t["events"][0]["data"].update(priority=["x"]), "priority a value of the wrong type"),
        (lambda t: t["events"][0]["data"].pop("kind"), "event 1: it does not fit its kind (KeyError: 'kind')"),
        (lambda t: t["events"][1]["data"].update(notified=5), "event 2: data.notified: a list of objects is wanted"),
        (lambda t: t["events"][1].update(rule={"name": 1}), "event 2: it does not fit its kind (TypeError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_export_that_was_changed_is_refused_and_changes_nothing(
    ticket: Ticket, sandbox: Path, empty: Callable[[str], str], change: Callable[[Any], None], said: str
) -> None:
    ticket("create", "a", "-q")
    found, new = _first(exported(ticket, str(sandbox))), empty("new")
    change(found)
    Path("desk.jsonl").write_text(json.dumps(found))
    before = content(Path(new))
    answer = ticket("--desk", new, "import", "desk.jsonl")
    assert answer.code == 5 and said in answer.out
    assert content(Path(new)) == before


def test_a_number_that_is_taken_is_not_given_again(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "a", "-q")
    Path("desk.jsonl").write_text(exported(ticket, str(sandbox)))
    answer = ticket("import", "desk.jsonl")
    assert answer.code == 5 and "the number 1 is taken: an export goes into an empty desk" in answer.out
