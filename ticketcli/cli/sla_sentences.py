"""What SLA events say in `log` and `show`."""

from __future__ import annotations

from typing import Any

from ticketcli.cli.moments import Moments
from ticketcli.domain.durations import format_hours
from ticketcli.domain.events import Event
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.ticket import JsonMap


def time_of(text: Any, moments: Moments) -> str:
    """An instant of event data on the desk's clock."""
    return moments.at(parse_instant(text)) if isinstance(text, str) else "some time"


def _sla_met(data: JsonMap, event: Event, moments: Moments) -> str:
    elapsed = data.get("elapsed")
    after = f" after {format_hours(elapsed)}" if elapsed is not None else ""
    return f"{data.get('target')} was met{' late' if data.get('breached_at') else ''}{after}"


def _sla_warned(data: JsonMap, event: Event, moments: Moments) -> str:
    threshold = str(data.get("threshold"))
    share = f"{threshold} of the time is used" if threshold.endswith("%") else f"{threshold} are left"
    target, due_at = data.get("target"), data.get("due_at")
    return f"warned {f'that {target} is due {time_of(due_at, moments)}' if due_at else f'of {target}'} ({share})"


def _sla_breached(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"{data.get('target')} is late: it was due {time_of(data.get('due_at'), moments)}"


def _sla_explained(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"said why {data.get('target')} was missed: {data.get('code')}, {data.get('text')}"


SLA_SENTENCES = {
    "sla_met": _sla_met,
    "sla_warned": _sla_warned,
    "sla_breached": _sla_breached,
    "sla_explained": _sla_explained,
}
