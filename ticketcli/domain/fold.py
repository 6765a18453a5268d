"""Facts are the fold of events: one function per kind of event, one line to register it (design section 2, idea 1).

`apply(ticket, event)` never consults rules, clock or other tickets: what it needs stands in the event. It is the only
code that makes a ticket, so `fold(events) == facts` holds by construction and is checked against the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ticketcli.domain import waits
from ticketcli.domain.events import REDACTED, Event
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.marks import mark_asked, mark_breached, mark_explained, mark_met, mark_reopened, mark_warned
from ticketcli.domain.ticket import ENDED, TRACKED, Episode, Held, JsonMap, Link, Move, Requester, Ticket, Trail
from ticketcli.domain.waits import with_trail
from ticketcli.domain.words import with_labels, without_labels

_ACTIVITY = frozenset({"created", "commented", "answered", "attached", "moved", "resolved", "closed", "reopened"})
_TEXT = frozenset({"subject", "description"})


def fold(events: Iterable[Event]) -> Ticket:
    """The ticket that these events made; the first must be `created`. Raises `ValueError` when there is none."""
    ticket: Ticket | None = None
    for event in events:
        ticket = create(event) if ticket is None else apply(ticket, event)
    if ticket is None:
        raise ValueError("a ticket without events")
    return ticket


def apply(ticket: Ticket, event: Event) -> Ticket:
    """The ticket after the event. An unknown kind changes only version and times: old programs read new stores."""
    change = KINDS.get(event.kind)
    return _settle(ticket, change(ticket, event) if change else ticket, event)


def create(event: Event) -> Ticket:
    """The ticket that a `created` event brings into being."""
    data, at = event.data, event.at
    asks = bool(data.get("asks"))
    answered = at if data.get("answered") else None
    requester = data.get("requester")
    given: dict[str, Any] = {key: data[key] for key in _PLAIN if data.get(key) is not None}
    given |= {key: tuple(data[key]) for key in ("labels", "chosen") if data.get(key)}
    given |= {"watchers": _names(data["watchers"])} if data.get("watchers") else {}
    ticket = Ticket(
        id=event.ticket,
        subject=data["subject"],
        status=data["status"],
        created_at=at,
        updated_at=at,
        status_since=at,
        first_responded_at=answered,
        last_requester_at=at if asks else None,
        requester=Requester(**requester) if requester else None,
        **given,
        links=tuple(Link(link["kind"], link["id"]) for link in data.get("links", ())),
        trail=Trail(
            moves=(Move(at, data["status"], data["kind"]),),
            asked_at=at if asks and not answered else None,
            assigned_at=at if data.get("assignee") else None,
            ended_at=at if data["kind"] in ENDED else None,
        ),
    )
    return _settle(ticket, ticket, event)


_TRACKED = tuple((key, Ticket._fields.index(key)) for key in TRACKED)
UNTRACKED = frozenset(
    "commented answered extended occurred reminded delivered postponed lapsed confirm_asked sla_met sla_warned"
    " sla_breached sla_explained".split()
)
"""Kinds of events that change no fact of those whose last change is kept: most events are of these."""
_PLAIN = "description priority category source team assignee asset fields external_ids dedup_key parent".split()


def _settle(before: Ticket, ticket: Ticket, event: Event) -> Ticket:
    """What every event does: version, times, activity, episodes, and when each fact last changed."""
    at, class_ = event.at, event.actor.class_
    facts: dict[str, Any] = {"version": before.version + 1, "updated_at": max(before.updated_at, at)}
    if class_ != "rule":
        facts["touched_at"] = later(before.touched_at, at)
        if class_ != "bot" and _is_activity(event):
            facts["last_activity_at"] = later(before.last_activity_at, at)
            key = "last_requester_at" if class_ == "requester" else "last_agent_at"
            facts[key] = later(getattr(ticket, key), at)
    if event.rule is not None and "firing" in event.data:
        firing = event.data["firing"]
        episode = Episode(parse_instant(firing["since"]), firing["number"], at)
        facts["episodes"] = {**ticket.episodes, event.rule.key: episode}
    if event.kind not in UNTRACKED:
        changed = {key: at for key, n in _TRACKED if before[n] is not ticket[n] and before[n] != ticket[n]}
        if changed:
            facts["trail"] = ticket.trail._replace(changed={**ticket.trail.changed, **changed})
    return ticket._replace(**facts)


def _is_activity(event: Event) -> bool:
    """The ticket's text, comments, attachments, moves and reopening; nothing else that is set."""
    return event.kind in _ACTIVITY or (event.kind == "changed" and not _TEXT.isdisjoint(event.data["set"]))


def later(known: Instant | None, at: Instant) -> Instant:
    """The later of the two; imports write old instants after new ones."""
    return at if known is None or at > known else known


def _choose(ticket: Ticket, keys: Iterable[str]) -> Ticket:
    new = [key for key in keys if key not in ticket.chosen]
    return ticket._replace(chosen=(*ticket.chosen, *new)) if new else ticket


def _commented(ticket: Ticket, event: Event) -> Ticket:
    count, trail = ticket.comment_count + 1, ticket.trail
    class_, at = event.actor.class_, event.at
    if class_ == "requester" and trail.asked_at is None:
        trail = trail._replace(asked_at=at, targets=mark_asked(trail.targets, at))
        return ticket._replace(comment_count=count, trail=trail)
    if class_ != "agent" or not event.data.get("public", True):
        return ticket._replace(comment_count=count)
    return _responded(ticket._replace(comment_count=count), at)


def _answered_elsewhere(ticket: Ticket, event: Event) -> Ticket:
    """An answer of which only the time is known."""
    return _responded(ticket, event.at)


def _responded(ticket: Ticket, at: Instant) -> Ticket:
    """An agent answered in public at `at`."""
    first = at if ticket.first_responded_at is None else ticket.first_responded_at
    trail = _answered(ticket.trail, at)
    trail = trail._replace(public_agent_at=later(trail.public_agent_at, at))
    return ticket._replace(first_responded_at=first, trail=trail)


def _answered(trail: Trail, at: Instant) -> Trail:
    """The open question, if there is one, ended at `at`."""
    asked = trail.asked_at
    return trail if asked is None else trail._replace(asked_at=None, answered=Held(asked, at))


def _changed(ticket: Ticket, event: Event) -> Ticket:
    facts: dict[str, Any] = {}
    for key, value in event.data["set"].items():
        top, _, inner = key.partition(".")
        known = facts.get(top, getattr(ticket, top))
        if top == "requester":
            requester = (known or Requester())._replace(**({inner: value} if inner else value or {}))
            facts[top] = requester if any(requester) else None
        else:
            facts[top] = _with(known, inner, value) if inner else value
    if "team" in facts:
        ticket = with_trail(ticket, seeks_since=None)
    return _choose(ticket._replace(**facts), event.data.get("chosen", ()))


def _with(mapping: JsonMap, key: str, value: Any) -> JsonMap:
    kept = {name: old for name, old in mapping.items() if name != key}
    return kept if value is None else {**kept, key: value}


def _to_assignee(ticket: Ticket, name: str | None, at: Instant) -> Ticket:
    ticket = with_trail(ticket._replace(assignee=name), seeks_since=None)
    return with_trail(ticket, assigned_at=at) if name and ticket.trail.assigned_at is None else ticket


def _assigned(ticket: Ticket, event: Event) -> Ticket:
    return _choose(_to_assignee(ticket, event.data["to"], event.at), event.data.get("chosen", ()))


def _prioritised(ticket: Ticket, event: Event) -> Ticket:
    return _choose(ticket._replace(priority=event.data["to"]), event.data.get("chosen", ()))


def _labelled(ticket: Ticket, event: Event) -> Ticket:
    labels = without_labels(ticket.labels, event.data.get("remove", ()))
    return ticket._replace(labels=with_labels(labels, event.data.get("add", ())))


def _watched(ticket: Ticket, event: Event) -> Ticket:
    watchers = without_labels(ticket.watchers, event.data.get("remove", ()))
    return ticket._replace(watchers=with_labels(watchers, _names(event.data.get("add", ()))))


def _names(given: Iterable[str]) -> tuple[str, ...]:
    """The names that were not erased."""
    return tuple(name for name in given if name != REDACTED)


def _routed(ticket: Ticket, event: Event) -> Ticket:
    data = event.data
    if data.get("given_back"):
        return _given_back(ticket)
    since = ticket.trail.seeks_since if data.get("team") == ticket.team else None
    ticket = ticket._replace(
        routed_by=tuple(data.get("routed_by", ticket.routed_by)), team=data.get("team", ticket.team)
    )
    ticket = _to_assignee(ticket, data["assignee"], event.at) if "assignee" in data else ticket
    return with_trail(ticket, seeks_since=event.at if since is None else since) if data.get("seeks") else ticket


def _given_back(ticket: Ticket) -> Ticket:
    """What a person chose binds no longer; the priority rules it bound begin anew."""
    episodes = ticket.episodes
    if "priority" in ticket.chosen:
        episodes = {key: episode for key, episode in episodes.items() if not key.startswith("priority/")}
    return ticket._replace(chosen=(), episodes=episodes)


def _moved(ticket: Ticket, event: Event) -> Ticket:
    data, at, was = event.data, event.at, ticket.kind
    kind = data["kind"]
    ticket = ticket._replace(status=data["to"], status_since=at)
    trail: dict[str, Any] = {"moves": (*ticket.trail.moves, Move(at, data["to"], kind))}
    if kind in ENDED:
        ticket = ticket._replace(trail=_answered(ticket.trail, at))
        if was not in ENDED:
            trail["ended_at"] = at
        stamp = "resolved_at" if kind == "resolved" else "closed_at"
        reason = data.get("reason") if kind == "final" else None
        stamps: dict[str, Any] = {stamp: at, "close_reason": reason}
        ticket = ticket._replace(**stamps)
    elif was in ENDED:
        trail.update(reopened_at=at, ended_at=None, targets=mark_reopened(ticket.trail.targets))
        ticket = ticket._replace(
            resolved_at=None, closed_at=None, close_reason=None, reopen_count=ticket.reopen_count + 1
        )
    return with_trail(ticket, **trail)


def _occurred(ticket: Ticket, event: Event) -> Ticket:
    return ticket._replace(occurrences=ticket.occurrences + 1)


def _linked(ticket: Ticket, event: Event) -> Ticket:
    return ticket._replace(links=(*ticket.links, Link(event.data["kind"], event.data["id"])))


def _undone(ticket: Ticket, event: Event) -> Ticket:
    from ticketcli.domain.unmade import undone  # rare

    return undone(ticket, event)


def _target(mark: Callable[[JsonMap, Event], JsonMap]) -> Callable[[Ticket, Event], Ticket]:
    return lambda ticket, event: with_trail(ticket, targets=mark(ticket.trail.targets, event))


KINDS: dict[str, Callable[[Ticket, Event], Ticket]] = {
    "commented": _commented,
    "answered": _answered_elsewhere,
    "changed": _changed,
    "assigned": _assigned,
    "prioritised": _prioritised,
    "labelled": _labelled,
    "watched": _watched,
    "routed": _routed,
    "moved": _moved,
    "resolved": _moved,
    "closed": _moved,
    "reopened": _moved,
    "held": waits.held,
    "unheld": waits.unheld,
    "extended": waits.extended,
    "occurred": _occurred,
    "reminded": waits.reminded,
    "delivered": waits.delivered,
    "postponed": waits.postponed,
    "lapsed": waits.lapsed,
    "confirm_asked": waits.confirm_asked,
    "linked": _linked,
    "undone": _undone,
    "sla_met": _target(mark_met),
    "sla_warned": _target(mark_warned),
    "sla_breached": _target(mark_breached),
    "sla_explained": _target(mark_explained),
}
"""Kinds without an entry (`escalated`, `confirmed`, `rule_loop` …) change version, times and episodes only."""
