"""The action that writes a comment."""

from __future__ import annotations

from ticketcli.domain.actions.outcome import Context, Outcome, effect
from ticketcli.domain.receivers import template_values
from ticketcli.domain.template import fill
from ticketcli.domain.ticket import JsonMap


def comment(context: Context, spec: JsonMap) -> Outcome:
    """A comment of class rule: internal unless `public: true`; it answers nobody and is no activity."""
    text = fill(spec["comment"], template_values(context.draft.base))
    return effect("commented", text=text, public=bool(spec.get("public", False)))
