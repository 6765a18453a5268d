"""What a desk restored from a backup must not do: give a number again, send a message again, close what it missed."""

from __future__ import annotations

from collections.abc import Mapping

from ticketcli.domain.events import Message
from ticketcli.domain.instants import Instant
from ticketcli.ports import Scalar, Transaction
from ticketcli.services.sweep import SWEPT_AT

EPOCH = "epoch"
"""The counter of how often the desk was restored."""
_NUMBERS = ("ticket", "message")
HELD_BACK = "held back: the desk was restored from a backup, and nobody knows whether this was sent since"


def begin_epoch(tx: Transaction, former: Mapping[str, Scalar] | None, now: Instant, backup: str) -> int:
    """Makes the restored state safe to go on from, `former` being the counters of the store that it replaces.

    Numbers go on behind those of both; what was to be sent becomes a dead letter that a person may retry; the next
    sweep postpones its closes. Answers how many messages were held back.
    """
    known = former or {}
    for name in (*_NUMBERS, EPOCH):
        tx.set_counter(name, max(tx.counter(name), int(known.get(name, 0))))
    tx.set_counter(EPOCH, tx.counter(EPOCH) + 1)
    tx.set_counter(SWEPT_AT, 0)
    waiting = tx.tally("outbox", "ticket", {"state": ["queued"]})
    for ticket in waiting:
        tx.rewrite_messages(int(ticket), _held_back)
    tx.set_note("restored", {"at": now, "from": backup, "epoch": tx.counter(EPOCH)})
    return sum(waiting.values())


def _held_back(message: Message) -> Message:
    if message.state != "queued":
        return message
    return message._replace(state="dead", due_at=None, error=HELD_BACK)
