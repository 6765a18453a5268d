"""A small desk's words and calendars, and short ways to ask a condition."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.calendar import build_calendar
from ticketcli.domain.conditions import Case, Issue, Vocabulary, compile_condition, parse_condition
from ticketcli.domain.instants import NEVER, parse_instant
from ticketcli.domain.ticket import TargetView, Ticket
from ticketcli.domain.verdict import Verdict

NOON = parse_instant("2026-03-04T12:00:00+08:00")
"""A Wednesday."""
HOUR, DAY = 3600, 86400
CALENDARS = {
    "office": build_calendar("office", {"timezone": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-18:00"]}}),
    "night": build_calendar("night", {"timezone": "Asia/Shanghai", "hours": {"daily": ["22:00-06:00"]}}),
}
FIELDS = {
    "region": {"type": "choice", "values": ["north", "south"]},
    "size": {"type": "number"},
    "seen": {"type": "time"},
    "day": {"type": "date"},
    "billable": {"type": "bool"},
    "hosts": {"type": "list"},
    "note": {"type": "text"},
}
WORDS = Vocabulary(
    {"new": "initial", "open": "active", "pending": "waiting", "resolved": "resolved", "closed": "final"},
    ["dba", "web"],
    ["ann", "bob"],
    CALENDARS,
)
DECLARED = WORDS._replace(fields=FIELDS)


def ticket(**facts: Any) -> Ticket:
    base = {"id": 1, "subject": "Disk full", "status": "new", "created_at": NOON - 2 * DAY, "updated_at": NOON - HOUR}
    return Ticket(**{**base, "status_since": NOON - DAY, **facts})


def issues_of(raw: Any, words: Vocabulary = WORDS, calendar: str | None = None) -> list[Issue]:
    return parse_condition(raw, words, calendar=calendar)[1]


def verdict(raw: Any, about: Ticket, now: int = NOON, words: Vocabulary = WORDS, **how: Any) -> Verdict:
    """The verdict of a condition that must have no errors."""
    node, issues = parse_condition(raw, words, calendar=how.pop("calendar", None))
    assert node is not None, issues
    return compile_condition(node, CALENDARS).ask(Case(about, now, **how))


def holds(raw: Any, about: Ticket, words: Vocabulary = WORDS) -> bool:
    """The value of a condition that only events change."""
    answer = verdict(raw, about, words=words)
    assert answer.until == NEVER
    return answer.value


def target(state: str, remaining: int | None = None, until: float = NEVER) -> Any:
    """The `sla` of a case in which every target stands like that."""
    view = TargetView("policy", state, None, None, None, 0, remaining)
    return lambda name: (view, until)
