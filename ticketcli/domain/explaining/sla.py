"""SLA policies explained: the first that matches times the ticket."""

from __future__ import annotations

from ticketcli.domain.explaining.findings import Finding, Situation, earliest
from ticketcli.domain.rulebook import Policy
from ticketcli.domain.upcoming import clock_steps


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
            winner, at = policy, earliest(step.at for step in clock_steps(situation.look))
            found.append(situation.matching(policy.ref, policy.when, "in_force")._replace(at=at))
    return found
