"""A row of another system as events: what it does not say follows from what it says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import DAY, HOUR, START, World
from ticketcli.domain.events import Event
from ticketcli.domain.fold import fold
from ticketcli.domain.operations.importing import Builder
from ticketcli.domain.rows import Complaint
from ticketcli.domain.ticket import Ticket
from ticketcli.services.in_force import in_force

OLD = START - 10 * DAY


def built(**given: Any) -> tuple[list[Event], list[Complaint]]:
    world = World("")
    session = world.session()
    with session.store.read() as reader:
        return Builder(session.acting(in_force(reader, session.files))).build(7, {"subject": "old", **given})


def ticket(**given: Any) -> Ticket:
    events, complaints = built(**given)
    assert complaints == []
    return fold(events)


def kinds(**given: Any) -> list[str]:
    return [event.kind for event in built(**given)[0]]


@pytest.mark.parametrize(
    ("given", "status", "expected"),
    [
        ({}, "new", ["created"]),
        ({"created_at": OLD, "status": "Open"}, "open", ["created", "moved"]),
        ({"created_at": OLD, "resolved_at": OLD + HOUR}, "resolved", ["created", "resolved"]),
        ({"created_at": OLD, "closed_at": OLD + HOUR}, "closed", ["created", "closed"]),
        (
            {"created_at": OLD, "resolved_at": OLD + HOUR, "closed_at": OLD + DAY},
            "closed",
            ["created", "resolved", "closed"],
        ),
        (
            {"created_at": OLD, "first_responded_at": OLD + HOUR, "status": "pending"},
            "pending",
            ["created", "answered", "moved"],
        ),
        ({"status": "closed"}, "closed", ["created", "closed"]),
    ],
    ids=str,
)
def test_the_status_follows_from_the_times_and_the_other_way_round(
    given: dict[str, Any], status: str, expected: list[str]
) -> None:
    assert ticket(**given).status == status
    assert kinds(**given) == expected


def test_a_ticket_opens_with_the_earliest_of_its_times_when_it_says_no_other() -> None:
    late = ticket(first_responded_at=OLD + HOUR, resolved_at=OLD)

    assert (late.created_at, late.resolved_at, late.first_responded_at) == (OLD, OLD, OLD + HOUR)
    assert ticket().created_at == START


def test_a_requester_opened_it_and_without_one_nobody_asks() -> None:
    asked = ticket(created_at=OLD, requester={"name": "Lee", "email": "lee@x.cn"})
    events, _ = built(created_at=OLD, requester={"name": "Lee"})

    assert (asked.last_requester_at, asked.trail.asked_at) == (OLD, OLD)
    assert (events[0].actor.name, events[0].actor.class_, events[0].actor.acting) == ("Lee", "requester", "root")
    assert ticket(created_at=OLD).last_activity_at is None


def test_what_is_not_answered_and_not_ended_is_still_asked() -> None:
    assert ticket(created_at=OLD, requester={"name": "Lee"}, status="open").trail.asked_at == OLD
    answered = ticket(created_at=OLD, requester={"name": "Lee"}, status="open", first_responded_at=OLD + HOUR)
    assert answered.trail.asked_at is None and answered.trail.public_agent_at == OLD + HOUR


def test_comments_keep_their_times_authors_and_classes() -> None:
    comments = [
        {"at": "2026-02-21T10:00:00Z", "author": "ann", "text": "on it"},
        {"at": "2026-02-21T09:30:00Z", "author": "Lee", "text": "hello?"},
        {"at": "2026-02-21T11:00:00Z", "text": "note", "public": False},
    ]
    events, complaints = built(created_at=OLD, requester={"name": "Lee"}, comments=comments)

    assert complaints == []
    told = [(event.actor.name, event.actor.class_, event.data["text"], event.data["public"]) for event in events[1:]]
    assert told == [
        ("Lee", "requester", "hello?", True), ("ann", "agent", "on it", True), ("root", "agent", "note", False),
    ]  # fmt: skip
    assert fold(events).first_responded_at == events[2].at


@pytest.mark.parametrize(
    ("given", "key", "message"),
    [
        ({"subject": " "}, "subject", "a ticket needs one"),
        ({"status": "opne"}, "status", "no such status: 'opne'"),
        ({"status": "zz"}, "status", "no such status: 'zz'; one of new, open, pending, resolved, closed"),
        ({"priority": "zz"}, "priority", "no such value: 'zz'; one of low, normal, high, urgent"),
        ({"created_at": START + 1}, "created_at", "lies in the future"),
        ({"created_at": OLD, "closed_at": OLD - 1}, "closed_at", "lies before created_at"),
        ({"closed_at": OLD, "status": "open"}, "closed_at", "the status open is not final"),
        ({"resolved_at": OLD, "status": "open"}, "resolved_at", "the status open is not resolved"),
        ({"resolved_at": OLD, "closed_at": OLD - 1}, "closed_at", "lies before resolved_at"),
        ({"status": "closed", "close_reason": "handeld"}, "close_reason", "no such reason: 'handeld'"),
        ({"priority": "hgih"}, "priority", "no such value: 'hgih'"),
        ({"assignee": "anne"}, "assignee", "no person 'anne'"),
        ({"fields": 5}, "fields", "an object is wanted"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_told_by_its_key(given: dict[str, Any], key: str, message: str) -> None:
    events, complaints = built(**given)

    assert events == []
    assert [one.key for one in complaints] == [key] and message in complaints[0].message


def test_words_may_be_written_in_any_case() -> None:
    found = ticket(priority=" HIGH ", status="CLOSED", source="Email")

    assert (found.priority, found.status, found.source) == ("high", "closed", "email")
    assert set(found.chosen) == {"priority"}
