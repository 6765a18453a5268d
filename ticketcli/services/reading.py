"""The use cases that read: one committed state, no waiting, no row changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ticketcli.domain.events import Event, Message
from ticketcli.domain.ticket import Ticket, View
from ticketcli.errors import NotFound, StoreDamaged
from ticketcli.ports import Reader
from ticketcli.records import NamedTuple
from ticketcli.services.in_force import InForce, in_force
from ticketcli.services.session import Session
from ticketcli.services.viewing import look_at, looked_at, view_of

if TYPE_CHECKING:
    from ticketcli.domain.upcoming import Upcoming


class Shown(NamedTuple):
    ticket: Ticket
    view: View
    events: tuple[Event, ...] = ()
    messages: tuple[Message, ...] = ()
    upcoming: tuple[Upcoming, ...] = ()


@contextmanager
def reading(session: Session) -> Iterator[tuple[Reader, InForce]]:
    """One committed state and the rulebook in force; with `--at` the state and the rulebook of then."""
    with session.store.read() as reader:
        if session.at is not None:
            from ticketcli.services.past import Past  # few calls look back

            past = Past(reader, session.at, (session.notify_default, session.timezone))
            yield past, past.rules
            return
        yield reader, in_force(reader, session.files, session.notify_default, session.timezone)


def shown(session: Session, reader: Reader, rules: InForce, id: int, newest: int = 0) -> Shown:
    """The ticket with its view; with `newest`, so many of its last events, its messages, and what is foreseen.

    Raises `NotFound`.
    """
    ticket = reader.ticket(id)
    if ticket is None:
        raise missing(session, id)
    view = view_of(reader, rules, ticket, session.now)
    if not newest:
        return Shown(ticket, view)
    steps = foreseen(session, reader, rules, ticket)
    return Shown(ticket, view, tuple(reader.events(id, newest=newest)), tuple(reader.messages(id)), tuple(steps))


def foreseen(session: Session, reader: Reader, rules: InForce, ticket: Ticket) -> list[Upcoming]:
    """What happens to the ticket by itself, and what keeps the next sweep from a reminder or close that is due."""
    from ticketcli.domain.upcoming import upcoming

    look, next_look = look_at(reader, rules, ticket, session.now), looked_at(reader, rules, ticket.id)
    steps = upcoming(look, next_look)
    if all(step.at > session.now for step in steps):
        return steps
    from ticketcli.domain.explaining.autoclose import with_what_keeps  # few tickets have something due
    from ticketcli.services.foreseeing import situation_of

    return with_what_keeps(situation_of(session, reader, rules, look, next_look), steps)


def missing(session: Session, id: int) -> NotFound:
    """The error of a ticket that is not there, or with `--at` was not there then."""
    if session.at is None:
        return NotFound(f"no ticket #{id}", "ticket list shows what there is")
    return NotFound(f"there was no ticket #{id} yet", f"see when it was opened: ticket log {id}")


def log(session: Session, ids: Sequence[int]) -> list[Event]:
    """Every event of these tickets in the order they were written, with `--at` up to then.

    One that is missing is `StoreDamaged`.
    """
    with session.store.read() as reader:
        found: list[Event] = []
        for id in ids:
            ticket, events = reader.ticket(id), reader.events(id)
            if ticket is None and not events:
                raise NotFound(f"no ticket #{id}", "ticket list shows what there is")
            if ticket is None or ticket.version != len(events):  # a damaged index may hide an event
                raise StoreDamaged(f"ticket #{id}: the store does not find all of its events", "see: ticket doctor")
            then = [event for event in events if session.at is None or event.recorded_at <= session.at]
            if not then:
                raise missing(session, id)
            found += then
        return sorted(found, key=lambda event: event.seq)
