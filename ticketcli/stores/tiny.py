"""The only adapter of the Store port: every document is inserted, read, updated and found by TinyDB.

Lookups go from the engine's index to `table.get(doc_id=…)`, never through a scan.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

from tinydb.table import Document

from ticketcli.domain import document as codec
from ticketcli.domain.events import Event, Message
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import StoreDamaged, Unavailable
from ticketcli.ports import BackupMade, Filing, Range, StoreInfo
from ticketcli.stores.buffer import Buffer
from ticketcli.stores.engine import Engine, Source
from ticketcli.stores.layout import IDENTITY, TABLES
from ticketcli.stores.tiny_reader import TinyReader


class TinyTransaction(TinyReader):
    """The Transaction port over TinyDB."""

    def __init__(self, buffer: Buffer, at: Instant, run: str) -> None:
        super().__init__(buffer)
        self._buffer = buffer
        self._at = at
        self._run = run
        from ticketcli.stores.loads import Loads  # readers count nobody

        self._loads = Loads(buffer, self._table("meta"))

    def counter(self, name: str) -> int:
        return int(self._buffer.counter(name))

    def next_ticket_id(self) -> int:
        return self._buffer.next_number(TABLES["tickets"].counter)

    def loads(self, people: Sequence[str]) -> Mapping[str, int]:
        return self._loads.of(people)

    def save(self, ticket: Ticket, filing: Filing) -> None:
        self._loads.change(self._buffer.fetch("tickets", ticket.id), ticket.assignee, filing.kind)
        self._write("tickets", ticket.id, codec.ticket_document(ticket))
        self._buffer.file("tickets", ticket.id, filing._asdict())

    def refile(self, id: int, filing: Filing) -> None:
        self._loads.refile(self._buffer.fetch("tickets", id), filing.kind)
        self._buffer.file("tickets", id, filing._asdict())

    def append(self, event: Event) -> Event:
        seq = self._buffer.next_number(TABLES["events"].counter)
        recorded_at = max(self._at, self.counter("recorded_at"))
        stamped = event._replace(seq=seq, recorded_at=recorded_at, run=self._run)
        from ticketcli.domain.chain import link  # readers need no chain

        linked = link(stamped, str(self._buffer.counter("head") or ""), lambda: os.urandom(16).hex())
        self._table("events").insert(Document(codec.event_document(linked), seq))
        self._buffer.set_counter("recorded_at", recorded_at)
        self._buffer.set_counter("head", linked.hash)
        return linked

    def enqueue(self, message: Message) -> None:
        self._table("outbox").insert(codec.message_document(message))

    def replace_message(self, number: int, message: Message) -> None:
        self._write("outbox", number, codec.message_document(message))

    def keep_rulebook(self, hash: str, files: Sequence[str], bound: Mapping[str, Any], at: Instant) -> int:
        known = self.ids("rulebooks", "hash", [hash])
        if known:
            return known[0]
        document = {"hash": hash, "files": list(files), "bound": bound, "recorded_at": codec.write_instant(at)}
        return self._table("rulebooks").insert(document)

    def remember(self, key: str, answer: Mapping[str, Any], at: Instant | None) -> None:
        until = {} if at is None else {"at": codec.write_instant(at)}
        self._table("keys").insert({"key": key, "answer": answer, **until})

    def forget(self, before: Instant) -> None:
        ids = self.ids("keys", "at", Range(None, codec.write_instant(before)))
        if ids:
            self._table("keys").remove(doc_ids=ids)

    def rewrite_event(self, event: Event) -> None:
        stored = self._get("events", event.seq)
        from ticketcli.domain.chain import verify

        if stored is None or stored["hash"] != event.hash or not verify(event, stored["prev"]):
            raise ValueError(f"event {event.seq}: history is not to be rewritten")
        self._write("events", event.seq, codec.event_document(event))

    def rewrite_messages(self, ticket: int, change: Callable[[Message], Message]) -> bool:
        changed = False
        for id in self.ids("outbox", "ticket", [ticket]):
            before = codec.message_from(self._there("outbox", id))
            if (after := change(before)) != before:
                self._write("outbox", id, codec.message_document(after))
                changed = True
        return changed

    def rewrite_answers(self, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        for document in list(self._db.walk("keys", 0, lambda document: document)):
            if (after := change(document["answer"])) != document["answer"]:
                self._write("keys", document.doc_id, {**document, "answer": after})

    def rebuild(self, ticket: Ticket, filing: Filing) -> None:
        self._buffer.forget("tickets", ticket.id)
        self.save(ticket, filing)
        self._loads.count_anew()

    def reindex(self) -> None:
        self._buffer.reindex()
        self._loads.count_anew()

    def settle(self) -> None:
        """What is written once, at the end."""
        self._loads.write()

    def relieve(self) -> None:
        self._buffer.relieve()

    def set_counter(self, name: str, value: int) -> None:
        self._buffer.set_counter(name, value)

    def set_note(self, name: str, value: Any) -> None:
        document = {"name": name, "value": value}
        ids = self.ids("meta", "name", [name])
        if ids:
            self._write("meta", ids[0], document)
        else:
            self._table("meta").insert(document)

    def _write(self, table: str, id: int, document: dict[str, Any]) -> None:
        """Puts the document in place of the one with that number, or inserts it."""

        def replace(stored: MutableMapping[str, Any]) -> None:
            stored.clear()
            stored.update(document)

        if not self._table(table).update(replace, doc_ids=[id]):
            self._table(table).insert(Document(document, id))


class TinyStore:
    """The Store port. Close it when the command is done."""

    def __init__(
        self, engine: Engine, current: Callable[[], bool] = lambda: True, identity: int | None = None
    ) -> None:
        self._engine = engine
        self._current = current
        self._identity = identity

    def _check_identity(self, source: Source) -> None:
        if self._identity is not None and source.counters().get(IDENTITY) != self._identity:
            hint = "put the desk's own file back, or restore a backup; if this one is meant, remove .cache/identity"
            raise StoreDamaged(f"{self._engine.files()[0]}: this is the store of another desk", hint)

    @contextmanager
    def read(self) -> Iterator[TinyReader]:
        snapshot = self._engine.snapshot()
        try:
            self._check_identity(snapshot)
            yield TinyReader(snapshot)
        finally:
            snapshot.close()

    @contextmanager
    def write(self, *, at: Instant, run: str, timeout: float = 10.0) -> Iterator[TinyTransaction]:
        buffer = Buffer(self._engine.work(timeout, run))
        try:
            self._check_identity(buffer)
            if not self._current():
                raise Unavailable("the desk has just got another store", "do the same again")
            transaction = TinyTransaction(buffer, at, run)
            yield transaction
            transaction.settle()
            buffer.commit()
        finally:
            buffer.close()

    @contextmanager
    def turn(self, name: str) -> Iterator[bool]:
        release = self._engine.take_turn(name)
        try:
            yield release is not None
        finally:
            if release is not None:
                release()

    def info(self) -> StoreInfo:
        from ticketcli.stores.facts import info

        return info(self._engine)

    def backup(self, path: str) -> BackupMade:
        from ticketcli.stores.backup import write_backup

        snapshot = self._engine.snapshot()
        try:
            self._check_identity(snapshot)
            return write_backup(snapshot, path)
        finally:
            snapshot.close()

    def rows_read(self) -> int:
        return self._engine.rows_read

    def purge(self, timeout: float = 10.0) -> None:
        self._engine.purge(timeout)

    def close(self) -> None:
        self._engine.close()
