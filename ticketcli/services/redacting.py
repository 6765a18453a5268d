"""`ticket redact`: personal texts go from events, facts, messages and kept answers; the chain still verifies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ticketcli.domain.document import message_document, message_from, ticket_document
from ticketcli.domain.events import Message
from ticketcli.domain.fold import fold
from ticketcli.domain.redaction import names_of, redact_event, redact_message
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.errors import Incomplete, TicketError
from ticketcli.services.changing import found
from ticketcli.services.session import Session
from ticketcli.services.steps import Desktop, Options, Result, Work, run
from ticketcli.services.viewing import view_of

UNPURGED = "unpurged"
"""The counter that is 1 from an erasure's commit until the store's files were written anew."""


def redact(session: Session, ids: Sequence[int], fields: Sequence[str], options: Options = Options()) -> list[Result]:
    """Erases these fields (as `fields_named` answers them) of the tickets; their bytes are gone from the store's files.

    Raises `NotFound`; `Incomplete` when the texts are erased, but their bytes could not go: repeating the call ends
    that.
    """
    steps = [partial(_redact, id, fields) for id in ids]
    results = run(session, options, Work(["redact", list(ids), list(fields)], steps, list(ids)))
    if not options.dry_run:
        _purge_now(session)
    return results


def _purge_now(session: Session) -> None:
    """The erasure is committed: whatever fails from here on must not read as if nothing was changed."""
    try:
        purge(session)
    except TicketError as error:
        message = f"the texts are erased, but the store's files may still hold their bytes: {error.message}"
        raise Incomplete(message, "do the same again, which ends that") from error


def purge(session: Session) -> None:
    """Writes the store's files anew, and notes that nothing erased is left in them."""
    session.store.purge(session.lock_timeout)
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        if tx.counter(UNPURGED):
            tx.set_counter(UNPURGED, 0)


def _redact(id: int, fields: Sequence[str], desktop: Desktop) -> Result:
    before, tx = found(desktop.tx, id), desktop.tx
    events = tx.events(id)
    names = names_of(events)
    rest = [redact_event(event, fields, names) for event in events]
    changed = [new for old, new in zip(events, rest, strict=True) if new != old]
    for event in changed:
        tx.rewrite_event(event)
    gone = partial(redact_message, fields=fields, names=names)
    messages = tx.rewrite_messages(id, gone)
    if not changed and not messages:
        return Result(id, "unchanged", None, before, view_of(tx, desktop.rules, before, desktop.acting.now))
    ticket = fold(rest)
    tx.rewrite_answers(lambda answer: _without(answer, ticket, gone))
    tx.set_counter(UNPURGED, 1)
    done = desktop.bench.commit(ticket, [desktop.acting.event(ticket, "redacted", erased=list(fields))])
    return Result(id, "updated", None, done.ticket, done.view, events=done.events)


def _without(answer: JsonMap, ticket: Ticket, gone: Callable[[Message], Message]) -> JsonMap:
    """A kept answer in which the ticket stands as it is now, and its messages as `gone` leaves them."""
    rows = [_row_without(row, ticket, gone) for row in answer["results"]]
    return answer if rows == answer["results"] else {**answer, "results": rows}


def _row_without(row: JsonMap, ticket: Ticket, gone: Callable[[Message], Message]) -> JsonMap:
    if "message" in row:
        message = message_from(row["message"])
        return {**row, "message": message_document(gone(message))} if message.ticket == ticket.id else row
    return {**row, "ticket": ticket_document(ticket)} if "ticket" in row and row["id"] == ticket.id else row
