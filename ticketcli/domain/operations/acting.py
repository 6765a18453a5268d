"""Who acts, when, and by which rules: what every operation is given beside the ticket."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.actors import Caller, actor_of
from ticketcli.domain.events import Actor, Event
from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Person, Rulebook
from ticketcli.domain.texts import Limits
from ticketcli.domain.ticket import Ticket
from ticketcli.records import NamedTuple


class Acting(NamedTuple):
    caller: Caller
    rulebook: Rulebook
    now: Instant
    limits: Limits = Limits()

    @property
    def name(self) -> str:
        """The name the desk knows the caller by: the person's, else the account's."""
        person = self.rulebook.person(self.caller.name)
        return person.name if person else self.caller.name

    @property
    def words(self) -> tuple[str, ...]:
        """Every word for the caller: name, account and address."""
        return _words(self.caller, self.rulebook.person(self.caller.name))

    def actor(self, ticket: Ticket | None, source: str | None = None) -> Actor:
        """The actor of an event on that ticket, named as the desk knows them."""
        person = self.rulebook.person(self.caller.name)
        actor = actor_of(self.caller, ticket, source=source, aliases=_words(self.caller, person))
        return actor._replace(name=person.name) if person else actor

    def event(self, ticket: Ticket, kind: str, /, **data: Any) -> Event:
        """An event by the caller, now."""
        return Event(ticket.id, self.now, self.actor(ticket), kind, data)

    @property
    def roles(self) -> tuple[str, ...]:
        return self.rulebook.roles(self.caller.name)


def _words(caller: Caller, person: Person | None) -> tuple[str, ...]:
    known = (person.name, person.account, person.email) if person else ()
    return tuple([word for word in (caller.name, *known) if word])
