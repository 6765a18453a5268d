"""What rules can do: one function per action, one line in `ACTIONS` (design section 6, Actions).

An action only prepares: it answers an `Outcome`, and the stage that fired writes the rule's event first and the
effects after it, so that a dry run and a commit are the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ticketcli.domain.actions.notify import notify
from ticketcli.domain.actions.outcome import Context, Outcome
from ticketcli.domain.actions.people import assign, team, watch
from ticketcli.domain.actions.texts import comment
from ticketcli.domain.actions.values import label, move, priority, raise_by, set_fields, unlabel
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.ticket import JsonMap

ACTIONS: dict[str, Callable[[Context, JsonMap], Outcome]] = {
    "notify": notify,
    "label": label,
    "unlabel": unlabel,
    "assign": assign,
    "team": team,
    "priority": priority,
    "raise": raise_by,
    "set": set_fields,
    "comment": comment,
    "watch": watch,
    "move": move,
}


def prepare(
    draft: Draft, firing: Firing, actions: Sequence[JsonMap], about: str, override: bool = True
) -> Outcome:
    """What these actions come to together. `about` is the sentence that messages carry."""
    context = Context(draft, firing, about, override)
    whole = Outcome()
    for spec in actions:
        name = next(key for key in spec if key in ACTIONS)
        whole = whole.plus(ACTIONS[name](context, spec))
    return whole


def carry_out(draft: Draft, firing: Firing, outcome: Outcome) -> None:
    """Writes the effects of an outcome behind the event of its rule."""
    for kind, data in outcome.effects:
        draft.add(kind, dict(data), firing.ref)
    draft.messages.extend(outcome.messages)
    draft.cursors.update(outcome.cursors)
