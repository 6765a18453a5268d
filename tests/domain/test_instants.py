"""Instants: what is one, and what no clock shows."""

from __future__ import annotations

import pytest

from ticketcli.domain.instants import format_instant, parse_instant, to_utc
from ticketcli.domain.zoneclock import ZoneClock
from ticketcli.errors import Invalid


@pytest.mark.parametrize("text", ["0001-01-02T00:00:00Z", "9999-12-30T23:59:59Z", "9999-12-31T13:59:59+14:00"])
def test_what_is_taken_every_zone_shows(text: str) -> None:
    from zoneinfo import ZoneInfo

    at = parse_instant(text)

    assert parse_instant(format_instant(at)) == at
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert to_utc(at).astimezone(ZoneInfo(zone)).tzinfo is not None
        assert isinstance(ZoneClock(ZoneInfo(zone)).offset(at), int)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59-14:00"]
)
def test_what_some_zone_cannot_show_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no such instant"):
        parse_instant(text)
