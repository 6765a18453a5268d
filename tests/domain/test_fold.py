"""Facts are the fold of events: what each kind changes, and nothing else (design sections 2 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import HOUR, START
from ticketcli.domain.events import RULES, Actor, Event, RuleRef
from ticketcli.domain.fold import KINDS, apply, create, fold
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import Episode, Extension, Held, Hold, Link, Reminder, Requester, Ticket

LATER = START + HOUR
ANN, LEE, CI = Actor("ann", "agent"), Actor("lee@x.cn", "requester"), Actor("ci", "bot")
RULE = RuleRef("escalation", "old", "rules/x.yaml", 3, "hash")
GIVEN: dict[str, Any] = {
    "subject": "Printer",
    "status": "open",
    "kind": "active",
    "labels": ["a"],
    "team": "dba",
    "assignee": "bob",
    "requester": {"email": "lee@x.cn"},
    "fields": {"x": 1},
    "asks": True,
}


def event(kind: str, data: dict[str, Any], actor: Actor = ANN, at: int = LATER, rule: RuleRef | None = None) -> Event:
    return Event(1, at, actor, kind, data, rule)


BORN = create(event("created", GIVEN, at=START))
EVERY = {"version", "updated_at", "touched_at", "trail"}
"""What every event of a person changes."""
ACTIVITY = {"last_activity_at", "last_agent_at"}


def differences(before: Ticket, after: Ticket) -> dict[str, Any]:
    return {key: getattr(after, key) for key in Ticket._fields if getattr(after, key) != getattr(before, key)}


@pytest.mark.parametrize(
    ("kind", "data", "changes", "more"),
    [
        ("commented", {"text": "x", "public": False}, {"comment_count": 1}, ACTIVITY),
        ("commented", {"text": "x", "public": True}, {"comment_count": 1, "first_responded_at": LATER}, ACTIVITY),
        ("changed", {"set": {"category": "c", "fields.y": 2}}, {"category": "c", "fields": {"x": 1, "y": 2}}, set()),
        ("changed", {"set": {"fields.x": None}}, {"fields": {}}, set()),
        ("changed", {"set": {"requester.email": None}}, {"requester": None}, set()),
        ("changed", {"set": {"requester.tier": "vip"}}, {"requester": Requester(None, "lee@x.cn", "vip")}, set()),
        ("changed", {"set": {"subject": "S"}}, {"subject": "S"}, ACTIVITY),
        ("changed", {"set": {"team": None}, "chosen": ["team"]}, {"team": None, "chosen": ("team",)}, set()),
        ("assigned", {"to": "ann", "chosen": ["assignee"]}, {"assignee": "ann", "chosen": ("assignee",)}, set()),
        ("assigned", {"to": None}, {"assignee": None}, set()),
        ("prioritised", {"to": "high"}, {"priority": "high"}, set()),
        ("labelled", {"add": ["b", "A"], "remove": ["z"]}, {"labels": ("a", "b")}, set()),
        ("labelled", {"remove": ["A"]}, {"labels": ()}, set()),
        ("watched", {"add": ["carol"]}, {"watchers": ("carol",)}, set()),
        ("routed", {"team": "x", "routed_by": ["r"]}, {"team": "x", "routed_by": ("r",)}, set()),
        ("routed", {"team": "dba", "assignee": None}, {"assignee": None}, set()),
        ("moved", {"to": "pending", "kind": "waiting"}, {"status": "pending", "status_since": LATER}, ACTIVITY),
        (
            "resolved",
            {"to": "resolved", "kind": "resolved"},
            {"status": "resolved", "status_since": LATER, "resolved_at": LATER},
            ACTIVITY,
        ),
        (
            "closed",
            {"to": "closed", "kind": "final", "reason": "handled"},
            {"status": "closed", "status_since": LATER, "closed_at": LATER, "close_reason": "handled"},
            ACTIVITY,
        ),
        ("held", {"until": format_instant(LATER), "reason": "r"}, {"hold": Hold(LATER, "r")}, set()),
        ("extended", {}, {}, set()),
        ("occurred", {}, {"occurrences": 2}, set()),
        ("linked", {"kind": "follows", "id": 7}, {"links": (Link("follows", 7),)}, set()),
        ("postponed", {}, {}, set()),
        ("something new", {"to": "x"}, {}, set()),
    ],
)
def test_what_an_event_changes(kind: str, data: dict[str, Any], changes: dict[str, Any], more: set[str]) -> None:
    found = differences(BORN, apply(BORN, event(kind, data)))
    assert {key: value for key, value in found.items() if key not in EVERY | more} == changes
    assert found["version"] == 2
    assert all(found[key] == LATER for key in {"updated_at", "touched_at"} | more)


@pytest.mark.parametrize(
    ("actor", "stamped"),
    [
        (ANN, {"touched_at", "last_activity_at", "last_agent_at"}),
        (LEE, {"touched_at", "last_activity_at", "last_requester_at"}),
        (CI, {"touched_at"}),
        (RULES, set()),
    ],
    ids=["agent", "requester", "bot", "rule"],
)
def test_whose_comment_stamps_what(actor: Actor, stamped: set[str]) -> None:
    found = differences(BORN, apply(BORN, event("commented", {"text": "x"}, actor)))
    assert {key for key in found if key.endswith("_at")} - {"first_responded_at"} == stamped | {"updated_at"}


def test_an_import_may_write_old_instants_after_new_ones() -> None:
    newer = apply(BORN, event("commented", {"text": "x"}, LEE, at=LATER))
    older = apply(newer, event("commented", {"text": "y"}, LEE, at=START + 60))
    assert (older.updated_at, older.last_requester_at, older.last_activity_at) == (LATER, LATER, LATER)


def test_a_question_stays_as_old_as_its_oldest_part_until_an_agent_answers() -> None:
    asked = apply(BORN, event("commented", {"text": "x"}, LEE))
    assert asked.trail.asked_at == START
    answered = apply(asked, event("commented", {"text": "y"}, ANN, at=LATER + 5))
    assert (answered.trail.asked_at, answered.trail.answered) == (None, Held(START, LATER + 5))
    again = apply(answered, event("commented", {"text": "z"}, LEE, at=LATER + 9))
    assert again.trail.asked_at == LATER + 9
    closed = apply(again, event("closed", {"to": "closed", "kind": "final"}, ANN, at=LATER + 20))
    assert closed.trail.answered == Held(LATER + 9, LATER + 20)


def test_reopening_forgets_how_it_ended() -> None:
    closed = apply(BORN, event("closed", {"to": "closed", "kind": "final", "reason": "handled"}))
    again = apply(closed, event("reopened", {"to": "open", "kind": "active"}, at=LATER + 5))
    assert (again.closed_at, again.resolved_at, again.close_reason, again.reopen_count) == (None, None, None, 1)
    assert (again.trail.reopened_at, again.trail.ended_at) == (LATER + 5, None)


def test_from_resolved_to_closed_it_ended_when_it_was_resolved() -> None:
    resolved = apply(BORN, event("resolved", {"to": "resolved", "kind": "resolved"}))
    closed = apply(resolved, event("closed", {"to": "closed", "kind": "final"}, at=LATER + 9))
    assert (closed.trail.ended_at, closed.resolved_at, closed.closed_at) == (LATER, LATER, LATER + 9)


def test_holds_are_remembered_with_their_ends() -> None:
    held = apply(BORN, event("held", {}))
    longer = apply(held, event("held", {"until": format_instant(LATER + 99)}, at=LATER + 5))
    freed = apply(longer, event("unheld", {}, at=LATER + 9))
    assert (freed.hold, freed.trail.holds) == (None, (Held(LATER, LATER + 9),))


def test_extensions_and_reminders_are_remembered() -> None:
    extended = apply(BORN, event("extended", {"by": 60}))
    data = {"before": 3600, "delivered": True, "key": "k"}
    data |= {"since": format_instant(START), "close_at": format_instant(LATER)}
    reminded = apply(extended, event("reminded", data, RULES, rule=RULE))
    assert reminded.trail.extensions == (Extension(LATER, 60),)
    assert reminded.trail.reminders == (Reminder("old", 3600, LATER, LATER, "k", START, LATER),)


def test_episodes_open_go_on_and_lapse() -> None:
    firing = {"firing": {"since": format_instant(START), "number": 2}}
    fired = apply(BORN, event("escalated", firing, RULES, rule=RULE))
    assert fired.episodes == {"escalation/old": Episode(START, 2, LATER)}
    assert apply(fired, event("lapsed", {}, RULES, rule=RULE)).episodes == {}


def test_the_trail_remembers_when_each_fact_changed() -> None:
    changed = apply(BORN, event("labelled", {"add": ["b"]}))
    assert changed.trail.changed == {"labels": LATER}
    assert apply(changed, event("labelled", {"add": ["B"]}, at=LATER + 5)).trail.changed == {"labels": LATER}


def test_folding_is_applying_one_after_another() -> None:
    events = [event("created", GIVEN, at=START), event("labelled", {"add": ["b"]}), event("occurred", {}, CI)]
    assert fold(events) == apply(apply(BORN, events[1]), events[2])
    with pytest.raises(ValueError, match="without events"):
        fold([])


def test_every_kind_that_changes_facts_is_known() -> None:
    assert set(KINDS) == set(
        "commented answered changed assigned prioritised labelled watched routed moved resolved closed reopened held"
        " unheld extended occurred reminded delivered postponed lapsed confirm_asked linked sla_met sla_warned"
        " sla_breached sla_explained undone".split()
    )
