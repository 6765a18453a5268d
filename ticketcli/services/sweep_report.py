"""What a sweep did and why it does not end well: the values that commands print (design section 6, Sweep, exactly)."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.counts import counted
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant
from ticketcli.records import NamedTuple


class Action(NamedTuple):
    """One thing a sweep did: the event it wrote, or would write in a dry run."""

    ticket: int
    action: str
    rule: str | None
    data: dict[str, Any]
    event: Event


class Report(NamedTuple):
    run: str
    at: Instant
    examined: int = 0
    actions: tuple[Action, ...] = ()
    sent: int = 0
    failed: int = 0
    deferred: int = 0
    postponed: int = 0
    next_wake_at: Instant | None = None
    loops: tuple[int, ...] = ()
    trouble: tuple[str, ...] = ()
    """What is wrong with the rule files: nothing was closed."""
    clock_behind: int = 0
    """Seconds the clock is behind the newest event, when that is too much: nothing was closed."""
    limited: bool = False
    """`--limit` left something for the next sweep."""
    left: int = 0
    """How many of the deferred tickets it was that the limit left; the guard held the others back."""
    to_send: bool = False
    """Messages are due to leave the desk."""
    refused: tuple[str, ...] = ()
    """Schedules whose ticket could not be opened, and why."""


def action_of(event: Event) -> Action:
    """The line of a report that an event is."""
    data = {key: value for key, value in event.data.items() if key not in ("firing", "kind", "evidence")}
    return Action(event.ticket, event.kind, event.rule.name if event.rule else None, data, event)


class Complaint(NamedTuple):
    """Why a sweep does not end well: the exit code, what is wrong, and what to do next."""

    code: int
    message: str
    hint: str


def complaint(report: Report) -> Complaint | None:
    """What is wrong after a sweep; None when all is well."""
    if report.trouble:
        gone = report.trouble[0].endswith(" is gone")
        hint = "put it back, or confirm with: ticket rules accept" if gone else "see: ticket rules check"
        return Complaint(5, f"nothing was closed by rule: {report.trouble[0]}", hint)
    if report.refused:
        return Complaint(5, report.refused[0], "mend its ticket in the rule file; the next sweep opens it")
    if report.loops:
        listed = ", ".join(f"#{id}" for id in report.loops[:5])
        return Complaint(5, f"rules undo each other on {listed}", f"ticket log {report.loops[0]} names them")
    if report.clock_behind:
        from ticketcli.domain.durations import format_duration  # only here, not on the way of every sweep

        behind = f"the clock is {format_duration(report.clock_behind)} behind the newest event, so nothing was closed"
        return Complaint(7, behind, "set the clock, or if it is right: ticket doctor --accept-clock")
    if report.limited:
        left = counted(report.left, "ticket") if report.left else "tickets of schedules"
        return Complaint(7, f"--limit left {left}", "the next sweep goes on")
    if report.deferred:
        hint = "look at them with ticket sweep --dry-run, then ticket sweep --yes-close N, or raise guard.max_closes"
        held = counted(report.deferred, "ticket")
        return Complaint(7, f"guard.max_closes and guard.max_share held {held} back", hint)
    return None
