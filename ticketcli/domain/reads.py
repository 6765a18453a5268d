"""Which facts the conditions of a rulebook depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ticketcli.domain.conditions import Condition
from ticketcli.domain.rulebook import Route, Rulebook

_MARKED = frozenset({"sla", "version", "updated_at", "episodes"})


def minds_marks(book: Rulebook) -> bool:
    """Whether a condition may answer otherwise because an event says that a target was met, and for no other reason."""
    return any(not _MARKED.isdisjoint(condition.reads) for condition in conditions_of(book))


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
