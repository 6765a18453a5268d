"""What an engine under TinyDB supplies: rows of text by number, an index of two questions, counters, transactions.

Engines know nothing of tickets: `rows.py` makes TinyDB tables of their rows, and `tiny.py` the Store port of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from ticketcli.errors import StoreDamaged
from ticketcli.ports import Scalar, Wanted
from ticketcli.records import NamedTuple


class Row(NamedTuple):
    """A stored document as JSON text, with its index columns in the order of `layout.TABLES`."""

    text: str
    columns: tuple[Scalar | None, ...]


class Source(Protocol):
    """What can be read of one state of the store. A row that does not match its checksum is `StoreDamaged`."""

    def fetch(self, table: str, id: int) -> Row | None: ...

    def keys(self, table: str) -> list[int]:
        """The numbers of all rows, ascending."""

    def size(self, table: str) -> int: ...

    def walk(self, table: str, after: int) -> Iterator[tuple[int, Row]]:
        """All rows with a number above `after`, ascending, in flat memory.

        At a row that does not match its checksum it ends by `StoreDamaged`, whose details name `table` and `row`.
        """

    def check(self) -> list[str]:
        """What the engine itself finds wrong with its files beside single rows; empty when all is well."""

    def ids(self, table: str, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
        """Row numbers ordered by (column, number); rows without a value are never among them."""

    def tally(self, table: str, column: str, where: Mapping[str, Wanted]) -> dict[Scalar, int]: ...

    def least(self, table: str, column: str) -> Scalar | None: ...

    def counters(self) -> Mapping[str, Scalar]:
        """All counters of this state."""


def occupied(table: str, id: int) -> StoreDamaged:
    """What is wrong when a row stands where the counter says that none was written yet."""
    return StoreDamaged(f"{table}: number {id} was given already", "restore a backup")


class Snapshot(Source, Protocol):
    """One committed state, until `close`."""

    def formats(self) -> tuple[int, int]:
        """Which format reading and writing the store takes."""

    def close(self) -> None: ...


class Work(Snapshot, Protocol):
    """The one write transaction of the desk. Closed without `commit`, it changed nothing."""

    def put(self, table: str, id: int, row: Row, before: Row | None) -> None:
        """Writes a row; `before` is the row that stands there now, None when there is none: else `StoreDamaged`."""

    def drop(self, table: str, id: int) -> None:
        """Removes a row, be it damaged."""

    def reindex(self) -> None:
        """Makes the index anew from the rows."""

    def commit(self, counters: Mapping[str, Scalar]) -> None:
        """Sets these counters and makes everything durable; `OutcomeUnknown` when nobody can tell whether it is."""


class Engine(Protocol):
    rows_read: int
    """Rows fetched through this engine so far."""

    def snapshot(self) -> Snapshot: ...

    def files(self) -> list[str]:
        """The paths of the files that the store may consist of, its own first."""

    def work(self, timeout: float, holder: str) -> Work:
        """Waits its turn for up to `timeout` seconds, else `Unavailable`; `holder` is what those who wait are told."""

    def source(self, timeout: float, holder: str) -> Work:
        """The same for a store of any older format, which is only walked, to make another store of it."""

    def take_turn(self, name: str) -> Callable[[], None] | None:
        """Holds the desk's turn at `name` until the answer is called; None while another process has it."""

    def purge(self, timeout: float) -> None:
        """Leaves nothing in the store's files of what rows once said and say no more.

        Costs as much as the store is large. Raises `Unavailable` when others kept it from that for `timeout` seconds.
        """

    def close(self) -> None: ...
