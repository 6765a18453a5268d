"""A desk taken back to a backup: a new store beside the old one, and the settings switched to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from ticketcli.config.desks import identity_of
from ticketcli.config.switching import switch_to
from ticketcli.config.trust import SETTINGS
from ticketcli.domain.instants import Instant
from ticketcli.records import NamedTuple
from ticketcli.services.epoch import EPOCH, begin_epoch
from ticketcli.stores import path_of
from ticketcli.stores.backup import Backup
from ticketcli.stores.layout import IDENTITY
from ticketcli.stores.migrations import migrated
from ticketcli.stores.moving import build, held, is_free
from ticketcli.stores.tiny import TinyStore


class Restored(NamedTuple):
    store: str
    """The URL of the new store."""
    replaced: str | None
    """The file of the old one, which stays; None when there was none."""
    readable: bool
    """Whether the old one told its numbers, so that none is given again."""
    rows: Mapping[str, int]
    held_back: int
    """Messages that were waiting in the backup and will not be sent."""
    epoch: int
    next_ticket: int


def restore(
    desk: str,
    url: str,
    backup: Backup,
    name: str,
    now: Instant,
    run: str,
    timeout: float,
    current: Callable[[], bool],
) -> Restored:
    """Makes the state of the backup the desk's; `name` is what the desk's notes call it.

    Raises `Conflict` when ticketcli.yaml cannot be switched, `Unavailable` when a writer holds the old store at `url`
    or the desk is not `current`ly there any more.
    """
    old = path_of(url, desk)
    outcome: list[Restored] = []
    with held(url, desk, current, timeout) as former:
        new = url if is_free(url, desk) else _free(url, desk)
        if new != url:
            switch_to(desk, new)  # what cannot be switched is refused before the work

        def adapt(store: TinyStore) -> None:
            with store.write(at=now, run=run, timeout=timeout) as tx:
                count = begin_epoch(tx, former, now, name)
                identity = identity_of(desk)
                if identity is not None:  # the backup may be of another desk, whose tickets are this one's from now on
                    tx.set_counter(IDENTITY, identity)
                ends = (tx.counter(EPOCH), tx.counter("ticket") + 1)
                outcome.append(Restored(new, old if new != url else None, former is not None, {}, count, *ends))

        like = old if os.path.isfile(old) else os.path.join(desk, SETTINGS)
        found = build(migrated(backup, backup.format), new, desk, like, adapt)
        if new != url:
            switch_to(desk, new)()  # the settings as they are now
    return outcome[0]._replace(rows={table: content.rows for table, content in found.items() if table != "counters"})


def _free(url: str, desk: str) -> str:
    """A name like that of the old store under which nothing stands: tickets.db, tickets-2.db, tickets-3.db …"""
    scheme, _, path = url.partition(":")
    root, ending = os.path.splitext(path)
    base, dash, number = root.rpartition("-")
    stem = base if dash and number.isdigit() else root
    count = 2
    while not is_free(f"{scheme}:{stem}-{count}{ending}", desk):
        count += 1
    return f"{scheme}:{stem}-{count}{ending}"
