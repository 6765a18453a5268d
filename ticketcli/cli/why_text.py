"""`show --why` for people: what made the ticket what it is, and what happens next. Short, for three in the morning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticketcli.cli.clock_text import next_facts
from ticketcli.cli.condition_text import reasons_text
from ticketcli.cli.explain_text import Paper, below, place
from ticketcli.cli.log_text import actor_text, one_line, told
from ticketcli.cli.moments import Moments
from ticketcli.cli.widths import pad, width
from ticketcli.domain.document import write_instant
from ticketcli.domain.explaining.decisions import rules_behind
from ticketcli.domain.explaining.document import conditions_output, rule_output, upcoming_output
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.ticket import View
from ticketcli.domain.upcoming import Upcoming
from ticketcli.services.explaining import Origin, Why


def why_lines(why: Why, paper: Paper) -> list[str]:
    """A line per key with who or what made it so, and at most three of what happens next."""
    ticket = why.ticket
    title = one_line(f"#{ticket.id} {ticket.subject}" if ticket.subject else f"#{ticket.id}")
    return [
        paper.paint(title, "title"),
        *origin_lines(why.origins, paper),
        *next_lines(why.upcoming, why.view, paper),
    ]


def origin_lines(origins: Sequence[Origin], paper: Paper, *, dated: bool = True) -> list[str]:
    """`priority  urgent  2026-03-02 09:00  outage (rules/priority.yaml:6): subject contains is down`."""
    values = [one_line(origin.value or "none") for origin in origins]
    widest = max(map(width, values), default=0)
    lines: list[str] = []
    for origin, value in zip(origins, values, strict=True):
        when = f"{paper.moments.at(origin.event.at)}  " if dated else ""
        head = f"{pad(origin.key, 8)}  {pad(value, widest)}  {when}"
        lines += below(head, one_line(_made(origin, paper.moments, dated)), "", paper)
    return lines


def _made(origin: Origin, moments: Moments, happened: bool) -> str:
    """The rule with its place and what made it hold, or the person; of what only might happen no one opened it."""
    event, rule = origin.event, origin.event.rule
    if rule is None or origin.decision is None:
        if event.kind == "undone":
            return f"{actor_text(event)} {told(event, moments).what}"
        if event.kind != "created":
            return actor_text(event)
        given = origin.key in event.data.get("chosen", ())
        opened = f"opened by {actor_text(event)}" if happened else "as every new ticket"
        return f"given by {actor_text(event)}" if given else opened
    because = [reasons_text(origin.decision.reasons, moments), *_particulars(origin, moments)]
    said = "; ".join(part for part in because if part)
    return f"{' / '.join(rules_behind(event))} ({place(rule)})" + (f": {said}" if said else "")


def _particulars(origin: Origin, moments: Moments) -> list[str]:
    """What the event itself says: why that person, since when the silence."""
    data = origin.event.data
    parts = [str(data["why"])] if origin.key == "assignee" and data.get("why") else []
    since = data.get("since") if origin.key == "status" else None
    return [*parts, *([f"silent since {moments.at(parse_instant(since))}"] if isinstance(since, str) else [])]


def next_lines(steps: Sequence[Upcoming], view: View, paper: Paper) -> list[str]:
    """What happens by itself, each with the rule's place."""
    facts = next_facts(steps, view, paper.moments)
    lines: list[str] = []
    for number, fact in enumerate(facts):
        rule = steps[number].rule if number < len(steps) else None
        text = fact.text + (f" ({place(rule)})" if rule else "")
        lines += below(f"{pad('next' if number == 0 else '', 8)}  ", one_line(text), "", paper)
    return lines


def why_output(why: Why, now: Instant) -> dict[str, Any]:
    """`{"id", "at", "origins", "next"}`."""
    return {
        "id": why.ticket.id,
        "at": write_instant(now),
        "origins": [origin_output(origin) for origin in why.origins],
        "next": [upcoming_output(step) for step in why.upcoming],
    }


def origin_output(origin: Origin) -> dict[str, Any]:
    """A key, its value, and the event that made it so."""
    event, decision = origin.event, origin.decision
    return {
        "key": origin.key,
        "value": origin.value,
        "at": write_instant(event.at),
        "seq": event.seq,
        "actor": event.actor.name,
        "class": event.actor.class_,
        "rule": rule_output(event.rule),
        "conditions": conditions_output(decision.reasons if decision else ()),
    }
