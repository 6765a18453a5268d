"""What is wrong with a store: its files, each row and its checksum, each document, and the index columns beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ticketcli.domain import document as codec
from ticketcli.errors import StoreDamaged
from ticketcli.ports import Fault
from ticketcli.stores.engine import Row, Source
from ticketcli.stores.layout import TABLES
from ticketcli.stores.loads import load_faults

_LOAD: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "tickets": codec.ticket_from,
    "events": codec.event_from,
    "outbox": codec.message_from,
}


def faults(source: Source) -> Iterator[Fault]:
    """Everything found, in flat memory; a row that cannot be read does not hide the others."""
    for text in source.check():
        yield Fault("", None, text, filing="index" in text)
    counters = source.counters()
    for table, layout in TABLES.items():
        yield from _faults_of(source, table)
        highest, given = max(source.keys(table), default=0), int(counters.get(layout.counter, 0))
        if highest > given:
            yield Fault(table, None, f"{table}: row {highest} stands above the counter of its table, {given}")
    with suppress(StoreDamaged, ValueError):  # rows that cannot be read are told of already
        yield from load_faults(source)


def _faults_of(source: Source, table: str) -> Iterator[Fault]:
    after = 0
    while True:
        try:
            for id, row in source.walk(table, after):
                yield from _faults_in(table, id, row)
            return
        except StoreDamaged as error:
            damaged: int | None = error.details.get("row")
            yield Fault(table, damaged, error.message)
            if damaged is None:
                return
            after = damaged


def _faults_in(table: str, id: int, row: Row) -> Iterator[Fault]:
    try:
        document = json.loads(row.text)
        if table in _LOAD:
            _LOAD[table](document)
        columns = TABLES[table].values(document, row.columns)
    except StoreDamaged as error:
        yield Fault(table, id, error.message)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield Fault(table, id, f"{table}: row {id} cannot be read ({error})")
    else:
        names = [c.name for c, is_, should in zip(TABLES[table].columns, row.columns, columns) if is_ != should]
        if names:
            yield Fault(table, id, f"{table}: row {id} is filed under another {', '.join(names)}", filing=True)
