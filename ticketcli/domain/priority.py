"""The priority stage: the first matching `set` wins, each `raise` applies once when it comes to hold."""

from __future__ import annotations

from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.episodes import lapse, open_in
from ticketcli.domain.instants import NEVER
from ticketcli.domain.rulebook import PriorityRule
from ticketcli.domain.ticket import raised


def prioritise(draft: Draft) -> None:
    """Fires the rules that came to hold; a priority that a person chose is left alone."""
    if "priority" in draft.base.chosen:
        return
    case, winner, holding, changes = draft.case(), None, set(), NEVER
    for rule in draft.rulebook.priority:
        if rule.set is not None and winner is not None:
            continue
        test = rule.when.test
        value, until = rule.when.ask(case) if test is None else (test(case.ticket), NEVER)
        changes = min(changes, until)
        if value:
            holding.add(rule.ref.name)
            winner = rule if rule.set is not None else winner
            _fire(draft, rule)
    open_ones = open_in(draft.base, "priority") if draft.base.episodes else ()
    for rule in draft.rulebook.priority if open_ones else ():
        if rule.ref.name in open_ones and rule.ref.name not in holding:
            lapse(draft, rule.ref)
    draft.wake(changes)


def _fire(draft: Draft, rule: PriorityRule) -> None:
    """Opens the episode. Who comes second in this stage fires in the next pass, if it still holds then."""
    if rule.ref.key in draft.base.episodes or not draft.claim("priority", rule.ref):
        return
    was = draft.base.priority
    to = raised(was, rule.raises) if rule.set is None else rule.set
    draft.fire("prioritised", {"to": to, "was": was}, Firing(rule.ref, draft.now, 1))
