"""What conditions are asked about: a ticket at an instant, and the SLA policy it then stands under."""

from __future__ import annotations

from ticketcli.domain import sla
from ticketcli.domain.conditions import Case
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.rulebook import Policy, Rulebook
from ticketcli.domain.ticket import TargetView, Ticket


def case_of(ticket: Ticket, rulebook: Rulebook, now: Instant) -> Case:
    """A ticket at an instant, with its SLA targets computed when a condition asks for them."""
    known: list[tuple[Policy | None, float]] = []

    def under() -> tuple[Policy | None, float]:
        if not known:
            known.append(policy_of(ticket, rulebook, now))
        return known[0]

    def ask(target: str) -> tuple[TargetView | None, float]:
        policy, holds = under()
        view = sla.target_view(ticket, policy, target, now)
        state = sla.clock(ticket, policy, target) if policy else None
        return view, min(holds, sla.until(view, state))

    def left_at(target: str, left: int) -> float:
        policy, _ = under()
        state = sla.clock(ticket, policy, target) if policy else None
        return state.reaches(state.budget - left) if state else NEVER

    return Case(ticket, now, ask, left_at)


def policy_of(ticket: Ticket, rulebook: Rulebook, now: Instant) -> tuple[Policy | None, float]:
    """The first SLA policy that matches, and until when that choice is sure to hold."""
    case = Case(ticket, now)
    until = NEVER
    for policy in rulebook.sla:
        test = policy.when.test
        value, holds = policy.when.ask(case) if test is None else (test(ticket), NEVER)
        until = min(until, holds)
        if value:
            return policy, until
    return None, until
