"""Operators that time turns: their value, and the exact instant until which it holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.conditions.desk import DAY, HOUR, NOON, target, ticket, verdict
from ticketcli.domain.instants import NEVER, parse_instant
from ticketcli.domain.ticket import Hold, Ticket, Trail
from ticketcli.domain.verdict import Verdict

CREATED = NOON - 2 * DAY


@pytest.mark.parametrize(
    ("raw", "about", "wanted"),
    [
        ({"age": {"over": "2d"}}, {}, Verdict(True)),
        ({"age": {"over": "49h"}}, {}, Verdict(False, NOON + HOUR)),
        ({"age": {"over": "0s"}}, {}, Verdict(True)),
        ({"age": {"under": "49h"}}, {}, Verdict(True, NOON + HOUR)),
        ({"age": {"under": "2d"}}, {}, Verdict(False)),
        ({"age": {"over": "1d", "under": "3d"}}, {}, Verdict(True, NOON + DAY)),
        ({"in_status": {"over": "25h"}}, {}, Verdict(False, NOON + HOUR)),
        ({"idle": {"over": "1h"}}, {"last_activity_at": NOON - 600}, Verdict(False, NOON + 3000)),
        ({"idle": {"over": "1h"}}, {}, Verdict(True)),
        ({"untouched": {"over": "1h"}}, {"touched_at": NOON - 600}, Verdict(False, NOON + 3000)),
        ({"unanswered": {"over": "1h"}}, {"trail": Trail(asked_at=NOON - 600)}, Verdict(False, NOON + 3000)),
        ({"silent": {"over": "1h"}}, {"last_activity_at": NOON - 600}, Verdict(False, NOON + 3000)),
        ({"silent": {"who": "agent", "over": "1h"}}, {"last_agent_at": NOON - 600}, Verdict(False, NOON + 3000)),
        (
            {"silent": {"who": "requester", "over": "1h"}},
            {"last_requester_at": NOON - 600},
            Verdict(False, NOON + 3000),
        ),
        (
            {"silent": {"who": "requester", "over": "1h"}},
            {"last_requester_at": NOON - 900, "trail": Trail(public_agent_at=NOON - 600)},
            Verdict(False, NOON + 3000),
        ),
        ({"resolved_at": {"past": "1h"}}, {"resolved_at": NOON - 600}, Verdict(False, NOON + 3000)),
        ({"resolved_at": {"past": "0s"}}, {"resolved_at": NOON}, Verdict(True)),
        ({"hold.until": {"ahead": "1h"}}, {"hold": Hold(NOON + 2 * HOUR)}, Verdict(False, NOON + HOUR)),
        ({"hold.until": {"ahead": "2h"}}, {"hold": Hold(NOON + 2 * HOUR)}, Verdict(True, NOON + 2 * HOUR)),
        ({"hold.until": {"ahead": "2h"}}, {"hold": Hold(NOON)}, Verdict(False)),
        ({"within": "office"}, {}, Verdict(True, NOON + 6 * HOUR)),
        ({"within": "night"}, {}, Verdict(False, NOON + 10 * HOUR)),
        ({"within": ["night", "office"]}, {}, Verdict(True, NOON + 6 * HOUR)),
        ({"not": {"within": "office"}}, {}, Verdict(False, NOON + 6 * HOUR)),
    ],
    ids=str,
)
def test_holds_until_the_very_instant(raw: dict[str, Any], about: dict[str, Any], wanted: Verdict) -> None:
    assert verdict(raw, ticket(**about)) == wanted


FRIDAY = parse_instant("2026-03-06T17:00:00+08:00")


@pytest.mark.parametrize(
    ("raw", "rule_calendar", "until"),
    [
        ({"idle": {"over": "2h", "calendar": "office"}}, None, "2026-03-09T10:00:00+08:00"),
        ({"idle": {"over": "2h"}}, "office", "2026-03-09T10:00:00+08:00"),
        ({"idle": {"over": "6h", "calendar": "night"}}, "office", "2026-03-07T04:00:00+08:00"),
        ({"idle": {"over": "1d"}}, "office", "2026-03-09T17:00:00+08:00"),
        ({"idle": {"over": "1d"}}, None, "2026-03-07T17:00:00+08:00"),
        ({"not": {"idle": {"under": "1h"}}}, "office", "2026-03-06T18:00:00+08:00"),
        ({"last_activity_at": {"past": "2h"}}, "office", "2026-03-09T10:00:00+08:00"),
    ],
    ids=str,
)
def test_the_calendar_beside_an_operator_or_on_the_rule_measures(
    raw: Any, rule_calendar: str | None, until: str
) -> None:
    about = ticket(created_at=FRIDAY, last_activity_at=FRIDAY)
    at = parse_instant(until)
    assert verdict(raw, about, FRIDAY, calendar=rule_calendar) == Verdict(False, at)
    assert verdict(raw, about, at, calendar=rule_calendar).value


def test_ahead_counts_open_time_too() -> None:
    monday = parse_instant("2026-03-09T10:00:00+08:00")
    about = ticket(hold=Hold(monday))
    raw = {"hold.until": {"ahead": "2h", "calendar": "office"}}
    assert verdict(raw, about, FRIDAY - 1) == Verdict(False, FRIDAY)
    assert verdict(raw, about, FRIDAY) == Verdict(True, monday)


class TestTargets:
    T = ticket()

    @pytest.mark.parametrize(
        ("raw", "state", "wanted"),
        [
            ({"sla.resolution": "breached"}, "breached", True),
            ({"sla.resolution": ["met", "paused"]}, "running", False),
            ({"sla.resolution": {"is_not": "met"}}, "running", True),
            ({"sla.resolution": {"not_in": ["met", "running"]}}, "running", False),
            ({"sla.resolution": {"exists": True}}, "met", True),
        ],
        ids=str,
    )
    def test_the_state_holds_until_it_may_change(self, raw: Any, state: str, wanted: bool) -> None:
        assert verdict(raw, self.T, sla=target(state, 5, NOON + 60)) == Verdict(wanted, NOON + 60)

    @pytest.mark.parametrize(
        ("state", "remaining", "wanted"),
        [
            ("running", 1800, Verdict(True, NOON + 9999)),
            ("running", 1801, Verdict(False, NOON + 1)),
            ("running", 5400, Verdict(False, NOON + 3600)),
            ("running", None, Verdict(False, NOON + 9999)),
            ("paused", 5400, Verdict(False, NOON + 9999)),
            ("paused", 60, Verdict(True, NOON + 9999)),
            ("breached", -5, Verdict(True, NOON + 9999)),
            ("met", 60, Verdict(False, NOON + 9999)),
        ],
    )
    def test_little_time_left(self, state: str, remaining: int | None, wanted: Verdict) -> None:
        raw = {"sla.first_response": {"left_under": "30m"}}
        assert verdict(raw, self.T, sla=target(state, remaining, NOON + 9999)) == wanted

    def test_the_policys_own_time_is_used_when_known(self) -> None:
        raw = {"sla.first_response": {"left_under": "30m"}}
        how = {"sla": target("running", 5400), "sla_left_at": lambda name, seconds: NOON + 50_000}
        assert verdict(raw, self.T, **how) == Verdict(False, NOON + 50_000)


def test_what_events_decide_settles_a_group_for_ever() -> None:
    old: Ticket = ticket()
    assert verdict({"age": {"over": "49h"}, "status": "open"}, old) == Verdict(False, NEVER)
    assert verdict({"any": [{"age": {"over": "49h"}}, {"status": "new"}]}, old) == Verdict(True, NEVER)
    assert verdict({"age": {"over": "49h"}, "idle": {"over": "50h"}}, old) == Verdict(False, NOON + 2 * HOUR)
    assert verdict({"any": [{"age": {"over": "49h"}}, {"idle": {"over": "50h"}}]}, old) == Verdict(False, NOON + HOUR)
