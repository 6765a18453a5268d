"""The auto-close stage: wait, remind, and in a sweep close (design section 6, Auto-close, exactly)."""

from __future__ import annotations

from ticketcli.domain.draft import Draft
from ticketcli.domain.episodes import lapse, open_in
from ticketcli.domain.ticket import Episode
from ticketcli.domain.waiting import Wait, wait_of
from ticketcli.domain.words import has_label

_ONCE = frozenset({"reminded", "postponed", "confirm_asked"})
"""After one of these a sweep leaves the wait alone: at most one notice per ticket and sweep, and no close behind it."""


def autoclose(draft: Draft) -> None:
    """Reminds, closes or lapses as the wait stands."""
    wait, until = wait_of(draft.look(), draft.case())
    draft.wake(until)
    if (draft.base.episodes and _end_other_waits(draft, wait)) or wait is None:
        return
    if draft.cause.sweep and _ONCE.isdisjoint([event.kind for event in draft.events]):
        from ticketcli.domain.closing import act  # only sweeps get here, and most have nothing to close

        act(draft, wait)
    else:
        draft.wake(wait.next_step)


def _end_other_waits(draft: Draft, wait: Wait | None) -> bool:
    """Lapses the waits that reminded and no longer run, and takes their mark off. Says whether any did."""
    lapsed, open_ones = False, open_in(draft.base, "autoclose")
    for rule in draft.rulebook.autoclose if open_ones else ():
        if rule.ref.name not in open_ones:
            continue
        episode: Episode = draft.base.episodes[rule.ref.key]
        if wait and wait.rule.ref.name == rule.ref.name and wait.since == episode.since:
            continue
        lapsed = lapse(draft, rule.ref)
        if rule.mark and has_label(draft.base.labels, rule.mark):
            draft.add("labelled", {"remove": [rule.mark]}, rule.ref)
    return lapsed
