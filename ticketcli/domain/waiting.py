"""The wait of an auto-close rule: which rule waits, since when, and when it would close (design section 6)."""

from __future__ import annotations

from ticketcli.domain.cases import case_of
from ticketcli.domain.dating import Look, wait_start
from ticketcli.domain.durations import Duration
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.rulebook import Autoclose
from ticketcli.domain.ticket import AutocloseView, Reminder, ReminderView
from ticketcli.records import NamedTuple


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

    @property
    def next_step(self) -> Instant:
        """When a sweep has something to do: the next notice, or the close."""
        notices = [remind_at(self.rule, notice, self.since, self.close_at) for notice in self.pending]
        return min([*notices, self.close_at])

    def view(self) -> AutocloseView:
        reminded = tuple(ReminderView(r.before, r.sent_at, r.delivered_at) for r in self.reminded)
        return AutocloseView(self.rule.ref.name, self.since, self.close_at, reminded)


def wait_of(look: Look) -> tuple[Wait | None, float]:
    """The wait that runs on the ticket, None when no rule applies or the ticket is on hold; and until when that holds."""
    ticket, trail = look.ticket, look.ticket.trail
    if ticket.hold is not None:
        return None, NEVER
    rule, until = applying(look)
    if rule is None:
        return None, until
    since = wait_start(look, rule)
    moved = sum(extension.by for extension in trail.extensions if extension.by and extension.at >= since)
    close_at = rule.calendar.due(since, rule.after) + moved
    if close_at == NEVER:
        return None, until
    reminded = tuple(r for r in trail.reminders if r.rule == rule.ref.name and r.sent_at >= since)
    for reminder in reminded:
        if reminder.delivered_at is not None:
            close_at = max(close_at, _announced(rule, reminder, reminder.delivered_at))
    return Wait(rule, since, int(close_at), reminded), until


def applying(look: Look) -> tuple[Autoclose | None, float]:
    """The first rule whose `when` holds, unless its `unless` holds too: then none closes the ticket; and until when."""
    case, until = case_of(look.ticket, look.rulebook, look.now), NEVER
    for rule in look.rulebook.autoclose:
        value, holds = rule.when.ask(case)
        until = min(until, holds)
        if value:
            exempt, holds = rule.unless.ask(case) if rule.unless else (False, NEVER)
            return None if exempt else rule, min(until, holds)
    return None, until


def _announced(rule: Autoclose, reminder: Reminder, delivered_at: Instant) -> float:
    """The end of the time that a delivered notice announced."""
    notice = next((r for r in rule.remind if r.plain == reminder.before), None)
    return rule.calendar.due(delivered_at, notice) if notice else delivered_at + reminder.before


def remind_at(rule: Autoclose, notice: Duration, since: Instant, close_at: Instant) -> Instant:
    """The earliest instant of the wait from which the notice, counted in the rule's calendar, lasts to `close_at`."""
    if rule.calendar.name is None:
        return max(since, close_at - notice.plain)
    low, high = since, close_at
    while low < high:
        middle = (low + high) // 2
        if rule.calendar.due(middle, notice) >= close_at:
            high = middle
        else:
            low = middle + 1
    return low
