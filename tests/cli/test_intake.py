"""`ticket intake`, as pipelines and webhooks call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket
from tests.cli.test_at_once import at_once
from tests.intake.test_payload import SAMPLES
from ticketcli.errors import Unavailable
from ticketcli.services import steps

CASE = '<testcase classname="s" name="{}">{}</testcase>'


def report(desk: Path, **cases: bool) -> str:
    """A report in which the cases that are false fail."""
    told = "".join(CASE.format(name, "" if well else "<failure message='no'/>") for name, well in cases.items())
    (desk / "r.xml").write_text(f"<testsuite name='s'>{told}</testsuite>")
    return str(desk / "r.xml")


def listed(ticket: Ticket) -> list[tuple[str, str, int]]:
    found = json.loads(ticket("list", "kind:any", "--sort", "id", "-o", "json").out)
    return [(one["subject"], one["status"], one["occurrences"]) for one in found]


def test_red_red_green_red_is_one_ticket_per_case(ticket: Ticket, sandbox: Path) -> None:
    for wells in (False, False, True, False):
        answer = ticket("intake", "junit", report(sandbox, a=wells, b=True), "--scope", "unit")
        assert answer.code == 0, answer
    assert listed(ticket) == [("a fails: no", "open", 3)]


def test_mappings_of_the_desk_are_named_too(ticket: Ticket, sandbox: Path) -> None:
    (sandbox / "rules/intake/monitor.yaml").write_text("intake: []\n")

    assert "grafana, monitor, sentry" in ticket("intake", "generic", "--mapping", "x").err
    assert "did you mean monitor?" in ticket("intake", "generic", "--mapping", "monitr").err


def test_another_scope_is_another_thing(ticket: Ticket, sandbox: Path) -> None:
    for scope in ("main", "branch"):
        ticket("intake", "junit", report(sandbox, a=False), "--scope", scope)
    ticket("intake", "junit", report(sandbox, a=True), "--scope", "main")
    assert [status for _, status, _ in listed(ticket)] == ["resolved", "new"]


def test_all_of_a_report_is_one_commit(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("intake", "junit", report(sandbox, a=False, b=False), "--team", "nobody")
    assert (answer.code, answer.out) == (3, "")
    assert listed(ticket) == []


def test_a_dry_run_says_what_would_be_opened(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("intake", "junit", report(sandbox, a=False), "--dry-run")
    assert answer.code == 0
    assert "would be created" in answer.err
    assert listed(ticket) == []


def test_the_same_call_under_a_key_counts_once(ticket: Ticket, sandbox: Path) -> None:
    for _ in range(2):
        assert ticket("intake", "junit", report(sandbox, a=False), "--idempotency-key", "job 7").code == 0
    assert listed(ticket) == [("a fails: no", "new", 1)]


@pytest.mark.parametrize("each", [(), ("--each",)], ids=["in one", "each"])
def test_a_repeat_under_a_key_is_told_by_its_report_whatever_the_desk_holds_by_then(
    ticket: Ticket, sandbox: Path, each: tuple[str, ...]
) -> None:
    ticket("intake", "junit", report(sandbox, a=False, b=False, c=False))
    call = ("intake", "junit", report(sandbox, a=True, b=True, c=False, d=False), "--json", *each)
    first = ticket(*call, "--idempotency-key", "job 7")
    again = ticket(*call, "--idempotency-key", "job 7")
    other = ticket(*call, "--max-tickets", "7", "--idempotency-key", "job 7")

    done = [(one["id"], one["action"]) for one in json.loads(first.out)["results"]]
    told = [(one["id"], one["action"]) for one in json.loads(again.out)["results"]]
    assert done == [(3, "updated"), (4, "created"), (1, "updated"), (2, "updated")]
    assert (again.code, told) == (0, done[:2] if each else done)  # whoever is resolved is asked about no more
    assert other.code == (7 if each else 6)
    assert [status for _, status, _ in listed(ticket)] == ["resolved", "resolved", "new", "new"]


def test_with_each_a_repeat_under_a_key_does_what_is_left(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket("intake", "junit", report(sandbox, a=False, b=False))
    call = ("intake", "junit", report(sandbox, a=True, b=True), "--each", "--idempotency-key", "job 7")
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_alone", _first_only)
        ticket(*call)
    once = [status for _, status, _ in listed(ticket)]
    ticket(*call)

    assert once == ["resolved", "new"]
    assert [status for _, status, _ in listed(ticket)] == ["resolved", "resolved"]


_alone = steps._alone


def _first_only(session: Any, options: Any, work: Any, number: int) -> steps.Result:
    if number:
        raise Unavailable("killed", "")
    return _alone(session, options, work, number)


def test_annotations_carry_no_command_of_the_test_s_own(ticket: Ticket, sandbox: Path) -> None:
    (sandbox / "r.xml").write_text(
        "<testsuite><testcase name='a'><failure message='x&#10;::set-output name=a::b%0A'/></testcase></testsuite>"
    )
    answer = ticket("intake", "junit", str(sandbox / "r.xml"), "-o", "github")
    assert answer.out == "::warning title=ticket 1 created::a fails: x ::set-output name=a::b%250A\n"


def test_an_annotation_without_a_subject_begins_with_its_reason(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "red", "--dedup-key", "k")
    ticket("resolve", "1")
    again = ticket("resolve", "--dedup-key", "k", "--if-exists", "-o", "github")
    assert again.out == "::notice title=ticket 1 unchanged::(no unresolved ticket has that key)\n"


def test_an_alert_opens_repeats_and_resolves(ticket: Ticket, sandbox: Path) -> None:
    payload = (SAMPLES / "alertmanager-firing.json").read_text()
    for text in (payload, payload, payload.replace('"firing"', '"resolved"')):
        assert ticket("intake", "alertmanager", stdin=text).code == 0
    (found,) = json.loads(ticket("list", "kind:any", "-o", "json").out)
    assert (found["status"], found["occurrences"], found["source"]) == ("resolved", 2, "alert")
    assert "Resolved at 0001-01-01T00:00:00Z" in ticket("log", "1").out


def test_what_the_mapping_does_not_speak_of_changes_nothing(ticket: Ticket, sandbox: Path) -> None:
    answer = ticket("intake", "generic", "--mapping", "github", stdin='{"zen": "x"}')
    assert (answer.code, answer.out) == (0, "")
    assert "nothing in it" in answer.err


def test_an_unresolved_key_that_nobody_holds_is_no_error(ticket: Ticket, sandbox: Path) -> None:
    payload = (SAMPLES / "sentry-resolved.json").read_text()
    answer = ticket("intake", "generic", "--mapping", "sentry", "-o", "json", stdin=payload)
    assert [one["action"] for one in json.loads(answer.out)["results"]] == ["unchanged"]


def test_a_mapping_that_ships_can_be_printed_without_a_desk(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "intake:" in ticket("intake", "generic", "--mapping", "grafana", "--template").out


HOSTILE: dict[str, tuple[str, int]] = {
    "no JSON": ("{", 5),
    "a key twice": ('{"a": 1, "a": 2}', 5),
    "NaN": ('{"a": NaN}', 5),
    "deep": ("[" * 100_000, 5),
    "half a surrogate": ('{"alerts": [{"status": "firing", "fingerprint": "\\ud800", "labels": {}}]}', 5),
    "alerts that are no list": ('{"alerts": {"status": "firing"}}', 5),
    "nothing to tell it by": ('{"alerts": [{"status": "firing"}]}', 5),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_payload_is_refused_and_changes_nothing(ticket: Ticket, sandbox: Path, text: str, code: int) -> None:
    answer = ticket("intake", "alertmanager", stdin=text)
    assert (answer.code, answer.out) == (code, ""), answer
    assert listed(ticket) == []


def test_texts_come_back_as_they_came(ticket: Ticket, sandbox: Path) -> None:
    text = "\x1b[2J <script> =1+1 @all $(id) ../../x {{ id }} \u202e"
    alert: dict[str, Any] = {"status": "firing", "fingerprint": "f", "labels": {"x": text}, "annotations": {}}
    assert ticket("intake", "alertmanager", stdin=json.dumps({"alerts": [alert]})).code == 0
    assert json.loads(ticket("show", "1", "--json").out)["fields"]["alert"]["x"] == text
    assert "\x1b" not in ticket("show", "1").out


def test_jobs_at_once_have_one_ticket_between_them(ticket: Ticket, sandbox: Path) -> None:
    red = "t create red --dedup-key k --reopen-within 7d --source ci -q --lock-timeout 60s"
    green = "t resolve --dedup-key k --if-exists -q --lock-timeout 60s"
    for script in (red, green, red):
        assert [code for code, _, _ in at_once([script] * 6)] == [0] * 6
    assert listed(ticket) == [("red", "open", 12)]
