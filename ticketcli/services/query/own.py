"""Tests for what rules have no condition: numbers of tickets, clocks of any target, rules, the desk's own fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import TARGETS
from ticketcli.domain.words import word_key
from ticketcli.errors import Invalid, UsageError
from ticketcli.services.query.alternatives import Ask, Field, no_range
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.dates import parse_range, parse_span
from ticketcli.services.query.terms import Value
from ticketcli.services.query.words import Words, choose

SLA_STATES = ("running", "paused", "met", "breached")
_FLAGS = {"yes": "true", "no": "false"}
"""How a field that is true or false may be written, as `create` takes it."""
TURNS = ("requester", "agent", "nobody")


def presence(value: Value, get: Callable[[Candidate], Any]) -> Ask | None:
    """`none` and `any` of what `get` answers; None for other values."""
    if value.missing:
        return lambda candidate: get(candidate) in (None, "", (), [])
    if value.present:
        return lambda candidate: get(candidate) not in (None, "", (), [])
    return None


def ask_sla(field: Field, value: Value, words: Words) -> Ask:
    """Any target in that state, `sla.first_response` that one; `none`: no policy gives it a limit."""

    def states(candidate: Candidate) -> tuple[str, ...]:
        clocks = candidate.view.sla
        names = [field.fact] if field.fact in TARGETS else clocks
        return tuple(clocks[name].state for name in names if name in clocks)

    found = presence(value, states)
    if found is not None:
        return found
    no_range(field, value)
    state = choose(value.text, SLA_STATES, "SLA state", UsageError)
    return lambda candidate: state in states(candidate)


def ask_due(field: Field, value: Value, words: Words) -> Ask:
    """The nearest due time; a duration counts from now, and alone means up to then."""
    ends = value.bounds or (value.text, value.text)
    if not (value.missing or value.present) and any(end and not end[:4].isdecimal() for end in ends):
        first, last = (_ahead(end, words.now) for end in (value.bounds or ("", value.text)))
        return between(lambda candidate: candidate.due_at, first, last)
    return _ask_moment(lambda candidate: candidate.due_at, value, words)


def _ahead(text: str, now: Instant) -> Instant | None:
    if not text:
        return None
    try:
        return now + parse_duration(text, zero=True).plain
    except Invalid as error:
        raise UsageError(str(error), "write due:..2h, due:2026-11-01 or due:2026-11-01..2026-11-05") from error


def ask_closes(field: Field, value: Value, words: Words) -> Ask:
    return _ask_moment(lambda candidate: candidate.close_at, value, words)


def _ask_moment(get: Callable[[Candidate], Instant | None], value: Value, words: Words) -> Ask:
    found = presence(value, get)
    if found is not None:
        return found
    bounds = value.bounds
    return between(get, *(parse_range(*bounds, words.zone) if bounds else parse_span(value.text, words.zone)))


def between(get: Callable[[Candidate], Instant | None], first: Instant | None, last: Instant | None) -> Ask:
    """Whether what `get` answers lies between, both ends included; a missing one does not."""

    def ask(candidate: Candidate) -> bool:
        at = get(candidate)
        return at is not None and (first is None or at >= first) and (last is None or at <= last)

    return ask


def ask_hold(field: Field, value: Value, words: Words) -> Ask:
    found = presence(value, lambda candidate: candidate.ticket.hold)
    if found is None:
        raise UsageError(f"hold is any or none, not {value.text!r}", "write hold:any, or hold.until:..2026-11-01")
    return found


def ask_turn(field: Field, value: Value, words: Words) -> Ask:
    found = presence(value, lambda candidate: candidate.view.turn)
    if found is not None:
        return found
    no_range(field, value)
    turn = choose(value.text, TURNS, "turn", UsageError)
    return lambda candidate: candidate.view.turn == turn


def ask_rule(field: Field, value: Value, words: Words) -> Ask:
    """Rules that routed the ticket, hold on it, time it or would close it."""
    found = presence(value, _rules)
    if found is not None:
        return found
    name = words.rule(value.text)
    return lambda candidate: name in _rules(candidate)


def _rules(candidate: Candidate) -> list[str]:
    ticket, view = candidate.ticket, candidate.view
    holding = [key.partition("/")[2] for key in ticket.episodes]
    timing = [clock.policy for clock in view.sla.values()]
    closing = [view.autoclose.rule] if view.autoclose else []
    return [*ticket.routed_by, *holding, *timing, *closing]


def ask_dedup(field: Field, value: Value, words: Words) -> Ask:
    """Keys are compared exactly, as `create` does."""
    return presence(value, lambda candidate: candidate.ticket.dedup_key) or (
        lambda candidate: candidate.ticket.dedup_key == value.text
    )


def ask_link(field: Field, value: Value, words: Words) -> Ask:
    def linked(candidate: Candidate) -> tuple[str, ...]:
        return tuple(str(link.id) for link in candidate.ticket.links)

    wanted = value.text.removeprefix("#")
    return presence(value, linked) or (lambda candidate: wanted in linked(candidate))


def ask_own_field(field: Field, value: Value, words: Words) -> Ask:
    """A field of the desk's own: equal as text, numbers as numbers, any item of a list; ranges too."""
    name = field.fact.partition(".")[2]

    def get(candidate: Candidate) -> Any:
        return candidate.ticket.fields.get(name)

    found = presence(value, get)
    if found is not None:
        return found
    low, high = value.bounds or (value.text, value.text)
    if (words.rulebook.fields or {}).get(name, {}).get("type") == "bool":
        low, high = (_FLAGS.get(end, end) for end in (low, high))
    return lambda candidate: any(_lies(item, low, high) for item in _items(get(candidate)))


def _items(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)


def _lies(value: Any, low: str, high: str) -> bool:
    """Whether the value lies between two texts, both included: as numbers if all are, else as texts."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    ends = [end for end in (low, high) if end]
    numbers = [_number(part) for part in (text, *ends)]
    if None not in numbers:
        ordered: tuple[Any, ...] = tuple(numbers)
    else:
        ordered = tuple(word_key(part) for part in (text, *ends))
    own, *rest = ordered
    first, last = (rest[0] if low else None), (rest[-1] if high else None)
    return (first is None or first <= own) and (last is None or own <= last)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None
