"""Priority rules explained: the first matching `set` wins, each `raise` applies once when it comes to hold."""

from __future__ import annotations

from ticketcli.domain.episodes import undone
from ticketcli.domain.events import RuleRef
from ticketcli.domain.explaining.findings import Finding, Situation
from ticketcli.domain.rulebook import PriorityRule


def explain_priority(situation: Situation) -> list[Finding]:
    """A finding per priority rule."""
    winner: RuleRef | None = None
    found = []
    for rule in situation.look.rulebook.priority:
        finding = _finding(situation, rule, winner)
        if finding.matched and rule.set is not None:
            winner = winner or rule.ref
        found.append(finding)
    return found


def _finding(situation: Situation, rule: PriorityRule, winner: RuleRef | None) -> Finding:
    ticket = situation.look.ticket
    if not situation.holds(rule.when):
        return situation.failing(rule.ref, rule.when)
    if "priority" in ticket.chosen:
        return situation.matching(rule.ref, rule.when, "nothing", "chosen")
    if rule.set is not None and winner is not None:
        return situation.matching(rule.ref, rule.when, "nothing", "earlier")._replace(by=winner)
    if undone(ticket, rule.ref):
        return situation.matching(rule.ref, rule.when, "nothing", "undone")
    if rule.ref.key in ticket.episodes:
        return situation.matching(rule.ref, rule.when, "in_force", "fired")
    return situation.acting(rule.ref, rule.when)
