"""The search of `list`: terms, index, test, order (design section 7).

The index narrows, every ticket left is loaded and tested by all terms, so a search finds what testing every ticket
would find, only sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket, View
from ticketcli.ports import Reader
from ticketcli.records import NamedTuple
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.clauses import clauses
from ticketcli.services.query.narrowing import candidate_ids
from ticketcli.services.query.order import arrange, sort_keys
from ticketcli.services.query.terms import parse_term
from ticketcli.services.query.words import Words

_BATCH = 500


class Ask(NamedTuple):
    """What one `list` asks for. `sort` names fields, those with a minus falling; empty: what needs a person first."""

    terms: Sequence[str] = ()
    sort: Sequence[str] = ()
    limit: int | None = None


def search(
    reader: Reader, ask: Ask, rulebook: Rulebook, view_of: Callable[[Ticket], View], now: Instant, zone: tzinfo
) -> list[Candidate]:
    """The tickets that match all terms, in order.

    Raises `UsageError` for a term that is none, `NotFound` for a status, team, person or rule that is not there.
    """
    words = Words(reader, rulebook, now, zone)
    tests = clauses([parse_term(term) for term in ask.terms], words)
    keys = sort_keys(ask.sort, rulebook.fields)
    found: list[Candidate] = []
    ids = candidate_ids(reader, [test.constraint for test in tests if test.constraint], words)
    for start in range(0, len(ids), _BATCH):
        for ticket in reader.tickets(ids[start : start + _BATCH]):
            candidate = Candidate(ticket, now, view_of)
            if all(test.ask(candidate) for test in tests):
                found.append(candidate)
    return arrange(found, keys)[: ask.limit]
