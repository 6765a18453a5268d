"""A transaction that lands nowhere: `--dry-run` runs the real code against it and leaves every stored row as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.events import Event, Head, Message
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket
from ticketcli.ports import Fault, Filing, Range, Reader, StoredRulebook, Wanted


class Rehearsal:
    """Reads from one committed state and keeps what is written beside it, for this call only.

    What a rehearsed write changes is seen by `ticket`, `events` and `loads`, and by the index of those who wait for a
    person; asked otherwise the index answers as the committed state does.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tickets: dict[int, tuple[Ticket, Filing]] = {}
        self._events: list[Event] = []
        self._rewritten: dict[int, Event] = {}
        self._loads: dict[str, int] = {}
        self._counters: dict[str, int] = {}
        self._notes: dict[str, Any] = {}

    def ticket(self, id: int) -> Ticket | None:
        kept = self._tickets.get(id)
        return kept[0] if kept else self._reader.ticket(id)

    def tickets(self, ids: Iterable[int]) -> list[Ticket]:
        return [ticket for ticket in map(self.ticket, ids) if ticket is not None]

    def filing(self, id: int) -> Filing | None:
        kept = self._tickets.get(id)
        return kept[1] if kept else self._reader.filing(id)

    def events(self, ticket: int, *, newest: int | None = None) -> list[Event]:
        own = [event for event in self._events if event.ticket == ticket]
        found = [*(self._rewritten.get(event.seq, event) for event in self._reader.events(ticket)), *own]
        return found if newest is None else found[-newest:]

    def event(self, seq: int) -> Event | None:
        return self._rewritten.get(seq) or self._reader.event(seq)

    def messages(self, ticket: int) -> list[Message]:
        return self._reader.messages(ticket)

    def message(self, number: int) -> Message | None:
        return self._reader.message(number)

    def ids(
        self, table: str, column: str, wanted: Wanted, *, limit: int | None = None, descending: bool = False
    ) -> list[int]:
        found = self._reader.ids(table, column, wanted, limit=limit, descending=descending)
        if column != "seeks" or isinstance(wanted, Range):
            return found
        own = [id for id, (_, filing) in self._tickets.items() if filing.seeks in wanted]
        return sorted([id for id in found if id not in self._tickets] + own)

    def tally(self, table: str, column: str, where: Mapping[str, Wanted] = {}) -> dict[str | int, int]:
        found = self._reader.tally(table, column, where)
        if column == "seeks":
            for _, filing in self._tickets.values():
                if filing.seeks is not None:
                    found[filing.seeks] = found.get(filing.seeks, 0) + 1
        return found

    def loads(self, people: Sequence[str]) -> Mapping[str, int]:
        known = self._reader.loads(people)
        return {name: known.get(name, 0) + self._loads.get(name, 0) for name in people}

    def least(self, table: str, column: str) -> str | int | None:
        return self._reader.least(table, column)

    def rulebook(self, number: int) -> StoredRulebook | None:
        return self._reader.rulebook(number)

    def counter(self, name: str) -> int:
        return self._counters.get(name, self._reader.counter(name))

    def note(self, name: str) -> Any:
        return self._notes.get(name, self._reader.note(name))

    def remembered(self, key: str) -> Mapping[str, Any] | None:
        return self._reader.remembered(key)

    def all_remembered(self, keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        return self._reader.all_remembered(keys)

    def head_recorded_at(self) -> Instant:
        return self._reader.head_recorded_at()

    def head(self) -> Head:
        return self._reader.head()

    def walk_events(self, after: int = 0) -> Iterator[Event]:
        return self._reader.walk_events(after)

    def walk_tickets(self, after: int = 0) -> Iterator[Ticket]:
        return self._reader.walk_tickets(after)

    def faults(self) -> Iterator[Fault]:
        return self._reader.faults()

    def next_ticket_id(self) -> int:
        self._counters["ticket"] = self.counter("ticket") + 1
        return self._counters["ticket"]

    def save(self, ticket: Ticket, filing: Filing) -> None:
        for one, step in ((self.ticket(ticket.id), -1), (ticket, 1)):
            if one is not None and one.counts_for is not None:
                self._loads[one.counts_for] = self._loads.get(one.counts_for, 0) + step
        self._tickets[ticket.id] = (ticket, filing)

    def refile(self, id: int, filing: Filing) -> None:
        """Nothing reads the index of a ticket that a rehearsal left as it was."""

    def append(self, event: Event) -> Event:
        self._events.append(event)
        return event

    def enqueue(self, message: Message) -> None:
        """A rehearsed message goes nowhere; the events tell whom it would have told."""

    def rewrite_event(self, event: Event) -> None:
        self._rewritten[event.seq] = event

    def rewrite_messages(self, ticket: int, change: Callable[[Message], Message]) -> bool:
        return any(change(message) != message for message in self._reader.messages(ticket))

    def rewrite_answers(self, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        """A rehearsal answers nobody again."""

    def rebuild(self, ticket: Ticket, filing: Filing) -> None:
        self.save(ticket, filing)

    def reindex(self) -> None:
        """Nothing of the index is rehearsed."""

    def replace_message(self, number: int, message: Message) -> None:
        """Nothing is sent or given up in a rehearsal."""

    def keep_rulebook(self, hash: str, files: Sequence[str], bound: Mapping[str, Any], at: Instant) -> int:
        return self.counter("rulebook") + 1

    def remember(self, key: str, answer: Mapping[str, Any], at: Instant | None) -> None:
        """A rehearsed answer is not the answer of the call that means it."""

    def forget(self, before: Instant) -> None:
        """A rehearsal forgets nothing."""

    def relieve(self) -> None:
        """A rehearsal is held in memory."""

    def set_counter(self, name: str, value: int) -> None:
        self._counters[name] = value

    def set_note(self, name: str, value: Any) -> None:
        self._notes[name] = value
