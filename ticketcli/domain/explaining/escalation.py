"""Escalation rules explained: each that matches fires once, and again by `repeat` and `max`."""

from __future__ import annotations

from ticketcli.domain.episodes import undone
from ticketcli.domain.explaining.findings import Finding, Situation
from ticketcli.domain.instants import NEVER
from ticketcli.domain.rulebook import Escalation


def explain_escalation(situation: Situation) -> list[Finding]:
    """A finding per escalation rule."""
    return [_finding(situation, rule) for rule in situation.look.rulebook.escalation]


def _finding(situation: Situation, rule: Escalation) -> Finding:
    ticket, now = situation.look.ticket, situation.look.now
    if not situation.holds(rule.when):
        return situation.failing(rule.ref, rule.when)
    if ticket.hold is not None:
        return situation.matching(rule.ref, rule.when, "nothing", "hold")._replace(at=ticket.hold.until)
    if undone(ticket, rule.ref):
        return situation.matching(rule.ref, rule.when, "nothing", "undone")
    episode = ticket.episodes.get(rule.ref.key)
    due = rule.next_firing(episode, now)
    if due <= now:
        return situation.acting(rule.ref, rule.when)
    if due == NEVER:
        last = episode is not None and rule.max is not None and episode.fired >= rule.max
        return situation.matching(rule.ref, rule.when, "in_force", "max" if last else "fired")
    return situation.matching(rule.ref, rule.when, "waits", "fired")._replace(at=int(due))
