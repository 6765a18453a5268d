"""The routing stage: team, assignee, watchers and labels at creation, on `route`, or while there is no team."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.actions.table import carry_out, prepare
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.placing import Placed, Walk, place, walk
from ticketcli.domain.words import has_label

SECTION = "routing"


def route(draft: Draft) -> None:
    """Routes the ticket once; what a person chose is kept (design section 6, When rules run)."""
    ticket, rulebook = draft.base, draft.rulebook
    wanted = draft.cause.created or draft.cause.reroute
    routed = any(event.kind == "routed" and not event.data.get("given_back") for event in draft.events)
    if not rulebook.routing or routed or not (wanted or ticket.team is None):
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
    kept_team = ticket.team if "team" in ticket.chosen else None
    team = draft.rulebook.team(kept_team or found.team)
    data: dict[str, Any] = {"routed_by": names, "team": team.name if team else None}
    placed = Placed(ticket.assignee, "chosen by a person")
    if "assignee" not in ticket.chosen:
        placed = place(draft, team, {} if kept_team and kept_team != found.team else found.assign, ref)
        data["assignee"] = placed.person
    data |= {"why": placed.why, "was": {"team": ticket.team, "assignee": ticket.assignee}}
    if placed.evidence:
        data["evidence"] = dict(placed.evidence)
    draft.add("routed", data, ref)
    draft.cursors.update(placed.cursors)
    _extras(draft, found)


def _extras(draft: Draft, found: Walk) -> None:
    """Watchers, labels and messages of every route on the way."""
    assert found.ref is not None
    base, rulebook = draft.ticket, draft.rulebook
    people = [person.name if (person := rulebook.person(word)) else word for word in found.watch]
    watchers = [name for name in dict.fromkeys(people) if not has_label(base.watchers, name)]
    labels = [label for label in dict.fromkeys(found.label) if not has_label(base.labels, label)]
    if watchers:
        draft.add("watched", {"add": watchers}, found.ref)
    if labels:
        draft.add("labelled", {"add": labels}, found.ref)
    if found.notify:
        firing = Firing(found.ref, draft.now, 1)
        draft.base = draft.ticket
        outcome = prepare(draft, firing, found.notify, "routed to " + (base.team or "nobody"))
        carry_out(draft, firing, outcome)
