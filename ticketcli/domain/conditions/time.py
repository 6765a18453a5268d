"""Operators that time itself turns: `over under` (timed facts), `past ahead` (instants), `within`, and SLA targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ticketcli.domain.conditions.model import Ask, Case, Leaf, Operand, Pointer, TimedOperator, Wrong, shown, value_of
from ticketcli.domain.conditions.numbers import instant_key
from ticketcli.domain.conditions.sets import read_flag
from ticketcli.domain.conditions.vocabulary import STATES, check_word
from ticketcli.domain.durations import DAY, Duration, format_duration, parse_duration
from ticketcli.domain.facts import SILENT, silence_of
from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import TargetView, Ticket
from ticketcli.domain.verdict import Verdict, disjunction
from ticketcli.errors import Invalid

_YES, _NO = Verdict(True), Verdict(False)
Note = Callable[[Pointer, str, str, str, str, str], None]


def read_duration(raw: Any, calendar: str | None, calendars: Any, report: Note, *, zero: bool = False) -> Duration:
    """The duration a rule gives, measured by the calendar of that name or by none.

    Raises `Wrong` for what is no duration; notes hours of 24 and more under a calendar as a warning.
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raise Wrong("bad-duration", f"a duration needs a unit: {raw}", raw, f"{raw}h")
    if not isinstance(raw, str):
        raise Wrong("bad-duration", f"a duration is a text such as 48h or 3d, not {shown(raw)}", raw)
    try:
        duration = parse_duration(raw, zero=zero)
    except Invalid as error:
        raise Wrong("bad-duration", f"{error.message}; {error.hint}", raw) from None
    if calendar is None:
        return duration
    if duration.weeks:
        message = f"weeks do not go with calendar {calendar}: write days that have open time, or h for open hours"
        raise Wrong("weeks-under-calendar", message, raw)
    if duration.seconds >= DAY:
        _warn_of_hours(duration, calendar, calendars, report)
    return duration


def _warn_of_hours(duration: Duration, calendar: str, calendars: Any, report: Note) -> None:
    built = calendars.get(calendar) if isinstance(calendars, dict) else None
    a_day = built.typical_day if built is not None else 0
    if a_day >= DAY:
        return
    hours = format_duration(duration.seconds) if duration.seconds % 3600 else f"{duration.seconds // 3600}h"
    days_of_work = f"{duration.seconds / a_day:.1f}".removesuffix(".0") if a_day else ""
    much = f"{days_of_work} working days of {calendar}" if a_day else f"open hours of {calendar}"
    days = duration.days + round(duration.seconds / DAY)
    message = f"{hours} of open time {'is' if a_day else 'are'} {much}; did you mean {days}d?"
    report((), "hours-under-calendar", message, duration.text, f"{days}d", "warning")


def _read_span(operand: Operand) -> list[Any]:
    zero = operand.op in ("over", "past")
    return [_duration_of(operand, zero).text]


def _duration_of(operand: Operand, zero: bool) -> Duration:
    calendar = operand.calendar
    return read_duration(operand.single(), calendar, operand.vocabulary.calendars, operand.report, zero=zero)


def _read_calendars(operand: Operand) -> list[Any]:
    return [
        _word(operand, value, index, "calendar", operand.vocabulary.calendars) for index, value in _indexed(operand)
    ]


def _read_states(operand: Operand) -> list[Any]:
    return [_word(operand, value, index, "state", STATES) for index, value in _indexed(operand)]


def _read_left(operand: Operand) -> list[Any]:
    """Time left counts in the policy's own time, so no calendar judges it here."""
    return [read_duration(operand.single(), None, (), operand.report).text]


def _indexed(operand: Operand) -> list[tuple[int, Any]]:
    return list(enumerate(operand.several()))


def _word(operand: Operand, value: Any, index: int, values: str, known: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("wrong-value", f"{operand.fact.name} needs the name of a {values}", value, "", operand.place(index))
    return check_word(value, values, known, operand.place(index))


def _start_of(leaf: Leaf) -> Callable[[Ticket], Instant | None]:
    return silence_of(leaf.node["who"]) if leaf.fact.type == SILENT else leaf.get


def _reached(leaf: Leaf, start: Callable[[Ticket], Instant | None], value: bool) -> Ask:
    """`value` from the instant on that lies the operand's time after the start, its opposite before; missing: false."""
    duration, calendar = parse_duration(leaf.operand[0], zero=True), leaf.calendar
    then, not_yet = Verdict(value), not value

    def ask(case: Case) -> Verdict:
        since = start(case.ticket)
        if since is None:
            return _NO
        due = calendar().due(since, duration)
        return then if case.now >= due else Verdict(not_yet, due)

    return ask


def _over(leaf: Leaf) -> Ask:
    return _reached(leaf, _start_of(leaf), True)


def _under(leaf: Leaf) -> Ask:
    return _reached(leaf, _start_of(leaf), False)


def _past(leaf: Leaf) -> Ask:
    get = leaf.get
    return _reached(leaf, lambda ticket: instant_key(get(ticket)), True)


def _ahead(leaf: Leaf) -> Ask:
    """In the future, and at most that far: true on one span that ends at the instant itself."""
    get, duration, calendar = leaf.get, parse_duration(leaf.operand[0]), leaf.calendar

    def ask(case: Case) -> Verdict:
        end = instant_key(get(case.ticket))
        if end is None or case.now >= end:
            return _NO
        begin = calendar().before(end, duration)
        return Verdict(True, end) if case.now >= begin else Verdict(False, begin)

    return ask


def _within(leaf: Leaf) -> Ask:
    def ask(case: Case) -> Verdict:
        now, calendars = case.now, (leaf.calendars[name] for name in leaf.operand)
        return disjunction(Verdict(one.is_open(now), one.next_change(now)) for one in calendars)

    return ask


def _state(leaf: Leaf, wanted_in: bool) -> Ask:
    target, wanted = leaf.fact.name.partition(".")[2], frozenset(leaf.operand)

    def ask(case: Case) -> Verdict:
        view, until = case.sla(target)
        return Verdict((view is not None and view.state in wanted) is wanted_in, until)

    return ask


def _has_view(leaf: Leaf) -> Ask:
    target, wanted = leaf.fact.name.partition(".")[2], leaf.operand[0]

    def ask(case: Case) -> Verdict:
        view, until = case.sla(target)
        return Verdict((view is not None) is wanted, until)

    return ask


def _left_under(leaf: Leaf) -> Ask:
    """From the instant on at which so much is left, until the target is met: what is late has nothing left."""
    target, span = leaf.fact.name.partition(".")[2], parse_duration(leaf.operand[0]).plain

    def ask(case: Case) -> Verdict:
        view, until = case.sla(target)
        if view is None or view.state == "met":
            return Verdict(False, until)
        if view.state == "breached":
            return Verdict(True, until)
        value = view.remaining is not None and view.remaining <= span
        return Verdict(value, until if value else _threshold(case, target, view, span, until))

    return ask


def _threshold(case: Case, target: str, view: TargetView, span: int, until: float) -> float:
    """A lower bound of when so much is left: as fast as time can pass, when nobody knows better."""
    if view.remaining is None or view.state == "paused":
        return until
    at = case.now + view.remaining - span if case.sla_left_at is None else case.sla_left_at(target, span)
    return max(case.now + 1, min(until, at))


def _elapsed(leaf: Leaf, case: Case) -> int | None:
    """Seconds since the start, in the calendar that measures."""
    since = _start_of(leaf)(case.ticket)
    return None if since is None else leaf.calendar().between(since, case.now)


def _open_now(leaf: Leaf, case: Case) -> list[str]:
    """Those of the calendars named that are open."""
    return [name for name in leaf.operand if leaf.calendars[name].is_open(case.now)]


def _state_now(leaf: Leaf, case: Case) -> str | None:
    view, _ = case.sla(leaf.fact.name.partition(".")[2])
    return view.state if view else None


def _left(leaf: Leaf, case: Case) -> int | None:
    """Seconds left of the target, in its policy's own time."""
    view, _ = case.sla(leaf.fact.name.partition(".")[2])
    return None if view is None or view.state == "met" else view.remaining


TIMED = {"over": TimedOperator(_read_span, _over, _elapsed), "under": TimedOperator(_read_span, _under, _elapsed)}
INSTANTS = {"past": TimedOperator(_read_span, _past, value_of), "ahead": TimedOperator(_read_span, _ahead, value_of)}
CALENDARS = {"in": TimedOperator(_read_calendars, _within, _open_now)}
TARGETS = {
    "is": TimedOperator(_read_states, lambda leaf: _state(leaf, True), _state_now),
    "is_not": TimedOperator(_read_states, lambda leaf: _state(leaf, False), _state_now),
    "in": TimedOperator(_read_states, lambda leaf: _state(leaf, True), _state_now),
    "not_in": TimedOperator(_read_states, lambda leaf: _state(leaf, False), _state_now),
    "exists": TimedOperator(read_flag, _has_view, _state_now),
    "left_under": TimedOperator(_read_left, _left_under, _left),
}
