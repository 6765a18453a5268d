"""The end of an auto-close wait: closing, asking a person to confirm, putting off, and the guard."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.events import Message
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.receivers import Saying, compose, named_people, reminded_words, template_values, told
from ticketcli.domain.reminding import remind
from ticketcli.domain.rulebook import Autoclose
from ticketcli.domain.summary import closing_summary
from ticketcli.domain.template import fill
from ticketcli.domain.ticket import Episode, Ticket
from ticketcli.domain.waiting import Wait, closing_status, closing_word, remind_at

DAY = 86400


def act(draft: Draft, wait: Wait) -> None:
    """What a sweep does about a wait: the next due notice, else the close, else nothing yet."""
    now = draft.now
    for notice in wait.pending:
        if remind_at(wait.rule, notice, wait.since, wait.close_at) <= now:
            remind(draft, wait, notice)
            return
    if wait.ends_at <= now:
        _finish(draft, wait)
    else:
        draft.wake(wait.next_step)


def _finish(draft: Draft, wait: Wait) -> None:
    """The wait is over: close, or say why not yet."""
    if wait.rule.confirm:
        ask_to_confirm(draft, wait.rule, wait.since)
    elif to_put_off(draft.base, wait.close_at, draft.cause.postpone) and not draft.cause.frozen:
        postpone(draft, wait.rule, wait.close_at)
    elif may_close(draft):
        close(draft, wait.rule, wait.since, wait.close_at)
    else:
        draft.outcome = "deferred"
        draft.wake(wait.close_at)


def to_put_off(ticket: Ticket, close_at: Instant, begun: Instant | None) -> bool:
    """Whether the close was due when sweeps began again, and was not put off since."""
    put_off = ticket.trail.postponed_at
    return begun is not None and close_at <= begun and (put_off is None or put_off < begun)


def may_close(draft: Draft) -> bool:
    """Whether the guard lets a rule close one more ticket (design section 6, Guard)."""
    if draft.cause.frozen:
        return False
    allowed = draft.cause.guard.allowance(draft.desk.open_count(draft.now - DAY)) + draft.cause.allow_more
    return draft.desk.closes(draft.now - DAY) < allowed


def close(draft: Draft, rule: Autoclose, since: Instant, close_at: Instant) -> None:
    """Closes the ticket by the rule, with the comment the rule gives, and tells whom it reminded."""
    to = closing_status(draft.rulebook, rule, draft.base)
    if to is None or to == draft.base.status:
        return
    text = fill(rule.comment, template_values(draft.base)) if rule.comment else ""
    if text:
        draft.add("commented", {"text": text, "public": True}, rule.ref)
    kind = draft.rulebook.lifecycle.kind(to)
    reason = rule.reason or draft.rulebook.lifecycle.close_reasons[0]
    about = text or f"was {closing_word(draft.rulebook, rule, draft.base)}: {reason}"
    messages = _farewell(draft, rule, since, to, about, reason)
    day = draft.now - DAY
    data: dict[str, Any] = {
        "from": draft.base.status,
        "to": to,
        "kind": kind,
        "reason": reason,
        "since": format_instant(since),
        "close_at": format_instant(close_at),
        "evidence": {"closes_24h": draft.desk.closes(day), "not_final": draft.desk.open_count(day)},
    }
    if messages:
        data["notified"] = told(messages)
    draft.add("closed" if kind == "final" else "resolved", data, rule.ref)
    draft.messages.extend(messages)
    draft.outcome = "closed"


def _farewell(
    draft: Draft, rule: Autoclose, since: Instant, to: str, about: str, reason: str
) -> tuple[Message, ...]:
    """What the reminded are told at the end, with a summary of the whole ticket; of no reminder, only the requester."""
    words = reminded_words(draft.rulebook, draft.base, rule) if rule.remind else ["requester"]
    people = named_people(draft.rulebook, draft.base, words)
    if not people:
        return ()
    said = draft.subject.history() if draft.base.comment_count else ()
    summary = closing_summary(draft.base, said, draft.rulebook, draft.now, to, reason)
    episode: Episode | None = draft.base.episodes.get(rule.ref.key)
    firing = Firing(rule.ref, since, episode.fired + 1 if episode else 1)
    return compose(draft, firing, people, Saying("closing", about, below=summary))


def postpone(draft: Draft, rule: Autoclose, close_at: Instant) -> None:
    """Puts a due close off: sweeps had stopped for so long that people deserve a last look."""
    draft.add("postponed", {"close_at": format_instant(close_at)}, rule.ref)
    draft.outcome = "postponed"


def ask_to_confirm(draft: Draft, rule: Autoclose, since: Instant) -> None:
    """Asks everybody of the rule's role; only `ticket confirm` by one of them closes."""
    episode: Episode | None = draft.base.episodes.get(rule.ref.key)
    firing = Firing(rule.ref, since, episode.fired + 1 if episode else 1)
    people = [person.name for person in draft.rulebook.people.values() if rule.confirm in person.roles]
    about = f"waits for a {rule.confirm} to confirm that it may be closed: ticket confirm {draft.base.id}"
    messages = compose(draft, firing, people, Saying("confirm", about))
    draft.fire("confirm_asked", {"since": format_instant(since), "notified": told(messages)}, firing)
    draft.messages.extend(messages)
