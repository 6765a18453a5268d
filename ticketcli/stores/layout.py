"""The six tables: which counter numbers their rows, and which values of a row are kept as index columns.

A column is read from the stored document, or *filed*: given beside it, because it changes without the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.document import read_instant
from ticketcli.domain.events import IMPORT_RUN
from ticketcli.records import NamedTuple

FORMAT = 1
"""The newest format of stores, and the only one that is written. A store says which one reading and writing it take;
what makes a store of an older format one of this is a step in `migrations.py`."""

IDENTITY = "identity"
"""The counter with the number of the desk that a store was made for; it stays when the store is moved."""

Scalar = str | int
Document = Mapping[str, Any]


class Column(NamedTuple):
    name: str
    read: Callable[[Document], Scalar | None] | None
    """None: the column is filed."""
    filed: Scalar | None = None
    """What stands in a filed column until something is filed."""


class Layout(NamedTuple):
    counter: str
    columns: tuple[Column, ...]

    def position(self, column: str) -> int:
        """Where the column stands in a row; raises `LookupError` for one that the table does not keep."""
        for position, known in enumerate(self.columns):
            if known.name == column:
                return position
        raise LookupError(f"no index column {column!r}")

    def values(self, document: Document, before: tuple[Scalar | None, ...] | None) -> tuple[Scalar | None, ...]:
        """The index columns of a document; filed ones stay as they were `before`."""
        return tuple(
            [
                column.read(document) if column.read else column.filed if before is None else before[position]
                for position, column in enumerate(self.columns)
            ]
        )


def _plain(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, lambda document, name=name: document.get(name)) for name in names)  # type: ignore[misc]


def _instants(*names: str) -> tuple[Column, ...]:
    def reader(name: str) -> Callable[[Document], Scalar | None]:
        return lambda document: read_instant(document[name])

    return tuple(Column(name, reader(name)) for name in names)


def _requester(document: Document) -> str | None:
    """The address of the requester, or the name where there is none, without regard to case."""
    requester = document.get("requester") or {}
    who: str | None = requester.get("email") or requester.get("name")
    return who.casefold() if who else None


_MARKS = {"closed": "closed", "resolved": "closed", "reminded": "reminded", "rule_loop": "loop"}


def _mark(document: Document) -> str | None:
    """What the guard counts, closes and reminders by rules; and loops of rules. Imported ones happened elsewhere."""
    own = document["class"] == "rule" and not document["run"].endswith(IMPORT_RUN)
    return _MARKS.get(document["kind"]) if own else None


def _due_at(document: Document) -> Scalar | None:
    """When a queued message is to be sent; others are never due."""
    due_at = document.get("due_at") if document.get("state") == "queued" else None
    return read_instant(due_at) if due_at else None


TABLES: Mapping[str, Layout] = {
    "tickets": Layout(
        "ticket",
        (
            Column("wake_at", None),
            Column("kind", None, "initial"),
            Column("planned", None, 0),
            Column("seeks", None),
            *_plain("status", "priority", "team", "assignee", "category", "source", "dedup_key"),
            Column("requester", _requester),
            *_instants("created_at", "updated_at"),
        ),
    ),
    "events": Layout("seq", (*_plain("ticket"), *_instants("recorded_at"), Column("mark", _mark))),
    "outbox": Layout("message", (*_plain("ticket", "state", "key"), Column("due_at", _due_at))),
    "rulebooks": Layout("rulebook", _plain("hash")),
    "keys": Layout("key", _plain("key", "at")),
    "meta": Layout("note", _plain("name")),
}
