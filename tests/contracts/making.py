"""Tickets, events and stores to test with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ticketcli.domain.events import Actor, Event, Message
from ticketcli.domain.ticket import Move, Ticket, Trail
from ticketcli.ports import Filing
from ticketcli.stores import create_store
from ticketcli.stores.buffer import Buffer
from ticketcli.stores.engine import Engine
from ticketcli.stores.jsonfile import JsonEngine
from ticketcli.stores.memory import MemoryEngine
from ticketcli.stores.rows import RowDB
from ticketcli.stores.sqlite import SqliteEngine
from ticketcli.stores.tiny import TinyStore, TinyTransaction
from ticketcli.stores.tiny_reader import TinyReader

NINE = 1772442000
"""2026-03-02T09:00:00Z"""
FILED = Filing("initial", NINE + 60, 1)
ANN = Actor("ann", "agent")


def sqlite_engine(directory: Path) -> Engine:
    create_store("sqlite:tickets.db", str(directory))
    return SqliteEngine(str(directory / "tickets.db"))


def json_engine(directory: Path) -> Engine:
    create_store("json:tickets.json", str(directory))
    return JsonEngine(str(directory / "tickets.json"))


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "sqlite": sqlite_engine,
    "json": json_engine,
    "memory": lambda directory: MemoryEngine(),
}
"""An empty store of each kind."""


def emptied(engine: Engine, table: str) -> Engine:
    """The engine, with no row left in the table."""
    buffer = Buffer(engine.work(1, "test"))
    RowDB(buffer).table(table).truncate()
    buffer.commit()
    buffer.close()
    return engine


def a_ticket(id: int, **facts: Any) -> Ticket:
    begun = {"subject": f"ticket {id}", "status": "new", "trail": Trail(moves=(Move(NINE, "new", "initial"),))}
    times = dict.fromkeys(("created_at", "updated_at", "status_since"), NINE)
    return Ticket(**{"id": id, **begun, **times, **facts})


def an_event(ticket: int, kind: str = "commented", actor: Actor = ANN, **data: Any) -> Event:
    return Event(ticket, NINE, actor, kind, data)


def a_message(ticket: int, key: str, **more: Any) -> Message:
    return Message(key, ticket, "reminded", "ann", "desk", "Soon closed", "In an hour.", NINE, **more)


def add(transaction: TinyTransaction, filing: Filing = FILED, **facts: Any) -> Ticket:
    """Saves a new ticket under the next number."""
    ticket = a_ticket(transaction.next_ticket_id(), **facts)
    transaction.save(ticket, filing)
    return ticket


def everything(store: TinyStore) -> dict[str, Any]:
    """All that can be read of a small store."""
    with store.read() as reader:
        return whole(reader)


def whole(reader: TinyReader) -> dict[str, Any]:
    ids = reader.ids("tickets", "planned", range(10))
    return {
        "tickets": reader.tickets(ids),
        "filings": [reader.filing(id) for id in ids],
        "events": [reader.events(id) for id in ids],
        "messages": [reader.messages(id) for id in ids],
        "counters": {name: reader.counter(name) for name in ("ticket", "seq", "message", "swept_at")},
        "note": reader.note("cursor"),
        "rulebook": reader.rulebook(1),
        "head": reader.head_recorded_at(),
    }
