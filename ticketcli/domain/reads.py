"""Which facts the conditions of a rulebook depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ticketcli.domain.conditions import Condition
from ticketcli.domain.rulebook import Route, Rulebook

_COUNTED = frozenset({"version", "updated_at", "episodes"})
"""What every event of a rule changes."""
_TOLD = frozenset({"sla_warned", "sla_breached", "escalated", "lapsed"})
"""Kinds of events that change nothing else which a condition can name."""


def quiet_kinds(book: Rulebook) -> frozenset[str]:
    """The kinds of events because of which alone no condition of the rulebook answers otherwise."""
    read: frozenset[str] = frozenset().union(*[condition.reads for condition in conditions_of(book)])
    if not _COUNTED.isdisjoint(read):
        return frozenset()
    return _TOLD if "sla" in read else _TOLD | {"sla_met"}


def conditions_of(book: Rulebook) -> Iterator[Condition]:
    """Every condition of every rule."""
    yield from _of_routes(book.routing)
    yield from (rule.when for rule in book.priority)
    yield from (policy.when for policy in book.sla)
    yield from (rule.when for rule in book.escalation)
    for closing in book.autoclose:
        yield closing.when
        if closing.unless is not None:
            yield closing.unless


def _of_routes(routes: Iterable[Route]) -> Iterator[Condition]:
    for route in routes:
        yield route.when
        yield from _of_routes(route.routes)
