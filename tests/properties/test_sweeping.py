"""When a sweep runs does not matter, as long as it runs when something is due (design section 6, Sweep, exactly)."""

from __future__ import annotations

from hypothesis import given

from tests.desks import World
from tests.properties.histories import History, histories, minutes, rulebooks, told


@given(rules=rulebooks(), history=histories())
def test_sweeping_every_minute_and_sweeping_when_due_give_the_same_events(rules: str, history: History) -> None:
    every_minute, when_due = World(rules), World(rules)
    for minute, at in minutes():
        for world in (every_minute, when_due):
            world.go(at)
            history.at(minute, world)
        every_minute.sweep()
        wake_at = when_due.next_wake()
        if wake_at is not None and wake_at <= at:
            when_due.sweep()
    assert told(every_minute) == told(when_due)
    every_minute.check()
