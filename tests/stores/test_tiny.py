"""The adapter: what it says when an index and its table do not agree."""

from __future__ import annotations

import pytest

from tests.contracts.making import NINE, an_event
from ticketcli.errors import StoreDamaged
from ticketcli.stores import open_store
from ticketcli.stores.memory import MemoryEngine
from ticketcli.stores.tiny import TinyStore
from ticketcli.stores.tiny_reader import TinyReader


def test_a_row_that_only_the_index_names_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = MemoryEngine().snapshot()
    monkeypatch.setattr(snapshot, "ids", lambda *question: [5])
    reader = TinyReader(snapshot)

    for read in (reader.events, reader.messages):
        with pytest.raises(StoreDamaged, match="row 5 stands in the index only"):
            read(1)


def test_a_document_of_tomorrow_is_damage() -> None:
    store = TinyStore(MemoryEngine())
    with store.write(at=NINE, run="r") as transaction:
        transaction.append(an_event(1))
        transaction._table("events").update({"colour": "red"}, doc_ids=[1])

    with pytest.raises(StoreDamaged, match="event 1"), store.read() as reader:
        reader.events(1)


def test_stores_in_memory_share_nothing() -> None:
    first, second = (open_store("memory:", "/nowhere") for _ in range(2))
    with first.write(at=NINE, run="r") as transaction:
        transaction.set_counter("swept_at", 5)

    with second.read() as reader:
        assert reader.counter("swept_at") == 0


def test_a_row_of_another_ticket_that_the_index_names_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    store = TinyStore(MemoryEngine())
    with store.write(at=NINE, run="r") as transaction:
        transaction.append(an_event(2))
    with store.read() as reader:
        monkeypatch.setattr(reader._source, "ids", lambda *question: [1])
        with pytest.raises(StoreDamaged, match="gives row 1 to another ticket"):
            reader.events(1)
