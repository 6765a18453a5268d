"""What a person does with the messages of the outbox: look at them, have them sent again, give them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ticketcli.domain.document import message_document, message_from
from ticketcli.domain.events import Message
from ticketcli.errors import Conflict, NotFound
from ticketcli.ports import Reader, Transaction
from ticketcli.services.once import Once, recall_rows, remember_rows
from ticketcli.services.outbox import Post, deliver, note
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


def resend(session: Session, post: Post, wanted: Sequence[int], once: Once | None = None) -> list[Letter]:
    """Makes these messages due now and sends them; answers how they stand then. Raises what `retry` does.

    A repeat under the same key makes nothing due again. What the first call was killed before sending, it sends; once
    each message was sent or failed, it answers as was answered then.
    """
    numbers = [number for number, _ in retry(session, wanted, once)]
    sent = once and once._replace(key=f"{once.key}/sent")
    if sent is not None:
        with session.store.read() as reader:
            known = _recalled(reader, sent)
        if known is not None:
            return known
    for _ in deliver(session, post, numbers) if numbers else ():
        pass
    with session.store.read() as reader:
        found = letters(reader, numbers)
    return found if sent is None or any(map(_in_hand, found)) else _kept(session, sent, found)


def retry(session: Session, wanted: Sequence[int], once: Once | None = None) -> list[Letter]:
    """Makes these messages due now, with all attempts before them; one refusal refuses all.

    Raises `NotFound`, and `Conflict` for those that were delivered already or have nobody to go to.
    """
    return _change(session, wanted, _queued, once)


def drop(session: Session, wanted: Sequence[int], once: Once | None = None) -> list[Letter]:
    """Gives these messages up; a reminder's ticket says so, and is not closed on account of it.

    Raises `NotFound`, and `Conflict` for those that were delivered already.
    """
    return _change(session, wanted, _dropped, once)


def _queued(number: int, message: Message, session: Session) -> Message:
    if message.state == "unaddressed":
        hint = f"put a person on ticket #{message.ticket}, then ticket outbox drop {number}"
        raise Conflict(f"message {number} has nobody to go to", hint)
    extra = {**message.extra, "again_at": session.now}
    return message._replace(state="queued", due_at=session.now, attempts=0, lease=None, error=None, extra=extra)


def _dropped(number: int, message: Message, session: Session) -> Message:
    return message._replace(state="dropped", due_at=None)


def _change(
    session: Session, wanted: Sequence[int], change: Callable[[int, Message, Session], Message], once: Once | None
) -> list[Letter]:
    changed = []
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        known = _recalled(tx, once)
        if known is not None:
            return known
        for number, message in letters(tx, wanted):
            if message.state == "delivered":
                raise Conflict(f"message {number} was delivered already", f"ticket outbox show {number}")
            after = change(number, message, session)
            _keep(tx, session, number, message, after)
            changed.append((number, after))
        if once is not None:
            _remember(tx, session, once, changed)
    return changed


def _in_hand(letter: Letter) -> bool:
    """Whether it is still open what becomes of the message: another process sends it, or was killed doing so."""
    message = letter[1]
    return message.state == "queued" and message.error is None


def _kept(session: Session, once: Once, found: list[Letter]) -> list[Letter]:
    """Keeps that answer, unless a repeat was faster: then its answer."""
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        known = _recalled(tx, once)
        if known is None:
            _remember(tx, session, once, found)
    return found if known is None else known


def _recalled(reader: Reader, once: Once | None) -> list[Letter] | None:
    rows = None if once is None else recall_rows(reader, once)
    return None if rows is None else [(row["number"], message_from(row["message"])) for row in rows]


def _remember(tx: Transaction, session: Session, once: Once, found: Sequence[Letter]) -> None:
    rows = [{"number": number, "message": message_document(message)} for number, message in found]
    remember_rows(tx, once, rows, session.now)


def _keep(tx: Transaction, session: Session, number: int, before: Message, after: Message) -> None:
    tx.replace_message(number, after)
    note(tx, session, before, after)
