"""The facts that decided about a condition, in words: what stood there, and what was wanted.

An operator is one function here and one line in `SAYS`. Texts of tickets stand in the words raw: who prints, escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ticketcli.cli.moments import Moments
from ticketcli.domain.conditions.explain import Reason
from ticketcli.domain.conditions.numbers import instant_key
from ticketcli.domain.durations import format_duration, format_hours
from ticketcli.domain.words import word_key

_LONGEST = 60
_MISSING = {"unanswered": "no question is open", "within": "no calendar is open"}


def reasons_text(reasons: Iterable[Reason], moments: Moments) -> str:
    """`idle 41h 20m of 48h; labels has no prod`."""
    return "; ".join(dict.fromkeys(condition_text(reason, moments) for reason in reasons))


def condition_text(reason: Reason, moments: Moments) -> str:
    """One fact in words: what it is, and if its operator does not hold what it should be."""
    node, seen = reason.node, reason.seen
    if seen is None and node["fact"] in _MISSING:
        return _MISSING[node["fact"]]
    return SAYS.get(node["op"], _is)(reason, moments)


def _name(reason: Reason) -> str:
    who = reason.node.get("who")
    name: str = reason.node["fact"]
    return f"{who} {name}" if who else name


def _value(value: Any, moments: Moments) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    at = instant_key(value) if isinstance(value, str) and len(text) > 15 and text[4:5] == "-" else None
    text = text if at is None else moments.at(at)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _wanted(values: Sequence[Any]) -> str:
    texts = ["true" if value is True else "false" if value is False else str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _is(reason: Reason, moments: Moments) -> str:
    said = f"{_name(reason)} is {_value(reason.seen, moments)}"
    return said if reason.holds else f"{said}, not {_wanted(reason.node['operand'])}"


def _is_not(reason: Reason, moments: Moments) -> str:
    said = f"{_name(reason)} is {_value(reason.seen, moments)}"
    return f"{said}, not {_wanted(reason.node['operand'])}" if reason.holds else said


def _contains(reason: Reason, moments: Moments) -> str:
    return _held_parts(reason, "contains", lambda part: word_key(part) in word_key(str(reason.seen)))


def _matches(reason: Reason, moments: Moments) -> str:
    return _held_parts(reason, "matches", lambda part: True)


def _has(reason: Reason, moments: Moments) -> str:
    there = {word_key(str(member)) for member in reason.seen or ()}
    return _held_parts(reason, "has", lambda member: word_key(str(member)) in there)


def _has_none(reason: Reason, moments: Moments) -> str:
    return _has(reason._replace(holds=not reason.holds), moments)


def _held_parts(reason: Reason, verb: str, held: Callable[[Any], bool]) -> str:
    """Which of the wanted parts are there; `has none of` when none is."""
    wanted = reason.node["operand"]
    if reason.seen is None:
        return f"{_name(reason)} is missing" if verb != "has" else f"{_name(reason)} has no {_wanted(wanted)}"
    if reason.holds:
        return f"{_name(reason)} {verb} {', '.join(str(part) for part in wanted if held(part))}"
    return f"{_name(reason)} {verb} {'no' if len(wanted) == 1 else 'none of'} {', '.join(map(str, wanted))}"


def _exists(reason: Reason, moments: Moments) -> str:
    # Of a group of facts nothing else is said than that it is there.
    there = "there" if reason.seen is True else _value(reason.seen, moments)
    return f"{_name(reason)} is {there}"


def _bound(words: str) -> Callable[[Reason, Moments], str]:
    def says(reason: Reason, moments: Moments) -> str:
        said = f"{_name(reason)} is {_value(reason.seen, moments)}, {'' if reason.holds else 'not '}{words}"
        return f"{said} {_value(reason.node['operand'][0], moments)}"

    return says


def like(seconds: int, written: str) -> str:
    """A span in the units in which a rule file writes another one: `41h 20m` beside `48h`, `1d 17h` beside `2d`."""
    return format_duration(seconds) if "d" in written or "w" in written else format_hours(seconds)


def _span(reason: Reason, word: str) -> str:
    written = reason.node["operand"][0]
    calendar = reason.node.get("calendar")
    seen = format_hours(reason.seen) if calendar else like(reason.seen, written)
    span = f"{written} of {calendar}" if calendar else written
    return f"{_name(reason)} {seen}{word if reason.holds else _FAILED[word]}{span}"


_FAILED = {", over ": " of ", ", under ": ", not under "}


def _over(reason: Reason, moments: Moments) -> str:
    return _is_missing(reason) or _span(reason, ", over ")


def _under(reason: Reason, moments: Moments) -> str:
    return _is_missing(reason) or _span(reason, ", under ")


def _is_missing(reason: Reason) -> str:
    return f"{_name(reason)} is missing" if reason.seen is None else ""


def _distance(words: str) -> Callable[[Reason, Moments], str]:
    def says(reason: Reason, moments: Moments) -> str:
        at = instant_key(reason.seen)
        if at is None:
            return f"{_name(reason)} is missing"
        wanted = f"{'' if reason.holds else 'not '}{words} {reason.node['operand'][0]}"
        return f"{_name(reason)} is {moments.both(at)}, {wanted}"

    return says


def _in(reason: Reason, moments: Moments) -> str:
    if reason.node["fact"] != "within":
        return _is(reason, moments)
    return f"{', '.join(reason.seen)} is open" if reason.holds else f"{_wanted(reason.node['operand'])} is closed"


def _left_under(reason: Reason, moments: Moments) -> str:
    if reason.seen is None:
        return f"{_name(reason)} is not running"
    wanted = f"under {reason.node['operand'][0]}"
    if reason.seen < 0:
        return f"{_name(reason)} is {format_hours(-reason.seen)} over, {wanted} left"
    return f"{_name(reason)} has {format_hours(reason.seen)} left, {'' if reason.holds else 'not '}{wanted}"


SAYS: dict[str, Callable[[Reason, Moments], str]] = {
    "is": _is,
    "is_not": _is_not,
    "in": _in,
    "not_in": _is_not,
    "contains": _contains,
    "matches": _matches,
    "has": _has,
    "has_none": _has_none,
    "exists": _exists,
    "gte": _bound("at least"),
    "lte": _bound("at most"),
    "over": _over,
    "under": _under,
    "past": _distance("past"),
    "ahead": _distance("ahead by at most"),
    "left_under": _left_under,
}
