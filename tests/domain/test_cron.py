"""When cron expressions are due: what is read, both clock changes, and an oracle that looks at every minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.domain.cron import due_times, read_cron
from ticketcli.domain.instants import format_instant, parse_instant
from ticketcli.errors import Invalid

BERLIN = "Europe/Berlin"


def due(text: str, zone: str, after: str, count: int) -> list[str]:
    found = due_times(read_cron(text), ZoneInfo(zone), parse_instant(after), float("inf"))
    return [format_instant(at) for at in islice(found, count)]


REFUSED = {
    "four fields": ("* * * *", "it has 4 fields"),
    "six fields": ("0 0 * * * *", "it has 6 fields"),
    "nothing": ("", "it has 0 fields"),
    "a name that is none": ("@reboot", "no cron expression"),
    "out of range": ("60 * * * *", "the minute 60 is not in 0 to 59"),
    "out of range behind a step": ("*/90,5 25 * * *", "the hour 25 is not in 0 to 23"),
    "no such month": ("0 9 * foo *", "not acceptable"),
    "a step of nothing": ("*/0 * * * *", "not acceptable"),
    "the 30th of February": ("0 0 30 2 *", "never due"),
    "the 31st of short months": ("0 0 31 4,6,9,11 *", "never due"),
    "chance": ("R * * * *", "chance decides nothing"),
    "chance in a range": ("h(0-5) * * * *", "chance decides nothing"),
    "a stepped day and a weekday": ("0 9 */2 * mon", "crons differ"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_expression_or_never_due_is_refused_with_a_hint(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as caught:
        read_cron(text)
    assert caught.value.hint


DUE = {
    "daily": ("30 2 * * *", BERLIN, "2026-03-27T12:00:00Z", ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z"]),
    "by name": ("@daily", "UTC", "2026-03-27T00:00:00Z", ["2026-03-28T00:00:00Z"]),
    "strictly after": ("0 9 * * *", "UTC", "2026-03-27T09:00:00Z", ["2026-03-28T09:00:00Z"]),
    "in the same minute": ("0 9 * * *", "UTC", "2026-03-27T08:59:59Z", ["2026-03-27T09:00:00Z"]),
    "seven is Sunday": ("0 9 * * 7", "UTC", "2026-03-27T00:00:00Z", ["2026-03-29T09:00:00Z"]),
    "day or weekday": ("0 0 29 2 mon", "UTC", "2027-02-27T00:00:00Z", ["2028-02-07T00:00:00Z"]),
    "the leap day": ("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", ["2104-02-29T00:00:00Z"]),
    "the last day of a month": ("0 0 L * *", "UTC", "2028-02-01T00:00:00Z", ["2028-02-29T00:00:00Z"]),
    "many skipped, one run": ("*/10 2 * * *", BERLIN, "2026-03-29T00:00:00Z", ["2026-03-29T01:00:00Z"]),
    "skipped, every hour": (
        *("30 * * * *", BERLIN, "2026-03-29T00:00:00Z"),
        ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
    ),
    "twice, hour fixed": (
        *("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z"),
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    ),
    "twice, any hour": (
        *("30 * * * *", BERLIN, "2026-10-24T23:30:00Z"),
        ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"],
    ),
    "twice, a list of hours": (
        *("30 1,2 * * *", BERLIN, "2026-10-24T23:00:00Z"),
        ["2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"],
    ),
    "twice, stepped hours": (
        *("0 */2 * * *", BERLIN, "2026-10-24T22:30:00Z"),
        ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T03:00:00Z"],
    ),
    "asked between the two": ("30 2 * * *", BERLIN, "2026-10-25T00:45:00Z", ["2026-10-26T01:30:00Z"]),
    "half an hour": (
        *("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z"),
        ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"],
    ),
    "a day that never was": ("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2011-12-30T10:00:00Z"]),
}


@pytest.mark.parametrize(("text", "zone", "after", "wanted"), DUE.values(), ids=DUE)
def test_what_is_due(text: str, zone: str, after: str, wanted: list[str]) -> None:
    assert due(text, zone, after, len(wanted)) == wanted


def test_a_zone_without_clock_changes_is_not_looked_through_to_its_end() -> None:
    assert len(due("0 0 29 2 *", "Asia/Shanghai", "2026-01-01T00:00:00Z", 3)) == 3


CHANGES = [
    (BERLIN, "2026-03-29T01:00:00Z"),
    (BERLIN, "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("Asia/Shanghai", "2026-05-01T00:00:00Z"),
]
HOURS = {"*": range(24), "2": {2}, "1": {1}, "0": {0}, "1,2": {1, 2}, "1-3": {1, 2, 3}, "*/2": range(0, 24, 2)}
MINUTES = {"*": range(60), "0": {0}, "30": {30}, "15,45": {15, 45}, "*/20": range(0, 60, 20)}


def minute_by_minute(minute: str, hour: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[str]:
    """What the rules of this module come to, by looking at each minute of the wall clock and of the world."""
    seen, at, before = set(), start, None
    while at <= end:
        wall = at.astimezone(zone).replace(tzinfo=None)
        named = [wall]
        if before is not None:
            skipped = before + timedelta(minutes=1)
            count = max(0, int((wall - skipped).total_seconds() // 60))
            named += [skipped + timedelta(minutes=n) for n in range(count)]
        hits = [one for one in named if one.minute in MINUTES[minute] and one.hour in HOURS[hour]]
        if any(not (hour.isdigit() and one in seen) for one in hits):
            yield at.strftime("%Y-%m-%dT%H:%M:%SZ")
        seen.update(named)
        before, at = wall, at + timedelta(minutes=1)


@settings(max_examples=25)
@given(st.sampled_from(CHANGES), st.sampled_from(list(MINUTES)), st.sampled_from(list(HOURS)), st.integers(-600, 0))
def test_it_is_what_looking_at_every_minute_finds(change: tuple[str, str], minute: str, hour: str, begin: int) -> None:
    zone, around = ZoneInfo(change[0]), parse_instant(change[1])
    after, until = around + 60 * begin, around + 8 * 3600
    first = datetime.fromtimestamp(after - 86400, timezone.utc)
    wanted = minute_by_minute(minute, hour, zone, first, datetime.fromtimestamp(until, timezone.utc))

    found = due_times(read_cron(f"{minute} {hour} * * *"), zone, after, until)

    assert [format_instant(at) for at in found] == [at for at in wanted if at > format_instant(after)]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_the_beginning_of_time_is_no_bug(zone: str) -> None:
    assert "0001-01-02" < due("@daily", zone, "0001-01-02T00:00:00Z", 1)[0] < "0002-01-10"


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.lists(st.integers(low, high), min_size=1, max_size=3).map(lambda ns: ",".join(map(str, ns)))
    return st.one_of(st.just("*"), numbers)


LEAP_AND_COMMON = [datetime(2027, 1, 1) + timedelta(days) for days in range(2 * 365 + 1)]


@given(day=st.one_of(_field(1, 31), _field(29, 31)), month=st.one_of(_field(1, 12), st.just("2")), weekday=_field(0, 7))
@settings(max_examples=60)
def test_an_expression_is_refused_if_no_day_is_named_and_only_then(day: str, month: str, weekday: str) -> None:
    """Both years begin on different weekdays, and each month of them holds every weekday."""

    def named(field: str, value: int) -> bool:
        return field == "*" or value in map(int, field.split(","))

    def is_due(date: datetime) -> bool:
        number = date.isoweekday() % 7
        by_day, by_weekday = named(day, date.day), named(weekday.replace("7", "0"), number)
        chosen = by_day and by_weekday if "*" in (day, weekday) else by_day or by_weekday
        return chosen and named(month, date.month)

    try:
        read_cron(f"0 9 {day} {month} {weekday}")
        refused = False
    except Invalid:
        refused = True
    assert refused is not any(map(is_due, LEAP_AND_COMMON))


def test_numbers_out_of_range_are_refused_in_every_field() -> None:
    for fields in ("60 0 1 1 0", "0 24 1 1 0", "0 0 0 1 0", "0 0 32 1 0", "0 0 1 0 0", "0 0 1 13 0", "0 0 1 1 8"):
        with pytest.raises(Invalid, match=r"is not in \d+ to \d+$"):
            read_cron(fields)
