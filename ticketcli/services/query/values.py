"""What a field says of a ticket: for `--sort`, and for the columns that `--fields` names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ticketcli.domain.facts import INSTANT, LIST, NUMBER, PRIORITY, TEXT, TIMED, find_fact
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import TARGETS
from ticketcli.errors import UsageError
from ticketcli.records import NamedTuple
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.fields import find_field

Get = Callable[[Candidate], Any]
READABLE = (TEXT, LIST, NUMBER, PRIORITY, INSTANT, TIMED)


class Reading(NamedTuple):
    """`get` answers None, "" or () for what is missing, and seconds for type `timed`."""

    type: str
    get: Get


def reading(name: str, declared: Mapping[str, Any] | None) -> Reading:
    """How to read the field of that name; `declared` are the desk's own fields, None when any may be.

    Raises `UsageError` for an unknown field, and for one without a single value.
    """
    field = find_field(name, declared)
    if field.name in _OWN:
        return _OWN[field.name]
    fact = find_fact(field.fact)
    if fact is None or field.type in ("object", "within"):
        raise UsageError(f"the field {name!r} has no single value", "such as id, status, priority, due, created or age")
    get = fact.get
    if field.type == TIMED:
        return Reading(TIMED, lambda candidate: _span(get(candidate.ticket), candidate.now))
    return Reading(fact.type if fact.type in READABLE else "any", lambda candidate: get(candidate.ticket))


def rows(found: Iterable[Candidate], names: Sequence[str], declared: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The named fields of each ticket as data: times as RFC 3339 in UTC, spans in seconds, missing ones None."""
    readings = [(name, *reading(name, declared)) for name in names]
    return [{name: _as_data(type, get(one)) for name, type, get in readings} for one in found]


def _as_data(type: str, value: Any) -> Any:
    if value is None or value == () or value == "":
        return None
    if type == INSTANT:
        return format_instant(value)
    return list(value) if isinstance(value, tuple) else value


def _span(start: int | None, now: int) -> int | None:
    return None if start is None else now - start


def _requester(candidate: Candidate) -> str | None:
    requester = candidate.ticket.requester
    return (requester.email or requester.name) if requester else None


def _clocks(candidate: Candidate) -> tuple[str, ...]:
    return tuple(f"{target} {clock.state}" for target, clock in candidate.view.sla.items())


def _state(target: str) -> Get:
    def get(candidate: Candidate) -> str | None:
        clock = candidate.view.sla.get(target)
        return clock.state if clock else None

    return get


_OWN = {
    "due": Reading(INSTANT, lambda candidate: candidate.due_at),
    "closes": Reading(INSTANT, lambda candidate: candidate.close_at),
    "turn": Reading(TEXT, lambda candidate: candidate.view.turn),
    "requester": Reading(TEXT, _requester),
    "sla": Reading(LIST, _clocks),
    **{f"sla.{target}": Reading(TEXT, _state(target)) for target in TARGETS},
}
