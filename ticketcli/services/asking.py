"""Questions about calendars, as `ticket calendar` and its JSON lines put them: one way to ask, one answer.

A question is a mapping: `op` and `calendar`, and by `op`
    add      duration, from (now without it)   -> {"at": when so much open time is used up}
    between  from, to                          -> {"seconds": open time, negative when `to` lies before `from`}
    open     at (now without it)               -> {"open": bool, "next_open": …, "next_close": …}
with instants in UTC, null for never. `id` comes back as it was given. Times without a zone are on the calendar's
clock; one that it shows twice is the first, one that it leaves out counts on from before the change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.calendar import Calendar
from ticketcli.domain.durations import Duration, parse_duration
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.nearest import nearest
from ticketcli.domain.rulebook import Calendars
from ticketcli.errors import Invalid, NotFound, UsageError
from ticketcli.records import NamedTuple
from ticketcli.services.query.dates import parse_span

Question = Mapping[str, Any]


class Answer(NamedTuple):
    """`values` as for JSON; `uncovered`: years of which the calendar lacks the dates though the answer needs them."""

    values: dict[str, Any]
    uncovered: tuple[int, ...] = ()


def answer(question: Question, calendars: Calendars, now: Instant) -> Answer:
    """Raises `UsageError` for a question that is none, `NotFound` for a calendar that is not there."""
    keys, answer_to = _op(question)
    for key in question:
        if key not in keys:
            near = nearest(key, keys)
            hint = f"did you mean {near}?" if near else f"{question['op']} takes {', '.join(keys)}"
            raise UsageError(f"no key {key!r} in a question", hint)
    found = answer_to(question, named(calendars, _text(question, "calendar")), now)
    return found._replace(values={"id": question["id"], **found.values}) if "id" in question else found


def named(calendars: Calendars, name: str) -> Calendar:
    """The calendar of that name. Raises `NotFound`."""
    if name in calendars.raw:
        return calendars[name]
    near = nearest(name, calendars.raw)
    there = f"there are: {', '.join(calendars.raw)}" if calendars.raw else "there are none"
    raise NotFound(f"no calendar {name!r}", f"did you mean {near}?" if near else there)


def next_changes(calendar: Calendar, t: Instant) -> tuple[bool, float, float]:
    """Whether it is open at `t`, when it opens next and when it closes next, both later than `t` or never."""
    if calendar.is_open(t):
        closes = calendar.next_close(t)
        return True, NEVER if closes == NEVER else calendar.next_open(closes), closes
    opens = calendar.next_open(t)
    return False, opens, NEVER if opens == NEVER else calendar.next_close(opens)


def _op(question: Question) -> tuple[tuple[str, ...], Callable[[Question, Calendar, Instant], Answer]]:
    found = _OPS.get(_text(question, "op"))
    if found is None:
        raise UsageError(f"no question {question['op']!r}", f"ask {', '.join(_OPS)}")
    return found


def _add(question: Question, calendar: Calendar, now: Instant) -> Answer:
    start, end = _time(question, "from", calendar, now), _duration(_text(question, "duration"))
    at = calendar.due(start, end)
    return Answer({"at": instant_or_none(at)}, calendar.uncovered(start, at))


def _between(question: Question, calendar: Calendar, now: Instant) -> Answer:
    start, end = _time(question, "from", calendar), _time(question, "to", calendar)
    return Answer({"seconds": calendar.between(start, end)}, calendar.uncovered(*sorted((start, end))))


def _open(question: Question, calendar: Calendar, now: Instant) -> Answer:
    t = _time(question, "at", calendar, now)
    is_open, opens, closes = next_changes(calendar, t)
    values = {"open": is_open, "next_open": instant_or_none(opens), "next_close": instant_or_none(closes)}
    return Answer(values, calendar.uncovered(t, t))


_OPS: dict[str, tuple[tuple[str, ...], Callable[[Question, Calendar, Instant], Answer]]] = {
    "add": (("op", "calendar", "duration", "from", "id"), _add),
    "between": (("op", "calendar", "from", "to", "id"), _between),
    "open": (("op", "calendar", "at", "id"), _open),
}


def _text(question: Question, key: str) -> str:
    value = question.get(key)
    if not isinstance(value, str):
        what = f"{key!r} is missing" if value is None else f"{key!r} must be a text"
        raise UsageError(f"{what} in a question", f'write it like "{key}": "…"')
    return value


def _time(question: Question, key: str, calendar: Calendar, default: Instant | None = None) -> Instant:
    if default is not None and question.get(key) is None:
        return default
    return parse_span(_text(question, key), calendar.zone).first


def _duration(text: str) -> Duration:
    try:
        duration = parse_duration(text, zero=True)
    except Invalid as error:
        raise UsageError(error.message, error.hint) from None
    if duration.weeks:
        raise UsageError(f"weeks do not go with a calendar: {text!r}", "write days that have open time, such as 5d")
    return duration


def instant_or_none(at: float) -> str | None:
    """RFC 3339 in UTC, None for never."""
    return None if at == NEVER else format_instant(int(at))
