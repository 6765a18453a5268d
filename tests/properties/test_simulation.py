"""A simulation does what a desk does that is given the same commands at the same times: it is the same code."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import MINUTE, START, STEADY, World
from tests.properties.histories import (
    HORIZON,
    History,
    examples,
    histories,
    minutes,
    rulebooks,
    told,
    without_run,
)
from ticketcli.domain.actors import Caller
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.rulebook import load_rulebook
from ticketcli.errors import TicketError
from ticketcli.ports import Range
from ticketcli.services.in_force import in_force
from ticketcli.services.simulation import Around, Simulation
from ticketcli.services.undoing import undo_last

Told = dict[int, list[tuple[str, str, str, dict[str, Any]]]]


class Imagined(Simulation):
    """A simulation that plays a history as a `World` does."""

    def __init__(self, rules: str) -> None:
        built = World(rules).files.built()
        assert built.bound is not None
        super().__init__(load_rulebook(built.bound, built.hash), START, Around(STEADY))

    def play(self, minute: int, history: History) -> None:
        for born, facts in history.births:
            if born == minute:
                given = {key: value for key, value in facts.items() if key != "class_"}
                self.create({"subject": "Printer on fire", **given}, Caller("root", "root", facts.get("class_")))
        for step in history.steps:
            if step.minute == minute:
                args = dict(step.args)
                if "for" in args:
                    args["until"] = self.now + args.pop("for") * MINUTE
                try:
                    self.do(step.verb, step.ticket, args, Caller(step.who, "root", step.class_))
                except TicketError:
                    pass


def simulated(simulation: Simulation, ids: list[int]) -> Told:
    return {id: [_row(event) for event in simulation.sheet.events(id)] for id in ids}


def _row(event: Event) -> tuple[str, str, str, dict[str, Any]]:
    return event.kind, format_instant(event.at), event.actor.class_, without_run(event.data)


@given(
    rules=rulebooks(),
    history=histories(tickets=3),
    sweeps=st.sets(st.integers(0, HORIZON), min_size=10),
    undos=st.sets(st.tuples(st.integers(5, HORIZON), st.integers(1, 3)), max_size=4),
)
@examples(25)
def test_a_simulation_writes_the_same_events_as_a_desk(
    rules: str, history: History, sweeps: set[int], undos: set[tuple[int, int]]
) -> None:
    world, simulation = World(rules), Imagined(rules)
    for minute, at in minutes():
        world.go(at)
        simulation.now = at
        history.at(minute, world)
        simulation.play(minute, history)
        if minute in sweeps:
            world.sweep()
            simulation.sweep()
        for id in [id for when, id in sorted(undos) if when == minute and id in world.ids()]:
            (result,) = undo_last(world.session("bob"), [id])
            changed = simulation.do("undo", id, {}, Caller("bob", "bob"))
            assert (changed.action, changed.reason) == (result.action, result.reason)
    assert simulated(simulation, world.ids()) == told(world)
    for id in world.ids():
        assert simulation.sheet.ticket(id) == world.ticket(id)
        assert [message for message in simulation.sheet.messages if message.ticket == id] == world.messages(id)


@given(
    rules=st.lists(rulebooks(), min_size=1, max_size=2),
    history=histories(tickets=3),
    at=st.integers(1, HORIZON),
)
@examples(25)
def test_a_simulation_of_stored_tickets_foresees_what_sweeps_will_do(
    rules: list[str], history: History, at: int
) -> None:
    world = World(rules[0])
    for minute, now in minutes()[: at + 1]:
        world.go(now)
        history.at(minute, world)
    world.files["rules/test.yaml"] = rules[-1]
    foreseen = foresee(world, world.now + 600 * MINUTE)
    happened: list[tuple[Instant, int, str]] = []
    while (due := _next(world)) is not None and due <= START + (at + 600) * MINUTE:
        world.go(due)
        happened += [(world.now, action.ticket, action.action) for action in world.sweep().actions]
        if (later := _next(world)) is not None and later <= world.now:
            world.now += 60
    assert foreseen == happened


def _next(world: World) -> Instant | None:
    """When there is something to do; other rules than those of the last sweep are a reason to look at once."""
    with world.store.read() as reader:
        number = in_force(reader, world.files).number
        stale = [id for id in world.ids() if (filing := reader.filing(id)) and filing.planned not in (-1, number)]
    wake = world.next_wake()
    return world.now if stale else None if wake is None else max(wake, world.now)


def foresee(world: World, until: Instant) -> list[tuple[Instant, int, str]]:
    with world.store.read() as reader:
        rules = in_force(reader, world.files)
        around = Around(world.guard, reader.counter("swept_at"), behind=reader)
        simulation = Simulation(rules.rulebook, world.now, around, rules.number)
        for id in reader.ids("tickets", "created_at", Range()):
            ticket, filing = reader.ticket(id), reader.filing(id)
            assert ticket is not None and filing is not None
            simulation.put(ticket, filing)
        return [(now, action.ticket, action.action) for now, action in simulation.run(until)]


@given(rules=rulebooks(), history=histories(tickets=2), sweeps=st.sets(st.integers(0, HORIZON), min_size=10))
@examples(20)
def test_a_pass_that_is_passed_over_would_have_changed_nothing(
    rules: str, history: History, sweeps: set[int]
) -> None:
    """A pass that only notes that rules fired or ended and how targets stand is the last one, unless a rule minds."""
    short, whole = Imagined(rules), Imagined(rules)
    whole.rules.rulebook.quiet = frozenset()
    for minute, at in minutes():
        for simulation in (short, whole):
            simulation.now = at
            simulation.play(minute, history)
            if minute in sweeps:
                simulation.sweep()
    ids = list(range(1, len(history.births) + 1))
    assert simulated(short, ids) == simulated(whole, ids)
    assert [short.sheet.filing(id) for id in ids] == [whole.sheet.filing(id) for id in ids]
