"""The action that tells somebody."""

from __future__ import annotations

from ticketcli.domain.actions.outcome import Context, Outcome
from ticketcli.domain.actions.values import as_list
from ticketcli.domain.receivers import Saying, compose, receivers, template_values
from ticketcli.domain.template import fill
from ticketcli.domain.ticket import JsonMap


def notify(context: Context, spec: JsonMap) -> Outcome:
    """One message to each receiver by each channel; who is nobody is skipped; when all are, the fall-back is told."""
    draft = context.draft
    found = receivers(draft.rulebook, draft.base, as_list(spec["notify"]))
    template = spec.get("template")
    about = fill(template, template_values(draft.base)) if template else context.about
    saying = Saying("notice", about, tuple(as_list(spec.get("via", ()))))
    messages = compose(draft, context.firing, found.people, saying)
    return Outcome(messages=messages, skipped=found.missing)
