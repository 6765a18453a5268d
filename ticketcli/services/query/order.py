"""The order of `list`: what needs a person first, or by the fields that `--sort` names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketcli.domain.facts import PRIORITY
from ticketcli.domain.instants import NEVER
from ticketcli.domain.ticket import PRIORITIES
from ticketcli.domain.words import word_key
from ticketcli.records import NamedTuple
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.values import Get, reading


class SortKey(NamedTuple):
    """What to compare; tickets without it stand last either way."""

    get: Get
    falling: bool


def sort_keys(names: Sequence[str], declared: Mapping[str, Any] | None) -> list[SortKey]:
    """The keys that names such as `-priority` or `due` mean. Raises `UsageError` for one that is no field."""
    return [SortKey(_value(name.removeprefix("-"), declared), name.startswith("-")) for name in names]


def arrange(candidates: Sequence[Candidate], keys: Sequence[SortKey]) -> list[Candidate]:
    """In the order of the keys, equal ones by number; without keys breached first, nearest due, priority, oldest."""
    arranged = sorted(candidates, key=lambda candidate: candidate.ticket.id)
    if not keys:
        return sorted(arranged, key=_urgency)
    for key in reversed(keys):
        arranged.sort(key=lambda candidate, key=key: _comparable(key, candidate), reverse=key.falling)  # type: ignore[misc]
    return arranged


def _urgency(candidate: Candidate) -> tuple[bool, float, int, int]:
    ticket = candidate.ticket
    due_at = NEVER if candidate.due_at is None else candidate.due_at
    return not candidate.late, due_at, -PRIORITIES.index(ticket.priority), ticket.created_at


def _comparable(key: SortKey, candidate: Candidate) -> tuple[bool, bool, Any]:
    """Numbers before texts, so that mixed values of a field compare at all."""
    value = key.get(candidate)
    missing = value in (None, "", ())
    if isinstance(value, (list, tuple)):
        value = ",".join(map(str, value))
    text = isinstance(value, str)
    return missing != key.falling, text, word_key(value) if text else 0 if missing else value


def _value(name: str, declared: Mapping[str, Any] | None) -> Get:
    """Priorities compare by rank, everything else as it is."""
    type, get = reading(name, declared)
    return (lambda candidate: PRIORITIES.index(get(candidate))) if type == PRIORITY else get
