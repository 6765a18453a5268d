"""Reading a store: the Reader port over TinyDB. Lookups go from the engine's index to `table.get(doc_id=…)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tinydb.table import Document, Table

from ticketcli.domain import document as codec
from ticketcli.domain.events import Event, Head, Message
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import StoreDamaged
from ticketcli.ports import Fault, Filing, Scalar, StoredRulebook, Wanted
from ticketcli.stores.engine import Source
from ticketcli.stores.layout import TABLES
from ticketcli.stores.rows import RowDB

_FILED = [TABLES["tickets"].position(name) for name in Filing._fields]


class TinyReader:
    """The Reader port over TinyDB."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._db = RowDB(source)

    def ticket(self, id: int) -> Ticket | None:
        document = self._get("tickets", id)
        if document is not None:
            return codec.ticket_from(document)
        if self.ids("events", "ticket", [id], limit=1):  # no ticket ever goes: this one was lost
            raise StoreDamaged(f"tickets: row {id} is missing, its events are there", "see: ticket doctor")
        return None

    def tickets(self, ids: Iterable[int]) -> list[Ticket]:
        return [ticket for ticket in map(self.ticket, ids) if ticket is not None]

    def filing(self, id: int) -> Filing | None:
        row = self._source.fetch("tickets", id)
        if row is None:
            return None
        return Filing(*(row.columns[position] for position in _FILED))  # type: ignore[arg-type]

    def events(self, ticket: int, *, newest: int | None = None) -> list[Event]:
        ids = self.ids("events", "ticket", [ticket], limit=newest, descending=True)
        return [codec.event_from(self._there("events", id, ticket)) for id in reversed(ids)]

    def event(self, seq: int) -> Event | None:
        document = self._get("events", seq)
        return None if document is None else codec.event_from(document)

    def messages(self, ticket: int) -> list[Message]:
        ids = self.ids("outbox", "ticket", [ticket])
        return [codec.message_from(self._there("outbox", id, ticket)) for id in ids]

    def message(self, number: int) -> Message | None:
        document = self._get("outbox", number)
        return None if document is None else codec.message_from(document)

    def ids(
        self, table: str, column: str, wanted: Wanted, *, limit: int | None = None, descending: bool = False
    ) -> list[int]:
        return self._source.ids(table, column, wanted, limit, descending)

    def tally(self, table: str, column: str, where: Mapping[str, Wanted] = {}) -> dict[Scalar, int]:
        return self._source.tally(table, column, where)

    def least(self, table: str, column: str) -> Scalar | None:
        return self._source.least(table, column)

    def loads(self, people: Sequence[str]) -> Mapping[str, int]:
        from ticketcli.stores.loads import loads_of  # few readers choose among people

        return loads_of(self._source, self._table("meta"), people)

    def rulebook(self, number: int) -> StoredRulebook | None:
        document = self._get("rulebooks", number)
        if document is None:
            return None
        recorded_at = codec.read_instant(document["recorded_at"])
        return StoredRulebook(number, document["hash"], tuple(document["files"]), document["bound"], recorded_at)

    def counter(self, name: str) -> int:
        return int(self._source.counters().get(name, 0))

    def note(self, name: str) -> Any:
        ids = self.ids("meta", "name", [name])
        return self._there("meta", ids[0])["value"] if ids else None

    def remembered(self, key: str) -> Mapping[str, Any] | None:
        return self.all_remembered([key]).get(key)

    def all_remembered(self, keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        documents = (self._there("keys", id) for id in self.ids("keys", "key", keys)) if keys else ()
        return {document["key"]: document["answer"] for document in documents}

    def head_recorded_at(self) -> Instant:
        return self.counter("recorded_at")

    def head(self) -> Head:
        return Head(self.counter("seq"), str(self._source.counters().get("head", "")), self.head_recorded_at())

    def walk_events(self, after: int = 0) -> Iterator[Event]:
        return self._db.walk("events", after, codec.event_from)

    def walk_tickets(self, after: int = 0) -> Iterator[Ticket]:
        return self._db.walk("tickets", after, codec.ticket_from)

    def faults(self) -> Iterator[Fault]:
        from ticketcli.stores.faults import faults

        return faults(self._source)

    def _get(self, table: str, id: int) -> Document | None:
        document = self._table(table).get(doc_id=id)
        return document if isinstance(document, Document) else None

    def _there(self, table: str, id: int, ticket: int | None = None) -> Document:
        """A document that the index named, as one of that ticket's if one is given."""
        document = self._get(table, id)
        if document is None:
            raise StoreDamaged(f"{table}: row {id} stands in the index only", "restore a backup")
        if ticket is not None and document["ticket"] != ticket:
            raise StoreDamaged(f"{table}: the index gives row {id} to another ticket", "see: ticket doctor")
        return document

    def _table(self, name: str) -> Table:
        return self._db.table(name)
