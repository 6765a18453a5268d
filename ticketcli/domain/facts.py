"""The facts that a condition can name: their type, and how to get them from a ticket (design section 5).

A getter's None, "" and empty tuple mean that the fact is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import TARGETS, Ticket
from ticketcli.records import NamedTuple

Getter = Callable[[Ticket], Any]

TEXT, LIST, NUMBER, INSTANT, PRIORITY = "text", "list", "number", "instant", "priority"
DATE, FLAG, OBJECT, ANY = "date", "flag", "object", "any"
TIMED, SILENT, WITHIN, SLA = "timed", "silent", "within", "sla"

FIELD_TYPES = {
    "text": TEXT, "choice": TEXT, "number": NUMBER, "date": DATE, "time": INSTANT, "bool": FLAG, "list": LIST,
}  # fmt: skip
"""How a declared field is read, by the type its declaration gives."""

SILENCES = ("requester", "agent", "anyone")


class Fact(NamedTuple):
    """`values` names the vocabulary that its values come from, "" when any value may stand there."""

    name: str
    type: str
    get: Getter
    values: str = ""

    @property
    def root(self) -> str:
        """The top-level key: what an event changes."""
        return self.name.partition(".")[0]


def silence_start(ticket: Ticket, who: str) -> Instant:
    """Since when `who` (requester, agent or anyone) has been silent.

    A public answer starts the requester's silence anew: a new question deserves a whole new wait.
    """
    if who == "requester":
        return max(ticket.last_requester_at or 0, ticket.trail.public_agent_at or 0, ticket.created_at)
    last = ticket.last_agent_at if who == "agent" else ticket.last_activity_at
    return ticket.created_at if last is None else last


def silence_of(who: str) -> Getter:
    """The getter of `silent: {who: …}`."""
    return lambda ticket: silence_start(ticket, who)


def find_fact(name: str, field_type: str | None = None) -> Fact | None:
    """The fact of that name, None when there is none; `field_type` is the declared type of `fields.<name>`."""
    known = FACTS.get(name)
    if known is not None:
        return known
    root, _, key = name.partition(".")
    if root == "fields" and key:
        return Fact(name, ANY if field_type is None else FIELD_TYPES[field_type], lambda ticket: ticket.fields.get(key))
    if root == "external_ids" and key:
        return Fact(name, TEXT, lambda ticket: ticket.external_ids.get(key))
    return None


def standing(ticket: Ticket, names: Iterable[str]) -> set[str]:
    """Those of the named facts that are not missing on the ticket."""
    facts = ((name, find_fact(name)) for name in names)
    return {name for name, fact in facts if fact is not None and fact.get(ticket) not in (None, "", (), [])}


def _inner(outer: str, inner: str) -> Getter:
    get = attrgetter(outer)

    def value(ticket: Ticket) -> Any:
        whole = get(ticket)
        return None if whole is None else getattr(whole, inner)

    return value


def _plain(type: str, names: str) -> Iterable[Fact]:
    return (Fact(name, type, attrgetter(name)) for name in names.split())


def _nested(type: str, names: str) -> Iterable[Fact]:
    return (Fact(name, type, _inner(*name.split("."))) for name in names.split())


def _untouched(ticket: Ticket) -> Instant:
    return ticket.created_at if ticket.touched_at is None else ticket.touched_at


_ALL = (
    *_plain(TEXT, "subject description category asset dedup_key close_reason"),
    Fact("status", TEXT, attrgetter("status"), "status"),
    Fact("status.kind", TEXT, attrgetter("kind"), "kind"),
    Fact("priority", PRIORITY, attrgetter("priority"), "priority"),
    Fact("source", TEXT, attrgetter("source"), "source"),
    Fact("team", TEXT, attrgetter("team"), "team"),
    Fact("assignee", TEXT, attrgetter("assignee"), "person"),
    Fact("watchers", LIST, attrgetter("watchers"), "person"),
    *_plain(LIST, "labels routed_by chosen"),
    *_nested(TEXT, "requester.name requester.email requester.tier requester.org hold.reason rating.comment"),
    *_plain(NUMBER, "id occurrences parent merged_into reopen_count comment_count version"),
    *_nested(NUMBER, "children.open children.total rating.score"),
    *_plain(INSTANT, "created_at updated_at status_since first_responded_at resolved_at closed_at"),
    *_plain(INSTANT, "last_requester_at last_agent_at last_activity_at touched_at"),
    *_nested(INSTANT, "hold.until"),
    *_plain(OBJECT, "requester fields external_ids children links attachments episodes hold rating"),
    Fact("age", TIMED, attrgetter("created_at")),
    Fact("in_status", TIMED, attrgetter("status_since")),
    Fact("idle", TIMED, silence_of("anyone")),
    Fact("untouched", TIMED, _untouched),
    Fact("unanswered", TIMED, attrgetter("trail.asked_at")),
    Fact("silent", SILENT, silence_of("anyone")),
    Fact("within", WITHIN, attrgetter("id")),
    *(Fact(f"sla.{target}", SLA, attrgetter("id"), "state") for target in TARGETS),
)
FACTS = {fact.name: fact for fact in _ALL}
"""Every fact with a fixed name; `fields.<name>` and `external_ids.<name>` are answered by `find_fact`."""
