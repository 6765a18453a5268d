"""The desk as it stood at an instant in the past (design section 5, `recorded_at`): for reads with `--at`.

A ticket to which nothing was written since stands in the store as it stood then; every other is the fold of its events
up to that instant. Which those are the index says, so that a look at yesterday costs what happened since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ticketcli.domain.desk import Guard
from ticketcli.domain.draft import Cause, Subject
from ticketcli.domain.events import Event, Message
from ticketcli.domain.fold import fold
from ticketcli.domain.instants import Instant
from ticketcli.domain.planner import plan
from ticketcli.domain.rulebook import load_rulebook
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import StoreDamaged
from ticketcli.ports import Filing, Range, Reader, Scalar, Wanted
from ticketcli.services.in_force import InForce
from ticketcli.services.rehearsal import Rehearsal
from ticketcli.services.store_desk import StoreDesk


class Past(Rehearsal):
    """What a reader would have read at `at`. What is written into it lands nowhere."""

    def __init__(self, reader: Reader, at: Instant, settings: tuple[tuple[str, ...], str]) -> None:
        super().__init__(reader)
        self.at = at
        newest = reader.ids("events", "recorded_at", Range(None, at + 1), limit=1, descending=True)
        self._last = newest[0] if newest else 0
        self._since: dict[int, int] | None = None
        self._then: dict[int, Ticket | None] = {}
        self.rules = rules_then(reader, self._last, at, settings)

    @property
    def since(self) -> Mapping[int, int]:
        """The tickets to which something was written since, and how many events."""
        if self._since is None:
            later = self._reader.tally("events", "ticket", {"recorded_at": Range(self.at + 1)})
            self._since = {int(id): count for id, count in later.items()}
        return self._since

    def ticket(self, id: int) -> Ticket | None:
        if self._since is not None and id not in self._since:
            return self._reader.ticket(id)
        if id not in self._then:
            events = self.events(id)
            self._then[id] = fold(events) if events else None
        return self._then[id]

    def tickets(self, ids: Iterable[int]) -> list[Ticket]:
        _ = self.since
        return super().tickets(ids)

    def events(self, ticket: int, *, newest: int | None = None) -> list[Event]:
        """Reads no event that was written later."""
        then = [seq for seq in self._reader.ids("events", "ticket", [ticket]) if seq <= self._last]
        found = map(self._reader.event, then if newest is None else then[-newest:])
        return [event if event and event.ticket == ticket else self._damaged(ticket) for event in found]

    def _damaged(self, ticket: int) -> Event:
        """The index names what is not there, or another ticket's event: the store says so in its own words."""
        self._reader.events(ticket)
        raise StoreDamaged(f"ticket #{ticket}: the store does not find all of its events", "see: ticket doctor")

    def messages(self, ticket: int) -> list[Message]:
        """Those that were written by then, each as it stood."""
        dead = {event.data.get("key") for event in self.events(ticket) if event.kind == "undelivered"}
        found = (message for message in self._reader.messages(ticket) if message.at <= self.at)
        return [_message_then(message, self.at, message.key in dead) for message in found]

    def filing(self, id: int) -> Filing | None:
        """What the index would hold; a ticket with something due that no sweep had done yet is due at that instant."""
        ticket = self.ticket(id)
        if ticket is None:
            return None
        subject = Subject(ticket, ticket, lambda: self.events(id))
        made = plan(subject, StoreDesk(self), self.rules.rulebook, self.at, Cause(guard=Guard(max_gap=None)))
        due = made.events and made.outcome != "loop"
        return Filing(ticket.kind, self.at if due else made.wake_at, self.rules.number)

    def ids(
        self, table: str, column: str, wanted: Wanted, *, limit: int | None = None, descending: bool = False
    ) -> list[int]:
        """As the index would have answered; ids of tickets within a range stand in no particular order."""
        if table == "events":
            return self._events_ids(column, wanted, limit, descending)
        if table != "tickets":
            return self._reader.ids(table, column, wanted, limit=limit, descending=descending)
        found: list[int] = []
        for part in [wanted] if isinstance(wanted, Range) else [[value] for value in wanted]:
            unchanged = [id for id in self._reader.ids(table, column, part) if id not in self.since]
            found += sorted([*unchanged, *self._changed(column, part)])
        return (found[::-1] if descending else found)[:limit]

    def _events_ids(self, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
        found = self._reader.ids("events", column, wanted, descending=descending)
        return [seq for seq in found if seq <= self._last][:limit]

    def _changed(self, column: str, wanted: Wanted) -> list[int]:
        """Of the tickets that changed since those whose column lay there then."""
        read = _COLUMNS[column]
        tickets = (self.ticket(id) for id in self.since)
        return [one.id for one in tickets if one is not None and _lies(read(one), wanted)]

    def tally(self, table: str, column: str, where: Mapping[str, Wanted] = {}) -> dict[Scalar, int]:
        if table == "events":
            span = where.get("recorded_at", Range())
            low = span.low if isinstance(span, Range) else None
            return self._reader.tally(table, column, {**where, "recorded_at": Range(low, self.at + 1)})
        if table != "tickets":
            return self._reader.tally(table, column, where)
        allowed = [set(self.ids(table, name, wanted)) for name, wanted in where.items()]
        counts: dict[Scalar, int] = {}
        for value in self._values(column):
            count = len(set(self.ids(table, column, [value])).intersection(*allowed))
            if count:
                counts[value] = count
        return counts

    def loads(self, people: Sequence[str]) -> Mapping[str, int]:
        """Those of now, but for tickets that changed since, each of which counts for whom it counted for then."""
        counts = dict(super().loads(people))
        for id in self.since:
            for ticket, step in ((self._reader.ticket(id), -1), (self.ticket(id), 1)):
                if ticket is not None and ticket.counts_for in counts:
                    counts[ticket.counts_for] += step
        return counts

    def _values(self, column: str) -> list[Scalar]:
        """Every value that the column had then, and perhaps some that it has now."""
        tickets = (self.ticket(id) for id in self.since)
        then = (_COLUMNS[column](one) for one in tickets if one is not None)
        return list(dict.fromkeys([*self._reader.tally("tickets", column), *(v for v in then if v is not None)]))

    def head_recorded_at(self) -> Instant:
        event = self._reader.event(self._last)
        return event.recorded_at if event else 0


def _message_then(message: Message, at: Instant, dead: bool) -> Message:
    """The message as it stood: what was delivered or given up later was still queued."""
    if message.state == "unaddressed" or (message.delivered_at is not None and message.delivered_at <= at):
        return message
    return message._replace(state="dead" if dead else "queued", delivered_at=None)


def _lies(value: Scalar | None, wanted: Wanted) -> bool:
    if value is None or not isinstance(wanted, Range):
        return value is not None and value in wanted
    low, high = wanted
    return (low is None or low <= value) and (high is None or value < high)  # type: ignore[operator]


def _requester(ticket: Ticket) -> str | None:
    who = (ticket.requester.email or ticket.requester.name) if ticket.requester else None
    return who.casefold() if who else None


_COLUMNS: dict[str, Callable[[Ticket], Any]] = {
    "kind": lambda ticket: ticket.kind,
    "status": lambda ticket: ticket.status,
    "priority": lambda ticket: ticket.priority,
    "team": lambda ticket: ticket.team,
    "assignee": lambda ticket: ticket.assignee,
    "category": lambda ticket: ticket.category,
    "source": lambda ticket: ticket.source,
    "dedup_key": lambda ticket: ticket.dedup_key,
    "requester": _requester,
    "created_at": lambda ticket: ticket.created_at,
    "updated_at": lambda ticket: ticket.updated_at,
}
"""What the index keeps of a ticket's facts."""


def rules_then(reader: Reader, last: int, at: Instant, settings: tuple[tuple[str, ...], str]) -> InForce:
    """The rulebook by which the desk was last changed at `at`; `last` is the newest event by then.

    That of the newest decision, or one that was kept after it: a rulebook is kept by the first change that it sees.
    """
    numbers = sorted(reader.ids("rulebooks", "hash", Range()), reverse=True)
    kept = next((one for number in numbers if (one := reader.rulebook(number)) and one.recorded_at <= at), None)
    since = kept.recorded_at if kept else 0
    hash = _decided_by(reader, last, since)
    known = reader.ids("rulebooks", "hash", [hash], limit=1) if hash else []
    kept = reader.rulebook(known[0]) if known else kept
    if kept is None:
        from ticketcli.domain.builtin import EMPTY_RULEBOOK

        return InForce(load_rulebook(EMPTY_RULEBOOK, "", *settings), 0, None)
    return InForce(load_rulebook(kept.bound, kept.hash, *settings), kept.number, None)


def _decided_by(reader: Reader, last: int, since: Instant) -> str:
    """The hash of the rulebook of the newest decision up to event `last`, none recorded before `since`."""
    for seq in range(last, 0, -1):
        event = reader.event(seq)
        if event is None or event.recorded_at <= since:
            break
        if event.rule is not None:
            return event.rule.rulebook
    return ""
