"""Why an SLA target was missed, in the words of whoever knows."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.domain import sla
from ticketcli.domain.cases import policy_of
from ticketcli.domain.events import Event
from ticketcli.domain.instants import format_instant
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.known import unknown
from ticketcli.domain.texts import check_body
from ticketcli.domain.ticket import TARGETS, TargetMark, TargetView, Ticket
from ticketcli.errors import Conflict, Invalid


def explain(acting: Acting, ticket: Ticket, code: str, text: str, target: str | None = None) -> list[Event]:
    """Records why the ticket's targets were missed, or why that one was; a later reason replaces an earlier one.

    Raises `NotFound` for a code that is none of the lifecycle's `sla_reasons`, `Conflict` when nothing was missed.
    """
    codes = acting.rulebook.lifecycle.sla_reasons
    if code not in codes:
        raise unknown("reason for a missed target", code, codes)
    if not text.strip():
        raise Invalid("a reason without text", "write in a few words what happened")
    check_body("reason", text, acting.limits.text)
    missed = {name: view for name, view in _missed(acting, ticket) if target in (None, name)}
    if not missed:
        what = target or "target"
        raise Conflict(f"#{ticket.id} missed no {what}", f"ticket show {ticket.id} shows its clocks")
    return [
        _event(acting, ticket, name, view, code, text)
        for name, view in missed.items()
        if _is_new(ticket.trail.targets.get(name), code, text)
    ]


def _missed(acting: Acting, ticket: Ticket) -> Iterator[tuple[str, TargetView]]:
    """The targets that are late, or were met late."""
    policy, _ = policy_of(ticket, acting.rulebook, acting.now)
    for name in TARGETS:
        view = sla.target_view(ticket, policy, name, acting.now)
        if view is not None and view.breached_at is not None:
            yield name, view


def _is_new(mark: TargetMark | None, code: str, text: str) -> bool:
    return mark is None or (mark.reason, mark.explained) != (code, text)


def _event(acting: Acting, ticket: Ticket, target: str, view: TargetView, code: str, text: str) -> Event:
    since = sla.since_of(ticket, target)
    at = format_instant(ticket.created_at if since is None else since)
    return acting.event(ticket, "sla_explained", target=target, policy=view.policy, since=at, code=code, text=text)
