"""The routing stage: team, assignee, watchers and labels at creation, on `route`, or while there is no team."""

from __future__ import annotations

from ticketcli.domain.actions.table import carry_out, prepare
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.placing import Placed, Walk, place, seeks, walk, way_taken
from ticketcli.domain.words import has_label


def route(draft: Draft) -> None:
    """Routes the ticket once, what a person chose is kept; or looks again for whom a choice did not find.

    Design section 6, When rules run.
    """
    ticket, rulebook = draft.base, draft.rulebook
    routed = any(event.kind == "routed" and not event.data.get("given_back") for event in draft.events)
    wanted = (draft.cause.created or draft.cause.reroute) and not routed
    missing = ticket.team is None and "team" not in ticket.chosen
    if rulebook.routing and (wanted or missing) and _walk_on(draft, wanted):
        return
    if seeks(ticket):
        _seek(draft)


def _walk_on(draft: Draft, wanted: bool) -> bool:
    """Routes the ticket where the tree leads it, and says whether it leads anywhere new."""
    ticket, found = draft.base, walk(draft)
    if not found.refs or found.ref is None:
        return False
    names = [ref.name for ref in found.refs]
    if ticket.team is None and not found.team and tuple(names) == ticket.routed_by and not wanted:
        return False
    _write(draft, found, names)
    return True


def _write(draft: Draft, found: Walk, names: list[str]) -> None:
    ticket, ref = draft.base, found.ref
    assert ref is not None
    kept = "team" in ticket.chosen
    team = draft.rulebook.team(ticket.team if kept else found.team)
    name = ticket.team if kept else team.name if team else None
    placed = Placed(ticket.assignee, "chosen by a person")
    if "assignee" not in ticket.chosen:
        placed = place(draft, team, found.assign if name == found.team else {}, ref)
    was = {"team": ticket.team, "assignee": ticket.assignee}
    data = {"routed_by": names, "team": name, **placed.as_data(), "was": was}
    watchers, labels = _extras(draft, found)
    draft.base = ticket._replace(team=name, assignee=placed.person, watchers=(*ticket.watchers, *watchers))
    firing = Firing(ref, draft.now, 1)
    notify = [] if draft.cause.silent else found.notify
    outcome = prepare(draft, firing, notify, f"routed to {name or 'nobody'}")
    draft.add("routed", {**data, **outcome.as_data()}, ref)
    draft.cursors.update(placed.cursors)
    if watchers:
        draft.add("watched", {"add": watchers}, ref)
    if labels:
        draft.add("labelled", {"add": labels}, ref)
    carry_out(draft, firing, outcome)


def _seek(draft: Draft) -> None:
    """Chooses again by the rules as they are now, in the team that the ticket has. Who is found is told if a route
    tells the assignee; everybody else was told when the ticket was routed."""
    ticket = draft.base
    way = way_taken(draft, ticket)
    if way.ref is None:
        return
    placed = place(draft, draft.rulebook.team(ticket.team), way.assign, way.ref)
    if placed.person is None:
        draft.wish = placed.wish.text if placed.wish else None
        draft.wake(placed.until)
        return
    draft.base = ticket._replace(assignee=placed.person)
    firing = Firing(way.ref, draft.now, 1)
    tells = any("assignee" in (told, *told) for spec in way.notify if (told := spec["notify"]))
    outcome = prepare(draft, firing, [{"notify": ["assignee"]}] if tells else [], f"assigned to {placed.person}")
    was = {"team": ticket.team, "assignee": None}
    draft.add("routed", {"team": ticket.team, **placed.as_data(), "was": was, **outcome.as_data()}, way.ref)
    draft.cursors.update(placed.cursors)
    carry_out(draft, firing, outcome)


def _extras(draft: Draft, found: Walk) -> tuple[list[str], list[str]]:
    """Watchers and labels of every route on the way that do not stand there yet."""
    ticket, book = draft.base, draft.rulebook
    people = [person.name if (person := book.person(word)) else word for word in found.watch]
    watchers = [name for name in dict.fromkeys(people) if not has_label(ticket.watchers, name)]
    return watchers, [label for label in dict.fromkeys(found.label) if not has_label(ticket.labels, label)]
