"""Why each rule does what it does with a ticket: for every rule of every section a finding.

One module per section, beside the stage of the planner that it explains; what stages and explanations both need, they
share. Nothing here decides or writes.
"""

from __future__ import annotations

from collections.abc import Callable

from ticketcli.domain.explaining.autoclose import explain_autoclose
from ticketcli.domain.explaining.escalation import explain_escalation
from ticketcli.domain.explaining.findings import Finding, Situation
from ticketcli.domain.explaining.priority import explain_priority
from ticketcli.domain.explaining.routing import explain_routing
from ticketcli.domain.explaining.sla import explain_sla

__all__ = ["SECTIONS", "Finding", "Situation", "explain_rules"]

SECTIONS: dict[str, Callable[[Situation], list[Finding]]] = {
    "priority": explain_priority,
    "routing": explain_routing,
    "sla": explain_sla,
    "escalation": explain_escalation,
    "autoclose": explain_autoclose,
}
"""In the order in which stages run."""


def explain_rules(situation: Situation) -> list[Finding]:
    """A finding per rule, in the order of the rulebook; on a final ticket no rule does anything."""
    found = [finding for explain in SECTIONS.values() for finding in explain(situation)]
    if situation.look.ticket.kind != "final":
        return found
    return [one._replace(effect="nothing", reason="final", by=None, at=None) if one.matched else one for one in found]
