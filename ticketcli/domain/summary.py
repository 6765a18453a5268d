"""The whole ticket in a few lines, for the requester whose ticket a rule closes. Internal notes stay inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ticketcli.domain.durations import format_duration
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket

COMMENTS = 8
"""The newest public comments that are quoted."""
LONGEST = 280
"""Characters of a quoted text."""
_PATH = 12
"""Statuses that are named: the first, and the newest of the others."""


def closing_summary(
    ticket: Ticket, events: Iterable[Event], book: Rulebook, now: Instant, to: str, reason: str
) -> str:
    """What became of the ticket that closes now into the status `to`; `events` are those before that."""
    facts = {
        "Ticket": f"#{ticket.id} {_trimmed(ticket.subject)}",
        "Opened": f"{book.said(ticket.created_at)} by {_opener(ticket)}",
        "Status": _path([*(move.status for move in ticket.trail.moves), to]),
        "Resolved" if book.lifecycle.kind(to) == "resolved" else "Closed": f"{book.said(now)}, {reason}",
        "Reopen": _reopening(ticket, book, now, to),
    }
    names = max(map(len, facts)) + 2
    lines = [f"{name:<{names}}{value}" for name, value in facts.items()]
    said = [*_opening(ticket, book), *_comments(events, book)]
    return "\n".join([*lines, "", *said] if said else lines)


def _opener(ticket: Ticket) -> str:
    who = ticket.requester
    return (who and (who.name or who.email)) or ticket.source


def _path(statuses: Sequence[str]) -> str:
    """`new → open → … → closed`."""
    shown = list(statuses)
    if len(shown) > _PATH:
        shown[1 : len(shown) - _PATH + 2] = ["…"]
    return " → ".join(shown)


def _reopening(ticket: Ticket, book: Rulebook, now: Instant, to: str) -> str:
    lifecycle = book.lifecycle
    if to not in lifecycle.on_requester_reply:
        return f"ask for it, naming #{ticket.id}"
    until = book.said(now + lifecycle.reopen_window)
    return f"a reply by {until} ({format_duration(lifecycle.reopen_window)}) reopens it, a later one opens a new ticket"


def _opening(ticket: Ticket, book: Rulebook) -> Iterator[str]:
    if ticket.description:
        yield f"{book.said(ticket.created_at)} {_opener(ticket)}: {_trimmed(ticket.description)}"


def _comments(events: Iterable[Event], book: Rulebook) -> Iterator[str]:
    public = [event for event in events if event.kind == "commented" and event.data.get("public", True)]
    if len(public) > COMMENTS:
        yield f"… {len(public) - COMMENTS} earlier comments"
    for event in public[-COMMENTS:]:
        yield f"{book.said(event.at)} {event.actor.name}: {_trimmed(str(event.data.get('text', '')))}"


def _trimmed(text: str) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
