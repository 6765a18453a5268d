"""What holds, extensions, reminders and lapses leave behind on a ticket; `fold.py` registers them by kind of event."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.events import Event
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.ticket import Extension, Held, Hold, Reminder, Ticket


def with_trail(ticket: Ticket, **changes: Any) -> Ticket:
    """The ticket with these parts of its trail changed."""
    return ticket._replace(trail=ticket.trail._replace(**changes))


def held(ticket: Ticket, event: Event) -> Ticket:
    until = event.data.get("until")
    hold = Hold(parse_instant(until) if until else None, event.data.get("reason"))
    holds = ticket.trail.holds if ticket.hold else (*ticket.trail.holds, Held(event.at))
    return with_trail(ticket._replace(hold=hold), holds=holds)


def unheld(ticket: Ticket, event: Event) -> Ticket:
    holds = ticket.trail.holds
    ended = (*holds[:-1], holds[-1]._replace(ended=event.at)) if holds else holds
    return with_trail(ticket._replace(hold=None), holds=ended)


def extended(ticket: Ticket, event: Event) -> Ticket:
    return with_trail(ticket, extensions=(*ticket.trail.extensions, Extension(event.at, event.data.get("by"))))


def reminded(ticket: Ticket, event: Event) -> Ticket:
    data = event.data
    name = event.rule.name if event.rule else data["rule"]
    delivered = event.at if data.get("delivered") else None
    since, close_at = (parse_instant(data[key]) if data.get(key) else None for key in ("since", "close_at"))
    reminder = Reminder(name, data["before"], event.at, delivered, data.get("key", ""), since, close_at)
    return with_trail(ticket, reminders=(*ticket.trail.reminders, reminder))


def delivered(ticket: Ticket, event: Event) -> Ticket:
    """A channel accepted the reminder that the event names: the first receiver counts."""
    data = event.data
    sent = (data["rule"], data["before"], parse_instant(data["sent_at"]))
    reminders = tuple(
        r._replace(delivered_at=event.at) if r[:3] == sent and r.delivered_at is None else r
        for r in ticket.trail.reminders
    )
    return with_trail(ticket, reminders=reminders)


def postponed(ticket: Ticket, event: Event) -> Ticket:
    return with_trail(ticket, postponed_at=event.at)


def lapsed(ticket: Ticket, event: Event) -> Ticket:
    key, rule = (event.rule.key, event.rule.name) if event.rule else ("", "")
    ticket = ticket._replace(episodes={name: kept for name, kept in ticket.episodes.items() if name != key})
    if key in ticket.trail.undone and not key.startswith("autoclose/"):  # of a wait, its start tells
        ticket = with_trail(ticket, undone={name: since for name, since in ticket.trail.undone.items() if name != key})
    if key.startswith("autoclose/"):  # what was announced is void, also if another wait begins at the same instant
        ticket = with_trail(ticket, reminders=tuple(r for r in ticket.trail.reminders if r.rule != rule))
    if key.startswith("autoclose/") and rule in ticket.trail.confirm_asked:
        asked = {name: since for name, since in ticket.trail.confirm_asked.items() if name != rule}
        return with_trail(ticket, confirm_asked=asked)
    return ticket


def confirm_asked(ticket: Ticket, event: Event) -> Ticket:
    name = event.rule.name if event.rule else ""
    asked = {**ticket.trail.confirm_asked, name: parse_instant(event.data["since"])}
    return with_trail(ticket, confirm_asked=asked)
