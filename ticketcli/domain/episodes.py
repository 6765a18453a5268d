"""Which rules hold is state: an episode opens when a rule fires and lapses when it no longer holds."""

from __future__ import annotations

from ticketcli.domain.draft import Draft
from ticketcli.domain.events import RuleRef


def lapse(draft: Draft, ref: RuleRef) -> bool:
    """Closes the rule's episode if one is open; says whether it was."""
    if ref.key not in draft.base.episodes:
        return False
    draft.add("lapsed", {}, ref)
    return True


def lapse_vanished(draft: Draft) -> None:
    """Closes the episodes of rules that the rulebook no longer has (renaming a rule starts anew)."""
    book = draft.rulebook
    known = {rule.ref.key for rule in book.priority}
    known |= {rule.ref.key for rule in book.escalation}
    known |= {rule.ref.key for rule in book.autoclose}
    for key in draft.base.episodes:
        if key not in known:
            section, _, name = key.partition("/")
            draft.add("lapsed", {"why": "the rule is gone"}, RuleRef(section, name, "", 0, book.hash))
