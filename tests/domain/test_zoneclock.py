"""The wall clock of a zone: pieces of equal offset, also where a clock was set twice within days."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ticketcli.domain.instants import parse_instant
from ticketcli.domain.zoneclock import DAY, ZoneClock, nearest_zone


@pytest.mark.parametrize(
    ("zone", "day", "changes"),
    [
        ("Africa/Freetown", "1939-09-01", 2),
        ("America/Boa_Vista", "2000-10-08", 2),
        ("Europe/Vienna", "1945-04-02", 2),
        ("America/St_Johns", "1987-10-25", 1),
        ("Pacific/Apia", "2011-12-30", 1),
        ("Asia/Shanghai", "2026-03-29", 0),
    ],
)
@pytest.mark.parametrize("before", range(0, 5 * DAY, 86399))
def test_the_pieces_of_a_time_follow_each_other_and_have_one_offset_each(
    zone: str, day: str, changes: int, before: int
) -> None:
    clock = ZoneClock(ZoneInfo(zone))
    start = parse_instant(f"{day}T00:00:00Z") - before - DAY
    pieces = list(clock.pieces(start, start + 28 * DAY))

    assert len(pieces) == changes + 1
    assert [pieces[0].start, *(piece.end for piece in pieces)] == [*(piece.start for piece in pieces), start + 28 * DAY]
    for piece in pieces:
        assert {clock.offset(t) for t in [*range(piece.start, piece.end, 1800), piece.end - 1]} == {piece.offset}


@pytest.mark.parametrize(
    ("clock", "instant"),
    [("01:30", "00:30"), ("02:30", "01:30"), ("03:30", "01:30"), ("04:30", "02:30")],
    ids=["before", "left out", "the same", "behind"],
)
def test_a_time_that_is_left_out_counts_on_from_before_the_change(clock: str, instant: str) -> None:
    berlin, day = ZoneClock(ZoneInfo("Europe/Berlin")), parse_instant("2026-03-29T00:00:00Z")
    seconds = int(clock[:2]) * 3600 + int(clock[3:]) * 60

    assert berlin.instant_at(day // DAY, seconds) == parse_instant(f"2026-03-29T{instant}:00Z")
    assert berlin.shows(parse_instant("2026-10-25T00:30:00Z")) == berlin.shows(parse_instant("2026-10-25T01:30:00Z"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Asia/Shangai", "Asia/Shanghai"), ("europe/berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"), ("utc", "UTC"), ("UTC+2", ""), ("GMT+8", ""), ("+08:00", ""), ("CST", ""),
        ("CEST", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_zone_is_advised_by_its_place_and_never_one_that_is_hours_off(written: str, meant: str) -> None:
    assert nearest_zone(written) == meant
