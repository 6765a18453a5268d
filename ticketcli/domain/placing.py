"""Who of a team gets a ticket: the assign strategies (design section 6, routing).

A strategy is one function and one line in `STRATEGIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ticketcli.domain.draft import Draft
from ticketcli.domain.events import RuleRef
from ticketcli.domain.rulebook import Person, Route, Team
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple


class Placed(NamedTuple):
    """The person chosen or None, why, what the desk answered, and where round robin now stands."""

    person: str | None
    why: str
    evidence: JsonMap = {}
    cursors: tuple[tuple[str, str], ...] = ()


class Walk(NamedTuple):
    """What a walk through the routing tree came to; the node that gave team and assign is `ref`."""

    refs: tuple[RuleRef, ...] = ()
    ref: RuleRef | None = None
    team: str | None = None
    assign: JsonMap = {}
    watch: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    notify: tuple[JsonMap, ...] = ()

    def with_node(self, route: Route) -> Walk:
        """This walk with a matching node: a child's keys add to its parent's, assign key by key."""
        return Walk(
            (*self.refs, route.ref),
            route.ref if route.team or route.assign else self.ref or route.ref,
            route.team or self.team,
            _with_assign(self.assign, route.assign),
            (*self.watch, *route.watch),
            (*self.label, *route.label),
            (*self.notify, *route.notify),
        )

    def followed_by(self, later: Walk) -> Walk:
        """After a `continue`, later matches add watchers, labels, messages; team and assign stay if given."""
        if not self.refs:
            return later
        placing = self if self.team or self.assign else later
        return self._replace(
            ref=placing.ref,
            team=placing.team,
            assign=placing.assign,
            refs=self.refs + later.refs,
            watch=self.watch + later.watch,
            label=self.label + later.label,
            notify=self.notify + later.notify,
        )


_HOW = ("strategy", "person")
"""Two ways to say the same: a child that says one puts the other of its parent out of force."""


def _with_assign(parent: JsonMap, child: JsonMap) -> JsonMap:
    """How a node assigns: its own keys, and what its parent says beyond them."""
    kept = {key: value for key, value in parent.items() if key not in _HOW or not any(how in child for how in _HOW)}
    return {**kept, **child}


def walk(draft: Draft) -> Walk:
    """The way of the ticket through the routing tree, the catch-all last and only if nothing else matched."""
    found, until = _siblings(draft, [route for route in draft.rulebook.routing if not route.catch_all], Walk())
    rest = next((route for route in draft.rulebook.routing if route.catch_all), None)
    draft.wake(until)
    if rest is None:
        return found
    if not found.refs:
        return _node(draft, rest, Walk())
    return found if found.team else found._replace(team=rest.team)


def _siblings(draft: Draft, routes: Sequence[Route], above: Walk) -> tuple[Walk, float]:
    """The first matching sibling, and those after it while they say `continue`; empty when none matches."""
    case, found = draft.case(), Walk()
    until = float("inf")
    for route in routes:
        value, holds = route.when.ask(case)
        until = min(until, holds)
        if value:
            found = found.followed_by(_node(draft, route, Walk() if found.refs else above))
            if not route.continues:
                break
    return found, until


def _node(draft: Draft, route: Route, above: Walk) -> Walk:
    mine = above.with_node(route)
    deeper, until = _siblings(draft, route.routes, mine)
    draft.wake(until)
    return deeper if deeper.refs else mine


def route_within(draft: Draft, team: str) -> tuple[JsonMap, RuleRef | None]:
    """How the matching route of that team assigns; nothing when the ticket's way leads elsewhere."""
    found = walk(draft)
    if found.team == team:
        return found.assign, found.ref
    own = next((route for route in draft.rulebook.routing if route.team == team), None)
    return (own.assign, own.ref) if own else ({}, None)


def place(draft: Draft, team: Team | None, assign: JsonMap, ref: RuleRef) -> Placed:
    """Whom the strategy chooses among the members of the team who have the skills asked for."""
    if assign.get("person"):
        person = draft.rulebook.person(assign["person"])
        name = person.name if person else assign["person"]
        return Placed(name, "named by the rule")
    strategy = STRATEGIES[assign.get("strategy", "none")]
    return strategy(draft, candidates(draft, team, assign), ref)


def candidates(draft: Draft, team: Team | None, assign: JsonMap) -> list[Person]:
    """The members, in the order of the rule file, who have every skill asked for (and the level, if one is)."""
    people = draft.rulebook.people
    members = [people.get(name, Person(name)) for name in (team.members if team else ())]
    skills, level = set(assign.get("skills", ())), assign.get("level")
    return [p for p in members if skills <= set(p.skills) and (level is None or p.level == level)]


def _none(draft: Draft, people: list[Person], ref: RuleRef) -> Placed:
    return Placed(None, "the rule assigns nobody")


def _least_loaded(draft: Draft, people: list[Person], ref: RuleRef) -> Placed:
    """The fewest tickets that are neither resolved nor final; who stands first in the team among equals."""
    if not people:
        return _nobody()
    load = draft.desk.load([person.name for person in people])
    loads: dict[str, Any] = {person.name: load.get(person.name, 0) for person in people}
    best = min(loads, key=lambda name: loads[name])
    count = "1 ticket" if loads[best] == 1 else f"{loads[best]} tickets"
    return Placed(best, f"least loaded, with {count}", {"load": loads})


def _round_robin(draft: Draft, people: list[Person], ref: RuleRef) -> Placed:
    """The one after whom this rule chose last."""
    if not people:
        return _nobody()
    names = [person.name for person in people]
    last = draft.cursors.get(ref.key) or draft.desk.cursor(ref.key)
    chosen = names[(names.index(last) + 1) % len(names)] if last in names else names[0]
    return Placed(chosen, f"next after {last}" if last else "first in turn", {"cursor": last}, ((ref.key, chosen),))


def _nobody() -> Placed:
    return Placed(None, "nobody in the team fits")


STRATEGIES: dict[str, Callable[[Draft, list[Person], RuleRef], Placed]] = {
    "none": _none,
    "least_loaded": _least_loaded,
    "round_robin": _round_robin,
}
