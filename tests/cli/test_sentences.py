"""Every kind of event reads as a sentence."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest

from ticketcli.cli.moments import Moments
from ticketcli.cli.sentences import SENTENCES, sentence
from ticketcli.domain.events import Actor, Event
from ticketcli.domain.fold import KINDS

MOMENTS = Moments(timezone(timedelta(hours=8)), 0)
AT = "2026-03-02T01:00:00Z"
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("created", {"subject": "disk full"}, "opened it: disk full"),
    (
        "created",
        {"subject": "disk", "category": "db", "priority": "high", "team": "dba", "assignee": "bob"},
        "opened it: disk (db, high, team dba, assigned to bob)",
    ),
    ("commented", {"text": "fixed", "public": True}, "commented: fixed"),
    ("commented", {"text": "hm", "public": False}, "noted internally: hm"),
    ("answered", {}, "answered it in the system that it comes from"),
    ("changed", {"set": {"category": "db"}, "was": {"category": "net"}}, "set category to db (was net)"),
    ("changed", {"set": {"fields.x": None, "asset": "db1"}}, "cleared fields.x; set asset to db1"),
    ("changed", {"set": {"subject": "new"}, "was": {"subject": "old"}}, "set subject to new"),
    ("changed", {"set": {}}, "changed nothing"),
    ("assigned", {"to": "bob", "was": "carol"}, "assigned it to bob (was carol)"),
    ("assigned", {"to": "ann"}, "took it"),
    ("assigned", {"to": None, "was": "bob"}, "took it from bob, nobody has it now"),
    ("prioritised", {"to": "high", "was": "low"}, "set the priority to high (was low)"),
    ("labelled", {"add": ["a", "b"], "remove": ["c"]}, "added labels a, b; removed label c"),
    ("watched", {"add": ["carol"]}, "added watcher carol"),
    ("routed", {"team": "dba", "assignee": None, "why": "nobody is on shift"}, "routed it to dba (nobody is on shift)"),
    (
        "routed",
        {"team": "dba", "assignee": "bob", "watch": ["carol"]},
        "routed it to dba, assigned to bob, watched by carol",
    ),
    ("routed", {"given_back": True}, "gave it back to the rules"),
    (
        "routed",
        {
            "team": "dba",
            "assignee": None,
            "why": "nobody who fits is free",
            "was": {"team": "dba", "assignee": None},
            "evidence": {
                "load": {"bob": 9, "cai": 2},
                "passed_over": [
                    {"people": ["ann", "gus"], "off_shift_until": AT},
                    {"people": ["hal"], "off_shift_until": None},
                    {"people": ["bob", "cai"], "capacity": 2},
                    {"people": ["dee", "eve", "fay"], "lacks": ["sql", "linux"]},
                    {"people": ["ida"], "level": "junior"},
                    {"people": ["jon", "kim"], "level": None},
                ],
            },
        },
        "routed it to dba (nobody who fits is free; ann and gus are off shift until 2026-03-02 09:00; hal is off "
        "shift; bob is at capacity, 9 of 2; cai is at capacity, 2 of 2; dee, eve and fay lack sql and linux; ida has "
        "level junior; jon and kim have no level)",
    ),
    (
        "routed",
        {"team": "dba", "assignee": "bob", "why": "next after ann", "was": {"team": "dba", "assignee": None}},
        "assigned it to bob (next after ann)",
    ),
    ("moved", {"from": "new", "to": "open"}, "moved it from new to open"),
    ("resolved", {"from": "open", "to": "resolved", "comment": "rebooted"}, "resolved it: rebooted"),
    ("closed", {"from": "open", "to": "closed", "reason": "duplicate"}, "closed it (duplicate)"),
    ("reopened", {"from": "closed", "to": "open"}, "reopened it, from closed to open"),
    ("occurred", {}, "reported that it happened again"),
    ("held", {"until": AT, "reason": "parts"}, "put it on hold until 2026-03-02 09:00: parts"),
    ("held", {}, "put it on hold"),
    ("unheld", {}, "ended the hold"),
    ("extended", {}, "restarted the auto-close wait"),
    ("extended", {"by": 172800}, "put auto-close off by 2d"),
    ("sla_met", {"target": "resolution", "elapsed": 3600}, "resolution was met after 1h"),
    ("sla_met", {"target": "resolution", "elapsed": 144_000}, "resolution was met after 40h"),
    ("sla_met", {"target": "resolution", "elapsed": 3600, "breached_at": AT}, "resolution was met late after 1h"),
    (
        "sla_warned",
        {"target": "resolution", "threshold": "75%", "due_at": AT},
        "warned that resolution is due 2026-03-02 09:00 (75% of the time is used)",
    ),
    (
        "sla_warned",
        {"target": "resolution", "threshold": "15m", "due_at": AT},
        "warned that resolution is due 2026-03-02 09:00 (15m are left)",
    ),
    (
        "sla_warned",
        {"target": "resolution", "threshold": "75%", "silent": True},
        "warned of resolution (75% of the time is used), noted without a message",
    ),
    (
        "sla_breached",
        {"target": "resolution", "due_at": AT, "silent": True},
        "resolution is late: it was due 2026-03-02 09:00, noted without a message",
    ),
    ("escalated", {"firing": {"number": 1}}, "escalated it"),
    ("escalated", {"number": 3, "skipped": ["manager"]}, "escalated it for the 3rd time, without manager"),
    ("escalated", {"number": 11}, "escalated it for the 11th time"),
    ("reminded", {"close_at": AT}, "reminded: without an answer it closes 2026-03-02 09:00"),
    ("postponed", {"close_at": AT}, "put off the close that was due 2026-03-02 09:00"),
    ("lapsed", {}, "the rule no longer applies"),
    ("lapsed", {"why": "the rule is gone"}, "the rule is gone"),
    ("linked", {"kind": "followed_by", "id": 8}, "linked it: followed by #8"),
    ("rule_loop", {"rules": ["a", "b"]}, "stopped after eight passes, these rules undo each other: a, b"),
    ("confirm_asked", {}, "asked for a confirmation of the close"),
    ("confirmed", {}, "confirmed the close"),
    (
        "undone",
        {"what": [{"kind": "closed", "rule": "autoclose/silent"}], "set": {"status": "resolved"}},
        "took back its close by silent; it is resolved again",
    ),
    (
        "undone",
        {"what": [{"kind": "escalated", "rule": "escalation/late"}, {"kind": "labelled", "rule": "sla/s"}], "set": {}},
        "took back its escalation by late, what was done by s",
    ),
    (
        "sla_explained",
        {"target": "resolution", "code": "vendor", "text": "no spare part"},
        "said why resolution was missed: vendor, no spare part",
    ),
    ("redacted", {"erased": ["subject", "fields.phone"]}, "erased subject, fields.phone"),
    ("child_changed", {}, "child changed"),
    ("delivered", {"to": "ann", "via": "mail"}, "delivered the message to ann (mail)"),
    ("delivered", {"to": "lee@x.cn", "via": "mail", "before": 3600}, "delivered the reminder to lee@x.cn (mail)"),
    ("undelivered", {"to": "ann", "via": "chat"}, "could not deliver the message to ann (chat)"),
    (
        "failed",
        {"to": "ann", "via": "chat", "due_at": AT},
        "failed to deliver the message to ann (chat), next attempt 2026-03-02 09:00",
    ),
    (
        "escalated",
        {
            "notified": [
                {"to": "ann", "via": "desk", "state": "delivered"},
                {"to": "bob", "via": "mail", "state": "dead"},
            ]
        },
        "escalated it; told ann (desk); told bob (mail, dead)",
    ),
    ("escalated", {"notified": [{"to": "", "state": "unaddressed"}]}, "escalated it; nobody left to tell"),
]


@pytest.mark.parametrize(("kind", "data", "said"), CASES)
def test_an_event_reads_as_a_sentence(kind: str, data: dict[str, Any], said: str) -> None:
    event = Event(1, 0, Actor("ann", "agent"), kind, data)

    assert sentence(event, MOMENTS) == said


def test_no_kind_that_changes_a_ticket_lacks_a_sentence() -> None:
    assert set(KINDS) <= set(SENTENCES)


def test_every_sentence_has_a_case() -> None:
    assert set(SENTENCES) <= {kind for kind, _, _ in CASES}
