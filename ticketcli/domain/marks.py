"""What SLA events leave behind: per target the round, what was met or missed, and which thresholds were told."""

from __future__ import annotations

from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.ticket import JsonMap, TargetMark, Told


def _instant(data: JsonMap, key: str) -> Instant | None:
    text = data.get(key)
    return parse_instant(text) if text else None


def _mark(marks: JsonMap, event: Event) -> TargetMark:
    """The mark of this round; a round that begins anew forgets what the former one told."""
    data = event.data
    since = parse_instant(data["since"])
    known: TargetMark | None = marks.get(data["target"])
    if known is None or known.since != since:
        known = TargetMark(data["policy"], since)
    return known._replace(policy=data["policy"])


def mark_met(marks: JsonMap, event: Event) -> JsonMap:
    data = event.data
    mark = _mark(marks, event)._replace(
        met_at=_instant(data, "met_at"),
        breached_at=_instant(data, "breached_at"),
        due_at=_instant(data, "due_at"),
        elapsed=data.get("elapsed"),
        remaining=data.get("remaining"),
    )
    if data.get("silent"):
        mark = _told(mark, "due", event.at)
    return {**marks, data["target"]: mark}


def _told(mark: TargetMark, threshold: str, at: Instant) -> TargetMark:
    others = tuple(told for told in mark.told if told.threshold != threshold)
    return mark._replace(told=(*others, Told(threshold, at)))


def mark_warned(marks: JsonMap, event: Event) -> JsonMap:
    mark = _told(_mark(marks, event), event.data["threshold"], event.at)
    return {**marks, event.data["target"]: mark}


def mark_breached(marks: JsonMap, event: Event) -> JsonMap:
    mark = _told(_mark(marks, event), "due", event.at)
    return {**marks, event.data["target"]: mark._replace(breached_at=_instant(event.data, "due_at"))}


def mark_explained(marks: JsonMap, event: Event) -> JsonMap:
    data = event.data
    return {**marks, data["target"]: _mark(marks, event)._replace(reason=data["code"], explained=data.get("text"))}


def mark_reopened(marks: JsonMap) -> JsonMap:
    """Reopening resumes `resolution` where it stood; the other targets stay met."""
    mark: TargetMark | None = marks.get("resolution")
    return marks if mark is None else {**marks, "resolution": mark._replace(met_at=None)}


def mark_asked(marks: JsonMap, at: Instant) -> JsonMap:
    """A question is open since then. Its round is another one, also if the former began and ended in that second."""
    mark: TargetMark | None = marks.get("next_response")
    return marks if mark is None or mark.since != at else {**marks, "next_response": TargetMark(mark.policy, at)}
