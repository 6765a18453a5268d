"""What the fold keeps of history: when each fact last changed, over random lives of tickets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import World
from tests.properties.histories import History, examples, histories, minutes, rulebooks
from ticketcli.domain.fold import UNTRACKED, apply, create
from ticketcli.domain.ticket import TRACKED


@given(rules=rulebooks(), history=histories(tickets=2), sweeps=st.sets(st.integers(0, 240), max_size=20))
@examples(25)
def test_the_trail_knows_the_last_change_of_every_fact(rules: str, history: History, sweeps: set[int]) -> None:
    world = World(rules)
    for minute, instant in minutes():
        world.go(instant)
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
    for id in world.ids():
        first, *later = world.events(id)
        ticket = create(first)
        for event in later:
            before, ticket = ticket, apply(ticket, event)
            changed = {fact for fact in TRACKED if getattr(ticket, fact) != getattr(before, fact)}
            assert {fact for fact in changed if ticket.trail.changed.get(fact) != event.at} == set()
            assert not (changed and event.kind in UNTRACKED), event.kind
