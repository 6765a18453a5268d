"""When and how a sweep finds its tickets does not matter, as long as it runs when something is due."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import World
from tests.properties.histories import History, examples, histories, minutes, rulebooks, told
from ticketcli.domain.draft import Cause
from ticketcli.services.commit import Bench
from ticketcli.services.in_force import in_force, keep
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.sweep import due_tickets


@given(rules=rulebooks(), history=histories())
@examples(25)
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


@given(
    rules=st.lists(rulebooks(), min_size=1, max_size=2),
    history=histories(tickets=3),
    sweeps=st.sets(st.integers(0, 240), min_size=20, max_size=80),
    edited=st.integers(30, 200),
)
@examples(60)
def test_sweeping_by_the_index_and_sweeping_every_ticket_give_the_same_events(
    rules: list[str], history: History, sweeps: set[int], edited: int
) -> None:
    by_index, everything = World(rules[0]), World(rules[0])
    for minute, at in minutes():
        for world in (by_index, everything):
            world.go(at)
            if minute == edited:
                world.files["rules/test.yaml"] = rules[-1]
            history.at(minute, world)
        if minute in sweeps:
            by_index.sweep()
            sweep_every_ticket(everything)
    assert told(by_index) == told(everything)
    by_index.check()


def sweep_every_ticket(world: World) -> None:
    """What a sweep would do that knows of no index: those that are due first, in their order, and then all others."""
    session, ids = world.session(), world.ids()
    with world.store.write(at=world.now, run=session.run) as tx:
        rules = keep(tx, in_force(tx, world.files), world.now)
        bench = Bench(tx, rules, session.acting(rules), StoreDesk(tx))
        due = due_tickets(tx, rules, world.now)
        for id in [*due, *(id for id in ids if id not in due)]:
            ticket = tx.ticket(id)
            assert ticket is not None
            bench.commit(ticket, (), Cause(sweep=True, guard=world.guard))
            bench.settle()


@given(rules=rulebooks(), history=histories(), at=st.integers(20, 240))
@examples(30)
def test_a_second_sweep_at_the_same_time_repeats_nothing_but_the_next_notice(
    rules: str, history: History, at: int
) -> None:
    world = World(rules)
    for minute, now in minutes()[: at + 1]:
        world.go(now)
        history.at(minute, world)
    world.sweep()
    fired = [len(world.events(id)) for id in world.ids()]
    world.sweep()
    later = [event.kind for id, count in zip(world.ids(), fired, strict=True) for event in world.events(id)[count:]]
    assert not {"escalated", "sla_breached", "sla_warned", "sla_met", "routed", "prioritised"} & set(later)
