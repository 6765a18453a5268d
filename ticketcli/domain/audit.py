"""Checking history: whether each event follows its predecessor, facts are what events say, and a seal still fits."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ticketcli.domain.chain import verify
from ticketcli.domain.digest import sha256
from ticketcli.domain.events import Event, Head
from ticketcli.domain.fold import fold
from ticketcli.domain.instants import Instant, format_instant, parse_instant
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Invalid, TicketError
from ticketcli.records import NamedTuple

BEGINNING = Head(0, "", 0)


class Flaw(NamedTuple):
    """What is wrong with history, and with which event or ticket, where it can be said."""

    seq: int | None
    ticket: int | None
    what: str


class Seal(NamedTuple):
    """The end of a chain as it once was, kept outside the store. Of a bare hash only `hash` is known."""

    hash: str
    seq: int | None = None
    recorded_at: Instant | None = None
    epoch: int | None = None
    desk: str | None = None

    def as_json(self) -> dict[str, Any]:
        """`{seq, hash, recorded_at, epoch, desk}`."""
        at = None if self.recorded_at is None else format_instant(self.recorded_at)
        return {"seq": self.seq, "hash": self.hash, "recorded_at": at, "epoch": self.epoch, "desk": self.desk}


def seal_of(value: Any) -> Seal:
    """The seal that a hash or the JSON of one stands for. Raises `Invalid`."""
    try:
        seal = Seal(value) if isinstance(value, str) else Seal(**{**value, "recorded_at": _instant(value)})
        if seal.seq == 0 == len(seal.hash) or re.fullmatch("[0-9a-f]{64}", seal.hash):
            return seal
    except (TypeError, KeyError, TicketError):
        pass
    raise Invalid("this is no seal", "name a file that ticket audit seal wrote, or the hash of an event")


def _instant(value: Any) -> Instant:
    return parse_instant(value["recorded_at"])


def next_flaw(before: Head, event: Event) -> str | None:
    """What is wrong with the event that comes behind `before`; None when it follows."""
    if event.seq != before.seq + 1:
        gone = f"event {before.seq + 1} is missing" if event.seq == before.seq + 2 else "events are missing"
        return f"{gone}: event {event.seq} comes behind event {before.seq}"
    if event.prev != before.hash:
        return f"it does not follow event {before.seq} as that stands now: one of the two was changed or replaced"
    if not verify(event, before.hash):
        return "it was changed after it was written"
    if event.recorded_at < before.recorded_at:
        return "it was recorded before its predecessor"
    return None


def seal_flaw(seal: Seal, event: Event) -> str | None:
    """Whether the event is another one than the sealed one that stood in its place."""
    if seal.seq == event.seq and seal.hash != event.hash:
        return "it is not the event that was sealed: history was rewritten there or before"
    return None


def end_flaw(found: Head, kept: Head) -> str | None:
    """What is wrong with where the chain ends, given what the last commit noted of it."""
    if found == kept:
        return None
    if found.seq < kept.seq:
        return f"the chain ends at event {found.seq}, but {kept.seq} were written: the newest are missing"
    return (
        f"the chain ends at event {found.seq}, but the store says that it ends at {kept.seq} with another hash or time"
    )


def unsealed(seal: Seal, found: Head, epoch: int) -> str | None:
    """What is wrong when the whole chain was walked and the sealed event was not among its events."""
    restored = ""
    if seal.epoch is not None and seal.epoch < epoch:
        restored = "; the desk was restored from a backup since then"
    if seal.seq is None:
        return "no event has the sealed hash: the newest were cut off, or history was rewritten"
    if seal.seq > found.seq:
        return (
            f"events up to {seal.seq} were sealed, but the chain ends at {found.seq}: "
            f"the newest were cut off, or an older state was put in place{restored}"
        )
    return None


def facts_flaw(ticket: Ticket, events: Sequence[Event]) -> str | None:
    """In which facts the stored ticket is not the fold of its events; None when it is."""
    try:
        folded = fold(events)
    except Exception as error:  # whatever a broken history makes of the fold
        return f"its events make no ticket ({type(error).__name__}: {error})"
    keys = [key for key, now, then in zip(ticket._fields, ticket, folded, strict=True) if now != then]
    return f"{', '.join(keys)}: not what its events say" if keys else None


class Spot(NamedTuple):
    """An automatic close to look at: the event, since when the ticket had been silent, and when it stood again."""

    event: Event
    silent_since: str | None
    reopened_at: Instant | None


def sample(seqs: Iterable[int], count: int, seed: str) -> list[int]:
    """`count` of these numbers at random, ascending; the same for the same seed on every machine.

    A number is drawn for what it is, so that later closes change little of a sample.
    """
    return sorted(heapq.nsmallest(count, seqs, key=lambda seq: sha256(f"{seed}/{seq}".encode()).digest()))


def _ends(event: Event, close: Event) -> bool:
    """Whether the ticket stands again by that event: reopened, or the close was taken back."""
    return event.kind == "reopened" or (event.kind == "undone" and close.seq in event.data["events"])


def spot_of(close: Event, later: Iterable[Event]) -> Spot:
    """The close with what became of it; `later` are all events of its ticket."""
    reopened = (event.at for event in later if event.seq > close.seq and _ends(event, close))
    since = close.data.get("since")
    return Spot(close, since if isinstance(since, str) else None, next(reopened, None))
