"""Which rules hold is state: an episode opens when a rule fires and lapses when it no longer holds."""

from __future__ import annotations

from ticketcli.domain.draft import Draft
from ticketcli.domain.events import RuleRef
from ticketcli.domain.ticket import Episode, Ticket
from ticketcli.domain.words import has_label


def open_in(ticket: Ticket, section: str) -> frozenset[str]:
    """The names of the rules of that section whose episode is open."""
    keys = [key.partition("/") for key in ticket.episodes]
    return frozenset([name for of, _, name in keys if of == section])


def lapse(draft: Draft, ref: RuleRef) -> bool:
    """Closes the rule's episode if one is open; says whether it was."""
    if ref.key not in draft.base.episodes:
        return False
    draft.add("lapsed", {}, ref)
    return True


def undone(ticket: Ticket, ref: RuleRef) -> bool:
    """Whether a person took back what the rule did in the episode that is open."""
    episode: Episode | None = ticket.episodes.get(ref.key) if ticket.trail.undone else None
    return episode is not None and ticket.trail.undone.get(ref.key) == episode.since


def lapse_vanished(draft: Draft) -> None:
    """Closes the episodes of rules that the rulebook no longer has (renaming a rule starts anew)."""
    book = draft.rulebook
    for key in draft.base.episodes:
        if key not in book.episode_keys:
            section, _, name = key.partition("/")
            ref = RuleRef(section, name, "", 0, book.hash)
            draft.add("lapsed", {"why": "the rule is gone"}, ref)
            _unmark(draft, ref)


def _unmark(draft: Draft, gone: RuleRef) -> None:
    """A wait that ends with its rule takes its mark along."""
    rules = draft.subject.former.autoclose if draft.subject.former else ()
    mark = next((rule.mark for rule in rules if rule.ref.key == gone.key), None)
    if mark and has_label(draft.ticket.labels, mark):
        draft.add("labelled", {"remove": [mark]}, gone)
