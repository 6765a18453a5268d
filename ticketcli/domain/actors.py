"""Who acts, and as what: requester, agent or bot (design section 5)."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from ticketcli.domain.events import Actor
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.words import word_key
from ticketcli.records import NamedTuple

AUTOMATIC_SOURCES = ("ci", "alert", "schedule")


class Caller(NamedTuple):
    """Who calls, as far as that is known before any ticket is looked at."""

    name: str
    """Who acts: the account, or the person that `--as` names."""
    account: str
    """The account of the process's user id."""
    given: str | None = None
    """The class that `--class` names."""
    automatic: bool = False
    """`CI` is set, or the account stands under `bots`."""


def actor_of(
    caller: Caller, ticket: Ticket | None = None, *, source: str | None = None, aliases: Collection[str] = ()
) -> Actor:
    """The actor of an event on `ticket` (None while it is being created, from `source`).

    `aliases` are the other words for the caller: name, account and address of the person. The class is the given one,
    else bot for automatic callers and sources, else requester for whom the ticket was opened and who is not its
    assignee, else agent.
    """
    acting = caller.account if caller.account != caller.name else None
    return Actor(caller.name, _class_of(caller, ticket, source, (caller.name, *aliases)), acting)


def _class_of(caller: Caller, ticket: Ticket | None, source: str | None, words: Collection[str]) -> str:
    if caller.given is not None:
        return caller.given
    if caller.automatic or source in AUTOMATIC_SOURCES:
        return "bot"
    if ticket is None or ticket.requester is None:
        return "agent"
    keys = _keys(tuple(words))
    asks = not keys.isdisjoint(_keys((ticket.requester.name, ticket.requester.email)))
    return "requester" if asks and keys.isdisjoint(_keys((ticket.assignee,))) else "agent"


@lru_cache(1024)
def _keys(words: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset([word_key(word) for word in words if word])
