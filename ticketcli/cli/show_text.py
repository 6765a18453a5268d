"""`show` for people: one ticket on 80 columns.

What it is, whose turn it is, the clocks, what happens next and when, and the last events. Pure: a `Page` in, lines out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ticketcli.cli.clock_text import Fact, autoclose_facts, clock_facts, hold_facts, next_facts
from ticketcli.cli.escape import escape
from ticketcli.cli.log_text import one_line, told
from ticketcli.cli.moments import Moments
from ticketcli.cli.output import flat
from ticketcli.cli.paint import Paint, plain
from ticketcli.cli.widths import cut, pad, width, wrap
from ticketcli.domain.durations import format_duration
from ticketcli.domain.events import Event, Message
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Requester, Ticket, View
from ticketcli.domain.upcoming import Upcoming
from ticketcli.records import NamedTuple

_LABEL = 12
_DESCRIPTION_LINES = 6
_EVENT_LINES = 2
_SHOWN_MESSAGES = 3
_ACTOR = 20
_NARROWEST = 20


class Page(NamedTuple):
    """What `show` tells of one ticket."""

    ticket: Ticket
    view: View
    rulebook: Rulebook
    moments: Moments
    events: Sequence[Event] = ()
    """The last ones, oldest first."""
    messages: Sequence[Message] = ()
    """Oldest first."""
    upcoming: Sequence[Upcoming] = ()
    """What is foreseen, earliest first."""


class Sheet(NamedTuple):
    """The paper: `columns` to fill, colours, and whether long texts are shown whole."""

    columns: int = 80
    paint: Paint = plain
    whole: bool = False


PIPE = Sheet(whole=True)


def show_lines(page: Page, sheet: Sheet = PIPE) -> list[str]:
    """The ticket as lines, each safe to print and none wider than `sheet.columns`."""
    ticket, view, moments = page.ticket, page.view, page.moments
    blocks: tuple[Iterable[str], ...] = (
        [sheet.paint(line, "title") for line in wrap(one_line(f"#{ticket.id} {ticket.subject}"), sheet.columns)],
        [line for label, text in _identity(page) for line in _fact_lines(label, [Fact(text)], sheet)],
        _description(ticket, sheet),
        [
            *_fact_lines("Clocks", clock_facts(page.ticket, view, page.rulebook, moments), sheet),
            *_fact_lines("Auto-close", autoclose_facts(ticket, view.autoclose, page.rulebook, moments), sheet),
            *_fact_lines("On hold", hold_facts(ticket, moments), sheet),
            *_fact_lines("Next", next_facts(page.upcoming, view, moments), sheet),
        ],
        [*_fact_lines("Messages", [_message(one, moments) for one in page.messages[-_SHOWN_MESSAGES:]], sheet)],
        _events(page, sheet),
    )
    return [line for block in blocks if block for line in ("", *block)][1:]


def _fact_lines(label: str, facts: Sequence[Fact], sheet: Sheet) -> Iterator[str]:
    """The label before the first line, the rest below each other."""
    for fact in facts:
        for line in wrap(escape(fact.text.replace("\n", " ")), sheet.columns - _LABEL):
            painted = sheet.paint(line, fact.role) if fact.role else line
            yield (sheet.paint(pad(label, _LABEL), "label") + painted).rstrip()
            label = ""


def _identity(page: Page) -> Iterator[tuple[str, str]]:
    """Label and text of what the ticket is; what is missing has no line."""
    ticket, moments = page.ticket, page.moments
    yield "Status", f"{ticket.status} for {format_duration(moments.now - ticket.status_since)}" + _closing(ticket)
    yield "Turn", _turn(ticket, page.view)
    yield "Priority", ", ".join(filter(None, (ticket.priority, ticket.category)))
    yield "Team", " / ".join((ticket.team or "no team", ticket.assignee or "nobody assigned"))
    opened = f"{moments.at_with_zone(ticket.created_at)} ({moments.away(ticket.created_at)}), from {ticket.source}"
    optional = (
        ("Requester", requester_text(ticket.requester)),
        ("Labels", ", ".join(ticket.labels)),
        ("Watchers", ", ".join(ticket.watchers)),
        ("Asset", ticket.asset or ""),
        ("Fields", ", ".join(f"{key}={flat(value)}" for key, value in ticket.fields.items())),
        ("Links", ", ".join(f"{link.kind.replace('_', ' ')} #{link.id}" for link in ticket.links)),
        ("Dedup key", _dedup(ticket)),
        ("Opened", opened),
    )
    yield from ((label, text) for label, text in optional if text)


def _closing(ticket: Ticket) -> str:
    reason = f" ({ticket.close_reason})" if ticket.close_reason else ""
    return reason + (f", reopened {_times(ticket.reopen_count)}" if ticket.reopen_count else "")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _dedup(ticket: Ticket) -> str:
    return f"{ticket.dedup_key}, reported {_times(ticket.occurrences)}" if ticket.dedup_key else ""


def _turn(ticket: Ticket, view: View) -> str:
    """Who has to do something now."""
    if view.turn == "requester":
        return f"the requester: {requester_text(ticket.requester) or 'unknown'}"
    if view.turn == "agent":
        team = f"team {ticket.team}" if ticket.team else "an agent"
        return ticket.assignee or f"{team}, nobody has taken it"
    return "nobody"


def requester_text(requester: Requester | None) -> str:
    """`Li Lei <li@x.cn>, vip, Sales`; empty without one."""
    if requester is None:
        return ""
    name, email, tier, org = requester
    who = f"{name} <{email}>" if name and email else name or email
    return ", ".join(part for part in (who, tier, org) if part)


def _description(ticket: Ticket, sheet: Sheet) -> list[str]:
    """The text of the ticket, its first lines only unless the sheet is whole."""
    text = (ticket.description or "").strip("\n")
    if not text:
        return []
    room = None if sheet.whole else _DESCRIPTION_LINES
    shown, left = prose(text, sheet.columns - 2, room)
    lines = [f"  {line}".rstrip() for line in shown]
    if left:
        lines.append(sheet.paint(f"  … more: ticket show {ticket.id} | less", "dim"))
    return lines


def prose(text: str, columns: int, room: int | None) -> tuple[list[str], bool]:
    """A text of several lines, escaped and wrapped to at most `room` lines, and whether something is left out."""
    if room is None:
        return wrap(escape(text, lines=True), columns), False
    beginning = text[: (room + 1) * columns]
    lines = wrap(escape(beginning, lines=True), columns)
    return lines[:room], len(lines) > room or len(beginning) < len(text)


def _message(message: Message, moments: Moments) -> Fact:
    to = f"to {message.to} ({message.via})" if message.to else "to nobody, no receiver is left"
    state = "" if message.state == "delivered" else f", {message.state}"
    about = message.body.partition("\n")[0] or message.subject
    return Fact(f"{moments.at(message.at)} {to}{state}: {about}", "" if not state else "warn")


def _events(page: Page, sheet: Sheet) -> list[str]:
    """The last events, each with its rule; long sentences are cut to two lines unless the sheet is whole."""
    entries = [told(event, page.moments) for event in page.events]
    names = min(max((width(entry.who) for entry in entries), default=0), _ACTOR)
    indent = len("2026-03-02 09:00") + names + 4
    room = max(sheet.columns - indent, _NARROWEST)
    lines = []
    for entry in entries:
        said = wrap(entry.what, room)
        if not sheet.whole and len(said) > _EVENT_LINES:
            said = [*said[: _EVENT_LINES - 1], said[_EVENT_LINES - 1][:-1] + "…"]
        head = f"{sheet.paint(entry.at, 'dim')}  {pad(cut(entry.who, names), names)}  "
        lines += [head + said[0], *(" " * indent + line for line in said[1:])]
        if entry.source:
            lines += [sheet.paint(" " * indent + line, "dim") for line in wrap(entry.source, room)]
    return lines
