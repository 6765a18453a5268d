"""The commands that change tickets: what each does, prints, and answers as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer, Ticket
from tests.cli.sandbox import content

LEE = "lee@x.cn"
TEN = "2026-03-02T10:00:00+08:00"


def shown(ticket: Ticket, id: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ticket("show", str(id), "--json").out)
    return found


def kinds(ticket: Ticket, id: int = 1) -> list[str]:
    return [event["kind"] for event in json.loads(ticket("log", str(id), "--json").out)]


def results(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.out)["results"]
    return found


@pytest.fixture
def one(ticket: Ticket, sandbox: Path) -> int:
    """A ticket that bob has to work on."""
    assert ticket("create", "disk full", "--requester", LEE, "--assignee", "bob").out == "1\n"
    return 1


def test_create_prints_the_number_and_nothing_else(ticket: Ticket, sandbox: Path) -> None:
    assert ticket("create", "Printer on fire") == (
        0, "1\n", "#1 created: new, normal, servicedesk / bob\n",
    )  # fmt: skip
    assert ticket("create", "again", "-q") == (0, "2\n", "")


def test_create_keeps_what_it_is_given(ticket: Ticket, sandbox: Path) -> None:
    ticket(
        *("create", "磁盘满", "--body", "df says 100%", "--category", "database", "--priority", "low"),
        *("--label", "prod", "--label", "PROD", "--field", "region=north", "--requester", LEE, "--tier", "vip"),
        *("--asset", "db3", "--team", "ops", "--assignee", "ann", "--source", "email", "--answered"),
    )
    found = shown(ticket)

    assert {key: found[key] for key in ("subject", "description", "category", "priority", "labels", "fields")} == {
        "subject": "磁盘满", "description": "df says 100%", "category": "database", "priority": "low",
        "labels": ["prod"], "fields": {"region": "north"},
    }  # fmt: skip
    assert (found["requester"]["email"], found["requester"]["tier"]) == (LEE, "vip")
    assert (found["asset"], found["team"], found["assignee"], found["source"]) == ("db3", "ops", "ann", "email")
    assert found["chosen"] == ["priority", "team", "assignee", "category"]
    assert found["sla"]["first_response"]["state"] == "met"


def test_many_tickets_come_in_by_one_commit_or_none(ticket: Ticket, sandbox: Path) -> None:
    before = content(sandbox)
    refused = ticket("create", "--from", "-", stdin='{"subject": "a"}\n{"subject": "b", "team": "opps"}\n')

    assert refused == (3, "", "ticket: line 2: no team 'opps' — did you mean ops?\n")
    assert content(sandbox) == before
    assert ticket("create", "--from", "-", "-q", stdin='{"subject": "a"}\n{"subject": "b"}\n').out == "1\n2\n"


def test_each_takes_what_is_right_and_names_what_is_not(ticket: Ticket, sandbox: Path) -> None:
    text = '{"subject": "a"}\n{"subject": "b", "team": "opps"}\n{"subject": "c"}\n'
    code, out, err = ticket("create", "--from", "-", "--each", stdin=text)

    assert (code, out) == (7, "1\n2\n")
    assert err.splitlines()[1] == "refused: line 2: no team 'opps' — did you mean ops?"
    assert err.splitlines()[-1] == "ticket: 1 of 3 refused: line 2 — the others are done"


def test_a_dedup_key_is_held_by_one_unresolved_ticket(
    ticket: Ticket, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = ("create", "build is red", "--source", "ci", "--dedup-key", "build/main", "--json")
    actions = [results(ticket(*call))[0]["action"], results(ticket(*call))[0]["action"]]
    ticket("resolve", "--dedup-key", "build/main")
    again = results(ticket(*call, "--reopen-within", "7d"))[0]
    ticket("resolve", "--dedup-key", "build/main")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-20T09:00:00+08:00")
    late = results(ticket(*call, "--reopen-within", "7d"))[0]

    assert actions == ["created", "updated"]
    assert (again["id"], again["action"], again["ticket"]["occurrences"]) == (1, "reopened", 3)
    assert (late["id"], late["action"], late["ticket"]["links"]) == (2, "created", [{"kind": "follows", "id": 1}])


def test_a_resolved_key_without_a_window_opens_a_linked_ticket(ticket: Ticket, sandbox: Path) -> None:
    call = ("create", "build is red", "--dedup-key", "build/main", "-q")
    ticket(*call)
    ticket("resolve", "1")

    assert ticket(*call).out == "2\n"
    assert shown(ticket, 2)["links"] == [{"kind": "follows", "id": 1}]


def test_resolving_a_key_that_nobody_holds(ticket: Ticket, sandbox: Path) -> None:
    code, out, err = ticket("resolve", "--dedup-key", "build/main")
    calm = ticket("resolve", "--dedup-key", "build/main", "--if-exists", "--json")

    assert (code, out) == (3, "")
    assert err == "ticket: no unresolved ticket has the key 'build/main' — add --if-exists where that is no error\n"
    assert results(calm) == [
        {"id": None, "action": "unchanged", "reason": "no unresolved ticket has that key", "ticket": None}
    ]
    assert ticket("resolve", "--dedup-key", "build/main", "--if-exists") == (
        0, "", "unchanged: no unresolved ticket has that key\n",
    )  # fmt: skip


MOVES: dict[str, tuple[str, str]] = {
    "start 1": ("open", "moved"),
    "wait 1": ("pending", "moved"),
    "resolve 1": ("resolved", "resolved"),
    "close 1": ("closed", "closed"),
    "close 1 --reason duplicate": ("closed", "closed"),
    "move 1 pending": ("pending", "moved"),
    "move 1 closed --reason archived": ("closed", "closed"),
    "start 1 --to open": ("open", "moved"),
}


@pytest.mark.parametrize("call", MOVES)
def test_a_move_is_done_once(ticket: Ticket, one: int, call: str) -> None:
    status, kind = MOVES[call]
    first, second = ticket(*call.split(), "--json"), ticket(*call.split(), "--json")

    assert (results(first)[0]["action"], results(second)[0]["action"]) == ("updated", "unchanged")
    assert results(first)[0]["ticket"]["status"] == status
    assert kinds(ticket).count(kind) == 1
    assert first.err == second.err == ""


def test_close_reasons_stand_on_the_ticket(ticket: Ticket, sandbox: Path) -> None:
    for reason in (None, "duplicate"):
        ticket("create", "x")
        ticket("close", "1" if reason is None else "2", *([] if reason is None else ["--reason", reason]))

    assert [shown(ticket, id)["close_reason"] for id in (1, 2)] == ["handled", "duplicate"]


def test_reopen_goes_back_to_work(ticket: Ticket, one: int) -> None:
    ticket("close", "1")
    answer = ticket("reopen", "1", "--json")

    assert (results(answer)[0]["action"], results(answer)[0]["ticket"]["status"]) == ("reopened", "open")
    assert ticket("reopen", "1").err == "#1 unchanged: open, normal, servicedesk / bob\n"


def test_take_assigns_and_starts(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "x")
    answer = ticket("take", "1")

    assert answer.err == "#1 updated: open, normal, servicedesk / ann\n"
    assert kinds(ticket)[-2:] == ["assigned", "moved"]
    assert ticket("take", "1").err.startswith("#1 unchanged")


def test_what_somebody_else_took_is_refused(ticket: Ticket, one: int) -> None:
    ticket("take", "1", "--as", "bob")

    assert ticket("take", "1") == (
        6, "", "ticket: #1 is taken by bob — agree with bob, then: ticket assign 1 ann\n",
    )  # fmt: skip


def test_who_is_no_person_of_the_desk_is_not_advised_to_assign_it_to_himself(ticket: Ticket, one: int) -> None:
    ticket("take", "1", "--as", "bob")

    assert ticket("take", "1", "--as", "eve").err.endswith("then: ticket assign 1 --nobody, and take it\n")
    assert ticket("assign", "1", "--nobody").code == 0
    assert ticket("take", "1", "--as", "eve").code == 0


@pytest.mark.parametrize("name", ["a\tb", "b\u202eob", "x" * 81], ids=["a tab", "bidi", "too long"])
def test_nobody_acts_under_what_is_no_name(ticket: Ticket, sandbox: Path, one: int, name: str) -> None:
    before = content(sandbox)
    code, out, err = ticket("take", "1", "--as", name)

    assert (code, out) == (5, "") and err.startswith("ticket: --as: ") and err.count("\n") == 1
    assert content(sandbox) == before


def test_assign_to_somebody_and_to_nobody(ticket: Ticket, one: int) -> None:
    ticket("assign", "1", "cai")
    assert shown(ticket)["assignee"] == "cai"
    ticket("assign", "1", "--nobody")
    assert shown(ticket)["assignee"] is None


def test_set_takes_any_key_and_takes_values_away(ticket: Ticket, one: int) -> None:
    words = ["priority=urgent", "category=network", "tier=vip", "fields.region=north", "external_ids.jira=OPS-1"]
    ticket("set", "1", *words, "subject=Disk is full", "team=ops")
    found = shown(ticket)

    assert (found["priority"], found["category"], found["team"]) == ("urgent", "network", "ops")
    assert (found["requester"]["tier"], found["fields"], found["external_ids"]) == (
        "vip", {"region": "north"}, {"jira": "OPS-1"},
    )  # fmt: skip
    ticket("set", "1", "category=", "fields.region=")
    assert (shown(ticket)["category"], shown(ticket)["fields"]) == (None, {})


def test_labels_come_and_go_whatever_their_spelling(ticket: Ticket, one: int) -> None:
    ticket("label", "1", "Prod", "生产")
    again = ticket("label", "1", "PROD", "--json")
    ticket("label", "1", "--remove", "prod")

    assert results(again)[0]["action"] == "unchanged"
    assert shown(ticket)["labels"] == ["生产"]


def test_comments_answer_the_requester_unless_internal(ticket: Ticket, one: int) -> None:
    ticket("comment", "1", "between us", "--internal")
    assert shown(ticket)["first_responded_at"] is None
    ticket("comment", "1", "on it")
    assert shown(ticket)["first_responded_at"] == "2026-03-02T01:00:00Z"


def test_a_requesters_reply_reopens_and_a_late_one_follows_up(
    ticket: Ticket, one: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket("close", "1")
    soon = ticket("comment", "1", "not yet", "--class", "requester", "--json")
    ticket("close", "1")
    monkeypatch.setenv("TICKETCLI_NOW", "2026-03-20T09:00:00+08:00")
    late = ticket("comment", "1", "again", "--class", "requester")

    assert results(soon)[0]["action"] == "reopened"
    assert late.code == 0
    assert late.err == (
        "#2 created (follows #1, which ended before the reopening window): new, normal, servicedesk / bob\n"
    )
    assert shown(ticket, 2)["description"] == "again"


def test_hold_and_unhold(ticket: Ticket, one: int) -> None:
    ticket("hold", "1", "--until", "3d", "--reason", "vendor")
    assert shown(ticket)["hold"] == {"until": "2026-03-05T01:00:00Z", "reason": "vendor"}
    ticket("unhold", "1")
    assert shown(ticket)["hold"] is None
    assert ticket("unhold", "1").err.startswith("#1 unchanged")


def test_extend_restarts_the_wait_or_moves_its_end(
    ticket: Ticket, one: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket("resolve", "1")
    assert shown(ticket)["autoclose"]["close_at"] == "2026-03-04T01:00:00Z"
    monkeypatch.setenv("TICKETCLI_NOW", TEN)
    ticket("extend", "1")
    assert shown(ticket)["autoclose"]["close_at"] == "2026-03-04T02:00:00Z"
    ticket("extend", "1", "--by", "1d")
    assert shown(ticket)["autoclose"]["close_at"] == "2026-03-05T02:00:00Z"


def test_route_gives_a_ticket_back_to_the_rules(ticket: Ticket, one: int) -> None:
    ticket("set", "1", "category=network", "assignee=dee")
    ticket("route", "1")
    found = shown(ticket)

    assert (found["team"], found["chosen"]) == ("ops", [])


def test_confirm_needs_a_question(ticket: Ticket, one: int) -> None:
    assert ticket("confirm", "1") == (
        6, "", "ticket: #1 waits for no confirmation — close it yourself: ticket close 1\n",
    )  # fmt: skip


def test_one_refusal_refuses_all_and_says_what_became_of_each(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "--from", "-", stdin='[{"subject": "a"}, {"subject": "b"}]')
    before = content(sandbox)
    plain, machine = ticket("close", "1", "99", "2"), ticket("close", "1", "99", "2", "--json")

    assert plain[:2] == machine[:2] == (3, "")
    assert plain.err.startswith("ticket: no ticket #99 — ") and plain.err.count("\n") == 1
    assert [row["action"] for row in json.loads(machine.err)["error"]["results"]] == [
        "not_tried", "refused", "not_tried",
    ]  # fmt: skip
    assert content(sandbox) == before


def test_with_each_the_others_are_done(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "--from", "-", stdin='[{"subject": "a"}, {"subject": "b"}]')
    code, out, err = ticket("close", "1", "99", "2", "--each", "--json")

    assert code == 7
    assert [row["action"] for row in json.loads(out)["results"]] == ["updated", "refused", "updated"]
    assert json.loads(err)["error"]["code"] == "incomplete"
    assert [shown(ticket, id)["status"] for id in (1, 2)] == ["closed", "closed"]


FORMATS = {
    "ids": "1\n",
    "csv": "id,action,reason\n1,updated,\n",
    "table": "",
}


@pytest.mark.parametrize("output", FORMATS)
def test_writes_answer_in_the_form_asked_for(ticket: Ticket, one: int, output: str) -> None:
    assert ticket("close", "1", "-o", output) == (
        0, FORMATS[output], "#1 updated: closed, normal, servicedesk / bob\n",
    )  # fmt: skip


def test_json_and_jsonl_answers_name_run_and_ticket(ticket: Ticket, one: int) -> None:
    whole = json.loads(ticket("start", "1", "-o", "json").out)
    line = json.loads(ticket("close", "1", "-o", "jsonl").out)

    assert list(whole) == ["run", "results"]
    assert list(whole["results"][0]) == list(line) == ["id", "action", "reason", "ticket"]
    assert json.loads(ticket("log", "1", "--json").out)[-1]["run"] != whole["run"]
    assert whole["run"] in {event["run"] for event in json.loads(ticket("log", "1", "--json").out)}
    assert line["ticket"] == shown(ticket)


def test_ending_more_than_twenty_at_once_needs_a_yes(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "--from", "-", stdin=json.dumps([{"subject": f"t{n}"} for n in range(21)]))
    ids = [str(id) for id in range(1, 22)]
    before = content(sandbox)

    assert ticket("close", *ids) == (
        4, "", "ticket: this would close 21 tickets, and nobody is there to confirm it — add --yes if that is meant\n",
    )  # fmt: skip
    assert ticket("move", *ids, "open").code == 4
    assert content(sandbox) == before
    assert ticket("close", *ids, "--dry-run").code == 0
    assert ticket("take", *ids).code == ticket("close", *ids[:20]).code == 0
    assert ticket("close", *ids, "--yes").code == 0
    assert shown(ticket, 21)["status"] == "closed"


def test_the_log_names_the_labels_that_changed_and_no_other_spelling(ticket: Ticket, one: int) -> None:
    ticket("label", "1", "Prod", "prod", "ＰＲＯＤ")
    ticket("label", "1", "--remove", "PROD", "--remove", "prod")
    changes = [event["data"] for event in json.loads(ticket("log", "1", "--json").out) if event["kind"] == "labelled"]
    assert changes == [{"add": ["Prod"]}, {"remove": ["Prod"]}]
