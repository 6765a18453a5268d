"""Schedules: tickets that are opened at set times, such as a check every Monday (`schedules:` in rule files).

Each due time stands for one ticket. Which of those that a late sweep finds are opened is said by `catch_up`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from ticketcli.domain.cron import Cron, due_times, read_cron
from ticketcli.domain.durations import Duration, parse_duration
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.template import fill
from ticketcli.domain.ticket import JsonMap
from ticketcli.domain.zoneclock import zone_named
from ticketcli.records import NamedTuple

TEMPLATE_KEYS = ("schedule", "due_at", "date", "time", "week", "month", "year")
"""What `{{ key }}` may name in the ticket of a schedule; date and time as the schedule's zone has them."""
CATCH_UP, LATE = "one", "1h"
_WINDOWS = tuple(86400 * days for days in (1, 32, 367, 10 * 366, 100 * 366))
_TEXTS = ("subject", "description", "dedup_key")


class Schedule(NamedTuple):
    """`catch_up` says what of a gap without sweeps is opened: the newest (one), all, or nothing but what is due since
    at most `late` (skip)."""

    ref: RuleRef
    cron: Cron
    zone: tzinfo
    ticket: JsonMap
    catch_up: str
    late: Duration
    words: tuple[str, str]
    """The expression and the name of the zone: another one makes it another schedule."""

    def due_times(self, after: Instant, until: float = NEVER) -> Iterator[Instant]:
        """When it is due, strictly after `after`, up to and including `until`."""
        return due_times(self.cron, self.zone, after, until)

    def to_open(self, after: Instant, now: Instant, limit: int) -> list[Instant]:
        """For which of the due times in `(after, now]` a ticket is opened now, oldest first, at most `limit`."""
        if self.catch_up == "all":
            return list(islice(self.due_times(after, now), limit))
        if self.catch_up == "skip":
            return list(islice(self.due_times(max(after, now - self.late.plain - 1), now), limit))
        newest = self._newest(after, now)
        return [] if newest is None else [newest]

    def _newest(self, after: Instant, now: Instant) -> Instant | None:
        """The last due time; looked for backwards, for a gap may be years and the schedule every minute."""
        for window in _WINDOWS:
            start = max(after, now - window)
            found = list(self.due_times(start, now))
            if found or start == after:
                return found[-1] if found else None
        return None

    def facts(self, at: Instant) -> dict[str, Any]:
        """The ticket of one due time, as `create` takes it. Its key keeps it from being opened twice."""
        values = self._values(at)
        facts = {key: fill(value, values) if key in _TEXTS else value for key, value in self.ticket.items()}
        key = f"{self.ref.name} {values['due_at']}"
        return {"dedup_key": f"schedule {key}", **facts, "external_ids": {"schedule": key}, "source": "schedule"}

    def _values(self, at: Instant) -> Mapping[str, str]:
        local = datetime.fromtimestamp(at, self.zone)
        year, week, _ = local.isocalendar()
        return {
            "schedule": self.ref.name,
            "due_at": format_instant(at),
            "date": f"{local:%Y-%m-%d}",
            "time": f"{local:%H:%M}",
            "week": f"{year}-W{week:02}",
            "month": f"{local:%Y-%m}",
            "year": f"{local:%Y}",
        }


def load_schedule(raw: JsonMap, ref: RuleRef, desk_zone: str) -> Schedule:
    """The schedule of a bound rule; without a zone of its own it goes by the desk's."""
    zone = raw.get("timezone", desk_zone)
    return Schedule(
        ref,
        read_cron(raw["cron"]),
        zone_named(zone),
        raw["ticket"],
        raw.get("catch_up", CATCH_UP),
        parse_duration(raw.get("late", LATE)),
        (raw["cron"], zone),
    )
