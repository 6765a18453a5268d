"""Exactly once for changes: what a call with an idempotency key answered, kept with the change it made.

The same key with the same words answers as the first time, with other words it is refused (design section 7).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ticketcli.domain import document as codec
from ticketcli.domain.actors import Caller
from ticketcli.domain.digest import sha256
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import KeyReused
from ticketcli.ports import Reader, Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.steps import Result


class Once(NamedTuple):
    key: str
    digest: str
    """Of what the call asks for, and who calls."""

    @classmethod
    def of(cls, key: str, words: Any, caller: Caller) -> Once:
        text = json.dumps([words, caller.name, caller.given], sort_keys=True, ensure_ascii=False)
        return cls(key, sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def recall(reader: Reader, once: Once) -> list[Result] | None:
    """What the first call with that key answered; None when there was none. Raises `KeyReused`."""
    rows = recall_rows(reader, once)
    return None if rows is None else [_result(row) for row in rows]


def remember(tx: Transaction, once: Once, results: Sequence[Result], at: Instant) -> None:
    """Keeps the answer in the same commit as the change."""
    remember_rows(tx, once, [_row(result) for result in results], at)


def recall_rows(reader: Reader, once: Once) -> Sequence[JsonMap] | None:
    """The same in the form in which it is kept: a row for each thing that the call named."""
    kept = reader.remembered(once.key)
    if kept is None:
        return None
    if kept["digest"] != once.digest:
        raise KeyReused(f"the idempotency key {once.key!r} was used for something else", "take a new key")
    rows: Sequence[JsonMap] = kept["results"]
    return rows


def remember_rows(tx: Transaction, once: Once, rows: Sequence[JsonMap], at: Instant) -> None:
    """Keeps these rows as the answer. `redact` knows those with `id` and `ticket`, and those with `message`."""
    tx.remember(once.key, {"digest": once.digest, "results": rows}, at)


def _row(result: Result) -> JsonMap:
    row: dict[str, Any] = {"id": result.id, "action": result.action, "reason": result.reason}
    if result.ticket is not None:
        row["ticket"] = codec.ticket_document(result.ticket)
    if result.view is not None:
        row["view"] = codec.view_document(result.view)
    return row


def _result(row: JsonMap) -> Result:
    ticket = codec.ticket_from(row["ticket"]) if "ticket" in row else None
    view = codec.view_from(row["view"]) if "view" in row else None
    return Result(row["id"], row["action"], row["reason"], ticket, view)
