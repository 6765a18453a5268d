"""How terms are taken apart."""

from __future__ import annotations

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from ticketcli.domain.instants import format_instant
from ticketcli.errors import UsageError
from ticketcli.services.query.dates import parse_range, parse_span
from ticketcli.services.query.terms import Value, parse_term

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "field", "values", "negated"),
    [
        ("status:pending", "status", ["pending"], False),
        ("STATUS:Pending", "status", ["Pending"], False),
        ("status:new,open", "status", ["new", "open"], False),
        ("status:-new,open", "status", ["new", "open"], True),
        ("status:-new,-open", "status", ["new", "open"], True),
        ("label:k8s:node", "label", ["k8s:node"], False),
        ("text:disk full, again", "text", ["disk full, again"], False),
        ("text:磁盘，已满", "text", ["磁盘，已满"], False),
        ("fields.region:cn", "fields.region", ["cn"], False),
        ("id:#12,#13", "id", ["#12", "#13"], False),
        ('subject:say "hi"', "subject", ['say "hi"'], False),
    ],
)
def test_a_term_is_a_field_and_its_values(text: str, field: str, values: list[str], negated: bool) -> None:
    term = parse_term(text)

    assert (term.field, [value.text for value in term.values], term.negated) == (field, values, negated)
    assert not any(value.literal for value in term.values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('text:"disk full"', [Value("disk full", literal=True)]),
        ('category:"a,b",c', [Value("a,b", literal=True), Value("c")]),
        ('label:"none"', [Value("none", literal=True)]),
        ('label:"-x"', [Value("-x", literal=True)]),
        ('label:-"a","b"', [Value("a", literal=True), Value("b", literal=True)]),
        ('text:""', [Value("", literal=True)]),
    ],
)
def test_quotes_take_a_value_literally(text: str, values: list[Value]) -> None:
    assert list(parse_term(text).values) == values
    assert not any(value.missing or value.present or value.bounds for value in values if value.literal)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("1..5", ("1", "5")), ("1..", ("1", "")), ("..5", ("", "5")), ("1", None), ("..", None)],
)
def test_two_dots_make_a_range(text: str, bounds: tuple[str, str] | None) -> None:
    assert Value(text).bounds == bounds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("pending", "no search term"),
        ("disk full", "no search term"),
        (":x", "no search term"),
        ("status:", "lacks a value"),
        ("status:-", "lacks a value"),
        ("status:a,,b", "lacks a value"),
        ("status:a,", "lacks a value"),
        ('text:"disk', "not closed"),
        ('text:"disk"full', "closing quote"),
        ("status:a,-b", "mixes"),
    ],
)
def test_what_is_no_term_is_refused_with_an_example(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        parse_term(text)

    assert caught.value.exit_code == 2
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-01", "2026-10-31T16:00:00Z", "2026-11-01T15:59:59Z"),
        ("2026-11-01T10:00", "2026-11-01T02:00:00Z", "2026-11-01T02:00:59Z"),
        ("2026-11-01 10:00:30", "2026-11-01T02:00:30Z", "2026-11-01T02:00:30Z"),
        ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"),
        ("2026-11-01T10:00:00+08:00", "2026-11-01T02:00:00Z", "2026-11-01T02:00:00Z"),
    ],
)
def test_times_without_zone_are_the_desks(text: str, first: str, last: str) -> None:
    assert tuple(map(format_instant, parse_span(text, SHANGHAI))) == (first, last)


def test_a_day_on_which_the_clock_changes_is_covered_whole() -> None:
    first, last = parse_span("2026-10-25", ZoneInfo("Europe/Berlin"))

    assert last + 1 - first == 25 * 3600


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("2026-11-01", "2026-11-02", ("2026-11-01T00:00:00Z", "2026-11-02T23:59:59Z")),
        ("2026-11-01T10:00", "2026-11-01T11:00", ("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z")),
        ("2026-11-01", "", ("2026-11-01T00:00:00Z", None)),
        ("", "2026-11-01", (None, "2026-11-01T23:59:59Z")),
    ],
)
def test_a_range_covers_its_days_whole(low: str, high: str, expected: tuple[str | None, str | None]) -> None:
    ends = parse_range(low, high, timezone(timedelta()))

    assert tuple(None if end is None else format_instant(end) for end in ends) == expected


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30", "2026-11-01T25:00", "9999-12-31", "48h", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a date or time"):
        parse_span(text, SHANGHAI)


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T10:00"])
def test_a_time_that_no_answer_could_show_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no such date or time"):
        parse_span(text, SHANGHAI)
