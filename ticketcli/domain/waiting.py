"""The wait of an auto-close rule: which rule waits, since when, and when it would close (design section 6)."""

from __future__ import annotations

from collections.abc import Mapping

from ticketcli.domain.cases import case_of
from ticketcli.domain.conditions import Case
from ticketcli.domain.dating import Look, wait_start
from ticketcli.domain.durations import Duration
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.rulebook import Autoclose, Rulebook
from ticketcli.domain.ticket import AutocloseView, Reminder, ReminderView, Ticket, Trail
from ticketcli.records import NamedTuple

POSTPONED_FOR = 600
"""A postponed close may happen in the next sweep at least this many seconds later."""


class Wait(NamedTuple):
    """The wait of one rule on one ticket: its start, its end as it stands now, and the notices of this wait."""

    rule: Autoclose
    since: Instant
    close_at: Instant
    reminded: tuple[Reminder, ...]
    served: bool
    """A warning of this wait was delivered (or the rule says in so many words that none is given)."""
    pending: tuple[Duration, ...] = ()
    """Notices still to give, longest first."""
    ends_at: float = NEVER
    """When a sweep may end it: NEVER while nobody was warned, and once somebody was asked to confirm."""
    gives_up_at: float = NEVER
    """When a notice that reached nobody is given to the assignee instead."""
    undone: bool = False
    """A person took back what the rule did in this wait: it does nothing more."""

    @property
    def next_step(self) -> float:
        """When a sweep has something to do: the next notice, or the close."""
        notices = [remind_at(self.rule, notice, self.since, self.close_at) for notice in self.pending]
        return min([*notices, self.ends_at, self.gives_up_at])

    def failed(self, notice: Duration) -> bool:
        """Whether that notice was sent in this wait already and never delivered."""
        return any(r.before == notice.plain and r.key and r.delivered_at is None for r in self.reminded)

    def view(self) -> AutocloseView | None:
        """What waits for the ticket; None when nothing does, because it was taken back."""
        if self.undone:
            return None
        reminded = tuple(ReminderView(r.before, r.sent_at, r.delivered_at) for r in self.reminded)
        return AutocloseView(self.rule.ref.name, self.since, self.close_at, reminded)


def wait_of(look: Look, case: Case | None = None) -> tuple[Wait | None, float]:
    """The wait that runs on the ticket, None without a rule that applies or on hold; and until when that holds.

    `case` is the ticket at that instant, for those who have asked conditions about it already.
    """
    if look.ticket.hold is not None:
        return None, NEVER
    rule, until = applying(look.rulebook, case or case_of(look.ticket, look.rulebook, look.now))
    if rule is None:
        return None, until
    since = wait_start(look, rule)
    planned = rule.calendar.due(since, rule.after)
    for extension in look.ticket.trail.extensions:
        if extension.by and extension.at >= since:
            planned += extension.by
    return None if planned == NEVER else _wait(look, rule, since, planned), until


def _wait(look: Look, rule: Autoclose, since: Instant, planned: float) -> Wait:
    """The wait of the rule since then, `planned` being its end before anybody was told of it."""
    trail, name = look.ticket.trail, rule.ref.name
    reminded = tuple([r for r in trail.reminders if r.rule == name and _belongs(r, since)])
    arrived = [_announced(rule, r, r.delivered_at) for r in reminded if r.delivered_at is not None]
    close_at, served = int(max([planned, *arrived])), bool(arrived) or not rule.remind
    if trail.undone and trail.undone.get(rule.ref.key) == since:
        return Wait(rule, since, close_at, reminded, served, undone=True)
    sent = () if served else [r for r in reminded if r.key]
    undelivered = {r.before: rule.calendar.due(r.sent_at, rule.undeliverable) for r in sent}
    over = served and close_at <= look.now  # the close is what is left to do, not a notice that an outage missed
    pending = () if over else _pending(look, rule, since, reminded, planned, undelivered)
    ends_at = _ends_at(rule, since, close_at, trail) if served else NEVER
    gives_up_at = min((at for at in undelivered.values() if at > look.now), default=NEVER) if undelivered else NEVER
    return Wait(rule, since, close_at, reminded, served, pending, ends_at, gives_up_at)


def _ends_at(rule: Autoclose, since: Instant, close_at: Instant, trail: Trail) -> float:
    if trail.confirm_asked and trail.confirm_asked.get(rule.ref.name) == since:
        return NEVER
    put_off = trail.postponed_at
    return close_at if put_off is None or put_off < close_at else put_off + POSTPONED_FOR


def _belongs(reminder: Reminder, since: Instant) -> bool:
    """Whether it was sent in the wait that began at `since`, not in one that ended in the same second."""
    return reminder.sent_at >= since and reminder.since in (None, since)


def _pending(
    look: Look,
    rule: Autoclose,
    since: Instant,
    reminded: tuple[Reminder, ...],
    planned: float,
    undelivered: Mapping[int, float],
) -> tuple[Duration, ...]:
    """What is still to be said; a notice longer than the whole wait is skipped, one that reached nobody said again.

    `undelivered` says until when a notice may stay undelivered, while none was delivered in this wait.
    """
    said = {r.before for r in reminded if r.key or not _somebody(look, rule)}
    if undelivered:
        said -= {before for before, until in undelivered.items() if until <= look.now}
    due = rule.calendar.due
    return tuple([r for r in rule.remind if r.plain not in said and due(since, r) <= planned])


def _somebody(look: Look, rule: Autoclose) -> bool:
    from ticketcli.domain.receivers import receivers, reminded_words  # only for those whose reminder reached nobody

    return bool(receivers(look.rulebook, look.ticket, reminded_words(look.rulebook, look.ticket, rule)).people)


def applying(rulebook: Rulebook, case: Case) -> tuple[Autoclose | None, float]:
    """The first rule whose `when` holds, and until when it is that one.

    None closes the ticket if its `unless` holds too, or if the ticket stands already where it would close it.
    """
    until = NEVER
    for rule in rulebook.autoclose:
        test = rule.when.test
        value, holds = rule.when.ask(case) if test is None else (test(case.ticket), NEVER)
        until = min(until, holds)
        if value:
            exempt, holds = rule.unless.ask(case) if rule.unless else (False, NEVER)
            return None if exempt or rule.to == case.ticket.status else rule, min(until, holds)
    return None, until


def closing_status(rulebook: Rulebook, rule: Autoclose, ticket: Ticket) -> str | None:
    """The status the rule closes into: `close.to`, else the first final one."""
    statuses = rulebook.lifecycle.statuses
    first = next((name for name, kind in statuses.items() if kind == "final"), None)
    return rule.to or rulebook.lifecycle.reachable(ticket.status, "final") or first


def closing_word(rulebook: Rulebook, rule: Autoclose, ticket: Ticket) -> str:
    """What people are told becomes of the ticket: `closed`, or `resolved` where `close.to` is a status of that kind."""
    to = closing_status(rulebook, rule, ticket)
    return "resolved" if to is not None and rulebook.lifecycle.kind(to) == "resolved" else "closed"


def _announced(rule: Autoclose, reminder: Reminder, delivered_at: Instant) -> float:
    """The end of the time that a delivered notice announced, whatever became of the rule since."""
    notice = next((r for r in rule.remind if r.plain == reminder.before), None)
    end = rule.calendar.due(delivered_at, notice) if notice else delivered_at + reminder.before
    return max(end, reminder.close_at or end)


def remind_at(rule: Autoclose, notice: Duration, since: Instant, close_at: Instant) -> Instant:
    """The earliest instant of the wait from which the notice, counted in the rule's calendar, lasts to `close_at`.

    Four hours before an opening are the last four of the day before: such a notice is used up as the day closes, and
    one that is a second later ends behind `close_at`.
    """
    if rule.calendar.name is None:
        return max(since, close_at - notice.plain)
    low, high = since, close_at
    while low < high:
        middle = (low + high) // 2
        if rule.calendar.due(middle, notice) >= close_at:
            high = middle
        else:
            low = middle + 1
    return low - 1 if low > since and rule.calendar.due(low, notice) > close_at else low
