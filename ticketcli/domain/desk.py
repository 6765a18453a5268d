"""What a plan may ask about things outside its ticket; asked inside the transaction, answered by the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ticketcli.domain.instants import Instant
from ticketcli.records import NamedTuple


class Desk(Protocol):
    def load(self, people: Sequence[str]) -> Mapping[str, int]:
        """How many tickets that are neither resolved nor final each person is assigned to, over all teams."""

    def cursor(self, rule: str) -> str | None:
        """Whom round robin chose last by that rule."""

    def closes(self, since: Instant) -> int:
        """How many tickets rules closed since then."""

    def reminders(self, since: Instant) -> int:
        """How many reminders went out since then."""

    def open_count(self, since: Instant) -> int:
        """How many tickets were not final when this run began, and how many more rules had closed since then.

        Of this the guard takes its share, so that a sweep that was killed may do what is left of it, and no less.
        """


class Guard(NamedTuple):
    """How much rules may close (design section 6, Guard). `max_gap` in seconds, None = off."""

    max_closes: int = 50
    max_share: float = 0.10
    max_gap: int | None = 26 * 3600

    def allowance(self, open_count: int) -> int:
        """Closes allowed in 24 hours: the largest of the count, the share of what is not final, and 10."""
        return max(self.max_closes, int(self.max_share * open_count), 10)
