"""`rules explain` and `show --why`: what each rule makes of a ticket now, and why rules decided as they did before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketcli.domain.conditions.explain import Reason
from ticketcli.domain.events import Event
from ticketcli.domain.explaining import Finding, explain_rules
from ticketcli.domain.explaining.decisions import (
    decided,
    origins,
    reasons_then,
    rule_as_written,
    rules_behind,
    same_rule,
    undone_events,
)
from ticketcli.domain.rulebook import Rulebook, load_rulebook
from ticketcli.domain.ticket import Ticket, View
from ticketcli.domain.upcoming import Upcoming
from ticketcli.errors import NotFound
from ticketcli.ports import Reader
from ticketcli.records import NamedTuple
from ticketcli.services.foreseeing import situation_of
from ticketcli.services.in_force import InForce, bound_of
from ticketcli.services.reading import foreseen, missing
from ticketcli.services.session import Session
from ticketcli.services.viewing import look_at, looked_at, view_of


class Decision(NamedTuple):
    """An event that a rule wrote. `written` is the rule as the rulebook of that time has it, of a routing every route
    on the way, outermost first; empty when that rulebook is not kept, or the rule had just gone from it.

    `since` says what became of them: `same`, `changed`, `gone`, or `unknown` when the rulebook is not kept.
    """

    event: Event
    written: tuple[Mapping[str, Any], ...]
    since: str
    reasons: tuple[Reason, ...]
    undone: bool = False
    """A person took it back."""


class Explained(NamedTuple):
    ticket: Ticket
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    upcoming: tuple[Upcoming, ...]


class Origin(NamedTuple):
    """What a key of the ticket is, and the event that made it so; `decision` when that was a rule's."""

    key: str
    value: str | None
    event: Event
    decision: Decision | None


class Why(NamedTuple):
    ticket: Ticket
    view: View
    origins: tuple[Origin, ...]
    upcoming: tuple[Upcoming, ...]


def explain(session: Session, reader: Reader, rules: InForce, id: int, only: str | None = None) -> Explained:
    """Every rule's finding on the ticket, and its past decisions; with `only` those of the rules of that name.

    Raises `NotFound` for a ticket that is not there, and for a name that no rule has or had.
    """
    ticket = reader.ticket(id)
    if ticket is None:
        raise missing(session, id)
    look, next_look = look_at(reader, rules, ticket, session.now), looked_at(reader, rules, id)
    found = explain_rules(situation_of(session, reader, rules, look, next_look))
    only = own_name(only, found)
    made = decisions(reader, rules, reader.events(id), only)
    chosen = [one for one in found if only in (None, one.ref.name)]
    if only is not None and not (chosen or made):
        raise no_rule(only, found)
    steps = foreseen(session, reader, rules, ticket)
    mine = [step for step in steps if only is None or (step.rule and step.rule.name == only)]
    return Explained(ticket, tuple(chosen), tuple(made), tuple(mine))


def why(session: Session, reader: Reader, rules: InForce, id: int) -> Why:
    """Who or which rule made status, priority, team and assignee what they are, and what happens next.

    Raises `NotFound`.
    """
    ticket = reader.ticket(id)
    if ticket is None:
        raise missing(session, id)
    events = reader.events(id)
    found = origins_of(ticket, events, decisions(reader, rules, events))
    steps = foreseen(session, reader, rules, ticket)
    return Why(ticket, view_of(reader, rules, ticket, session.now), found, tuple(steps))


def origins_of(ticket: Ticket, events: Sequence[Event], made: Sequence[Decision]) -> tuple[Origin, ...]:
    """The origin of each key that matters to whoever has to act."""
    by_event = {id(one.event): one for one in made}
    return tuple(
        Origin(key, getattr(ticket, key), event, by_event.get(id(event))) for key, event in origins(events).items()
    )


def own_name(word: str | None, findings: Sequence[Finding]) -> str | None:
    """The name that a rule has by itself: `rules list` shows a child route as `parent/child`."""
    last = word.rpartition("/")[2] if word is not None else None
    names = {one.ref.name for one in findings}
    return last if word not in names and last in names else word


def no_rule(word: str, findings: Sequence[Finding]) -> NotFound:
    """The error of a name that none of the rules has."""
    from ticketcli.domain.nearest import nearest

    near = nearest(word, [one.ref.name for one in findings])
    return NotFound(f"no rule {word!r}", f"did you mean {near}?" if near else "ticket rules list shows the rules")


def decisions(reader: Reader, rules: InForce, events: Sequence[Event], only: str | None = None) -> list[Decision]:
    """What rules wrote among these events of one ticket, each by the rulebook that decided it."""
    books, gone = _Books(reader, rules), undone_events(events)
    return [
        _decision(event, states, books)._replace(undone=event.seq in gone)
        for event, states in decided(events)
        if event.rule is not None and (only is None or only in rules_behind(event))
    ]


def _decision(event: Event, states: list[Ticket], books: _Books) -> Decision:
    assert event.rule is not None
    section, names, kept = event.rule.section, rules_behind(event), books.of(event.rule.rulebook)
    if kept is None:
        return Decision(event, (), "unknown", ())
    written = [rule_as_written(kept[0], section, name) for name in names]
    then = tuple(rule for rule in written if rule is not None)
    today = [rule_as_written(books.now, section, name) for name in names]
    if None in today:
        return Decision(event, then, "gone", reasons_then(event, states, kept[1]))
    since = "same" if None not in written and all(map(same_rule, then, today)) else "changed"
    return Decision(event, then, since, reasons_then(event, states, kept[1]))


class _Books:
    """Rulebooks by hash, as plain JSON and compiled: the one in force, and those that the store keeps."""

    def __init__(self, reader: Reader, rules: InForce) -> None:
        self._reader = reader
        self.now = bound_of(reader, rules)
        self._known: dict[str, tuple[Mapping[str, Any], Rulebook] | None] = {}
        self._known[rules.rulebook.hash] = self.now, rules.rulebook

    def of(self, hash: str) -> tuple[Mapping[str, Any], Rulebook] | None:
        if hash not in self._known:
            numbers = self._reader.ids("rulebooks", "hash", [hash], limit=1)
            kept = self._reader.rulebook(numbers[0]) if numbers else None
            self._known[hash] = (kept.bound, load_rulebook(kept.bound, kept.hash)) if kept else None
        return self._known[hash]
