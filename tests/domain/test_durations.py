"""Durations: the forms that are read, those that are refused, and what people see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.domain.durations import LONGEST, format_duration, format_hours, parse_duration
from ticketcli.domain.instants import NEVER
from ticketcli.errors import Invalid


@pytest.mark.parametrize(
    ("text", "days", "seconds"),
    [
        ("90s", 0, 90),
        ("30m", 0, 1800),
        ("48h", 0, 172800),
        ("3d", 3, 0),
        ("2w", 14, 0),
        ("1d12h", 1, 43200),
        ("1w2d3h4m5s", 9, 11045),
        ("1d0h", 1, 0),
        ("3653d", 3653, 0),
    ],
)
def test_reads_days_and_the_rest_apart(text: str, days: int, seconds: int) -> None:
    duration = parse_duration(text)
    assert (duration.days, duration.seconds, duration.text) == (days, seconds, text)
    assert duration.plain == days * 86400 + seconds
    assert duration.weeks is ("w" in text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "h",
        "1.5h",
        "-1h",
        "+1h",
        "1h 30m",
        " 1h",
        "12h1d",
        "1h1h",
        "1H",
        "1y",
        "1_0h",
        "１h",
        "1h\n",
        "9999999999s",
    ],
)
def test_other_forms_are_refused_with_a_hint(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_duration(text)
    assert "1d12h" in caught.value.hint


@pytest.mark.parametrize("value", [48, None, ["1h"], True])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        parse_duration(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0s", "0m", "0d", "0d0s"])
def test_nothing_is_no_duration(text: str) -> None:
    with pytest.raises(Invalid):
        parse_duration(text)


def test_zero_seconds_are_read_where_they_make_sense() -> None:
    assert parse_duration("0s", zero=True).plain == 0
    with pytest.raises(Invalid):
        parse_duration("0d", zero=True)


@pytest.mark.parametrize("text", ["3654d", "522w", "87673h"])
def test_more_than_ten_years_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="ten years"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"), (0.9, "0s"), (59, "59s"), (60, "1m"), (3600, "1h"), (3601, "1h"), (3661, "1h 1m"), (86400, "1d"),
        (2 * 86400 + 3 * 3600 + 5, "2d 3h"), (86400 + 59, "1d"), (-300, "-5m"), (NEVER, "never"),
    ],
)  # fmt: skip
def test_people_see_at_most_two_units(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"), (3661, "1h 1m"), (86399, "23h 59m"), (86400, "24h"), (144_000, "40h"), (135_059, "37h 30m"),
        (-90_000, "-25h"), (NEVER, "never"),
    ],
)  # fmt: skip
def test_open_time_has_no_days(seconds: float, text: str) -> None:
    assert format_hours(seconds) == text


@given(st.integers(1, LONGEST))
def test_what_is_shown_reads_back_as_no_more_than_it_was(seconds: int) -> None:
    shown = parse_duration(format_duration(seconds).replace(" ", "")).plain
    assert shown <= seconds < shown + max(shown, 1)
