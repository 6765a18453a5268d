"""Calendars: what is open, and where a budget of open time ends. `test_calendar_oracle.py` asks the wall clock."""

from __future__ import annotations

from typing import Any

import pytest

from ticketcli.domain.calendar import ALWAYS, build_calendar
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import NEVER, format_instant, parse_instant
from ticketcli.errors import Invalid

OFFICE: dict[str, Any] = {
    "timezone": "Asia/Shanghai",
    "hours": {"mon-fri": ["09:00-12:00", "13:00-18:00"]},
    "holidays": ["2026-10-01..2026-10-07", "*-12-25"],
    "workdays": ["2026-10-10"],
}
BERLIN: dict[str, Any] = {"timezone": "Europe/Berlin", "hours": {"daily": ["00:00-24:00"]}}
NIGHT: dict[str, Any] = {"timezone": "Europe/Berlin", "hours": {"daily": ["22:00-06:00"]}}
office = build_calendar("office", OFFICE)


def at(text: str) -> int:
    """An instant, in Shanghai unless a zone is given: `2026-09-30 17:00`."""
    return parse_instant(text.replace(" ", "T") + ("" if text[-6:-5] in "+-" else "+08:00"))


class TestOpenTime:
    @pytest.mark.parametrize(
        ("instant", "is_open"),
        [
            ("2026-09-30 08:59:59", False),
            ("2026-09-30 09:00:00", True),
            ("2026-09-30 11:59:59", True),
            ("2026-09-30 12:00:00", False),
            ("2026-10-01 10:00:00", False),
            ("2026-10-10 10:00:00", True),
            ("2026-10-11 10:00:00", False),
            ("2029-12-25 10:00:00", False),
        ],
    )
    def test_spans_are_half_open_and_days_are_exceptional(self, instant: str, is_open: bool) -> None:
        assert office.is_open(at(instant)) is is_open

    def test_the_next_opening_and_closing(self) -> None:
        lunch, morning = at("2026-09-30 12:30:00"), at("2026-09-30 10:00:00")
        assert office.next_open(lunch) == office.next_change(lunch) == at("2026-09-30 13:00:00")
        assert office.next_close(lunch) == lunch
        assert office.next_close(morning) == office.next_change(morning) == at("2026-09-30 12:00:00")
        assert office.next_open(morning) == morning

    def test_changes_are_strictly_later(self) -> None:
        opening = at("2026-09-30 09:00:00")
        assert office.next_change(opening) == at("2026-09-30 12:00:00")
        assert office.next_change(at("2026-09-30 18:00:00")) == at("2026-10-08 09:00:00")

    def test_open_seconds_between_two_instants_are_negative_backwards(self) -> None:
        start, end = at("2026-09-30 11:00:00"), at("2026-09-30 14:00:00")
        assert office.between(start, end) == 7200
        assert office.between(end, start) == -7200

    def test_an_hour_shown_twice_counts_twice_and_one_left_out_not_at_all(self) -> None:
        berlin = build_calendar("b", BERLIN)
        assert berlin.between(at("2026-10-25 00:00:00+02:00"), at("2026-10-26 00:00:00+01:00")) == 25 * 3600
        assert berlin.between(at("2026-03-29 00:00:00+01:00"), at("2026-03-30 00:00:00+02:00")) == 23 * 3600

    def test_a_span_over_midnight_belongs_to_the_day_it_opens_on(self) -> None:
        calendar = build_calendar("n", {**NIGHT, "holidays": ["2026-03-10"]})
        assert calendar.is_open(at("2026-03-10 05:00:00+01:00"))
        assert not calendar.is_open(at("2026-03-10 23:00:00+01:00"))
        assert not calendar.is_open(at("2026-03-11 05:00:00+01:00"))

    def test_without_gap_it_never_closes(self) -> None:
        always = build_calendar("a", {"hours": {"daily": ["12:00-06:00", "06:00-12:00"]}})
        assert always.next_close(at("2026-03-10 05:00:00")) == always.next_change(0) == NEVER

    def test_open_only_on_named_dates_it_closes_for_good(self) -> None:
        calendar = build_calendar("d", {"dates": {"2026-12-24": ["09:00-12:00"]}})
        opening = at("2026-12-24 09:00:00+00:00")
        assert calendar.next_open(0) == opening
        assert calendar.add(0, 3 * 3600) == calendar.next_close(opening) == opening + 3 * 3600
        assert calendar.next_close(opening + 10**9) == opening + 10**9
        assert calendar.add(0, 3 * 3600 + 1) == calendar.next_open(opening + 3 * 3600) == NEVER
        assert calendar.due(0, parse_duration("2d")) == NEVER
        assert calendar.add(0, calendar.budget(0, parse_duration("2d"))) == NEVER

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Etc/GMT+12"])
    @pytest.mark.parametrize("day", ["1969-12-31", "1970-01-01", "1970-01-28", "1970-01-29", "1970-01-30"])
    def test_one_minute_on_one_date_is_enough_to_open_at_all(self, zone: str, day: str) -> None:
        """Also where four weeks end, by which calendars are computed."""
        for minute in ("00:00-00:01", "23:59-24:00", "23:00-06:00"):
            breaks = {day: ["23:00-05:59"]} if minute == "23:00-06:00" else {}
            calendar = build_calendar("d", {"timezone": zone, "dates": {day: [minute]}, "breaks": breaks})
            opening = int(calendar.next_open(-(10**7)))
            assert calendar.next_close(opening) == opening + 60
            assert calendar.next_open(opening + 60) == NEVER

    def test_precedence_of_the_keys(self) -> None:
        calendar = build_calendar(
            "p",
            {
                "hours": {"mon,tue,thu,fri": ["09:00-17:00"], "wed": ["09:00-10:00"]},
                "holidays": ["2026-06-01", "*-06-02", "*-06-03"],
                "dates": {
                    "2026-06-01": ["01:00-02:00"], "2026-06-02": ["01:00-03:00"],
                    "*-06-03": ["01:00-05:00"], "*-06-06": ["01:00-06:00"],
                },
                "workdays": ["2026-06-02", {"2026-06-03": "wed"}, {"2026-06-07": "wed"}],
                "breaks": {"2026-06-04": ["12:00-13:00"], "2026-06-02": ["02:00-04:00"]},
            },
        )  # fmt: skip
        first = at("2026-06-01 00:00:00+00:00")
        hours = [calendar.between(day, day + 86400) / 3600 for day in range(first, first + 8 * 86400, 86400)]
        assert hours == [0, 1, 1, 7, 8, 5, 1, 8]


class TestBudgets:
    @pytest.mark.parametrize(
        ("start", "seconds", "end"),
        [
            ("2026-09-30 17:00:00", 3600, "2026-09-30 18:00:00"),
            ("2026-09-30 17:00:00", 3601, "2026-10-08 09:00:01"),
            ("2026-09-30 17:00:00", 0, "2026-09-30 17:00:00"),
            ("2026-09-30 18:00:00", 0, "2026-10-08 09:00:00"),
            ("2026-09-30 12:30:00", 60, "2026-09-30 13:01:00"),
            ("2026-09-30 11:00:00", 3600, "2026-09-30 12:00:00"),
        ],
        ids=[
            "ends at closing time",
            "one second more",
            "nothing, open",
            "nothing, closed",
            "starts closed",
            "at lunch",
        ],
    )
    def test_open_seconds_are_added(self, start: str, seconds: int, end: str) -> None:
        assert format_instant(int(office.add(at(start), seconds))) == format_instant(at(end))

    @pytest.mark.parametrize(
        ("start", "duration", "end"),
        [
            ("2026-09-28 10:00:00", "1d", "2026-09-29 10:00:00"),
            ("2026-09-30 17:00:00", "1d", "2026-10-08 17:00:00"),
            ("2026-09-30 17:00:00", "3d", "2026-10-10 17:00:00"),
            ("2026-09-30 17:00:00", "1d2h", "2026-10-09 10:00:00"),
            ("2026-09-28 18:00:00", "1d", "2026-09-30 09:00:00"),
            ("2026-09-26 10:00:00", "1d", "2026-09-28 10:00:00"),
            ("2026-09-27 20:00:00", "1d", "2026-09-29 09:00:00"),
            ("2026-09-28 12:30:00", "1d", "2026-09-29 13:00:00"),
            ("2026-09-30 17:00:00", "90m", "2026-10-08 09:30:00"),
        ],
        ids=["same time", "over holidays", "make-up day", "days first", "at closing time", "from Saturday",
             "Sunday night", "lunch", "no days"],
    )  # fmt: skip
    def test_a_day_is_the_next_open_date_at_the_same_clock_time(self, start: str, duration: str, end: str) -> None:
        due = office.due(at(start), parse_duration(duration))
        assert format_instant(int(due)) == format_instant(at(end))
        assert office.budget(at(start), parse_duration(duration)) == office.between(at(start), due)

    def test_the_same_clock_time_across_a_clock_change(self) -> None:
        berlin = build_calendar("b", BERLIN)
        assert berlin.due(at("2026-03-28 12:00:00+01:00"), parse_duration("1d")) == at("2026-03-29 12:00:00+02:00")
        assert berlin.due(at("2026-03-28 02:30:00+01:00"), parse_duration("1d")) == at("2026-03-29 03:30:00+02:00")
        assert berlin.budget(at("2026-03-28 12:00:00+01:00"), parse_duration("1d")) == 23 * 3600

    def test_looking_back_mirrors_looking_ahead(self) -> None:
        monday = at("2026-09-28 10:00:00")
        assert office.before(monday, parse_duration("1h")) == at("2026-09-25 18:00:00")
        assert office.before(monday, parse_duration("2h")) == at("2026-09-25 17:00:00")
        assert office.before(monday, parse_duration("1d")) == at("2026-09-25 10:00:00")

    def test_a_date_on_which_the_clock_only_falls_back_into_the_day_before_has_no_open_time_of_its_own(self) -> None:
        """In Newfoundland the clock went from 00:01 on Sunday back to 23:01 on Saturday."""
        calendar = build_calendar("s", {"timezone": "America/St_Johns", "hours": {"sat": ["23:30-24:00"]}})
        friday, saturday = at("1987-10-23 12:00:00-02:30"), at("1987-10-24 00:00:00-02:30")
        assert calendar.due(friday, parse_duration("1d")) == saturday + 23 * 3600 + 1800
        assert calendar.due(friday, parse_duration("2d")) == at("1987-10-31 23:30:00-03:30")
        assert calendar.between(saturday, saturday + 86400 + 3 * 3600) == 3600

    def test_the_calendar_without_hours_is_always_open(self) -> None:
        assert ALWAYS.is_open(5) and ALWAYS.next_open(5) == 5 and ALWAYS.next_close(5) == ALWAYS.next_change(5) == NEVER
        assert ALWAYS.between(5, 2) == -3 and ALWAYS.add(5, 7) == 12 and ALWAYS.uncovered(0, 10**9) == ()
        assert ALWAYS.due(0, parse_duration("1d1s")) == ALWAYS.budget(0, parse_duration("1d1s")) == 86401
        assert ALWAYS.before(86400, parse_duration("1d")) == 0


class TestCoverage:
    def test_years_without_dated_holidays_are_named(self) -> None:
        assert office.uncovered(at("2026-05-01 00:00:00"), at("2026-06-01 00:00:00")) == ()
        assert office.uncovered(at("2025-05-01 00:00:00"), at("2028-06-01 00:00:00")) == (2025, 2027, 2028)

    def test_a_calendar_that_names_no_dates_covers_all(self) -> None:
        assert build_calendar("n", NIGHT).uncovered(0, 10**9) == ()

    def test_a_typical_day(self) -> None:
        assert office.typical_day == 8 * 3600 and ALWAYS.typical_day == 86400


HOURS: dict[str, Any] = {"daily": ["09:00-17:00"]}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "never opens"),
        ({"hours": {"daily": []}}, "never opens"),
        ({"dates": {"2026-12-24": ["09:00-12:00"]}, "holidays": ["2026-12-24"]}, "never opens"),
        ({"dates": {"2026-12-24": ["09:00-12:00"]}, "breaks": {"2026-12-24": ["08:00-13:00"]}}, "never opens"),
        ({"timezone": "Europe/Berlin", "dates": {"2026-03-29": ["02:00-03:00"]}}, "never opens"),
        ({"hours": {"mon": []}, "workdays": ["2026-03-29"]}, "never opens"),
        ({"hours": HOURS, "holidays": ["2000-01-01..2009-12-31", "2020-01-01..2029-12-31", "2031-01-01..2031-03-01"]},
         "more than 7320 days"),
        ({"hours": {"mon": ["9-17"]}}, "not a span"),
        ({"hours": {"mon": ["09:00-25:00"]}}, "no such time"),
        ({"hours": {"mon": ["09:60-11:00"]}}, "no such time"),
        ({"hours": {"mon": ["24:00-11:00"]}}, "no such time"),
        ({"hours": {"mon": ["09:00-09:00"]}}, "empty"),
        ({"hours": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "overlap"),
        ({"hours": {"mon": "09:00-12:00"}}, "list"),
        ({"hours": {"mon": [900]}}, "not a span"),
        ({"hours": {"monday": ["09:00-12:00"]}}, "no weekday 'monday'"),
        ({"hours": {"daily": ["09:00-12:00"], "mon": []}}, "mon is given twice"),
        ({"hours": ["09:00-12:00"]}, "mapping"),
        ({"hours": HOURS, "timezone": "Asia/Shangai"}, "no time zone"),
        ({"hours": HOURS, "timezone": "../../etc/passwd"}, "no time zone"),
        ({"hours": HOURS, "timezone": 8}, "no time zone"),
        ({"hours": HOURS, "holidays": ["2026-02-30"]}, "no such date"),
        ({"hours": HOURS, "holidays": ["*-02-30"]}, "no such date"),
        ({"hours": HOURS, "holidays": ["*-W01-1"]}, "no such date"),
        ({"hours": HOURS, "holidays": ["2026-02-03..2026-02-01"]}, "not a range"),
        ({"hours": HOURS, "holidays": ["2026-02-03..2099-02-01"]}, "not a range"),
        ({"hours": HOURS, "holidays": "2026-02-03"}, "list"),
        ({"hours": HOURS, "workdays": [{"2026-02-03": "monday"}]}, "no weekday"),
        ({"hours": HOURS, "workdays": ["2026-02-03", {"2026-02-03": "wed"}]}, "'2026-02-03' is given twice"),
        ({"hours": HOURS, "breaks": {"*-02-03": ["09:00-10:00"]}}, "with a year"),
        ({"hours": HOURS, "closed": []}, "no key 'closed'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_makes_no_sense_is_refused(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        build_calendar("office", raw)
    assert "calendar office" in str(caught.value)


def test_an_unknown_zone_comes_with_the_nearest_one() -> None:
    with pytest.raises(Invalid) as caught:
        build_calendar("office", {"timezone": "Asia/Shangai", "hours": HOURS})
    assert "Asia/Shanghai" in caught.value.hint
