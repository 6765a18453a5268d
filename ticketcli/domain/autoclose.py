"""The auto-close stage: wait, remind, and in a sweep close (design section 6, Auto-close, exactly)."""

from __future__ import annotations

from ticketcli.domain.closing import ask_to_confirm, close, may_close, postpone
from ticketcli.domain.draft import Draft
from ticketcli.domain.durations import Duration
from ticketcli.domain.episodes import lapse
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.reminding import remind, remind_at
from ticketcli.domain.rulebook import Autoclose
from ticketcli.domain.ticket import AutocloseView, Episode, Reminder, ReminderView
from ticketcli.domain.waiting import wait_start
from ticketcli.domain.words import has_label
from ticketcli.records import NamedTuple

POSTPONED_FOR = 600
"""A postponed close may happen in the next sweep at least this many seconds later."""
_ONCE = ("reminded", "postponed", "confirm_asked")
"""After one of these a sweep leaves the wait alone: at most one notice per ticket and sweep, and no close behind it."""


class Wait(NamedTuple):
    """The wait of one rule on one ticket: its start, its end as it stands now, and the notices of this wait."""

    rule: Autoclose
    since: Instant
    close_at: Instant
    reminded: tuple[Reminder, ...]

    @property
    def pending(self) -> list[Duration]:
        """Notices still to give, longest first; one longer than the whole wait is skipped."""
        sent = {reminder.before for reminder in self.reminded}
        whole = self.close_at - self.since
        return [r for r in self.rule.remind if r.plain not in sent and r.plain <= whole]

    @property
    def served(self) -> bool:
        """A warning of this wait was delivered (or the rule says in so many words that none is given)."""
        return not self.rule.remind or any(r.delivered_at is not None for r in self.reminded)

    def view(self) -> AutocloseView:
        reminded = tuple(ReminderView(r.before, r.sent_at, r.delivered_at) for r in self.reminded)
        return AutocloseView(self.rule.ref.name, self.since, self.close_at, reminded)


def applying(draft: Draft) -> Autoclose | None:
    """The first rule whose `when` holds, unless its `unless` holds too: then no rule closes the ticket."""
    case = draft.case()
    for rule in draft.rulebook.autoclose:
        value, until = rule.when.ask(case)
        draft.wake(until)
        if value:
            exempt, holds = rule.unless.ask(case) if rule.unless else (False, NEVER)
            draft.wake(holds)
            return None if exempt else rule
    return None


def wait_of(draft: Draft) -> Wait | None:
    """The wait that runs on the ticket, None when no rule applies or the ticket is on hold."""
    if draft.base.hold is not None:
        return None
    rule = applying(draft)
    if rule is None:
        return None
    trail = draft.base.trail
    since = wait_start(draft, rule)
    moved = sum(extension.by for extension in trail.extensions if extension.by and extension.at >= since)
    close_at = rule.calendar.due(since, rule.after) + moved
    if close_at == NEVER:
        return None
    reminded = tuple(r for r in trail.reminders if r.rule == rule.ref.name and r.sent_at >= since)
    for reminder in reminded:
        if reminder.delivered_at is not None:
            close_at = max(close_at, _announced(rule, reminder, reminder.delivered_at))
    return Wait(rule, since, int(close_at), reminded)


def _announced(rule: Autoclose, reminder: Reminder, delivered_at: Instant) -> float:
    """The end of the time that a delivered notice announced."""
    notice = next((r for r in rule.remind if r.plain == reminder.before), None)
    return rule.calendar.due(delivered_at, notice) if notice else delivered_at + reminder.before


def autoclose(draft: Draft) -> AutocloseView | None:
    """Reminds, closes or lapses as the wait stands; answers the wait for the view."""
    wait = wait_of(draft)
    lapsed = _end_other_waits(draft, wait)
    if wait is None or lapsed:
        return None
    if draft.cause.sweep and not any(event.kind in _ONCE for event in draft.events):
        _act(draft, wait)
    else:
        draft.wake(_next_step(wait))
    return wait.view()


def _next_step(wait: Wait) -> float:
    """When the sweep has something to do: the next notice, or the close."""
    notices = [remind_at(wait.rule, notice, wait.since, wait.close_at) for notice in wait.pending]
    return min([*notices, wait.close_at])


def _act(draft: Draft, wait: Wait) -> None:
    now = draft.now
    for notice in wait.pending:
        due = remind_at(wait.rule, notice, wait.since, wait.close_at)
        if due <= now and not (wait.close_at <= now and wait.served):
            remind(draft, wait.rule, wait.since, wait.close_at, notice)
            return
    if wait.close_at <= now and wait.served:
        _finish(draft, wait)
    else:
        draft.wake(_next_step(wait))


def _finish(draft: Draft, wait: Wait) -> None:
    """The wait is over: close, or say why not yet."""
    postponed, now = draft.base.trail.postponed_at, draft.now
    asked = draft.base.trail.confirm_asked.get(wait.rule.ref.name)
    if postponed is not None and postponed >= wait.close_at and now < postponed + POSTPONED_FOR:
        draft.wake(postponed + POSTPONED_FOR)
    elif wait.rule.confirm:
        if asked != wait.since:
            ask_to_confirm(draft, wait.rule, wait.since)
    elif draft.cause.postpone and not draft.cause.frozen:
        postpone(draft, wait.rule, wait.close_at)
        draft.wake(now + POSTPONED_FOR)
    elif may_close(draft):
        close(draft, wait.rule, wait.since, wait.close_at)
    else:
        draft.outcome = "deferred"
        draft.wake(wait.close_at)


def _end_other_waits(draft: Draft, wait: Wait | None) -> bool:
    """Lapses the waits that reminded and no longer run, and takes their mark off. Says whether any did."""
    lapsed = False
    for rule in draft.rulebook.autoclose:
        episode: Episode | None = draft.base.episodes.get(rule.ref.key)
        if episode is None or (wait and wait.rule.ref.key == rule.ref.key and wait.since == episode.since):
            continue
        lapsed = lapse(draft, rule.ref)
        if rule.mark and has_label(draft.base.labels, rule.mark):
            draft.add("labelled", {"remove": [rule.mark]}, rule.ref)
    return lapsed
