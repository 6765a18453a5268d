"""Actions on who works on the ticket and who watches it."""

from __future__ import annotations

from ticketcli.domain.actions.outcome import Context, Outcome, effect, skip
from ticketcli.domain.actions.values import as_list
from ticketcli.domain.placing import place, route_within
from ticketcli.domain.ticket import JsonMap
from ticketcli.domain.words import has_label


def assign(context: Context, spec: JsonMap) -> Outcome:
    """To a person, to the `manager` of the ticket's team, or to `none`."""
    base, rulebook = context.draft.base, context.draft.rulebook
    to = spec["assign"]
    if to == "manager":
        team = rulebook.team(base.team)
        to = team.manager if team else None
        if not to:
            return skip("assign: the ticket has no manager")
    elif to == "none":
        to = None
    else:
        person = rulebook.person(to)
        to = person.name if person else to
    if to == base.assignee:
        return Outcome()
    why = context.may_set("assignee")
    return skip(why) if why else effect("assigned", to=to, was=base.assignee)


def team(context: Context, spec: JsonMap) -> Outcome:
    """Gives the ticket to another team and routes it again inside that team."""
    draft = context.draft
    found = draft.rulebook.team(spec["team"])
    if found is None or found.name == draft.base.team:
        return Outcome() if found else skip(f"team: no team {spec['team']}")
    why = context.may_set("team") or context.may_set("assignee")
    if why:
        return skip(why)
    way = route_within(draft, found.name)
    placed = place(draft, found, way.assign, way.ref or context.firing.ref)
    was = {"team": draft.base.team, "assignee": draft.base.assignee}
    outcome = effect("routed", team=found.name, was=was, **placed.as_data())
    return outcome._replace(cursors=placed.cursors)


def watch(context: Context, spec: JsonMap) -> Outcome:
    words = as_list(spec["watch"])
    people = [person.name if (person := context.draft.rulebook.person(word)) else word for word in words]
    new = [name for name in people if not has_label(context.draft.base.watchers, name)]
    return effect("watched", add=new) if new else Outcome()
