"""Past decisions explained: by the rulebook of that time, on the ticket as it stood then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ticketcli.domain.cases import case_of
from ticketcli.domain.conditions import Condition
from ticketcli.domain.conditions.explain import Explanation, Reason, explain_condition, reasons
from ticketcli.domain.events import Event
from ticketcli.domain.fold import apply, create
from ticketcli.domain.rulebook import Route, Rulebook
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.domain.unmade import taken_back


def decided(events: Sequence[Event]) -> Iterator[tuple[Event, list[Ticket]]]:
    """Each event that a rule wrote, with the states of the ticket in that run up to it, the latest first.

    A stage reads the ticket as it stood before the stage, so one of these is what the rule saw.
    """
    ticket: Ticket | None = None
    run: str | None = None
    states: list[Ticket] = []
    for event in events:
        if event.run != run:
            run, states = event.run, [] if ticket is None else [ticket]
        if event.rule is not None:
            yield event, states[::-1]
        ticket = create(event) if ticket is None else apply(ticket, event)
        states.append(ticket)


def undone_events(events: Sequence[Event]) -> frozenset[int]:
    """The `seq` of what people took back: effects, and the firings behind them."""
    taken = [event for event in events if event.kind == "undone"]
    firings = {(one["run"], one["rule"]) for event in taken for one in event.data["what"]}
    fired = (e.seq for e in events if e.rule and "firing" in e.data and (e.run, e.rule.key) in firings)
    return taken_back(events).union(fired)


KEYS = ("status", "priority", "team", "assignee")


def origins(events: Sequence[Event]) -> dict[str, Event]:
    """For each of these keys the event that made it what it is, or by which rules found nobody to assign it to."""
    found: dict[str, Event] = {}
    ticket: Ticket | None = None
    for event in events:
        after = create(event) if ticket is None else apply(ticket, event)
        for key in KEYS:
            nobody = key == "assignee" and event.data.get("seeks")
            if ticket is None or nobody or getattr(ticket, key) != getattr(after, key):
                found[key] = event
        ticket = after
    return found


def reasons_then(event: Event, states: Sequence[Ticket], rulebook: Rulebook) -> tuple[Reason, ...]:
    """The facts that made the rule's condition hold then (or fail, where it lapsed); none when they cannot be told."""
    return tuple(reason for found in explained_then(event, states, rulebook) for reason in reasons(found))


def explained_then(event: Event, states: Sequence[Ticket], rulebook: Rulebook) -> list[Explanation]:
    """The conditions behind an event, as they were answered then; empty when none of the states explains it.

    `rulebook` is the one that decided, `states` are those of `decided`.
    """
    conditions, wanted = _conditions(event, rulebook), event.kind != "lapsed"
    for ticket in states:
        case = case_of(ticket, rulebook, event.at)
        found = [explain_condition(condition.node, rulebook.calendars, case) for condition in conditions]
        if found and all(one.verdict.value is wanted for one in found):
            return found
    return []


def rules_behind(event: Event) -> list[str]:
    """The names of the rules that wrote an event: of a routing every route on the way, outermost first."""
    assert event.rule is not None
    return list(event.data.get("routed_by") or [event.rule.name])


def _conditions(event: Event, rulebook: Rulebook) -> list[Condition]:
    """What had to hold for the event; a schedule asks only what time it is."""
    assert event.rule is not None
    if event.rule.section == "schedules":
        return []
    names = rules_behind(event)
    routing = event.rule.section == "routing"
    rules = _routes(rulebook.routing) if routing else getattr(rulebook, event.rule.section, ())
    return [rule.when for rule in rules if rule.ref.name in names]


def _routes(level: Sequence[Route]) -> Iterator[Route]:
    for route in level:
        yield route
        yield from _routes(route.routes)


def rule_as_written(bound: JsonMap, section: str, name: str) -> JsonMap | None:
    """The rule of a bound rulebook as plain JSON, routes inside routes too; None when it holds none of that name."""
    level = list(bound.get(section) or ())
    while level:
        rule: JsonMap = level.pop(0)
        if rule["name"] == name:
            return rule
        level += rule.get("routes") or ()
    return None


def same_rule(one: JsonMap, other: JsonMap | None) -> bool:
    """Whether both decide alike: where they stand does not matter, nor do the routes inside a route."""
    return _without_places(one) == _without_places(other)


_BESIDE = ("file", "line", "routes")


def _without_places(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key not in _BESIDE}
    return [_without_places(item) for item in value] if isinstance(value, list) else value
