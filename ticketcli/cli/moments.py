"""Instants as people read them: in the desk's zone, and as a distance from now."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo

from ticketcli.domain.durations import format_duration
from ticketcli.domain.instants import Instant
from ticketcli.records import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Moments(NamedTuple):
    """How this call shows times: the zone of the desk, and the instant that is now."""

    zone: tzinfo
    now: Instant

    def local(self, instant: Instant) -> datetime:
        """The instant on the desk's clock."""
        return (_EPOCH + timedelta(seconds=instant)).astimezone(self.zone)

    def at(self, instant: Instant) -> str:
        """`2026-03-02 17:00` in the desk's zone."""
        return self.local(instant).strftime("%Y-%m-%d %H:%M")

    def at_with_zone(self, instant: Instant) -> str:
        """`2026-03-02 17:00 CST`, said once where a text begins."""
        local = self.local(instant)
        return f"{self.at(instant)} {local.strftime('%Z')}".rstrip()

    def away(self, instant: Instant) -> str:
        """`in 2h 5m`, `3d ago` or `now`."""
        span = instant - self.now
        if span == 0:
            return "now"
        return f"in {format_duration(span)}" if span > 0 else f"{format_duration(-span)} ago"

    def both(self, instant: Instant) -> str:
        """`2026-03-02 17:00 (in 2h)`."""
        return f"{self.at(instant)} ({self.away(instant)})"

    def due(self, instant: Instant) -> str:
        """`in 2h`, or `3h late` when it has passed."""
        span = instant - self.now
        return f"in {format_duration(span)}" if span > 0 else f"{format_duration(-span)} late"
