"""What a simulation writes on: tickets, events and messages in memory, found by the same questions as in a store."""

from __future__ import annotations

import sys
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Any

from ticketcli.domain.events import Event, Message
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Invalid
from ticketcli.ports import Filing, Looking, Range, Scalar, StoredRulebook, Wanted
from ticketcli.services.store_desk import CountedDesk

_CLOSES = ("closed", "resolved")
_FIRST = 1 << 53
"""Above every `seq` of a store behind it."""


class MemorySheet:
    """The port `Sheet`. What it holds is also to be read: `messages` by number, `events` of a ticket."""

    def __init__(self, behind: Looking | None = None) -> None:
        self.messages: list[Message] = []
        self.sending: set[int] = set()
        """Numbers of messages on their way out."""
        self._behind = behind
        self._tickets: dict[int, Ticket] = {}
        self._filings: dict[int, Filing] = {}
        self._events: dict[int, list[Event]] = {}
        self._notes: dict[str, Any] = {}
        self._wakes: list[tuple[Instant, int]] = []
        """A heap; an entry counts while the ticket still wakes then."""
        self._found: dict[str, dict[Scalar, dict[int, None]]] = {}
        """Per column that somebody asked for, the tickets of each value."""
        self._loads: dict[str, int] = {}
        """What each person has more, or less, than `behind` says."""
        self._last = 0
        self.run = 0
        """Counts commands and sweeps; stands on events in place of the name of a run."""
        self.written = 0
        """How many events; a scenario may write `room` of them."""
        self.room = sys.maxsize

    def put(self, ticket: Ticket, filing: Filing) -> None:
        """A ticket that was there before, whose events are `behind`."""
        if self._behind:
            self._count(ticket.counts_for, None)
        self.save(ticket, filing)
        self.number_from(ticket.id)

    # what may be looked at

    def ticket(self, id: int) -> Ticket | None:
        return self._tickets.get(id)

    def filing(self, id: int) -> Filing | None:
        return self._filings.get(id)

    def events(self, ticket: int, *, newest: int | None = None) -> list[Event]:
        own = self._events.get(ticket, [])
        found = [*(self._behind.events(ticket) if self._behind else ()), *own]
        return found if newest is None else found[-newest:]

    def ids(
        self, table: str, column: str, wanted: Wanted, *, limit: int | None = None, descending: bool = False
    ) -> list[int]:
        values = self._column(table, column)
        chosen = sorted((value for value in values if _in(value, wanted)), reverse=descending)
        ids = [id for value in chosen for id in sorted(values[value], reverse=descending)]
        return ids[:limit]

    def tally(self, table: str, column: str, where: Mapping[str, Wanted] = {}) -> dict[Scalar, int]:
        sets = [set(self.ids(table, name, wanted)) for name, wanted in where.items() if name != column]
        counts: dict[Scalar, int] = {}
        for value, ids in self._column(table, column).items():
            if column not in where or _in(value, where[column]):
                counts[value] = sum(all(id in chosen for chosen in sets) for id in ids) if sets else len(ids)
        return {value: count for value, count in counts.items() if count}

    def loads(self, people: Sequence[str]) -> Mapping[str, int]:
        known = self._behind.loads(people) if self._behind else {}
        return {name: known.get(name, 0) + self._loads.get(name, 0) for name in people}

    def rulebook(self, number: int) -> StoredRulebook | None:
        return self._behind.rulebook(number) if self._behind else None

    def note(self, name: str) -> Any:
        if name not in self._notes and self._behind:
            return self._behind.note(name)
        return self._notes.get(name)

    # what is written

    def number_from(self, last: int) -> None:
        """The next ticket gets the number behind `last`, or behind the highest that was put here."""
        self._last = max(self._last, last)

    def next_ticket_id(self) -> int:
        self._last += 1
        return self._last

    def save(self, ticket: Ticket, filing: Filing) -> None:
        before = self._filings.get(ticket.id)
        for column, values in self._found.items():
            read = _COLUMNS[column]
            known = read(self._tickets[ticket.id], before) if before is not None else None
            self._refile(values, ticket.id, known, read(ticket, filing))
        self._count(self._tickets[ticket.id].counts_for if before is not None else None, ticket.counts_for)
        self._tickets[ticket.id], self._filings[ticket.id] = ticket, filing
        if filing.wake_at is not None and (before is None or before.wake_at != filing.wake_at):
            heappush(self._wakes, (filing.wake_at, ticket.id))

    def refile(self, id: int, filing: Filing) -> None:
        self.save(self._tickets[id], filing)

    def _count(self, before: str | None, after: str | None) -> None:
        """A ticket counts for another person now."""
        if before == after:
            return
        for name, step in ((before, -1), (after, 1)):
            if name is not None:
                self._loads[name] = self._loads.get(name, 0) + step

    def append(self, event: Event) -> Event:
        """Stamps `run` and `seq`, by which events are taken back."""
        if self.written >= self.room:
            raise Invalid(f"this goes on and on: {self.room:,} events were written", "end it earlier, or repeat less")
        self.written += 1
        event = Event(*event[:6], str(self.run), _FIRST + self.written, *event[8:])
        self._events.setdefault(event.ticket, []).append(event)
        return event

    def enqueue(self, message: Message) -> None:
        if message.state == "queued":
            self.sending.add(len(self.messages))
        self.messages.append(message)

    def message(self, number: int) -> Message:
        return self.messages[number]

    def replace_message(self, number: int, message: Message) -> None:
        """The message of that number as it stands now."""
        self.messages[number] = message
        if message.state != "queued":
            self.sending.discard(number)

    def set_note(self, name: str, value: Any) -> None:
        self._notes[name] = value

    # what comes next

    def due(self, now: Instant) -> list[int]:
        """Whose `wake_at` has come, oldest first; `wait_for` must hear of them when they have been looked at."""
        found: dict[int, None] = {}
        while self._wakes and self._wakes[0][0] <= now:
            at, id = heappop(self._wakes)
            if self._filings[id].wake_at == at:
                found[id] = None
        return list(found)

    def wait_for(self, ids: Iterable[int]) -> None:
        """Those of the tickets that still wake when they did are due again."""
        for id in ids:
            wake_at = self._filings[id].wake_at
            if wake_at is not None:
                heappush(self._wakes, (wake_at, id))

    def next_wake(self, after: Instant | None = None) -> Instant | None:
        """The earliest `wake_at`, or the earliest behind an instant; None when nothing wakes."""
        if after is not None:
            later = (filing.wake_at for filing in self._filings.values())
            return min((at for at in later if at is not None and at > after), default=None)
        while self._wakes and self._filings[self._wakes[0][1]].wake_at != self._wakes[0][0]:
            heappop(self._wakes)
        return self._wakes[0][0] if self._wakes else None

    def by_wake(self, ids: Iterable[int]) -> list[int]:
        """The tickets, earliest `wake_at` first; those that do not wake come last, by the rules that planned them."""

        def order(id: int) -> tuple[bool, int, int]:
            filing = self._filings[id]
            return filing.wake_at is None, filing.planned if filing.wake_at is None else filing.wake_at, id

        return sorted(ids, key=order)

    def to_send(self, now: Instant) -> list[int]:
        """Numbers of the messages that are to be sent by now, longest due first."""
        due = [(self.messages[number].due_at or 0, number) for number in self.sending]
        return [number for at, number in sorted(due) if at <= now]

    def next_sending(self) -> Instant | None:
        """When the next message is to be sent."""
        return min([self.messages[number].due_at or 0 for number in self.sending], default=None)

    def send_at(self, now: Instant) -> None:
        """Whatever is on its way is to be sent then."""
        for number in self.sending:
            self.messages[number] = self.messages[number]._replace(due_at=now)

    def _column(self, table: str, column: str) -> dict[Scalar, dict[int, None]]:
        if (table, column) == ("outbox", "ticket"):
            letters: dict[Scalar, dict[int, None]] = {}
            for number, message in enumerate(self.messages):
                letters.setdefault(message.ticket, {})[number] = None
            return letters
        if table != "tickets":
            raise LookupError(f"a simulation keeps no index of {table}")
        if column not in self._found:
            values: dict[Scalar, dict[int, None]] = {}
            read = _COLUMNS[column]
            for id, ticket in self._tickets.items():
                self._refile(values, id, None, read(ticket, self._filings[id]))
            self._found[column] = values
        return self._found[column]

    def _refile(
        self, values: dict[Scalar, dict[int, None]], id: int, before: Scalar | None, after: Scalar | None
    ) -> None:
        if before == after:
            return
        if before is not None:
            del values[before][id]
        if after is not None:
            values.setdefault(after, {})[id] = None


def _in(value: Scalar, wanted: Wanted) -> bool:
    if not isinstance(wanted, Range):
        return value in wanted
    low, high = wanted
    return (low is None or value >= low) and (high is None or value < high)  # type: ignore[operator]


def _fact(name: str) -> Callable[[Ticket, Filing], Scalar | None]:
    return lambda ticket, filing: getattr(ticket, name)


_COLUMNS: dict[str, Callable[[Ticket, Filing], Scalar | None]] = {
    "kind": lambda ticket, filing: filing.kind,
    "wake_at": lambda ticket, filing: filing.wake_at,
    "seeks": lambda ticket, filing: filing.seeks,
    **{name: _fact(name) for name in ("status", "priority", "team", "assignee", "category", "dedup_key")},
}
"""The index columns that decisions ask for."""


class MemoryDesk(CountedDesk):
    """What lies outside a ticket, for one step of a simulation; as in a store's run, counts are taken once."""

    def __init__(self, sheet: MemorySheet, marks: Mapping[str, list[Instant]], now: Instant) -> None:
        super().__init__(sheet)
        self._marks, self._now = marks, now

    def note_written(self, kinds: Sequence[str]) -> None:
        for kind in kinds:
            if kind in _CLOSES:
                insort(self._marks["closed"], self._now)
            elif kind == "reminded":
                insort(self._marks["reminded"], self._now)

    def _marked(self, mark: str, since: Instant) -> int:
        return len(self._marks[mark]) - bisect_left(self._marks[mark], since)
