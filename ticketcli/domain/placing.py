"""Which way a ticket goes through the routing tree, and who of the team gets it (design section 6, routing).

A strategy is one function and one line in `STRATEGIES`; who can be chosen at all is said in `candidates`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ticketcli.domain.counts import counted
from ticketcli.domain.draft import Draft
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import NEVER
from ticketcli.domain.rulebook import Route, Rulebook, Team
from ticketcli.domain.ticket import ENDED, JsonMap, Ticket
from ticketcli.domain.verdict import Verdict
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.domain.candidates import Survey, Wish


class Placed(NamedTuple):
    """The person chosen or None, why, what was looked at, and where round robin now stands."""

    person: str | None
    why: str
    evidence: JsonMap = {}
    cursors: tuple[tuple[str, str], ...] = ()
    wish: Wish | None = None
    """What the ticket goes on waiting for, when nobody was found."""
    until: float = NEVER
    """When that is tried again, if nothing happens before."""

    def as_data(self) -> dict[str, Any]:
        """What the event `routed` says of the choice."""
        data: dict[str, Any] = {"assignee": self.person, "why": self.why}
        if self.wish is not None:
            data["seeks"] = True
        return {**data, "evidence": dict(self.evidence)} if self.evidence else data


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


Ask = Callable[[Route], Verdict]


def walk(draft: Draft) -> Walk:
    """The way of the ticket through the routing tree, the catch-all last and only if nothing else matched."""
    case = draft.case()
    found, until = _descend(draft.rulebook.routing, lambda route: route.when.ask(case))
    draft.wake(until)
    return found


def _descend(routing: Sequence[Route], ask: Ask) -> tuple[Walk, float]:
    """The way on which `ask` leads, and until when it surely leads there."""
    found, until = _siblings([route for route in routing if not route.catch_all], ask, Walk())
    rest = next((route for route in routing if route.catch_all), None)
    if rest is None:
        return found, until
    if found.refs:
        return found if found.team else found._replace(team=rest.team), until
    found, later = _node(rest, ask, Walk())
    return found, min(until, later)


def _siblings(routes: Sequence[Route], ask: Ask, above: Walk) -> tuple[Walk, float]:
    """The first matching sibling, and those after it while they say `continue`; empty when none matches."""
    found, until = Walk(), NEVER
    for route in routes:
        value, holds = ask(route)
        until = min(until, holds)
        if value:
            deeper, later = _node(route, ask, Walk() if found.refs else above)
            found, until = found.followed_by(deeper), min(until, later)
            if not route.continues:
                break
    return found, until


def _node(route: Route, ask: Ask, above: Walk) -> tuple[Walk, float]:
    mine = above.with_node(route)
    deeper, until = _siblings(route.routes, ask, mine)
    return (deeper if deeper.refs else mine), until


def route_within(draft: Draft, team: str) -> Walk:
    """The ticket's way if it leads to that team, else the way to the first route of the team and on inside it."""
    found = walk(draft)
    if found.team == team:
        return found
    case = draft.case()
    return _inside(draft.rulebook.routing, team, lambda route: route.when.ask(case), Walk()) or Walk(team=team)


def _inside(routes: Sequence[Route], team: str, ask: Ask, above: Walk) -> Walk | None:
    """The first route that gives its tickets to the team, whatever it asks for, and what matches below it."""
    for route in routes:
        mine = above.with_node(route)
        if route.team != team:
            below = _inside(route.routes, team, ask, mine)
        else:
            deeper, _ = _siblings(route.routes, ask, mine)
            below = deeper if deeper.team == team else mine
        if below is not None:
            return below
    return None


def way_taken(draft: Draft, ticket: Ticket) -> Walk:
    """The way that led the ticket to its team, as the rules stand now; where they lost it, the one they know now."""
    return way_by_name(draft.rulebook, ticket) or route_within(draft, ticket.team or "")


def way_by_name(rulebook: Rulebook, ticket: Ticket) -> Walk | None:
    """The way through the rules named in `routed_by`; None when they no longer lead to the ticket's team."""
    names = ticket.routed_by
    found, _ = _descend(rulebook.routing, lambda route: Verdict(route.ref.name in names))
    kept = tuple(ref.name for ref in found.refs) == names and found.team == ticket.team
    return found if kept else None


def seeks(ticket: Ticket) -> bool:
    """Whether rules look for a person for it: a routing choice found nobody, and no person has decided since."""
    waits = ticket.trail.seeks_since is not None and ticket.assignee is None and ticket.team is not None
    return waits and "assignee" not in ticket.chosen and ticket.kind not in ENDED


def place(draft: Draft, team: Team | None, assign: JsonMap, ref: RuleRef) -> Placed:
    """Whom the strategy chooses among those who can take it now; `ref` is the route that says how."""
    name = "person" if assign.get("person") else assign.get("strategy", "none")
    if name == "none":
        return Placed(None, "the rule assigns nobody")
    from ticketcli.domain.candidates import Wish, survey  # most plans choose nobody

    wish = Wish(team.name if team else None, assign)
    seen = survey(draft.rulebook, draft.load, wish, draft.now)
    evidence = _evidence(seen)
    if not seen.free:
        return Placed(None, _nobody(seen), evidence, (), wish, seen.until)
    placed = STRATEGIES[name](draft, seen, team, ref)
    member = next(seat.member for seat in seen.free if seat.person == placed.person)
    if member == placed.person:
        return placed._replace(evidence={**evidence, **placed.evidence})
    why = f"{placed.why}, standing in for {member}"
    return placed._replace(why=why, evidence={**evidence, **placed.evidence, "instead_of": member})


def _evidence(seen: Survey) -> dict[str, Any]:
    """Who was looked at: loads, and those who were passed over, together where the reason is the same."""
    groups: list[dict[str, Any]] = []
    for person, why in seen.passed:
        group = next((group for group in groups if group["why"] == why), None)
        if group is None:
            groups.append(group := {"people": [], "why": why})
        group["people"].append(person)
    passed = [{"people": group["people"], **group["why"]} for group in groups]
    return {key: value for key, value in (("load", dict(seen.load)), ("passed_over", passed)) if value}


def _nobody(seen: Survey) -> str:
    fits = any("lacks" not in why and "level" not in why for _, why in seen.passed)
    return "nobody who fits is free" if fits else "nobody in the team fits"


def _named(draft: Draft, seen: Survey, team: Team | None, ref: RuleRef) -> Placed:
    return Placed(seen.free[0].person, "named by the rule")


def _least_loaded(draft: Draft, seen: Survey, team: Team | None, ref: RuleRef) -> Placed:
    """The fewest tickets that are neither resolved nor final; who stands first in the team among equals."""
    best = min((seat.person for seat in seen.free), key=lambda name: seen.load[name])
    return Placed(best, f"least loaded, with {counted(seen.load[best], 'ticket')}")


def _round_robin(draft: Draft, seen: Survey, team: Team | None, ref: RuleRef) -> Placed:
    """The next in the order of the team behind the member whose turn was last by this rule."""
    last = draft.cursors.get(ref.key) or draft.desk.cursor(ref.key)
    order = list(team.members) if team else []
    turn = order.index(last) + 1 if last in order else 0
    seats = {seat.member: seat for seat in seen.free}
    seat = next(seats[member] for member in order[turn:] + order[:turn] if member in seats)
    why = f"next after {last}" if last else "first in turn"
    return Placed(seat.person, why, {"cursor": last}, ((ref.key, seat.member),))


STRATEGIES: dict[str, Callable[[Draft, Survey, Team | None, RuleRef], Placed]] = {
    "person": _named,
    "least_loaded": _least_loaded,
    "round_robin": _round_robin,
}
