"""Delivery: messages leave after the commit that made them, outside every lock (design section 2, idea 4).

A sender leases what is due in one short transaction, delivers without lock, and records what became of it in another.
A lease is a due time: when the sender is killed it runs out, and the message is sent again with the same key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.backoff import ATTEMPTS, wait_before
from ticketcli.domain.events import RULES, Event, Message
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.errors import TicketError, Undelivered
from ticketcli.ports import Channel, Clock, Looking, OpenChannel, Range, Reader, Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.commit import Bench, Committed
from ticketcli.services.in_force import in_force, keep
from ticketcli.services.session import Session
from ticketcli.services.steps import Desktop
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.sweep import next_wake
from ticketcli.services.sweep_report import Action, Report

BATCH = 20
"""Messages under one lease, recorded in one commit: so many at most are sent again when the sender is killed."""
LEASE = 1500
"""Seconds: a batch of which every message takes the longest timeout there is, and some more."""
DOWN = 3
"""After so many messages to which nobody answered, one after another, a channel is not asked again in this run."""


PATIENCE = 5 * 86400
"""Seconds after which a message is a dead letter when it fails, however seldom it was tried."""


class NotAsked(Undelivered):
    """The channel answers nobody in this run, so the message had no attempt."""


class Post(NamedTuple):
    """What delivery needs of the world outside: channels, and a clock that runs while they answer."""

    open_channel: OpenChannel
    clock: Clock


class Delivery(NamedTuple):
    """What became of one message: delivered, queued again until `due_at`, or dead."""

    number: int
    message: Message

    def as_action(self) -> Action:
        """As a sweep reports it: delivered, undelivered (a dead letter now) or failed (it is tried again)."""
        message = self.message
        kind = {"delivered": "delivered", "dead": "undelivered"}.get(message.state, "failed")
        event = _event(message, kind, message.delivered_at or message.at)
        rule = message.rule.partition("/")[2] or None
        return Action(message.ticket, kind, rule, {"message": self.number, **event.data}, event)


def deliver(session: Session, post: Post, only: Sequence[int] = ()) -> Iterator[Delivery]:
    """Sends what is due now, each message once, and answers them as they are recorded.

    One process of a desk delivers at a time; while another does, this one leaves it the work. `only` names messages.
    """
    with session.store.turn("outbox") as mine:
        if not mine:
            return
        sender = _Sender(session, post)
        while leased := sender.lease(only):
            yield from sender.record([(number, sender.send(message)) for number, message in leased])


def finish(report: Report, session: Session, post: Post) -> tuple[Report, TicketError | None]:
    """The report of a sweep with what was delivered at its end, and why that ended early if it did."""
    trouble = None
    try:
        for delivery in deliver(session, post):
            action = delivery.as_action()
            taken = action.action == "delivered"
            report = report._replace(
                actions=(*report.actions, action), sent=report.sent + taken, failed=report.failed + (not taken)
            )
    except TicketError as error:
        trouble = error
    with session.store.read() as reader:
        return report._replace(next_wake_at=next_wake(reader)), trouble


class _Sender:
    """One run of delivery. `begun` bounds it: what fails now is due later, and what comes later is left to the next."""

    def __init__(self, session: Session, post: Post) -> None:
        self.session, self.post = session, post
        self.begun = post.clock.now()
        self.channels: dict[str, Channel] = {}
        self.silent: dict[str, int] = {}
        with session.store.read() as reader:
            self.specs: Mapping[str, Any] = in_force(reader, session.files).rulebook.channels

    def lease(self, only: Sequence[int]) -> list[tuple[int, Message]]:
        """Takes the next messages that are due, oldest first: nobody else sends them until the lease runs out."""
        with self.session.store.read() as reader:
            if not self._due(reader, only):
                return []
        now = self.post.clock.now()
        leased = []
        with self.session.store.write(at=now, run=self.session.run, timeout=self.session.lock_timeout) as tx:
            for number in self._due(tx, only):
                message = tx.message(number)
                if message is not None:
                    attempts, run = message.attempts + 1, self.session.run
                    message = message._replace(attempts=attempts, due_at=now + LEASE, lease=run)
                    tx.replace_message(number, message)
                    leased.append((number, message))
        return leased

    def _due(self, reader: Reader, only: Sequence[int]) -> list[int]:
        if not only:
            return reader.ids("outbox", "due_at", Range(None, self.begun + 1), limit=BATCH)
        wanted = set(only)
        return [id for id in reader.ids("outbox", "due_at", Range(None, self.begun + 1)) if id in wanted][:BATCH]

    def send(self, message: Message) -> Undelivered | None:
        """None when the channel took the message."""
        via = message.via
        if self.silent.get(via, 0) >= DOWN:
            return NotAsked(f"{via} answers nobody now")
        try:
            self._channel(via).send(message)
        except Undelivered as error:
            self.silent[via] = self.silent.get(via, 0) + 1 if error.unreachable else 0
            return error
        self.silent[via] = 0
        return None

    def _channel(self, name: str) -> Channel:
        if name not in self.specs:
            raise Undelivered(f"no channel {name} in the rules", "name it under channels, or ticket outbox drop")
        if name not in self.channels:
            self.channels[name] = self.post.open_channel(self.specs[name])
        return self.channels[name]

    def record(self, outcomes: Sequence[tuple[int, Undelivered | None]]) -> list[Delivery]:
        """Keeps what became of these messages, in one commit."""
        now, session, done = self.post.clock.now(), self.session, []
        with session.store.write(at=now, run=session.run, timeout=session.lock_timeout) as tx:
            for number, error in outcomes:
                message = tx.message(number)
                after = message and after_attempt(message, error, now, session.run)
                if message is None or after is None:
                    continue
                tx.replace_message(number, after)
                note(tx, session._replace(now=now), message, after)
                done.append(Delivery(number, after))
        return done


def after_attempt(message: Message, error: Undelivered | None, now: Instant, run: str) -> Message | None:
    """The message after its attempt; None when somebody else has settled it meanwhile."""
    if error is None:
        if message.state == "delivered":
            return None
        return message._replace(state="delivered", delivered_at=now, due_at=None, error=None)
    if message.state != "queued" or message.lease != run:
        return None
    attempts = message.attempts - isinstance(error, NotAsked)
    message = message._replace(attempts=attempts, error=error.message)
    if error.refused or attempts >= ATTEMPTS or now - message.extra.get("again_at", message.at) >= PATIENCE:
        return message._replace(state="dead", due_at=None)
    return message._replace(due_at=now + max(wait_before(max(attempts, 1), message.key), error.after))


def note(tx: Transaction, session: Session, before: Message, after: Message) -> None:
    """Tells the ticket what became of a reminder: its close counts from delivery, and waits when there is none.

    Only the first receiver of a reminder makes it delivered; what an event says already is not said again.
    """
    if before.state == after.state or not tells(tx, after):
        return
    rules = keep(tx, in_force(tx, session.files, session.notify_default, session.timezone), session.now)
    tell(Desktop(tx, rules, session.acting(rules), StoreDesk(tx)).bench, after)


def tells(sheet: Looking, after: Message) -> bool:
    """Whether its ticket is to be told what became of the message."""
    ticket = sheet.ticket(after.ticket) if after.kind == "reminder" and after.state != "queued" else None
    if ticket is None:
        return False
    sent = (after.rule.partition("/")[2], after.extra.get("before"), after.at)
    known = any(r[:3] == sent and r.delivered_at is not None for r in ticket.trail.reminders)
    return after.state != "delivered" or not known


def tell(bench: Bench, after: Message) -> Committed:
    """Writes what became of the message to its ticket."""
    ticket = bench.sheet.ticket(after.ticket)
    assert ticket is not None  # `tells` found it
    event = _event(after, "delivered" if after.state == "delivered" else "undelivered", bench.acting.now)
    if after.state == "dropped":
        event = bench.acting.event(ticket, event.kind, **event.data)
    done = bench.commit(ticket, [event])
    bench.settle()
    return done


def _event(message: Message, kind: str, at: Instant) -> Event:
    data: dict[str, Any] = {
        "rule": message.rule.partition("/")[2],
        "before": message.extra.get("before"),
        "sent_at": format_instant(message.at),
        "to": message.to,
        "via": message.via,
        "key": message.key,
    }
    if kind != "delivered":
        data["reason"] = "given up by hand" if message.state == "dropped" else message.error
        data["due_at"] = None if message.due_at is None else format_instant(message.due_at)
    return Event(message.ticket, at, RULES, kind, {key: value for key, value in data.items() if value is not None})
