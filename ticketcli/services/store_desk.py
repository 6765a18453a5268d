"""The planner's port to everything outside its ticket, answered by the store inside the transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.ports import Looking, Range, Reader, Wanted

NOT_FINAL = ("initial", "active", "waiting", "resolved")
CURSORS = "cursors"
_DAY = 86400
_AHEAD = 3600
"""Seconds by which the newest event may be ahead of the clock before `recorded_at` tells nothing about it."""
_KINDS = {"closed": ("closed", "resolved"), "reminded": ("reminded",)}
"""Per mark of the index the kinds of events that carry it."""


class CountedDesk(ABC):
    """What any desk answers from the state that it looks at, each count taken once; who counts marks says how."""

    def __init__(self, looking: Looking) -> None:
        self._looking = looking
        self._open: int | None = None
        self.former: dict[int, Rulebook] = {}
        self.freed: set[str] = set()

    def load(self, people: Sequence[str]) -> Mapping[str, int]:
        return self._looking.loads(people)

    def cursor(self, rule: str) -> str | None:
        cursors = self._looking.note(CURSORS) or {}
        name: str | None = cursors.get(rule)
        return name

    def closes(self, since: Instant) -> int:
        return self._marked("closed", since)

    def reminders(self, since: Instant) -> int:
        return self._marked("reminded", since)

    def open_count(self, since: Instant) -> int:
        if self._open is None:
            not_final = sum(self._looking.tally("tickets", "kind", {"kind": list(NOT_FINAL)}).values())
            self._open = not_final + self.closes(since)
        return self._open

    @abstractmethod
    def _marked(self, mark: str, since: Instant) -> int:
        """How often rules closed, or reminded, since then."""


class StoreDesk(CountedDesk):
    """Answers of one transaction; what the run itself writes is counted by `note_written`."""

    _looking: Reader

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._marks: dict[tuple[str, Instant], int] = {}

    def note_written(self, kinds: Sequence[str]) -> None:
        """Counts what this run itself has just written by rule."""
        for mark, since in self._marks:
            self._marks[mark, since] += sum(kind == mark or (mark == "closed" and kind == "resolved") for kind in kinds)

    def on(self, reader: Reader) -> StoreDesk:
        """The same counts, asked of a later transaction of the same run."""
        self._looking = reader
        return self

    def _marked(self, mark: str, since: Instant) -> int:
        if (mark, since) not in self._marks:
            newest = self._looking.head_recorded_at()
            if newest > since + _DAY + _AHEAD:
                self._marks[mark, since] = self._happened(mark, since, newest)
            else:
                where: dict[str, Wanted] = {"mark": [mark], "recorded_at": Range(since)}
                self._marks[mark, since] = self._looking.tally("events", "mark", where).get(mark, 0)
        return self._marks[mark, since]

    def _happened(self, mark: str, since: Instant, newest: Instant) -> int:
        """The same count when the clock was once far ahead: all since then is recorded at that time, so `at` tells."""
        count = 0
        for seq in self._looking.ids("events", "recorded_at", Range(newest), descending=True):
            event = self._looking.event(seq)
            if event is None or (event.actor.class_ == "rule" and event.at < since - _DAY):
                break
            count += event.actor.class_ == "rule" and event.kind in _KINDS[mark] and since <= event.at < newest
        return count
