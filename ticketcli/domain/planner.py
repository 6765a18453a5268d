"""The one planner: (ticket, desk, rulebook, now) to a plan of events and messages (design section 2, idea 3).

Commands, sweep, dry run, forecast and rule tests run this code; only some of them commit what it plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ticketcli.domain.autoclose import autoclose
from ticketcli.domain.desk import Desk
from ticketcli.domain.draft import Cause, Draft, Subject
from ticketcli.domain.episodes import lapse_vanished
from ticketcli.domain.escalation import escalate
from ticketcli.domain.events import Event, Message
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.placing import seeks
from ticketcli.domain.priority import prioritise
from ticketcli.domain.routing import route
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.timing import settle, time_targets
from ticketcli.records import NamedTuple

PASSES = 8
STAGES: tuple[Callable[[Draft], object], ...] = (prioritise, route, time_targets, escalate, autoclose)


class Plan(NamedTuple):
    """What is to be written: events in order, the ticket after them, messages, and how round robin stands.

    `outcome` is `closed`, `deferred` (the guard said no), `postponed`, `loop` or empty.
    """

    ticket: Ticket
    wake_at: Instant | None
    events: tuple[Event, ...] = ()
    messages: tuple[Message, ...] = ()
    cursors: Mapping[str, str] = {}
    outcome: str = ""
    seeks: str | None = None
    """While rules look for a person: since when and for whom, as one text by which those who wait stand in order."""


def plan(subject: Subject, desk: Desk, rulebook: Rulebook, now: Instant, cause: Cause = Cause()) -> Plan:
    """What the rules make of the ticket now. Passes run until nothing changes, at most eight (then `rule_loop`)."""
    draft = Draft(subject, rulebook, desk, now, cause)
    restless = _run_passes(draft)
    if restless:
        draft.add("rule_loop", {"rules": sorted({event.rule.name for event in restless if event.rule})})
        draft.outcome = "loop"
    if draft.ticket.kind == "final":
        settle(draft)
        draft.wake_at = NEVER
    return Plan(
        draft.ticket,
        None if draft.wake_at == NEVER else int(draft.wake_at),
        tuple(draft.events),
        tuple(draft.messages),
        draft.cursors,
        draft.outcome,
        _seeks(draft),
    )


def _seeks(draft: Draft) -> str | None:
    since = draft.ticket.trail.seeks_since
    if draft.wish is None or since is None or not seeks(draft.ticket):
        return None
    return f"{format_instant(since)} {draft.wish}"


def _run_passes(draft: Draft) -> Sequence[Event]:
    """What the later half of the passes decided, when they did not come to rest: those who go on. Else nothing."""
    late = 0
    for number in range(PASSES):
        if draft.ticket.kind == "final":
            return ()
        count = len(draft.events)
        if number == PASSES // 2:
            late = count
        draft.wake_at, draft.wish = NEVER, None
        _end_hold(draft)
        draft.base = draft.ticket
        lapse_vanished(draft)
        decided = len(draft.events)
        for stage in STAGES:
            draft.base = draft.ticket
            if draft.claimed:
                draft.claimed = {}
            stage(draft)
            if len(draft.events) > decided:
                decided = len(draft.events)
                if draft.ticket.kind == "final":
                    return ()
        if not _is_news(draft.rulebook, draft.events[count:]):
            return ()
    return () if draft.ticket.kind == "final" else draft.events[late:]


def _is_news(book: Rulebook, events: Sequence[Event]) -> bool:
    """Whether another pass may decide otherwise because of these events.

    What notes that a rule fired or ended, or that a target was met, warned of or missed, is news to no rule that does
    not ask for it: its stage has said already when it wants to look again. The end of a wait takes its reminders along.
    """
    if not events:
        return False
    if book.quiet is None:  # worked out once per rulebook, and only when something was decided
        from ticketcli.domain.reads import quiet_kinds

        book.quiet = quiet_kinds(book)
    for kind, rule in [(event.kind, event.rule) for event in events]:
        if kind not in book.quiet or (kind == "lapsed" and (rule is None or rule.section == "autoclose")):
            return True
    return False


def _end_hold(draft: Draft) -> None:
    """A hold that ran out ends by an event of the instant it ran out at; rules run after it."""
    hold = draft.ticket.hold
    if hold is None or hold.until is None:
        return
    if hold.until <= draft.now:
        draft.add("unheld", {}, at=hold.until)
    else:
        draft.wake(hold.until)
