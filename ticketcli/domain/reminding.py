"""Reminders before an automatic close."""

from __future__ import annotations

from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.durations import Duration
from ticketcli.domain.instants import format_instant
from ticketcli.domain.receivers import Saying, compose, receivers, reminded_words, told
from ticketcli.domain.ticket import Episode
from ticketcli.domain.waiting import Wait, closing_word
from ticketcli.domain.words import has_label

DAY = 86400


def may_remind(draft: Draft) -> bool:
    """Whether the guard lets a rule remind of one more ticket: it counts reminders as it counts closes."""
    allowed = draft.cause.guard.allowance(draft.desk.open_count(draft.now - DAY)) + draft.cause.allow_more
    return draft.desk.reminders(draft.now - DAY) < allowed


def remind(draft: Draft, wait: Wait, notice: Duration) -> None:
    """Tells whom the rule names that the ticket will be closed; late notices move the close by what they announce.

    One that could not be delivered in the time the rule gives goes to the assignee.
    """
    rule, since = wait.rule, wait.since
    if not may_remind(draft):
        draft.outcome = "deferred"
        draft.wake(draft.now)
        return
    episode: Episode | None = draft.base.episodes.get(rule.ref.key)
    firing = Firing(rule.ref, since, episode.fired + 1 if episode else 1)
    closes = max(wait.close_at, int(rule.calendar.due(draft.now, notice)))
    word = closing_word(draft.rulebook, rule, draft.base)
    about = f"will be {word} at {draft.rulebook.said(closes)} unless somebody writes (rule {rule.ref.name})"
    whom = ["assignee"] if wait.failed(notice) else reminded_words(draft.rulebook, draft.base, rule)
    people = receivers(draft.rulebook, draft.base, whom).people
    messages = compose(draft, firing, people, Saying("reminder", about, extra={"before": notice.plain}))
    data = {
        "before": notice.plain,
        "close_at": format_instant(closes),
        "since": format_instant(since),
        "delivered": any(message.state == "delivered" for message in messages),
        "key": messages[0].key if people else "",
        "notified": told(messages),
    }
    draft.fire("reminded", data, firing)
    draft.messages.extend(messages)
    if rule.mark and firing.number == 1 and not has_label(draft.base.labels, rule.mark):
        draft.add("labelled", {"add": [rule.mark]}, rule.ref)
