"""The planner's port to the desk where one commit makes thousands of tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ticketcli.domain.planner import Plan
from ticketcli.ports import Reader
from ticketcli.services.store_desk import CURSORS, StoreDesk


class BulkDesk(StoreDesk):
    """Who has how much, and whose turn it is, is asked once and then kept up."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._loads: dict[str, int] = {}
        self._cursors: dict[str, str] | None = None

    def load(self, people: Sequence[str]) -> Mapping[str, int]:
        unknown = [name for name in people if name not in self._loads]
        if unknown:
            self._loads |= {**dict.fromkeys(unknown, 0), **super().load(unknown)}
        return {name: self._loads[name] for name in people}

    def cursor(self, rule: str) -> str | None:
        if self._cursors is None:
            self._cursors = dict(self._looking.note(CURSORS) or {})
        return self._cursors.get(rule)

    def note(self, made: Plan) -> None:
        """What a ticket of this commit changes of it."""
        name = made.ticket.counts_for
        if name in self._loads:
            self._loads[name] += 1
        if self._cursors is not None:
            self._cursors.update(made.cursors)
