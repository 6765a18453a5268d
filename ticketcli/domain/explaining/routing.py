"""Routes explained: the way that the ticket would take now, and why its routes do not move it any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ticketcli.domain.candidates import Wish, next_change
from ticketcli.domain.draft import Cause, Draft, Subject
from ticketcli.domain.events import RuleRef
from ticketcli.domain.explaining.findings import Finding, Situation, earliest
from ticketcli.domain.instants import Instant
from ticketcli.domain.placing import seeks, walk, way_by_name
from ticketcli.domain.rulebook import Route


def explain_routing(situation: Situation) -> list[Finding]:
    """A finding per route, each before the routes inside it."""
    look = situation.look
    draft = Draft(Subject(look.ticket, look.ticket), look.rulebook, situation.desk, look.now, Cause())
    way = {ref.name: ref for ref in walk(draft).refs}
    return list(_level(situation, look.rulebook.routing, way, ()))


def _level(
    situation: Situation, routes: Sequence[Route], way: dict[str, RuleRef], around: tuple[str, ...]
) -> Iterator[Finding]:
    taken = [route.ref for route in routes if route.ref.name in way]
    for route in routes:
        finding = _finding(situation, route, way, taken)
        yield finding._replace(around=around)
        if finding.effect == "fails" or route.ref.name not in way:
            yield from _inside(situation, route, finding, (*around, route.ref.name))
        else:
            yield from _level(situation, route.routes, way, (*around, route.ref.name))


def _inside(situation: Situation, route: Route, parent: Finding, around: tuple[str, ...]) -> Iterator[Finding]:
    """The routes inside one that is not taken: their conditions do not come into it."""
    for child in route.routes:
        effect = "nothing" if situation.holds(child.when) else "fails"
        reasons = situation.why(child.when)
        finding = Finding(child.ref, effect, reasons, "parent", parent.ref, around=around)
        yield finding
        yield from _inside(situation, child, finding, (*around, child.ref.name))


def _finding(situation: Situation, route: Route, way: dict[str, RuleRef], taken: Sequence[RuleRef]) -> Finding:
    if not situation.holds(route.when):
        return situation.failing(route.ref, route.when)
    if route.ref.name not in way:
        before = next((ref for ref in taken if ref != route.ref), None)
        return situation.matching(route.ref, route.when, "nothing", "earlier")._replace(by=before)
    effect, reason = _on_the_way(situation, route)
    finding = situation.matching(route.ref, route.when, effect, reason)
    return finding._replace(at=_looks_again(situation)) if reason == "seeks" else finding


def _on_the_way(situation: Situation, route: Route) -> tuple[str, str]:
    """What a route does whose turn it would be: routing runs at creation, on `route`, and while there is no team."""
    ticket = situation.look.ticket
    if route.ref.name in ticket.routed_by:
        return ("waits", "seeks") if _chooses(situation, route) else ("in_force", "")
    if "team" in ticket.chosen:
        return "nothing", "chosen"
    return ("acts", "") if ticket.team is None else ("nothing", "routed")


def _chooses(situation: Situation, route: Route) -> bool:
    """Whether this is the route that still looks for a person."""
    look = situation.look
    way = way_by_name(look.rulebook, look.ticket) if seeks(look.ticket) else None
    return way is not None and way.ref == route.ref


def _looks_again(situation: Situation) -> Instant | None:
    """When it looks again, if nobody becomes free before."""
    look = situation.look
    way = way_by_name(look.rulebook, look.ticket)
    return None if way is None else earliest([next_change(look.rulebook, Wish(way.team, way.assign), look.now)])
