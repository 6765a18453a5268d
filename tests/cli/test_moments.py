"""Times as people read them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ticketcli.cli.moments import Moments
from ticketcli.domain.instants import parse_instant

NOW = parse_instant("2026-03-02T01:00:00Z")
MOMENTS = Moments(ZoneInfo("Asia/Shanghai"), NOW)


def test_times_stand_in_the_zone_of_the_desk() -> None:
    assert MOMENTS.at(NOW) == "2026-03-02 09:00"
    assert MOMENTS.at_with_zone(NOW) == "2026-03-02 09:00 CST"


@pytest.mark.parametrize(
    ("span", "away", "due"),
    [(7500, "in 2h 5m", "in 2h 5m"), (0, "now", "0s late"), (-3 * 86400, "3d ago", "3d late")],
)
def test_a_distance_says_in_which_direction(span: int, away: str, due: str) -> None:
    assert (MOMENTS.away(NOW + span), MOMENTS.due(NOW + span)) == (away, due)


def test_summer_time_is_told_by_the_instant_not_by_today() -> None:
    berlin = Moments(ZoneInfo("Europe/Berlin"), NOW)

    assert berlin.at_with_zone(parse_instant("2026-07-01T10:00:00Z")) == "2026-07-01 12:00 CEST"
