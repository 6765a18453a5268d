"""Which tickets to load at all: the index columns of a search, the most selective first."""

from __future__ import annotations

from collections.abc import Sequence

from ticketcli.domain.ticket import KINDS
from ticketcli.ports import Range, Reader
from ticketcli.services.query.clauses import Constraint
from ticketcli.services.query.words import Words

_WORTH = 8
"""Loading a ticket costs about as much as naming this many in the index."""
_SHARE_OF_RANGE = 4


def candidate_ids(reader: Reader, constraints: Sequence[Constraint], words: Words) -> list[int]:
    """The numbers of tickets that may match, rising; every match is among them. Reads no ticket."""
    found: set[int] | None = None
    for constraint in sorted(constraints, key=lambda one: _expected(one, words)):
        if found is not None and _expected(constraint, words) > _WORTH * len(found):
            break
        ids = _ids(reader, constraint)
        found = ids if found is None else found & ids
    return sorted(reader.ids("tickets", "kind", KINDS) if found is None else found)


def _ids(reader: Reader, constraint: Constraint) -> set[int]:
    if constraint.column == "id" and not isinstance(constraint.wanted, Range):
        return {int(value) for value in constraint.wanted}
    return set(reader.ids("tickets", constraint.column, constraint.wanted))


def _expected(constraint: Constraint, words: Words) -> int:
    """How many numbers the index will name; those in a range are not counted but guessed."""
    if isinstance(constraint.wanted, Range):
        return sum(words.tally("kind").values()) // _SHARE_OF_RANGE
    if constraint.column == "id":
        return len(constraint.wanted)
    tally = words.tally(constraint.column)
    return sum(tally.get(value, 0) for value in constraint.wanted)
