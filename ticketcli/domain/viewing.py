"""How a ticket stands at an instant, without deciding anything: clocks, auto-close, whose turn it is."""

from __future__ import annotations

from ticketcli.domain import sla
from ticketcli.domain.cases import policy_of
from ticketcli.domain.dating import Look
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import AutocloseView, Ticket, View
from ticketcli.domain.waiting import wait_of


def view(look: Look, wake_at: Instant | None) -> View:
    """The view of a ticket; `wake_at` is what the index holds."""
    ticket = look.ticket
    policy, _ = policy_of(ticket, look.rulebook, look.now)
    waiting: AutocloseView | None = None
    if ticket.kind != "final":
        wait, _ = wait_of(look)
        waiting = wait.view() if wait else None
    return View(sla.all_views(ticket, policy, look.now), waiting, turn(ticket), wake_at)


def turn(ticket: Ticket) -> str:
    """Whose turn it is: the agent's while a question or work is open, the requester's while the ticket waits."""
    if ticket.kind == "final":
        return "nobody"
    if ticket.trail.asked_at is not None:
        return "agent"
    if ticket.kind == "resolved":
        return "nobody"
    return "requester" if ticket.kind == "waiting" else "agent"
