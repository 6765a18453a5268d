"""What use cases need of the world outside, as Protocols. Adapters stand in `stores/`, `rulebook/` and `clock.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from ticketcli.domain.events import Event, Head, Message
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.domain.rows import Row

Scalar = str | int


class Range(NamedTuple):
    """`low <= value < high`; None leaves that end open. A missing (null) value lies in no range."""

    low: Scalar | None = None
    high: Scalar | None = None


Wanted = Sequence[Scalar] | Range
"""Values of an index column: one of these, or within that range."""


class Filing(NamedTuple):
    """What the index keeps of a ticket beyond its facts."""

    kind: str
    wake_at: Instant | None
    planned: int
    """The number of the rulebook by which the rest was computed."""
    seeks: str | None = None
    """`Plan.seeks`: rules look for a person for it, since when and for whom. In order: who waits longest first."""


class StoredRulebook(NamedTuple):
    number: int
    hash: str
    files: tuple[str, ...]
    bound: Mapping[str, Any]
    recorded_at: Instant


class Fault(NamedTuple):
    """Something wrong with what is stored. `row` None: with the files as a whole."""

    table: str
    row: int | None
    what: str
    filing: bool = False
    """Only the index is off, which can be made anew."""


class BackupMade(NamedTuple):
    path: str
    bytes: int
    sha256: str
    rows: Mapping[str, int]
    """Per table how many."""


class StoreInfo(NamedTuple):
    """What a store is and holds. `files` are those that exist, with their bytes."""

    format_read: int
    format_write: int
    files: Mapping[str, int]
    rows: Mapping[str, int]
    counters: Mapping[str, Scalar]


class Looking(Protocol):
    """What deciding about a ticket may look at: its past, and other tickets by index."""

    def ticket(self, id: int) -> Ticket | None: ...

    def filing(self, id: int) -> Filing | None:
        """What the index holds for the ticket."""

    def events(self, ticket: int, *, newest: int | None = None) -> list[Event]:
        """The ticket's events, oldest first; with `newest` only the last so many."""

    def ids(
        self, table: str, column: str, wanted: Wanted, *, limit: int | None = None, descending: bool = False
    ) -> list[int]:
        """Row ids by index, ordered by (column, id). Reads no row.

        Columns: tickets: wake_at kind status priority team assignee requester category source created_at updated_at
        dedup_key planned seeks; events: ticket recorded_at mark; outbox: ticket state key due_at; rulebooks: hash.
        """

    def tally(self, table: str, column: str, where: Mapping[str, Wanted] = {}) -> dict[Scalar, int]:
        """How many rows per value of `column` (null left out) among those that match all of `where`. Reads no row."""

    def loads(self, people: Sequence[str]) -> Mapping[str, int]:
        """How many tickets that are neither resolved nor final each of them is assigned to; absent: none.

        Reads one row for each, however many tickets there are.
        """

    def rulebook(self, number: int) -> StoredRulebook | None: ...

    def note(self, name: str) -> Any:
        """A JSON value of the desk's `meta` table, such as the cursors of round robin; None if never set."""


class Reader(Looking, Protocol):
    """One committed state; nothing seen through it changes while it is open."""

    def tickets(self, ids: Iterable[int]) -> list[Ticket]:
        """Those that exist, in the order given."""

    def event(self, seq: int) -> Event | None: ...

    def messages(self, ticket: int) -> list[Message]:
        """The ticket's messages, oldest first."""

    def message(self, number: int) -> Message | None:
        """The message of that number in the outbox."""

    def least(self, table: str, column: str) -> Scalar | None:
        """The smallest value of `column`, None when no row has one. Reads no row."""

    def counter(self, name: str) -> int:
        """An integer kept beside the tables (`seq`, `ticket`, `swept_at`, `rulebook`, `epoch` …); 0 if never set."""

    def remembered(self, key: str) -> Mapping[str, Any] | None:
        """What was answered under an idempotency key, None when nothing was or it is forgotten."""

    def all_remembered(self, keys: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The same for many keys at once; those without an answer are left out."""

    def head_recorded_at(self) -> Instant:
        """`recorded_at` of the newest event, 0 on an empty desk."""

    def head(self) -> Head:
        """The end of the chain, as the last commit noted it."""

    def walk_events(self, after: int = 0) -> Iterator[Event]:
        """Every event with a `seq` above `after`, in order, in flat memory.

        At one that cannot be read it ends by `StoreDamaged`, whose details name `table` and `row`.
        """

    def walk_tickets(self, after: int = 0) -> Iterator[Ticket]:
        """Every ticket with a number above `after`, in the same way."""

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the store: its files, each row and its checksum, each document, each index column."""


class Sheet(Looking, Protocol):
    """Where decisions about tickets are written down: a transaction of a store, a rehearsal, or a simulation."""

    def next_ticket_id(self) -> int:
        """A number never given before."""

    def save(self, ticket: Ticket, filing: Filing) -> None:
        """Keeps the ticket as it stands now, new or known."""

    def refile(self, id: int, filing: Filing) -> None:
        """Changes the index only; neither the stored document nor its version."""

    def append(self, event: Event) -> Event:
        """Stamps `seq`, `recorded_at` (never earlier than its predecessor's), `prev` and `hash`, and keeps it."""

    def enqueue(self, message: Message) -> None: ...

    def set_note(self, name: str, value: Any) -> None: ...


class Transaction(Reader, Sheet, Protocol):
    """A reader that may also write; everything lands at its end or nothing does."""

    def replace_message(self, number: int, message: Message) -> None:
        """Keeps the message of that number as it stands now."""

    def keep_rulebook(self, hash: str, files: Sequence[str], bound: Mapping[str, Any], at: Instant) -> int:
        """Keeps a rulebook under the next number, unless its hash is there; answers its number."""

    def remember(self, key: str, answer: Mapping[str, Any], at: Instant | None) -> None:
        """Keeps an answer under a key that has none; without `at` it is never forgotten."""

    def forget(self, before: Instant) -> None:
        """Drops the answers that were kept before that instant."""

    def rewrite_event(self, event: Event) -> None:
        """For erasing texts only. Raises `ValueError` unless it is a stored event and the chain still holds."""

    def rewrite_messages(self, ticket: int, change: Callable[[Message], Message]) -> bool:
        """Puts what `change` makes of each message of the ticket in its place; whether any was changed."""

    def rewrite_answers(self, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        """Puts what `change` makes of each remembered answer in its place."""

    def rebuild(self, ticket: Ticket, filing: Filing) -> None:
        """Writes the ticket anew, whatever stands in its place, be it damaged."""

    def reindex(self) -> None:
        """Makes the index anew from the rows."""

    def relieve(self) -> None:
        """Hands what was written so far to the engine, still as part of this transaction, and holds no copy of it.

        For transactions of more rows than memory should hold.
        """

    def set_counter(self, name: str, value: int) -> None: ...


class Store(Protocol):
    """Readers see one committed state and never wait for writers; writers wait their turn.

    `read` raises `StoreDamaged` when the store is missing, truncated, newer than this program or a row read does not
    match its checksum; `write` also raises `Unavailable` when the lock was not had within `timeout` seconds.
    Leaving a `write` block by an exception changes nothing.
    """

    def read(self) -> AbstractContextManager[Reader]: ...

    def write(self, *, at: Instant, run: str, timeout: float = 10.0) -> AbstractContextManager[Transaction]:
        """`at` and `run` are stamped on every event appended inside."""

    def turn(self, name: str) -> AbstractContextManager[bool]:
        """Whether this caller is the only one on the desk doing `name` (`sweep`) while the block lasts; never waits."""

    def purge(self, timeout: float = 10.0) -> None:
        """Leaves nothing in the store's files of texts that were erased; takes as long as the store is large.

        Raises `Unavailable` when others kept it from that for `timeout` seconds.
        """

    def info(self) -> StoreInfo:
        """What the store is and holds."""

    def backup(self, path: str) -> BackupMade:
        """Writes one committed state to a file, whole and synced; an older backup there is replaced.

        Raises `Conflict` when something else stands there.
        """

    def close(self) -> None:
        """Gives back what the store holds open; it may be used again."""

    def rows_read(self) -> int:
        """Documents read through this object so far: what a sweep costs."""


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Hands the message over, its key in a header or variable and in the body.

        Returns when the other side has accepted it; raises `Undelivered` when it did not, or nobody knows. Waits no
        longer than the channel's timeout.
        """


OpenChannel = Callable[[Mapping[str, Any]], Channel]
"""The channel that a rule file configures so; looks at nothing outside before it sends."""


class Clock(Protocol):
    def now(self) -> Instant: ...


class Built(NamedTuple):
    """The rule files as they stand. `bound` is None when they do not check; then `problems` says why."""

    hash: str
    files: tuple[str, ...]
    bound: Mapping[str, Any] | None
    problems: tuple[str, ...] = ()


class RowSource(Protocol):
    """A file whose rows are tickets of another system. `rows` reads it from the start each time, row by row."""

    def rows(self) -> Iterator[Row]: ...


class RuleFiles(Protocol):
    def built(self) -> Built:
        """The rulebook that the files hold, from the cache when built before. Raises nothing for bad files."""
