"""What scenarios expect: what holds, and what is said to be there instead."""

from __future__ import annotations

import pytest

from tests.rulebook.scenario_files import HEAD, came, lines, played, told


@pytest.mark.parametrize(
    ("expect", "got"),
    [
        ("{labels: [a]}", "labels: ['b', 'a']"),
        ("{labels: [a, A, b]}", "passed"),
        ("{labels: null}", "labels: ['b', 'a']"),
        ("{labels: {has: c}}", "labels: ['b', 'a']"),
        ("{watchers: ann}", "watchers: []"),
        ("{status: [open, pending]}", "status: resolved"),
        ("{status.kind: final}", "status.kind: resolved"),
        ("{idle: {over: 2h}}", "idle: 1h"),
        ("{closed_at: +1h}", "closed_at: None"),
        ("{resolved_at: 2026-03-02T10:00:01+08:00}", "resolved_at: 2026-03-02T02:00:00Z"),
        ("{turn: agent}", "turn: nobody"),
        ("{autoclose: null}", "autoclose: {'rule': 'silent'"),
        ("{autoclose.close_at: +48h}", "autoclose.close_at: 2026-03-04T02:00:00Z"),
        ("{wake_at: null}", "wake_at: 2026-03-03T02:00:00Z"),
        ("{sla.resolution: met}", "sla.resolution: None"),
        ("{any: [{status: open}, {status: new}]}", "any: False"),
        ("{events: [routed]}", "passed"),
        ("{events: [routed, reminded]}", "events: ['routed']"),
        ("{events: []}", "passed"),
        ("{messages: []}", "passed"),
        ("{messages: [{to: ann}]}", "messages: []"),
        ("{fields.tags: [a, b], fields.size: [1, 2]}", "passed"),
        ("{fields.tags: [b, a]}", "fields.tags: ['a', 'b']"),
        ("{fields.size: [2, 3]}", "fields.size: 1"),
        ("{silent: {who: requester, over: 3h}}", "silent: 2h"),
        ("{labels: [A, b], turn: nobody, sla: null, resolved_at: +1h, autoclose.rule: silent}", "passed"),
    ],
)
def test_an_expectation_says_what_is_there_instead(expect: str, got: str) -> None:
    fields = "fields: {tags: [a, b], size: 1}"
    text = HEAD + f"  ticket: {{subject: x, requester: {{email: lee@x.cn}}, labels: [b, a], {fields}}}\n"

    said = came(text + lines("{at: +1h, do: resolve}", "{at: +2h, sweep: true}") + f"  expect: {expect}\n")

    assert said.startswith(got)


MESSAGES = (
    HEAD
    + """\
    escalation:
      - {name: first, when: {age: {over: 1h}}, then: [{notify: [ann, bob]}]}
      - {name: second, when: {age: {over: 2h}}, then: [{notify: bob}]}
  ticket: {subject: x}
  timeline: [{sweep: 1h, until: +2h}]
"""
)


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        ("[{to: ann}, {to: bob}, {to: bob}]", "passed"),
        ("[{to: ann, rule: first}, {to: bob, rule: first}]", "passed"),
        ("[{rule: second, via: desk}]", "passed"),
        ("[{rule: first}]", "failed"),
        ("[{to: bob}, {to: ann}, {to: bob}]", "failed"),
        ("[{to: ann, rule: first}, {to: bob}]", "failed"),
        ("[{rule: second, via: mail}]", "failed"),
        ("[]", "failed"),
    ],
)
def test_messages_are_those_of_the_rules_named_in_order(wanted: str, outcome: str) -> None:
    assert played(MESSAGES + f"  expect: {{messages: {wanted}}}\n").outcome == outcome


def test_where_a_named_rule_sent_nothing_the_messages_that_came_are_shown() -> None:
    said = came(MESSAGES + "  expect: {messages: [{to: ann, rule: frist}]}\n")

    assert said == (
        "messages: [{'to': 'ann', 'rule': 'first'}, {'to': 'bob', 'rule': 'first'}, {'to': 'bob', 'rule': 'second'}]"
    )


def test_no_fact_is_advised_that_was_written_already() -> None:
    (told_of,) = told(HEAD + "  ticket: {subject: x}\n  expect: {sla: {resolution: met}}\n")

    assert told_of.split()[1:] == ["unknown-fact"]
