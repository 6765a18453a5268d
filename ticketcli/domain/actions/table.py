"""The table of actions: a new one is a function in its family and a line here.

An action only prepares: it answers an `Outcome`, and the stage that fired writes the rule's event first and the
effects after it, so that a dry run and a commit are the same code. Families are imported when a rule fires.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from ticketcli.domain.actions.outcome import Context, Outcome, skip
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.ticket import JsonMap

ACTIONS = {
    "notify": "notify:notify",
    "label": "values:label",
    "unlabel": "values:unlabel",
    "assign": "people:assign",
    "team": "people:team",
    "priority": "values:priority",
    "raise": "values:raise_by",
    "set": "values:set_fields",
    "comment": "texts:comment",
    "watch": "people:watch",
    "move": "values:move",
}
"""The key in a rule file, and `module:function` of this package."""
_SETS = {"priority": "priority", "raise": "priority", "move": "status", "assign": "assignee"}
"""What an action sets that has one value; `team` leaves the choice of a person to an `assign` behind it."""


def action(name: str) -> Callable[[Context, JsonMap], Outcome]:
    """The function of an action."""
    module, _, function = ACTIONS[name].partition(":")
    family = import_module(f"ticketcli.domain.actions.{module}")
    found: Callable[[Context, JsonMap], Outcome] = getattr(family, function)
    return found


def prepare(draft: Draft, firing: Firing, actions: Sequence[JsonMap], about: str, override: bool = True) -> Outcome:
    """What these actions come to together. `about` is the sentence that messages carry.

    Each sees the ticket as it stood before the stage, so of two that set one thing the first that can keeps it.
    """
    whole, kept = Outcome(), set[str]()
    for part, spec in enumerate(actions):
        name = next(key for key in spec if key in ACTIONS)
        field = _SETS.get(name)
        if field in kept:
            whole = whole.plus(skip(f"{name}: the rule set the {field} already"))
            continue
        outcome = action(name)(Context(draft, firing._replace(part=part), about, override), spec)
        if field and outcome.effects:
            kept.add(field)
        whole = whole.plus(outcome)
    return whole


def carry_out(draft: Draft, firing: Firing, outcome: Outcome) -> None:
    """Writes the effects of an outcome behind the event of its rule."""
    for kind, data in outcome.effects:
        draft.add(kind, dict(data), firing.ref)
    draft.messages.extend(outcome.messages)
    draft.cursors.update(outcome.cursors)
