"""Scenarios as they are played: steps, given pasts, and what expectations say of the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import LEE, World
from tests.rulebook.scenario_files import HEAD, RULES, TICKET, came, differences, lines, played, read
from ticketcli.domain.instants import format_instant
from ticketcli.domain.scenario import Case, Do, Spot
from ticketcli.services.playing import Playing, caller_of

RESOLVED = HEAD + "  ticket: {subject: Printer, requester: {email: lee@x.cn}, status: resolved}\n"


def test_what_passes_has_no_differences() -> None:
    assert played(TICKET + "  expect: {priority: urgent, team: desk, assignee: ann}\n").outcome == "passed"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({}, "ann"),
        ({"class_": "bot"}, "bot"),
        ({"class_": "requester"}, "lee@x.cn"),
        ({"as_": "cai", "class_": "bot"}, "cai"),
    ],
    ids=["nothing: the assignee", "a bot", "the requester", "somebody named"],
)
def test_who_acts_follows_from_the_step_and_the_ticket(said: dict[str, Any], name: str) -> None:
    world = World()
    world.create(requester=LEE, assignee="ann")
    caller = caller_of(Do(0, Spot(), "", "comment", {})._replace(**said), world.ticket(1))

    assert (caller.name, caller.given) == (name, said.get("class_"))


def test_what_fails_says_what_was_wanted_what_came_and_when_and_where() -> None:
    outcome = played(TICKET + lines("{at: +2h, expect: {status: open}}") + "  expect: {priority: low}\n")

    assert differences(outcome) == [("status", "open", "new"), ("priority", "low", "urgent")]
    assert [format_instant(one.at) for one in outcome.differences] == ["2026-03-02T03:00:00Z"] * 2
    assert [one.spot.line for one in outcome.differences] == [14, 15]
    assert outcome.outcome == "failed"


def test_what_a_command_would_refuse_is_an_error_at_its_step() -> None:
    outcome = played(TICKET + lines("{at: +1h, do: resolve}", "{at: +2h, do: {move: nope}}"))

    assert outcome.outcome == "error"
    assert [(one.spot.line, one.code) for one in outcome.troubles] == [(15, "refused")]
    assert "no status 'nope'" in outcome.troubles[0].message


@pytest.mark.parametrize(
    ("do", "expect"),
    [
        ("{comment: fixed}", "{comment_count: 1, first_responded_at: +1h, last_agent_at: +1h}"),
        ("{comment: {text: note, internal: true}}", "{comment_count: 1, first_responded_at: null}"),
        ("{comment: {class: requester, text: hello}}", "{last_requester_at: +1h, unanswered: {over: 1h}}"),
        ("{comment: {as: lee@x.cn, text: hello}}", "{last_requester_at: +1h}"),
        ("{comment: {class: bot, text: beep}}", "{last_activity_at: +0s}"),
        ("{assign: bob}", "{assignee: bob, chosen: [assignee]}"),
        ("{assign: {nobody: true}}", "{assignee: null}"),
        ("{take: {as: bob}}", "{assignee: bob, status: open}"),
        ("{set: {priority: low, fields.region: north, as: bob}}", "{priority: low, fields.region: north}"),
        ("{label: prod}", "{labels: [PROD]}"),
        ("{label: {add: [a, b]}}", "{labels: [b, a]}"),
        ("{move: pending}", "{status: pending, status.kind: waiting}"),
        ("start", "{status: open}"),
        ("wait", "{status: pending}"),
        ("resolve", "{status: resolved, resolved_at: +1h}"),
        ("{close: duplicate}", "{status: closed, close_reason: duplicate}"),
        ("{close: }", "{close_reason: handled}"),
        ("{hold: 3h}", "{hold.until: +4h}"),
        ("{hold: {until: +3h, reason: vendor}}", "{hold.until: 2026-03-02T12:00:00+08:00, hold.reason: vendor}"),
        ("hold", "{hold: {exists: true}, hold.until: null}"),
        ("{route: {as: bob}}", "{assignee: ann}"),
        ("undo", "{team: null, assignee: null, chosen: [team, assignee]}"),
        ("{undo: {as: bob}}", "{touched_at: +1h, assignee: null}"),
    ],
)
def test_a_verb_does_what_its_command_does(do: str, expect: str) -> None:
    assert came(TICKET + lines(f"{{at: +1h, do: {do}}}") + f"  expect: {expect}\n") == "passed"


def test_a_person_confirms_who_may() -> None:
    asks = HEAD.replace("remind: [24h, 1h]", "remind: [24h], confirm: supervisor")
    text = asks + "  ticket: {subject: x, requester: {email: lee@x.cn}, status: resolved}\n"
    steps = ("{sweep: 1h, until: +50h}", "{at: +50h, do: {confirm: {as: %s}}}")

    closed = came(text + lines(*steps) % "bob" + "  expect: {status: closed, events: [reminded, confirm_asked]}\n")
    refused = came(text + lines(*steps) % "ann")

    assert closed == "passed"
    assert "needs a supervisor" in refused


def test_undo_takes_back_the_last_decision_only() -> None:
    steps = ("{sweep: 1h, until: +48h}", "{at: +49h, do: undo}", "{sweep: 1h, until: +9d}")

    assert came(RESOLVED + lines(*steps) + "  expect: {status: resolved, team: desk, closed_at: null}\n") == "passed"


def test_undo_drops_what_has_not_left_yet() -> None:
    chat = RULES + "    channels: {chat: {type: file, path: out.jsonl}}\n"
    text = RESOLVED.replace(RULES, chat)
    steps = ("{at: +1h, delivery: fails}", "{at: +24h, sweep: true}", "{at: +25h, do: undo}")
    (case,) = read(text + lines(*steps, "{at: +26h, delivery: works}"))
    assert isinstance(case, Case)
    playing = Playing(case)
    assert playing.play().outcome == "passed"
    assert [message.state for message in playing.simulation.sheet.messages] == ["dropped"]


@pytest.mark.parametrize(
    ("status", "first", "why"),
    [("new", "undo", "that was taken back before"), ("closed", "{label: x}", "no rule did anything to it")],
)
def test_undo_with_nothing_to_take_back_is_an_error_at_its_step(status: str, first: str, why: str) -> None:
    steps = (f"{{at: +1h, do: {first}}}", "{at: +2h, do: undo}")
    outcome = played(HEAD + f"  ticket: {{subject: Printer, status: {status}}}\n" + lines(*steps))

    assert [(one.spot.line, one.code) for one in outcome.troubles] == [(15, "refused")]
    assert outcome.troubles[0].message.startswith("nothing to undo: ")
    assert why in outcome.troubles[0].message


def test_a_missed_target_gets_its_reason() -> None:
    sla = RULES + "    sla: [{name: all, targets: {assignment: 1m, resolution: 1h}}]\n"
    text = HEAD.replace(RULES, sla) + "  ticket: {subject: Printer, requester: {email: lee@x.cn}}\n"
    reason = "do: {sla reason: {code: vendor, text: part missing}}"

    assert came(text + lines(f"{{at: +2h, {reason}}}")) == "passed"
    assert "missed no target" in came(text + lines(f"{{at: +30m, {reason}}}"))


@pytest.mark.parametrize(
    ("steps", "closed_at"),
    [
        (["{sweep: 1h, until: +60h}"], "+48h"),
        (["{sweep: 7h, until: +60h}"], "+56h"),
        (["{sweep: 90m, until: +1d}", "{at: +24h, expect: {events: [reminded]}}", "{sweep: 1h, until: +2d}"], "+48h"),
        (["{at: +24h, sweep: true}", "{at: +47h59m59s, sweep: true}", "{sweep: 1s, until: +50h}"], "+48h59m59s"),
        (["{at: +40h, sweep: true}", "{sweep: 1h, until: +100h}"], "+64h"),
        (["{at: +1h, do: extend}", "{sweep: 1h, until: +100h}"], "+49h"),
        (["{at: +1h, do: {extend: 5h}}", "{sweep: 1h, until: +100h}"], "+53h"),
        (["{at: +1h, do: {hold: 9h}}", "{sweep: 1h, until: +100h}"], "+58h"),
        (["{at: +1h, do: hold}", "{at: +5h, do: unhold}", "{sweep: 1h, until: +100h}"], "+53h"),
        (["{at: +2h, delivery: fails}", "{sweep: 1h, until: +60h}", "{at: +60h, delivery: works}",
          "{sweep: 1h, until: +100h}"], "+84h"),
    ],
)  # fmt: skip
def test_sweeps_close_when_a_desk_would(steps: list[str], closed_at: str) -> None:
    assert came(RESOLVED + lines(*steps) + f"  expect: {{closed_at: {closed_at}}}\n") == "passed"


def test_the_first_sweep_of_a_row_comes_one_step_after_the_step_before() -> None:
    steps = ("{at: +47h30m, do: {label: a}}", "{sweep: 1h, until: +48h30m}")

    assert came(RESOLVED + lines(*steps) + "  expect: {events: [reminded]}\n") == "passed"


GUARD = "  guard: {max_closes: 0, max_share: 0%, max_gap: off}\n"


def test_a_guard_holds_closes_back_only_when_it_is_given() -> None:
    eleven = ", ".join(f"t{n}: {{subject: x, requester: {{email: lee@x.cn}}, status: resolved}}" for n in range(11))
    text = HEAD + f"  tickets: {{{eleven}}}\n" + lines("{sweep: 1h, until: +50h}")

    assert came(text + "  expect: {t0: {status: closed}, t10: {status: closed}}\n") == "passed"
    assert came(text + GUARD + "  expect: {t9: {status: closed}, t10: {status: resolved}}\n") == "passed"


def test_a_gap_postpones_only_under_a_guard() -> None:
    text = RESOLVED + lines("{at: +24h, sweep: true}", "{at: +96h, sweep: true}")

    assert came(text + "  expect: {status: closed}\n") == "passed"
    assert came(text + "  guard: {}\n  expect: {status: resolved, events: [reminded, postponed]}\n") == "passed"


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("created_at: -10d", "{age: {over: 10d}, status_since: -10d, status: new, priority: normal}"),
        ("status: open", "{status: open, created_at: +0s, status_since: +0s}"),
        ("{status: pending, created_at: -3d}", "{status_since: -3d, in_status: {over: 3d}}"),
        ("{status: resolved, resolved_at: -2d}", "{created_at: -2d, status_since: -2d, resolved_at: -2d}"),
        ("{status: resolved, resolved_at: -2d, created_at: -9d}", "{created_at: -9d, last_agent_at: -2d}"),
        ("{status: closed, resolved_at: -5d, closed_at: -3d, close_reason: duplicate}",
         "{resolved_at: -5d, status_since: -3d, close_reason: duplicate, team: null}"),
        ("{last_requester_at: -2h, created_at: -9h}", "{unanswered: {over: 9h}, idle: {under: 3h}}"),
        ("{last_agent_at: -2h, created_at: -9h}", "{first_responded_at: -2h, unanswered: null, comment_count: 1}"),
        ("{first_responded_at: -5h, last_agent_at: -2h, created_at: -9h}", "{comment_count: 2}"),
        ("{last_activity_at: -4h, created_at: -9h}", "{idle: {over: 4h}, last_agent_at: -4h}"),
        ("{touched_at: -1h, last_activity_at: -4h, created_at: -9h}", "{untouched: {over: 1h}, last_activity_at: -4h}"),
        ("{status: open, status_since: -1h, last_agent_at: -4h, created_at: -9h}", "{last_agent_at: -4h}"),
        ("{occurrences: 3, reopen_count: 2, comment_count: 4}", "{occurrences: 3, reopen_count: 2, comment_count: 4}"),
        ("{hold: {until: +5h, reason: vendor}}", "{hold.until: +5h, hold.reason: vendor}"),
        ("{priority: low, chosen: []}", "{priority: low, chosen: null}"),
        ("{labels: [a, b], watchers: [ann]}", "{labels: [b, a], watchers: [ann]}"),
    ],
)  # fmt: skip
def test_a_given_past_holds_exactly_and_what_is_missing_follows(given: str, expect: str) -> None:
    facts = given if given[0] == "{" else f"{{{given}}}"
    keys = "".join(f"    {part}\n" for part in _split(facts[1:-1]))
    text = HEAD + "  ticket:\n    subject: Printer\n    requester: {email: lee@x.cn}\n" + keys

    assert came(text + f"  expect: {expect}\n") == "passed"


def _split(text: str) -> list[str]:
    """The entries of a flow mapping."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "{[") - (character in "}]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def test_rules_see_the_ticket_only_at_the_start() -> None:
    """What the past would have fired is not fired; thresholds that have passed are recorded in silence."""
    late = (
        HEAD
        + """\
    escalation: [{name: old, when: {age: {over: 1h}}, then: [{notify: ann}]}]
    sla: [{name: s, targets: {first_response: 1h}, on_breach: [{notify: ann}]}]
  ticket: {subject: x, requester: {email: lee@x.cn}, created_at: -1d}
  expect: {events: [routed, sla_breached, escalated], messages: [{to: ann, rule: old}]}
"""
    )
    assert came(late) == "passed"


@pytest.mark.parametrize(
    ("reminded", "closed_at"),
    [
        ("[{rule: silent, before: 24h, at: -20h}]", "+4h"),
        ("[{rule: silent, before: 24h, at: -23h}, {rule: silent, before: 1h, at: -10m}]", "+1h"),
    ],
)
def test_a_reminder_that_was_sent_counts(reminded: str, closed_at: str) -> None:
    text = HEAD + f"  ticket: {{subject: x, requester: {{email: lee@x.cn}}, status: resolved, reminded: {reminded}}}\n"

    assert came(text + lines("{sweep: 10m, until: +9h}") + f"  expect: {{closed_at: {closed_at}}}\n") == "passed"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("created_at: +1h", "created_at: +1h lies after the start"),
        ("status: opn", "no status 'opn'"),
        ("{created_at: -1h, last_agent_at: -2h}", "last_agent_at: 2026-03-01T23:00:00Z contradicts the rest"),
        ("{status: open, resolved_at: -2h}", "2026-03-01T23:00:00Z contradicts the rest, which comes to nothing"),
        ("{last_activity_at: -5h, last_agent_at: -2h}", "last_activity_at: 2026-03-01T20:00:00Z contradicts the rest"),
        ("{comment_count: 0, last_agent_at: -2h}", "comment_count: 0 contradicts the rest, which comes to 1"),
        ("{reminded: [{rule: silnt, before: 24h, at: -1h}], status: resolved}", "no autoclose rule 'silnt'"),
        ("priority: hihg", "no such value: 'hihg'"),
        ("team: dsk", "no team 'dsk'"),
    ],
)  # fmt: skip
def test_a_past_that_cannot_be_is_an_error(given: str, message: str) -> None:
    facts = given if given[0] != "{" else given[1:-1]
    keys = "".join(f"    {part}\n" for part in _split(facts))

    outcome = played(HEAD + "  ticket:\n    subject: Printer\n    requester: {email: lee@x.cn}\n" + keys)

    assert outcome.outcome == "error"
    assert message in outcome.troubles[0].message


def test_a_contradiction_is_told_at_the_line_of_its_key() -> None:
    outcome = played(HEAD + "  ticket:\n    subject: x\n    status: open\n    resolved_at: -2h\n")

    assert [(one.code, one.spot.line) for one in outcome.troubles] == [("contradiction", 15)]


def test_a_ticket_without_requester_is_opened_by_a_bot_and_one_with_by_the_requester() -> None:
    text = HEAD + "  tickets: {bot: {subject: x}, lee: {subject: x, requester: lee@x.cn}}\n"
    bot, lee = "{last_activity_at: null, unanswered: {under: 1h}}", "{last_requester_at: +0s}"

    assert came(text + f"  expect: {{bot: {{not: {{unanswered: {{under: 1h}}}}}}, lee: {lee}}}\n") == "passed"
    assert "last_activity_at" not in came(text + f"  expect: {{bot: {bot}}}\n")


def test_one_ticket_may_be_opened_in_the_middle_and_repeats_count() -> None:
    text = HEAD + "  ticket: {subject: web1 is down, dedup_key: web1}\n" + lines(
        "{at: +1h, do: {create: {subject: web1 is down, dedup_key: web1}}}",
        "{at: +1h, on: again, do: {create: {subject: web2 is down}}}",
        "{at: +2h, on: again, do: resolve}",
        "{at: +2h, on: again, expect: {status: resolved, occurrences: 1}}",
    )  # fmt: skip

    assert came(text + "  expect: {occurrences: 2, status: new}\n") == "passed"


def test_a_ticket_is_opened_by_whom_the_step_says_and_reopened_within_the_time_it_says() -> None:
    again = "create: {subject: web1, dedup_key: web1, reopen_within: 1d, class: bot}"
    text = HEAD + "  ticket: {subject: web1, dedup_key: web1, status: resolved, resolved_at: -2d}\n" + lines(
        f"{{at: +1h, on: late, do: {{{again}}}}}",
        "{at: +1h, on: late, do: resolve}",
        f"{{at: +2h, do: {{{again}}}}}",
        "{at: +2h, on: late, expect: {status: open, occurrences: 2, reopen_count: 1, last_agent_at: +1h}}",
        "{at: +3h, on: typed, do: {create: {subject: x, requester: ann@x.cn, as: ann, class: agent}}}",
        "{at: +3h, on: typed, expect: {last_agent_at: +3h, last_requester_at: null}}",
    )  # fmt: skip

    assert came(text + "  expect: {status: resolved}\n") == "passed"


def test_the_same_scenario_ends_the_same_way_each_time() -> None:
    text = RESOLVED + lines("{sweep: 1h, until: +60h}") + "  expect: {status: open, events: [closed, reminded]}\n"

    assert played(text) == played(text)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  tickets: {a: {subject: x}, b: {subject: y}, c: {subject: z}, d: {subject: w}}\n",
        TICKET + lines("{at: +1h, do: start}", "{at: +2h, do: wait}", "{at: +3h, do: start}"),
        TICKET + lines(*["{at: +1h, expect: {status: new}}"] * 3),
        HEAD + "  ticket: {subject: x, status: resolved}\n" + lines("{sweep: 1h, until: +60h}"),
    ],
    ids=["tickets", "commands", "expectations", "sweeps"],
)
def test_all_that_a_scenario_does_is_work(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert played(text).outcome == "passed"
    monkeypatch.setattr("ticketcli.services.playing.MOST", 3)
    assert [one.code for one in played(text).troubles] == ["refused"]
