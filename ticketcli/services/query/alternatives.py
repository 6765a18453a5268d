"""One value of a term as a test: a rule condition where one exists, so that `list` and rules compare alike.

Each function takes the field, the value and the desk's words, and answers an `Alternative`; `BY_TYPE` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import PRIORITIES, JsonMap
from ticketcli.errors import Invalid, UsageError
from ticketcli.ports import Range, Scalar, Wanted
from ticketcli.records import NamedTuple
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.dates import parse_range, parse_span
from ticketcli.services.query.terms import Value
from ticketcli.services.query.words import Words, choose

_WITHOUT_EXISTENCE = ("anywhere", "requester", "timed", "within", "own")
Ask = Callable[[Candidate], bool]
Choose = Callable[[Words, str], str]


class Field(NamedTuple):
    """A field of the list language: its fact, how its values read, and its column of the index if it has one."""

    name: str
    fact: str
    type: str
    column: str | None = None
    choose: Choose | None = None
    """Turns the typed word into the desk's own, or raises with the nearest one; None: any text."""
    ask: Callable[[Field, Value, Words], Ask] | None = None
    """For what rules have no condition."""


class Alternative(NamedTuple):
    """`raw` is a condition as rules write it; where there is none, `ask` tests.

    `wanted` are index values under which every matching ticket is filed; None: the index cannot narrow it.
    """

    raw: JsonMap | None
    ask: Ask | None = None
    wanted: Wanted | None = None


def existence(field: Field, value: Value) -> Alternative | None:
    """`none` and `any` as a condition; None for other values, and for fields that have none."""
    if field.type not in _WITHOUT_EXISTENCE and (value.missing or value.present):
        return Alternative({field.fact: {"exists": value.present}})
    return None


def no_range(field: Field, value: Value) -> None:
    """Raises `UsageError` when the value is a range."""
    if value.bounds is not None:
        raise UsageError(f"{field.name} has no order, so {value.text!r} is no range of it", "name the values: a,b,c")


def rising(field: Field, value: Value, low: float | None, high: float | None) -> None:
    """Raises `UsageError` when a range ends before it begins: it would be true of nothing, and nobody would notice."""
    if low is not None and high is not None and low > high:
        said = f"{field.name}:{'..'.join(value.bounds or ())}"
        raise UsageError(f"{said} ends before it begins", "name the lower end first")


def of_text(field: Field, value: Value, words: Words) -> Alternative:
    """Equal in any spelling; under an index all spellings that stand in it."""
    word = value.text
    if field.choose is not None:
        no_range(field, value)
        word = field.choose(words, word)
    wanted = words.spellings(field.column, word) if field.column else None
    return Alternative({field.fact: {"is": word}}, wanted=wanted)


def of_passage(field: Field, value: Value, words: Words) -> Alternative:
    return Alternative({field.fact: {"contains": value.text}})


def of_anywhere(field: Field, value: Value, words: Words) -> Alternative:
    """What the ticket is about, in its own words."""
    return Alternative({"any": [{fact: {"contains": value.text}} for fact in ("subject", "description")]})


def of_requester(field: Field, value: Value, words: Words) -> Alternative:
    """By address or by name; an address is what the index files, and the name only where there is none."""
    facts = ("requester.email", "requester.name")
    if value.missing or value.present:
        known: JsonMap = {"any": [{fact: {"exists": True}} for fact in facts]}
        return Alternative(known if value.present else {"not": known})
    by_email, by_name = ({fact: {"is": value.text}} for fact in facts)
    if "@" not in value.text:
        return Alternative({"any": [by_email, by_name]})
    nameless = {"all": [{facts[0]: {"exists": False}}, by_name]}
    return Alternative({"any": [by_email, nameless]}, wanted=words.spellings("requester", value.text))


def of_list(field: Field, value: Value, words: Words) -> Alternative:
    word = field.choose(words, value.text) if field.choose is not None else value.text
    return Alternative({field.fact: {"has": word}})


def of_priority(field: Field, value: Value, words: Words) -> Alternative:
    bounds = value.bounds or (value.text, value.text)
    low, high = (choose(end, PRIORITIES, "priority", UsageError) if end else "" for end in bounds)
    first = PRIORITIES.index(low) if low else 0
    last = PRIORITIES.index(high) if high else len(PRIORITIES) - 1
    rising(field, value, first, last)
    wanted: Sequence[Scalar] = PRIORITIES[first : last + 1]
    return Alternative({field.fact: limits(low, high)}, wanted=wanted)


def of_number(field: Field, value: Value, words: Words) -> Alternative:
    bounds = value.bounds or (value.text, value.text)
    low, high = (_whole(end, field) if end else None for end in bounds)
    rising(field, value, low, high)
    wanted = [low] if field.column and low is not None and low == high else None
    return Alternative({field.fact: limits(low, high)}, wanted=wanted)


def _whole(text: str, field: Field) -> int:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        raise UsageError(f"{field.name} is a number, not {text!r}", f"write {field.name}:12 or {field.name}:5..20")
    return int(digits)


def of_instant(field: Field, value: Value, words: Words) -> Alternative:
    bounds = value.bounds
    try:
        first, last = parse_range(*bounds, words.zone) if bounds else parse_span(value.text, words.zone)
    except UsageError as error:
        raise UsageError(error.message, _ago(bounds or (value.text,)) or error.hint) from error
    rising(field, value, first, last)
    texts = (None if end is None else format_instant(end) for end in (first, last))
    wanted = Range(first, None if last is None else last + 1) if field.column else None
    return Alternative({field.fact: limits(*texts)}, wanted=wanted)


def _ago(texts: Sequence[str]) -> str:
    """What to ask when one of the texts says how long ago instead of when; nothing when none does."""
    for text in texts:
        try:
            parse_duration(text)
        except Invalid:
            continue
        return f"spans go with age, idle, in_status or untouched: age:..{text} is younger than that, age:{text}.. older"
    return ""


def of_timed(field: Field, value: Value, words: Words) -> Alternative:
    """`48h..` and `48h` are at least, `..48h` is less. The durations are read with the condition."""
    low, high = value.bounds or (value.text, "")
    if value.present or value.missing:
        clock: JsonMap = {field.fact: {"over": "0s"}}
        return Alternative(clock if value.present else {"not": clock})
    rising(field, value, _seconds(low), _seconds(high))
    return Alternative({field.fact: {key: end for key, end in (("over", low), ("under", high)) if end}})


def _seconds(duration: str) -> int | None:
    """None for what is no duration: the condition says so, with its place."""
    try:
        return parse_duration(duration, zero=True).plain
    except Invalid:
        return None


def of_object(field: Field, value: Value, words: Words) -> Alternative:
    raise UsageError(f"{field.name} is any or none, not {value.text!r}", f"write {field.name}:any or name a part of it")


def of_calendar(field: Field, value: Value, words: Words) -> Alternative:
    return Alternative({field.fact: words.calendar(value.text)})


def limits(low: Any, high: Any) -> JsonMap:
    """Between both ends, both included; empty or None is open."""
    return {key: end for key, end in (("gte", low), ("lte", high)) if end not in (None, "")}


def of_own(field: Field, value: Value, words: Words) -> Alternative:
    """What rules have no condition for."""
    assert field.ask is not None
    exact = field.column is not None and not (value.missing or value.present)
    return Alternative(None, field.ask(field, value, words), [value.text] if exact else None)


BY_TYPE: dict[str, Callable[[Field, Value, Words], Alternative]] = {
    "text": of_text,
    "passage": of_passage,
    "anywhere": of_anywhere,
    "requester": of_requester,
    "list": of_list,
    "priority": of_priority,
    "number": of_number,
    "instant": of_instant,
    "timed": of_timed,
    "within": of_calendar,
    "object": of_object,
    "own": of_own,
}


def alternative(field: Field, value: Value, words: Words) -> Alternative:
    """The value as a test. Raises `UsageError` or `NotFound` when the field cannot have it."""
    return existence(field, value) or BY_TYPE[field.type](field, value, words)
