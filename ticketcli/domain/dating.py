"""Since when an auto-close rule has been waiting (design section 6, Auto-close, exactly).

The wait starts at the latest of: the moment since which `when` has held through the ticket's events, the activity that
counts, reopening, the end of a hold or of an exemption, and `extend`. Dating a condition may need the ticket's past
facts; the trail's moves give them when only the status changed, the events otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ticketcli.domain.cases import case_of
from ticketcli.domain.conditions import Condition
from ticketcli.domain.events import Event
from ticketcli.domain.facts import silence_start
from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Autoclose, Rulebook
from ticketcli.domain.ticket import TRACKED, Ticket, Trail
from ticketcli.records import NamedTuple

_STATUS = frozenset({"status", "status.kind"})
_DATED = _STATUS.union(TRACKED)


class Look(NamedTuple):
    """A ticket looked at: as it stands, by these rules, now. `past` answers every event of it so far, oldest first."""

    ticket: Ticket
    rulebook: Rulebook
    now: Instant
    past: Callable[[], Sequence[Event]]


class Stretch(NamedTuple):
    """The facts stood like this from `start` on, until the next stretch."""

    start: Instant
    ticket: Ticket


def wait_start(look: Look, rule: Autoclose) -> Instant:
    """The instant from which the rule's `after` counts, given that it applies now."""
    trail, ticket = look.ticket.trail, look.ticket
    start = max(ticket.created_at, silence_start(ticket, rule.silent), trail.reopened_at or 0)
    if trail.holds:
        start = max([start, *[held.ended for held in trail.holds if held.ended is not None]])
    if trail.extensions:
        start = max([start, *[extension.at for extension in trail.extensions if extension.by is None]])
    start = _held_since(look, rule.when, True, start)
    exemption = look.rulebook.exemptions[rule.ref.name]
    return start if exemption is None else _held_since(look, exemption, False, start)


def _held_since(look: Look, condition: Condition, value: bool, floor: Instant) -> Instant:
    """Since when the condition has answered `value`, which it does now; any answer up to `floor` is `floor`."""
    trail, reads = look.ticket.trail, condition.reads
    stretches: Iterable[Stretch]
    if not reads <= _DATED or _changed_after(trail, reads, floor):
        stretches = reversed(list(_from_events(look)))
    elif trail.moves and trail.moves[-1].at <= floor:
        return floor  # nothing that it asks for has changed since
    else:
        stretches = _from_moves(look.ticket)
    return date_condition(look.rulebook, condition, value, stretches, look.now, floor)


def _changed_after(trail: Trail, facts: frozenset[str], floor: Instant) -> bool:
    """Whether one of the facts, the status aside, has changed since."""
    for fact in facts:
        if trail.changed.get(fact, 0) > floor and fact not in _STATUS:
            return True
    return False


def _from_moves(ticket: Ticket) -> Iterator[Stretch]:
    """The ticket as it stood after each move, the last one first, all else as it is now."""
    whole = ticket.trail.moves
    for count in range(len(whole), 0, -1):
        at, status, _ = whole[count - 1]
        if count == len(whole) and (at, status) == (ticket.status_since, ticket.status):
            yield Stretch(at, ticket)
        else:
            trail = ticket.trail._replace(moves=whole[:count])
            yield Stretch(at, ticket._replace(status=status, status_since=at, trail=trail))


def _from_events(look: Look) -> Iterator[Stretch]:
    from ticketcli.domain.fold import apply, create  # few waits need the past
    from ticketcli.domain.unmade import as_if

    ticket: Ticket | None = None
    start: Instant = 0
    for event in as_if(look.past()):
        ticket = create(event) if ticket is None else apply(ticket, event)
        start = max(start, event.at)  # the end of a hold is written when it is seen, with the time that it happened
        yield Stretch(start, ticket)


def date_condition(
    rulebook: Rulebook, condition: Condition, value: bool, stretches: Iterable[Stretch], now: Instant, floor: Instant
) -> Instant:
    """The start of the last unbroken time up to `now` in which the condition answered `value`; at least `floor`.

    The stretches come newest first; only as many are made as it takes.
    """
    since, end = now, now
    for start, ticket in stretches:
        since_here = _since_within(rulebook, condition, value, ticket, start, end)
        if since_here is None:
            break
        since = since_here
        if since > start or since <= floor:
            break
        end = start
    return max(since, floor)


def _since_within(
    rulebook: Rulebook, condition: Condition, value: bool, ticket: Ticket, start: Instant, end: Instant
) -> Instant | None:
    """Within `[start, end]`: since when the answer was `value` up to `end`; None when it was not at the end."""
    since: Instant | None = None
    at: float = start
    while at <= end:
        verdict = condition.ask(case_of(ticket, rulebook, int(at)))
        if verdict.value != value:
            since = None
        elif since is None:
            since = int(at)
        at = verdict.until
    return since
