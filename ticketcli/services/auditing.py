"""`ticket audit`: is history whole, what is its end, and which automatic closes to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ticketcli.domain.audit import (
    BEGINNING,
    Flaw,
    Seal,
    Spot,
    end_flaw,
    facts_flaw,
    next_flaw,
    sample,
    seal_flaw,
    spot_of,
    unsealed,
)
from ticketcli.domain.events import Event, Head
from ticketcli.errors import StoreDamaged
from ticketcli.ports import Range, Reader
from ticketcli.records import NamedTuple

EPOCH = "epoch"
"""The counter that a restore raises."""
_STEP = 1000

Progress = Callable[[int], None]
"""Told every so often how many events and tickets were looked at."""


class Verified(NamedTuple):
    """What was looked at, where the chain ends, and what is wrong; no flaws: nothing is."""

    events: int
    tickets: int
    head: Head
    flaws: tuple[Flaw, ...] = ()


class Sampled(NamedTuple):
    """`population` is how many closes there were to choose from."""

    population: int
    spots: tuple[Spot, ...]


def verify(reader: Reader, seal: Seal | None = None, progress: Progress = lambda count: None) -> Verified:
    """Walks the whole chain in flat memory, then holds each ticket's facts against its events.

    The first bad event ends the walk: what lies behind it proves nothing.
    """
    head, flaw = _walk(reader, seal, progress)
    if flaw is not None:
        return Verified(head.seq, 0, head, (flaw,))
    tickets, versions, flaws = 0, 0, []
    for ticket in reader.walk_tickets():
        tickets, versions = tickets + 1, versions + ticket.version
        what = facts_flaw(ticket, reader.events(ticket.id))
        flaws += [Flaw(None, ticket.id, what)] if what else []
        if tickets % _STEP == 0:
            progress(head.seq + tickets)
    if not flaws and versions != head.seq:
        flaws = list(orphans(reader))
    return Verified(head.seq, tickets, head, tuple(flaws))


def chain_flaw(reader: Reader) -> Flaw | None:
    """The first bad event."""
    return _walk(reader, None, lambda count: None)[1]


def _walk(reader: Reader, seal: Seal | None, progress: Progress) -> tuple[Head, Flaw | None]:
    """The end of what holds of the chain, and the first bad event."""
    head, sealed = BEGINNING, seal is None or seal == Seal("", 0)
    try:
        for event in reader.walk_events():
            what = next_flaw(head, event) or (seal_flaw(seal, event) if seal else None)
            if what is not None:
                return head, Flaw(event.seq, event.ticket, what)
            head = Head(event.seq, event.hash, event.recorded_at)
            sealed = sealed or event.hash == (seal and seal.hash)
            if event.seq % _STEP == 0:
                progress(event.seq)
    except StoreDamaged as error:
        return head, Flaw(error.details.get("row", head.seq + 1), None, error.message)
    what = end_flaw(head, reader.head())
    if what is None and seal is not None and not sealed:
        what = unsealed(seal, head, reader.counter(EPOCH))
    return head, Flaw(None, None, what) if what else None


def orphans(reader: Reader) -> Iterator[Flaw]:
    """Tickets that are gone though their events are there."""
    there = set(reader.ids("tickets", "created_at", Range()))
    gone: dict[int, int] = {}
    for event in reader.walk_events():
        if event.ticket not in there:
            gone.setdefault(event.ticket, event.seq)
    return (Flaw(seq, ticket, "the ticket of these events is gone") for ticket, seq in gone.items())


def seal(reader: Reader, desk: str) -> Seal:
    """The end of the chain as it stands."""
    head = reader.head()
    return Seal(head.hash, head.seq, head.recorded_at, reader.counter(EPOCH), desk)


def sampled(reader: Reader, rule: str | None, count: int, seed: str) -> Sampled:
    """`count` closes by that rule (or by any), chosen by the seed."""
    closes = reader.ids("events", "mark", ["closed"])
    if rule is not None:
        closes = [event.seq for event in _events(reader, closes) if event.rule and event.rule.name == rule]
    chosen = _events(reader, sample(closes, count, seed))
    return Sampled(len(closes), tuple(spot_of(close, reader.events(close.ticket)) for close in chosen))


def _events(reader: Reader, seqs: Iterable[int]) -> Iterator[Event]:
    return (event for seq in seqs if (event := reader.event(seq)) is not None)
