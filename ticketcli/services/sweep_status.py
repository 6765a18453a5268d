"""`ticket sweep status`: whether sweeping goes as it should, from a few numbers and without reading a ticket."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.instants import Instant, format_instant
from ticketcli.ports import Range, Reader
from ticketcli.records import NamedTuple
from ticketcli.services.sweep import DEFERRED, POSTPONED, SWEPT_AT, next_wake

MAX_AGE = 90 * 60
"""Seconds after which the last sweep counts as too old, unless the caller says otherwise."""


class Status(NamedTuple):
    """`swept_at` None: there never was a sweep. `deferred` and `postponed` are what the last busy sweep left."""

    at: Instant
    swept_at: Instant | None
    max_age: int
    due: int
    due_since: Instant | None
    deferred: int
    postponed: int
    next_wake_at: Instant | None
    queued: int
    dead: int
    unaddressed: int

    @property
    def late(self) -> bool:
        """Whether the last sweep is too long ago."""
        return self.swept_at is None or self.at - self.swept_at > self.max_age

    @property
    def complaints(self) -> tuple[str, ...]:
        """What is wrong, in words; empty when all is well."""
        said = [
            (self.swept_at is None, "no sweep has run yet"),
            (self.swept_at is not None and self.late, "the last sweep is too long ago"),
            (self.dead > 0, f"{self.dead} dead letters" if self.dead > 1 else "1 dead letter"),
        ]
        return tuple(text for holds, text in said if holds)

    def as_json(self) -> dict[str, Any]:
        """Every number with its name, instants as RFC 3339; `ok` when nothing is wrong."""
        row: dict[str, Any] = self._asdict()
        for name in ("at", "swept_at", "due_since", "next_wake_at"):
            row[name] = None if row[name] is None else format_instant(row[name])
        return {**row, "ok": not self.complaints}


def status(reader: Reader, now: Instant, max_age: int = MAX_AGE) -> Status:
    """How sweeping stands now."""
    due = reader.ids("tickets", "wake_at", Range(None, now + 1))
    first = reader.least("tickets", "wake_at")
    letters = reader.tally("outbox", "state")
    return Status(
        at=now,
        swept_at=reader.counter(SWEPT_AT) or None,
        max_age=max_age,
        due=len(due),
        due_since=int(first) if due and first is not None else None,
        deferred=reader.counter(DEFERRED) if due else 0,
        postponed=reader.counter(POSTPONED),
        next_wake_at=next_wake(reader),
        queued=letters.get("queued", 0),
        dead=letters.get("dead", 0),
        unaddressed=letters.get("unaddressed", 0),
    )
