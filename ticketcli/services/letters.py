"""What a person does with the messages of the outbox: look at them, have them sent again, give them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ticketcli.domain.events import Message
from ticketcli.errors import Conflict, NotFound
from ticketcli.ports import Reader, Transaction
from ticketcli.services.outbox import note
from ticketcli.services.session import Session

WAITING = ("queued", "dead", "unaddressed")
"""The states of messages that have not reached anybody yet."""
STATES = (*WAITING, "delivered", "dropped")

Letter = tuple[int, Message]
"""A message and its number."""


def numbers(reader: Reader, states: Sequence[str], tickets: Sequence[int] = ()) -> list[int]:
    """The numbers of the messages in these states, oldest first; of these tickets, if any are named."""
    found = reader.ids("outbox", "state", list(states))
    if tickets:
        found = list(set(found) & set(reader.ids("outbox", "ticket", list(tickets))))
    return sorted(found)


def letters(reader: Reader, wanted: Sequence[int]) -> list[Letter]:
    """The messages of these numbers. Raises `NotFound`."""
    return [(number, _found(reader, number)) for number in wanted]


def _found(reader: Reader, number: int) -> Message:
    message = reader.message(number)
    if message is None:
        raise NotFound(f"no message {number} in the outbox", "ticket outbox list --state all shows what there is")
    return message


def retry(session: Session, wanted: Sequence[int]) -> list[Letter]:
    """Makes these messages due now, with all attempts before them; one refusal refuses all.

    Raises `NotFound`, and `Conflict` for those that were delivered already or have nobody to go to.
    """
    return _change(session, wanted, _queued)


def drop(session: Session, wanted: Sequence[int]) -> list[Letter]:
    """Gives these messages up; a reminder's ticket says so, and is not closed on account of it.

    Raises `NotFound`, and `Conflict` for those that were delivered already.
    """
    return _change(session, wanted, _dropped)


def _queued(number: int, message: Message, session: Session) -> Message:
    if message.state == "unaddressed":
        hint = f"put a person on ticket #{message.ticket}, then ticket outbox drop {number}"
        raise Conflict(f"message {number} has nobody to go to", hint)
    extra = {**message.extra, "again_at": session.now}
    return message._replace(state="queued", due_at=session.now, attempts=0, lease=None, error=None, extra=extra)


def _dropped(number: int, message: Message, session: Session) -> Message:
    return message._replace(state="dropped", due_at=None)


def _change(
    session: Session, wanted: Sequence[int], change: Callable[[int, Message, Session], Message]
) -> list[Letter]:
    changed = []
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        for number, message in letters(tx, wanted):
            if message.state == "delivered":
                raise Conflict(f"message {number} was delivered already", f"ticket outbox show {number}")
            after = change(number, message, session)
            _keep(tx, session, number, message, after)
            changed.append((number, after))
    return changed


def _keep(tx: Transaction, session: Session, number: int, before: Message, after: Message) -> None:
    tx.replace_message(number, after)
    note(tx, session, before, after)
