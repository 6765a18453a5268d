"""Whether a rule is due to be looked at again (`review_by` on any rule)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ticketcli.domain.instants import Instant, format_instant

SECTIONS = ("priority", "routing", "sla", "escalation", "autoclose", "schedules")


def overdue(date: str, now: Instant) -> bool:
    """Whether that day (`YYYY-MM-DD`, as UTC has it) is over."""
    return date < format_instant(now)[:10]


def overdue_rules(bound: Mapping[str, Any], now: Instant) -> Iterator[Mapping[str, Any]]:
    """The rules of a bound rulebook whose review is overdue, with `name`, `file`, `line` and `review_by`."""
    for section in SECTIONS:
        yield from _overdue(bound.get(section) or (), now)


def _overdue(rules: Iterable[Mapping[str, Any]], now: Instant) -> Iterator[Mapping[str, Any]]:
    for raw in rules:
        if "review_by" in raw and overdue(raw["review_by"], now):
            yield raw
        yield from _overdue(raw.get("routes") or [], now)
