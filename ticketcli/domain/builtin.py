"""What a desk has without rule files: five statuses (design section 6)."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.ticket import JsonMap

LIFECYCLE: JsonMap = {
    "statuses": {"new": "initial", "open": "active", "pending": "waiting", "resolved": "resolved", "closed": "final"},
    "transitions": [
        {"from": "new", "to": ["open", "pending", "resolved", "closed"]},
        {"from": "open", "to": ["pending", "resolved", "closed"]},
        {"from": "pending", "to": ["open", "resolved", "closed"]},
        {"from": "resolved", "to": ["open", "closed"]},
        {"from": "closed", "to": ["open"]},
    ],
    "reopen_window": "7d",
    "on_requester_reply": {"pending": "open", "resolved": "open", "closed": "open"},
    "sla_reasons": ["overload", "vendor", "requester", "complex", "outage", "misrouted", "other"],
    "close_reasons": ["handled", "requester-silent", "duplicate", "out-of-scope", "recovered", "archived"],
}
EMPTY_RULEBOOK: JsonMap = {"format": 1, "lifecycle": LIFECYCLE}
"""The bound rulebook of a desk without rules."""


def complete_lifecycle(raw: JsonMap) -> dict[str, Any]:
    """`raw` with the built-in value for every key it does not give.

    With statuses of its own a lifecycle keeps of the built-in replies those whose statuses it has.
    """
    whole = {**LIFECYCLE, **raw}
    if "on_requester_reply" not in raw:
        statuses = whole["statuses"]
        replies = LIFECYCLE["on_requester_reply"].items()
        whole["on_requester_reply"] = {old: new for old, new in replies if old in statuses and new in statuses}
    return whole
