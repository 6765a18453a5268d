"""SLA policies explained: the first that matches times the ticket."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.domain import sla
from ticketcli.domain.explaining.findings import Finding, Situation, earliest
from ticketcli.domain.rulebook import Policy
from ticketcli.domain.ticket import TARGETS


def explain_sla(situation: Situation) -> list[Finding]:
    """A finding per policy; the one in force with the next instant at which a clock has something to tell."""
    winner: Policy | None = None
    found = []
    for policy in situation.look.rulebook.sla:
        if not situation.holds(policy.when):
            found.append(situation.failing(policy.ref, policy.when))
        elif winner is not None:
            found.append(situation.matching(policy.ref, policy.when, "nothing", "earlier")._replace(by=winner.ref))
        else:
            winner, at = policy, earliest(_instants(situation, policy))
            found.append(situation.matching(policy.ref, policy.when, "in_force")._replace(at=at))
    return found


def _instants(situation: Situation, policy: Policy) -> Iterator[float]:
    """What is still to come of its running clocks: warnings and due times."""
    for target in TARGETS:
        state = sla.clock(situation.look.ticket, policy, target)
        if state is not None and state.ended is None:
            times = (state.due_at, *state.warn_at)
            yield from (at for at in times if at > situation.look.now)
