"""Extending: the end of a wait stays a time that clocks show."""

from __future__ import annotations

import pytest

from tests.desks import World
from ticketcli.domain.durations import parse_duration
from ticketcli.errors import Conflict

DECADE = parse_duration("3650d").plain


def test_auto_close_is_put_off_by_no_more_than_a_hundred_years_in_all() -> None:
    close = "after: 48h, remind: [24h], close: {reason: handled}"
    world = World(f"autoclose: [{{name: silent, when: {{status: resolved}}, {close}}}]")
    world.create()
    world.do("resolve", 1)
    for _ in range(10):
        world.do("extend", 1, by=DECADE)
    with pytest.raises(Conflict, match="more than 100 years"):
        world.do("extend", 1, by=DECADE)
    assert world.view().autoclose is not None
