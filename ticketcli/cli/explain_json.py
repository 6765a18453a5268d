"""`rules explain -o json`."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.document import event_output, write_instant
from ticketcli.domain.explaining.document import conditions_output, finding_output, upcoming_output
from ticketcli.domain.instants import Instant
from ticketcli.rulebook.report import rule_text
from ticketcli.services.explaining import Decision, Explained


def explained_output(explained: Explained, now: Instant) -> dict[str, Any]:
    """`{"id", "at", "rules", "decisions", "next"}`."""
    return {
        "id": explained.ticket.id,
        "at": write_instant(now),
        "rules": [finding_output(finding) for finding in explained.findings],
        "decisions": [decision_output(decision) for decision in explained.decisions],
        "next": [upcoming_output(step) for step in explained.upcoming],
    }


def decision_output(decision: Decision) -> dict[str, Any]:
    """An event that a rule wrote, how the rule read then, and what made it hold."""
    event, rule = event_output(decision.event), decision.event.rule
    section = rule.section if rule else ""
    return {
        **{key: event[key] for key in ("seq", "at", "recorded_at", "kind", "rule", "data")},
        "read": [rule_text(section, one) for one in decision.written],
        "written": list(decision.written),
        "since": decision.since,
        "undone": decision.undone,
        "conditions": conditions_output(decision.reasons),
    }
