"""Terms as clauses: what each asks of a ticket, and how the index narrows the search for it."""

from __future__ import annotations

from collections.abc import Sequence

from ticketcli.domain.conditions import Case, compile_condition, parse_condition
from ticketcli.domain.ticket import KINDS, JsonMap
from ticketcli.errors import UsageError
from ticketcli.ports import Range, Scalar, Wanted
from ticketcli.records import NamedTuple
from ticketcli.services.query.alternatives import Alternative, Ask, Field, alternative
from ticketcli.services.query.fields import find_field
from ticketcli.services.query.terms import Term
from ticketcli.services.query.words import Words

_SELECTING = frozenset({"id", "status", "status.kind", "resolved_at", "closed_at", "close_reason"})
NOT_FINAL = tuple(kind for kind in KINDS if kind != "final")


class Constraint(NamedTuple):
    """Every ticket that the clause accepts is filed in `column` under `wanted`."""

    column: str
    wanted: Wanted


class Clause(NamedTuple):
    ask: Ask
    constraint: Constraint | None
    viewing: bool
    """Whether it asks for the view, which costs more than facts."""


def clauses(terms: Sequence[Term], words: Words) -> list[Clause]:
    """All of them must hold. Without a term that selects them, final tickets are left out. Cheap ones come first.

    Raises `UsageError` or `NotFound` for the first term that this desk cannot mean.
    """
    fields = [find_field(term.field, words.rulebook.fields) for term in terms]
    found = [_clause(term, field, words) for term, field in zip(terms, fields, strict=True)]
    if not any(field.fact in _SELECTING and not term.negated for term, field in zip(terms, fields, strict=True)):
        found.append(Clause(lambda candidate: candidate.ticket.kind != "final", Constraint("kind", NOT_FINAL), False))
    return sorted(found, key=lambda clause: clause.viewing)


def _clause(term: Term, field: Field, words: Words) -> Clause:
    alternatives = [alternative(field, value, words) for value in term.values]
    constraint = None if term.negated else _constraint(field, alternatives)
    raws = [one.raw for one in alternatives if one.raw is not None]
    if raws:
        return Clause(_condition(term, {"any": raws}, words), constraint, field.fact.startswith("sla"))
    asks = [one.ask for one in alternatives if one.ask is not None]
    return Clause(lambda candidate: any(ask(candidate) for ask in asks) != term.negated, constraint, True)


def _condition(term: Term, raw: JsonMap, words: Words) -> Ask:
    """The rule condition as a test at one instant."""
    people = [value.text for value in term.values]
    node, issues = parse_condition({"not": raw} if term.negated else raw, words.vocabulary(people))
    if issues:
        near = issues[0].suggestion
        raise UsageError(f"{term.text!r}: {issues[0].message}", f"did you mean {near}?" if near else "")
    ask, now = compile_condition(node, words.rulebook.calendars).ask, words.now
    return lambda candidate: ask(Case(candidate.ticket, now, candidate.sla)).value


def _constraint(field: Field, alternatives: Sequence[Alternative]) -> Constraint | None:
    """Values of all alternatives together, or one range; None when one of them cannot be narrowed."""
    if field.column is None:
        return None
    wanted = [one.wanted for one in alternatives]
    if len(wanted) == 1 and wanted[0] is not None:
        return Constraint(field.column, wanted[0])
    values: list[Scalar] = []
    for one in wanted:
        if one is None or isinstance(one, Range):
            return None
        values += one
    return Constraint(field.column, list(dict.fromkeys(values)))
