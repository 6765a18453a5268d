"""`forecast` as people read it; what it foresees is tested with the service."""

from __future__ import annotations

from datetime import timezone

from ticketcli.cli.commands.forecast import forecast_lines
from ticketcli.cli.moments import Moments
from ticketcli.cli.widths import width
from ticketcli.domain.events import RULES, Event, RuleRef
from ticketcli.services.forecasting import Forecast, Step
from ticketcli.services.sweep_report import action_of

NOON = 1_772_625_600
MOMENTS = Moments(timezone.utc, NOON)
LATE = RuleRef("escalation", "late", "rules/escalation.yaml", 2, "")


def escalated(ticket: int, at: int) -> Step:
    told = [{"to": name, "via": "desk", "state": "delivered"} for name in ("ann", "bob", "carol")]
    return Step(at, action_of(Event(ticket, at, RULES, "escalated", {"notified": told}, LATE)))


FOUND = Forecast((escalated(8, NOON), escalated(112, NOON + 60)), NOON + 86400, ())


def test_what_happens_stands_in_one_column() -> None:
    said = "escalated it; told ann (desk); told bob (desk); told carol (desk)  (late, rules/escalation.yaml:2)"

    assert forecast_lines(FOUND, MOMENTS) == [
        "Wed 2026-03-04: 2 escalated",
        f"  12:00  #8    {said}",
        f"  12:01  #112  {said}",
    ]


def test_on_a_terminal_a_long_sentence_goes_on_below_itself() -> None:
    lines = forecast_lines(FOUND, MOMENTS, columns=60)

    assert max(map(width, lines)) <= 60
    assert lines[1:3] == [
        "  12:00  #8    escalated it; told ann (desk); told bob",
        "               (desk); told carol (desk)  (late,",
    ]
