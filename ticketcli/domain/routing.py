"""The routing stage: team, assignee, watchers and labels at creation, on `route`, or while there is no team."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.actions.table import carry_out, prepare
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.placing import Placed, Walk, place, walk
from ticketcli.domain.words import has_label


def route(draft: Draft) -> None:
    """Routes the ticket once; what a person chose is kept (design section 6, When rules run)."""
    ticket, rulebook = draft.base, draft.rulebook
    wanted = draft.cause.created or draft.cause.reroute
    routed = any(event.kind == "routed" and not event.data.get("given_back") for event in draft.events)
    missing = ticket.team is None and "team" not in ticket.chosen
    if not rulebook.routing or routed or not (wanted or missing):
        return
    found = walk(draft)
    if not found.refs or found.ref is None:
        return
    names = [ref.name for ref in found.refs]
    if ticket.team is None and not found.team and tuple(names) == ticket.routed_by and not wanted:
        return
    _write(draft, found, names)


def _write(draft: Draft, found: Walk, names: list[str]) -> None:
    ticket, ref = draft.base, found.ref
    assert ref is not None
    kept = "team" in ticket.chosen
    team = draft.rulebook.team(ticket.team if kept else found.team)
    name = ticket.team if kept else team.name if team else None
    placed = Placed(ticket.assignee, "chosen by a person")
    if "assignee" not in ticket.chosen:
        placed = place(draft, team, found.assign if name == found.team else {}, ref)
    data: dict[str, Any] = {"routed_by": names, "team": name, "assignee": placed.person, "why": placed.why}
    data["was"] = {"team": ticket.team, "assignee": ticket.assignee}
    if placed.evidence:
        data["evidence"] = dict(placed.evidence)
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


def _extras(draft: Draft, found: Walk) -> tuple[list[str], list[str]]:
    """Watchers and labels of every route on the way that do not stand there yet."""
    ticket, book = draft.base, draft.rulebook
    people = [person.name if (person := book.person(word)) else word for word in found.watch]
    watchers = [name for name in dict.fromkeys(people) if not has_label(ticket.watchers, name)]
    return watchers, [label for label in dict.fromkeys(found.label) if not has_label(ticket.labels, label)]
