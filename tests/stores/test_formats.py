"""Stores that were written by earlier versions are read and written by this one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.making import NINE, an_event
from ticketcli.domain.chain import verify
from ticketcli.domain.document import event_document, ticket_document
from ticketcli.stores import open_store

RELEASED = sorted(Path(__file__).parent.glob("format-*"))
URLS = ("sqlite:tickets.db", "json:tickets.json")


def unpacked(released: Path, folder: Path) -> dict[str, Any]:
    """Puts both stores of a format into the folder; answers what they hold."""
    (folder / "tickets.db").write_bytes(gzip.decompress((released / "tickets.db.gz").read_bytes()))
    text = (released / "tickets.json").read_bytes()
    (folder / "tickets.json").write_bytes(text)
    whole: dict[str, Any] = json.loads(text)
    return whole


def test_a_store_of_each_format_is_kept() -> None:
    assert [path.name for path in RELEASED] == ["format-1"]


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: str(path.name))
@pytest.mark.parametrize("url", URLS)
def test_a_released_store_is_read_whole_and_written_on(tmp_path: Path, released: Path, url: str) -> None:
    wanted = unpacked(released, tmp_path)
    store = open_store(url, str(tmp_path))
    with store.read() as reader:
        tickets, events = list(reader.walk_tickets()), list(reader.walk_events())
        assert list(reader.faults()) == []
        assert [ticket_document(ticket) for ticket in tickets] == list(wanted["tickets"].values())
        assert [event_document(event) for event in events] == list(wanted["events"].values())
        assert len([*reader.messages(1), *reader.messages(2)]) == len(wanted["outbox"]) > 0
        assert reader.remembered("i") is not None
    head = ""
    for event in events:
        assert verify(event, head)
        head = event.hash
    with store.write(at=NINE * 2, run="later") as transaction:
        assert transaction.append(an_event(1)).seq == len(events) + 1
        assert transaction.next_ticket_id() == 3
    store.close()
