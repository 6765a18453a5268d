"""What raw events say about an automatic close: when its wait began, and when the close may come at the earliest.

This shares no code with the desk: it knows the events as `ticket log -o json` prints them, one rule, and the design's
sentences about auto-close. Nothing here asks the planner, its trail or its dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ticketcli.domain.document import event_output

Log = Sequence[dict[str, Any]]


class Rule(NamedTuple):
    """One auto-close rule; times in seconds."""

    statuses: tuple[str, ...]
    silent: str
    after: int
    remind: tuple[int, ...]
    exempt: str
    """A label."""
    undeliverable: int

    def yaml(self) -> str:
        remind = ", ".join(f"{notice}s" for notice in self.remind)
        return (
            f"autoclose: [{{name: a, when: {{status: [{', '.join(self.statuses)}]}}, unless: {{labels: {{has: "
            f"{self.exempt}}}}}, silent: {self.silent}, after: {self.after}s, remind: [{remind}], undeliverable: "
            f"{self.undeliverable}s, close: {{reason: requester-silent}}}}]\n"
        )


class Notice(NamedTuple):
    seq: int
    run: str
    sent: int
    before: int
    announced: int
    delivered: int | None


class Standing(NamedTuple):
    """How a ticket stands: whether the rule applies, when its wait began, and the notices of that wait."""

    applies: bool
    start: int
    due: int
    """The end of the wait that no notice has moved."""
    notices: tuple[Notice, ...]
    postponed: int | None

    @property
    def earliest(self) -> int:
        """The end of the wait and of all the time that delivered notices announced."""
        ends = [max(n.delivered + n.before, n.announced) for n in self.notices if n.delivered is not None]
        return max([self.due, *ends])


def log_of(events: Sequence[Any]) -> list[dict[str, Any]]:
    return [event_output(event) for event in events]


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def standing(rule: Rule, log: Log, now: int) -> Standing:
    """From the events so far, at that instant."""
    status, entered, labelled, exempt = "", 0, 0, False
    starts, extended, held_until = [0], [], None
    notices: dict[tuple[int, int], Notice] = {}
    postponed, start = None, 0
    for event in log:
        at, kind, data = seconds(event["at"]), event["kind"], event["data"]
        if kind in ("created", "moved", "resolved", "closed", "reopened"):
            to = data["status"] if kind == "created" else data["to"]
            if not (status in rule.statuses and to in rule.statuses):
                entered = at
            status = to
        if kind == "reopened" or _counts(rule, event):
            starts.append(at)
        if kind == "labelled":
            if exempt and rule.exempt in data.get("remove", ()):
                labelled = at
            exempt = (exempt or rule.exempt in data.get("add", ())) and rule.exempt not in data.get("remove", ())
        if kind == "held":
            held_until = seconds(data["until"]) if data.get("until") else 1 << 60
        if kind == "unheld":
            held_until = None
            starts.append(at)
        if kind == "extended":
            extended.append((at, data.get("by")))
        if kind == "postponed":
            postponed = at
        if kind == "reminded":
            delivered = at if data["delivered"] else None
            notice = Notice(
                event["seq"], event["run"], at, data["before"], seconds(data["close_at"]), delivered
            )
            notices[at, data["before"]] = notice
        if kind == "delivered":
            known = notices.get((seconds(data["sent_at"]), data["before"]))
            if known is not None and known.delivered is None:
                notices[known.sent, known.before] = known._replace(delivered=at)
        began = max([*starts, entered, labelled, *(since for since, by in extended if by is None)])
        if began != start:  # another wait, whose time may be earlier when the clock went back
            start, notices = began, {}
    due = start + rule.after + sum(by for at, by in extended if by and at >= start)
    applies = status in rule.statuses and not exempt and held_until is None
    return Standing(applies, start, due, tuple(notices.values()), postponed)


def _counts(rule: Rule, event: dict[str, Any]) -> bool:
    """Whether the event is activity that the rule's wait counts from."""
    kind, class_ = event["kind"], event["class"]
    if kind == "created":
        return True
    if kind not in ("commented", "moved", "resolved", "closed", "reopened") or class_ not in ("requester", "agent"):
        return False
    if rule.silent == "anyone" or class_ == "requester":
        return True
    return bool(kind == "commented" and event["data"]["public"])
