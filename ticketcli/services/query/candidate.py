"""A ticket under test: its view is computed only when a term or the order asks for it."""

from __future__ import annotations

from collections.abc import Callable

from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.ticket import TargetView, Ticket, View

ViewOf = Callable[[Ticket], View]


class Candidate:
    __slots__ = ("_view", "_view_of", "now", "ticket")

    def __init__(self, ticket: Ticket, now: Instant, view_of: ViewOf) -> None:
        self.ticket, self.now = ticket, now
        self._view_of = view_of
        self._view: View | None = None

    @property
    def view(self) -> View:
        if self._view is None:
            self._view = self._view_of(self.ticket)
        return self._view

    def sla(self, target: str) -> tuple[TargetView | None, float]:
        """The clock as conditions ask for it; a list looks at one instant only, so its state holds for ever."""
        return self.view.sla.get(target), NEVER

    @property
    def due_at(self) -> Instant | None:
        """The nearest due time of what is neither met nor paused."""
        dues = [clock.due_at for clock in self.view.sla.values() if clock.due_at is not None and clock.state != "met"]
        return min(dues, default=None)

    @property
    def late(self) -> bool:
        """A target is breached and not met."""
        return any(clock.state == "breached" for clock in self.view.sla.values())

    @property
    def close_at(self) -> Instant | None:
        """When auto-close would close it."""
        return self.view.autoclose.close_at if self.view.autoclose else None
