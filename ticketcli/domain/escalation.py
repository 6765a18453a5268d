"""The escalation stage: every rule that matches fires once, and again by `repeat` and `max`."""

from __future__ import annotations

from ticketcli.domain.actions.table import carry_out, prepare
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.episodes import lapse, open_in, undone
from ticketcli.domain.instants import NEVER
from ticketcli.domain.rulebook import Escalation
from ticketcli.domain.ticket import Episode


def escalate(draft: Draft) -> None:
    """Fires what holds now, once, whatever a late sweep missed; a hold stops it."""
    if draft.base.hold is not None:
        return
    case, episodes, changes = draft.case(), draft.base.episodes, NEVER
    open_ones = open_in(draft.base, "escalation") if episodes else ()
    for rule in draft.rulebook.escalation:
        value, until = rule.when.ask(case)
        changes = min(changes, until)
        if not value:
            if rule.ref.name in open_ones:
                lapse(draft, rule.ref)
            continue
        episode: Episode | None = episodes.get(rule.ref.key)
        due = NEVER if undone(draft.base, rule.ref) else rule.next_firing(episode, draft.now)
        if due <= draft.now:
            _fire(draft, rule, episode)
        else:
            draft.wake(due)
    draft.wake(changes)


def _fire(draft: Draft, rule: Escalation, episode: Episode | None) -> None:
    since = episode.since if episode else draft.now
    number = episode.fired + 1 if episode else 1
    firing = Firing(rule.ref, since, number)
    if draft.cause.silent:
        draft.fire("escalated", {"number": number, "silent": True}, firing)
        draft.wake(rule.next_firing(Episode(since, number, draft.now), draft.now))
        return
    again = f", {number} times since {draft.rulebook.said(since)}" if number > 1 else ""
    outcome = prepare(draft, firing, rule.then, f"escalated by {rule.ref.name}{again}", rule.override)
    was = {"assignee": draft.base.assignee, "priority": draft.base.priority}
    draft.fire("escalated", {"number": number, "was": was, **outcome.as_data()}, firing)
    carry_out(draft, firing, outcome)
    draft.wake(rule.next_firing(Episode(since, number, draft.now), draft.now))
