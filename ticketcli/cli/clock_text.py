"""The timed part of `show`: SLA clocks, auto-close, hold, and what happens next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ticketcli.cli.moments import Moments
from ticketcli.cli.widths import pad
from ticketcli.domain.calendar import Calendar
from ticketcli.domain.durations import format_duration, format_hours
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import AutocloseView, TargetMark, TargetView, Ticket, View
from ticketcli.domain.upcoming import Upcoming
from ticketcli.records import NamedTuple

_NEXT_LINES = 3
_STATE_ROLES = {"breached": "bad", "paused": "dim", "met": "good", "running": ""}


class Fact(NamedTuple):
    """One line of a page, not yet escaped: what stands behind its label, and how to paint it."""

    text: str
    role: str = ""


def place(ref: RuleRef | None, name: str) -> str:
    """`normal (rules/sla.yaml:12)`; a rule that the files no longer hold is only named."""
    return f"{name} ({ref.file}:{ref.line})" if ref else name


def clock_facts(ticket: Ticket, view: View, rulebook: Rulebook, moments: Moments) -> list[Fact]:
    """A line per target: state, due time, what is left, below it why it was missed; then by which policy."""
    if not view.sla:
        return []
    names = max(map(len, view.sla))
    facts = [fact for target, clock in view.sla.items() for fact in _target(ticket, target, clock, names, moments)]
    named = dict.fromkeys(clock.policy for clock in view.sla.values())
    policies = {policy.ref.name: policy for policy in rulebook.sla}
    by = ", ".join(place(policies[name].ref if name in policies else None, name) for name in named)
    ends = [(policies[clock.policy].calendar, clock.due_at) for clock in view.sla.values() if clock.policy in policies]
    return [*facts, Fact(f"by {by}", "dim"), *_doubts(ends, moments.now)]


def _doubts(ends: Iterable[tuple[Calendar, Instant | None]], now: Instant) -> list[Fact]:
    """Warnings of times still to come that end in a year whose dates their calendar does not name."""
    coming = [(calendar, end) for calendar, end in ends if end is not None and end > now]
    doubts = {f"{one.name} names no dates of {year}" for one, end in coming for year in one.uncovered(now, end)}
    return [Fact(f"calendar {doubt}: this may be off", "warn") for doubt in sorted(doubts)]


def _target(ticket: Ticket, target: str, clock: TargetView, names: int, moments: Moments) -> Iterator[Fact]:
    yield _clock(target, clock, names, moments)
    mark: TargetMark | None = ticket.trail.targets.get(target)
    if mark is not None and mark.reason is not None and clock.breached_at is not None:
        yield Fact(f"  missed: {mark.reason}, {mark.explained or ''}")


def _clock(target: str, clock: TargetView, names: int, moments: Moments) -> Fact:
    due = f"due {moments.at(clock.due_at)}" if clock.due_at is not None else ""
    if clock.state == "met" and clock.met_at is not None:
        due = f"at  {moments.at(clock.met_at)}"
    columns = (pad(target, names), pad(clock.state, 8), pad(due, 20), _left(clock))
    return Fact("  ".join(columns).rstrip(), _STATE_ROLES.get(clock.state, ""))


def _left(clock: TargetView) -> str:
    """What is left or over, in hours of the policy's own time."""
    if clock.state == "met":
        return f"after {format_hours(clock.elapsed)}" + (", late" if clock.breached_at is not None else "")
    if clock.remaining is None:
        return ""
    span = format_hours(abs(clock.remaining))
    return f"{span} left" if clock.remaining >= 0 and clock.state != "breached" else f"{span} over"


def autoclose_facts(ticket: Ticket, close: AutocloseView | None, rulebook: Rulebook, moments: Moments) -> list[Fact]:
    """Which rule would close the ticket, when, which reminders went out, and whether it waits for a person's word."""
    if close is None:
        return []
    rule = next((rule for rule in rulebook.autoclose if rule.ref.name == close.rule), None)
    facts = [
        Fact(f"{moments.both(close.close_at)}, silent since {moments.at(close.since)}"),
        *(Fact(_reminded(one.before, one.sent_at, one.delivered_at, moments)) for one in close.reminded),
    ]
    if rule and rule.confirm and ticket.trail.confirm_asked.get(close.rule) == close.since:
        facts.append(Fact(f"waits for a {rule.confirm} to confirm it: ticket confirm {ticket.id}", "warn"))
    doubts = _doubts([(rule.calendar, close.close_at)], moments.now) if rule else []
    return [*facts, Fact("by " + place(rule.ref if rule else None, close.rule), "dim"), *doubts]


def _reminded(before: int, sent_at: Instant, delivered_at: Instant | None, moments: Moments) -> str:
    delivery = "delivered" if delivered_at is not None else "not delivered yet"
    return f"{format_duration(before)} reminder sent {moments.at(sent_at)}, {delivery}"


def hold_facts(ticket: Ticket, moments: Moments) -> list[Fact]:
    """Until when and why rules let the ticket rest."""
    if ticket.hold is None:
        return []
    until = f"until {moments.both(ticket.hold.until)}" if ticket.hold.until is not None else "until somebody ends it"
    return [Fact(until + (f": {ticket.hold.reason}" if ticket.hold.reason else ""), "warn")]


def next_facts(steps: Sequence[Upcoming], view: View, moments: Moments) -> list[Fact]:
    """What happens by itself if nobody acts, earliest first; at most three lines."""
    if not steps and view.wake_at is None:
        return [Fact("nothing happens by itself")]
    if not steps and view.wake_at is not None:
        return [Fact(_when(view.wake_at, moments) + "the rules look at it again")]
    return [Fact(_step(step, moments)) for step in steps[:_NEXT_LINES]]


def _step(step: Upcoming, moments: Moments) -> str:
    if step.kept:
        return f"{moments.both(step.at)}: {_WOULD[step.kind](step)}, but {KEPT[step.kept]}"
    return _when(step.at, moments) + _SAID[step.kind](step)


def _when(at: Instant, moments: Moments) -> str:
    return "with the next sweep: " if at <= moments.now else f"{moments.both(at)}: "


def _rule(step: Upcoming) -> str:
    return step.rule.name if step.rule else ""


_SAID: dict[str, Callable[[Upcoming], str]] = {
    "warn": lambda step: f"a warning of {step.detail}",
    "breach": lambda step: f"{step.detail} is late unless it is met",
    "escalate": lambda step: f"{_rule(step)} escalates it",
    "remind": lambda step: f"the {step.detail} reminder goes out",
    "close": lambda step: f"{_rule(step)} {'resolves' if step.detail else 'closes'} it unless somebody writes",
    "confirm": lambda step: f"{_rule(step)} asks a {step.detail} to confirm the close",
    "unhold": lambda step: "the hold ends",
    "assign": lambda step: f"{_rule(step)} looks for a person again",
}
_WOULD: dict[str, Callable[[Upcoming], str]] = {
    "remind": lambda step: f"the {step.detail} reminder would go out",
    "close": lambda step: f"{_rule(step)} would {'resolve' if step.detail else 'close'} it",
}
KEPT = {
    "guard": "the guard lets no more through",
    "frozen": "nothing is closed while the rule files do not check",
    "clock": "nothing is closed while the clock is behind the newest event",
    "gap": "the next sweep puts it off, for there was none for long",
}
"""Why something that is due does not happen with the next sweep, by the reasons of `explaining`."""
