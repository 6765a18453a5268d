"""SLA clocks by counting minutes: an oracle that shares no code with the desk.

It knows raw events as `ticket log -o json` prints them, a policy in plain words, and opening hours as minutes of the
day. Every event lies on a whole minute and every duration is whole minutes, so that counting minutes is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.properties.silence import seconds

MINUTE, DAY = 60, 86400
TARGETS = ("assignment", "first_response", "next_response", "resolution")
KINDS = {"new": "initial", "open": "active", "pending": "waiting", "resolved": "resolved", "closed": "final"}
ENDED = ("resolved", "closed")
OFFICE = ((550, 580), (600, 645), (660, 740))
"""Opening hours of every day, in minutes since midnight UTC: 09:10-09:40, 10:00-10:45, 11:00-12:20."""
AHEAD = 3 * DAY
Log = Sequence[dict[str, Any]]


class Policy(NamedTuple):
    name: str
    targets: dict[str, int]
    """Seconds."""
    pause: tuple[str, ...]
    office: bool
    urgent: bool
    """For urgent tickets only."""

    def yaml(self) -> str:
        targets = ", ".join(f"{target}: {limit // MINUTE}m" for target, limit in self.targets.items())
        when = "when: {priority: [high, urgent]}, " if self.urgent else ""
        calendar = "calendar: office, " if self.office else ""
        return (
            f"  - {{name: {self.name}, {when}{calendar}targets: {{{targets}}}, pause: [{', '.join(self.pause)}], "
            "warn: [50%, 2m], on_warn: [{notify: carol}], on_breach: [{notify: carol}]}"
        )


class Clock(NamedTuple):
    state: str
    due_at: int | None
    met_at: int | None
    breached_at: int | None
    elapsed: int
    remaining: int


def policy_of(log: Log, policies: Sequence[Policy]) -> Policy | None:
    """The first policy that is for the priority that the ticket has after these events."""
    priority = "normal"
    for event in log:
        if event["kind"] == "created":
            priority = event["data"].get("priority") or "normal"
        if event["kind"] == "prioritised":
            priority = event["data"]["to"]
    return next((one for one in policies if not one.urgent or priority in ("high", "urgent")), None)


def clock(log: Log, policy: Policy, target: str, now: int) -> Clock | None:
    """The target as it stands at `now`, after these events; None when it does not apply."""
    since, ended = _round(log, target, now)
    limit = policy.targets.get(target)
    if limit is None or since is None:
        return None
    end = now if ended is None else min(now, ended)
    used = elapsed = 0
    used_up, due = -1, None
    for at in range(since, now + AHEAD, MINUTE):
        paused, is_open = _paused(log, policy, target, at), _is_open(policy, at)
        if due is None and used >= limit and not paused and (at == used_up or is_open):
            due = at  # at closing time too; but time used up when a pause begins is over only after it
        if at == end:
            elapsed = used
        if at >= end and (ended is not None or due is not None):
            break
        if not paused and is_open:
            used += MINUTE
            used_up = at + MINUTE if used == limit else used_up
    return _told(due, ended, elapsed, limit, now, _paused(log, policy, target, now))


def _told(due: int | None, ended: int | None, elapsed: int, limit: int, now: int, paused: bool) -> Clock:
    late = due is not None and (due <= now if ended is None else due < ended)
    breached = due if late else None
    if ended is not None and ended <= now:
        return Clock("met", None, ended, breached, elapsed, limit - elapsed)
    if breached is not None:
        return Clock("breached", breached, None, breached, elapsed, limit - elapsed)
    return Clock("paused" if paused else "running", None if paused else due, None, None, elapsed, limit - elapsed)


def _is_open(policy: Policy, at: int) -> bool:
    minute = at % DAY // MINUTE
    return not policy.office or any(start <= minute < end for start, end in OFFICE)


def _paused(log: Log, policy: Policy, target: str, at: int) -> bool:
    status, held = "", None
    for event in log:
        if seconds(event["at"]) > at:
            continue
        data = event["data"]
        if event["kind"] == "created":
            status = data["status"]
        if event["kind"] in ("moved", "resolved", "closed", "reopened"):
            status = data["to"]
        if event["kind"] == "held":
            held = seconds(data["until"]) if data.get("until") else 1 << 60
        if event["kind"] == "unheld":
            held = None
    on_hold = "hold" in policy.pause and held is not None and at < held
    return status in policy.pause or on_hold or (target == "resolution" and status in ENDED)


def _round(log: Log, target: str, now: int) -> tuple[int | None, int | None]:
    """When the clock began, and when it ended."""
    created, answered = log[0]["data"], bool(log[0]["data"].get("answered"))
    begun = seconds(log[0]["at"])
    if target == "next_response":
        return _question(log)
    ends: list[int] = []
    if target == "resolution":
        return begun, _last_end(log)
    if target == "assignment" and created.get("assignee") or target == "first_response" and answered:
        ends.append(begun)
    for event in log:
        kind, data, at = event["kind"], event["data"], seconds(event["at"])
        if target == "assignment" and kind == "assigned" and data["to"]:
            ends.append(at)
        if target == "first_response" and kind == "commented" and event["class"] == "agent" and data["public"]:
            ends.append(at)
        if kind in ("resolved", "closed"):
            ends.append(at)
    return begun, min(ends, default=None)


def _last_end(log: Log) -> int | None:
    """When the ticket last ceased to be worked on, if it has."""
    ended, status = None, "new"
    for event in log:
        if event["kind"] in ("moved", "resolved", "closed", "reopened"):
            to = event["data"]["to"]
            if to not in ENDED:
                ended = None
            elif status not in ENDED:
                ended = seconds(event["at"])
            status = to
    return ended


def _question(log: Log) -> tuple[int | None, int | None]:
    """The latest round: the oldest requester message without an answer, else the last that got one."""
    created = log[0]["data"]
    asked = seconds(log[0]["at"]) if created.get("requester") and not created.get("answered") else None
    last: tuple[int | None, int | None] = (None, None)
    for event in log[1:]:
        at, kind, data, class_ = seconds(event["at"]), event["kind"], event["data"], event["class"]
        if kind == "commented" and class_ == "requester" and asked is None:
            asked = at
        answer = kind == "commented" and class_ == "agent" and data["public"]
        if asked is not None and (answer or kind in ("resolved", "closed")):
            last, asked = (asked, at), None
    return last if asked is None else (asked, None)
