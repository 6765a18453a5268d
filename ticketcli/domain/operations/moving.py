"""Moves: verbs go by the kind of a status, not by its name (design section 7)."""

from __future__ import annotations

from collections.abc import Callable

from ticketcli.domain.events import RULES, Event
from ticketcli.domain.facts import standing
from ticketcli.domain.lifecycle import move_kind
from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.receivers import template_values
from ticketcli.domain.template import fill
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import Conflict, IllegalTransition, NotFound, NotPermitted, UsageError

WORKED_ON = ("initial", "active", "waiting")
"""Kinds to which a ticket may be reopened."""


def move(acting: Acting, ticket: Ticket, to: str, reason: str | None = None) -> list[Event]:
    """To the status of that name; nothing when it stands there already."""
    lifecycle = acting.rulebook.lifecycle
    if to not in lifecycle.statuses:
        known = nearest(to, lifecycle.statuses)
        hint = f"did you mean {known}?" if known else "the statuses are: " + ", ".join(lifecycle.statuses)
        raise NotFound(f"no status {to!r}", hint)
    kind = lifecycle.kind(to)
    data = {"from": ticket.status, "to": to, "kind": kind}
    if kind == "final":
        data["reason"] = _reason(acting, reason)
    elif reason is not None:
        raise UsageError(f"{to} is {kind}: a reason is for final statuses", "leave --reason out")
    if to == ticket.status:
        return []
    needed = [fact for edge in lifecycle.edges_from(ticket.status) for fact in edge.requires]
    lifecycle.edge(ticket.status, to, acting.roles, standing(ticket, needed) if needed else ())
    return [acting.event(ticket, move_kind(ticket.kind, kind), **data)]


def _reason(acting: Acting, reason: str | None) -> str:
    reasons = acting.rulebook.lifecycle.close_reasons
    if reason is None:
        return reasons[0]
    if reason not in reasons:
        known = nearest(reason, reasons)
        hint = f"did you mean {known}?" if known else "the reasons are: " + ", ".join(reasons)
        raise NotFound(f"no close reason {reason!r}", hint)
    return reason


def _by_kind(kind: str) -> Callable[..., list[Event]]:
    def verb(acting: Acting, ticket: Ticket, to: str | None = None) -> list[Event]:
        if to is None and ticket.kind == kind:
            return []
        return move(acting, ticket, _of_kind(acting, to, (kind,)) or _first(acting, ticket, kind))

    verb.__doc__ = f"To the first status of kind {kind} that may be reached, or to the one that `to` names."
    return verb


def _first(acting: Acting, ticket: Ticket, kind: str) -> str:
    lifecycle = acting.rulebook.lifecycle
    to = lifecycle.reachable(ticket.status, kind, acting.roles)
    if to is None:
        what = f"#{ticket.id} is {ticket.status}: no status of kind {kind} can follow"
        raise IllegalTransition(what, lifecycle.ways_on(ticket.status))
    return to


def _of_kind(acting: Acting, to: str | None, kinds: tuple[str, ...]) -> str | None:
    """`to` itself, if it is of one of these kinds; a name that means no status is left to `move`."""
    kind = acting.rulebook.lifecycle.statuses.get(to) if to is not None else None
    if kind is not None and kind not in kinds:
        raise UsageError(f"--to {to}: that status is {kind}, not {' or '.join(kinds)}", f"ticket move 12 {to}")
    return to


start = _by_kind("active")
wait = _by_kind("waiting")
resolve = _by_kind("resolved")


def reopen(acting: Acting, ticket: Ticket, to: str | None = None) -> list[Event]:
    """Back to work from resolved or final; a ticket that is neither is left as it is."""
    if ticket.kind not in ("resolved", "final"):
        return []
    return move(acting, ticket, _of_kind(acting, to, WORKED_ON) or _first(acting, ticket, "active"))


def close(acting: Acting, ticket: Ticket, to: str | None = None, reason: str | None = None) -> list[Event]:
    """Into the first final status that may be reached, for one of the lifecycle's `close_reasons`."""
    if to is None and ticket.kind == "final":
        _reason(acting, reason)
        return []
    return move(acting, ticket, _of_kind(acting, to, ("final",)) or _first(acting, ticket, "final"), reason)


def confirm(acting: Acting, ticket: Ticket) -> list[Event]:
    """Closes what an auto-close rule asked to confirm; only a person of the rule's role may."""
    book = acting.rulebook
    asked = [rule for rule in book.autoclose if rule.confirm and rule.ref.name in ticket.trail.confirm_asked]
    if not asked or ticket.kind == "final":
        raise Conflict(f"#{ticket.id} waits for no confirmation", f"close it yourself: ticket close {ticket.id}")
    rule = asked[0]
    if rule.confirm not in acting.roles:
        raise NotPermitted(f"closing #{ticket.id} needs a {rule.confirm}", f"ask a {rule.confirm}, or act --as one")
    to = rule.to or _first(acting, ticket, "final")
    kind = book.lifecycle.kind(to)
    reason = rule.reason or book.lifecycle.close_reasons[0]
    data = {"from": ticket.status, "to": to, "kind": kind, "reason": reason, "confirmed": rule.ref.name}
    events = [acting.event(ticket, "closed" if kind == "final" else "resolved", **data)]
    if rule.comment:
        said = {"text": fill(rule.comment, template_values(ticket)), "public": True}
        events.insert(0, Event(ticket.id, acting.now, RULES, "commented", said, rule.ref))
    return events
