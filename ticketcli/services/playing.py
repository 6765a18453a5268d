"""Scenarios are played here: by the desk's own planner, in memory, the same way each time (design section 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ticketcli.domain.actors import Caller
from ticketcli.domain.dating import Look
from ticketcli.domain.events import Event
from ticketcli.domain.nearest import nearest
from ticketcli.domain.past import is_new, opener, past_events
from ticketcli.domain.reads import conditions_of
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import (
    Case,
    Check,
    Delivery,
    Difference,
    Do,
    Given,
    Outcome,
    Seen,
    Spot,
    Sweep,
    Sweeps,
    Trouble,
    shortened,
)
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.viewing import view
from ticketcli.errors import Conflict, Invalid, NotFound, TicketError
from ticketcli.services.simulation import NO_GUARD, Around, Simulation

MOST = 5_000
"""How much work a scenario may be, and how many events it may write: a file of strangers must come to an end.

One is a tenth of a millisecond or so: a command, or an action of a sweep, under two dozen rules. Real ones take dozens.
"""


def play(case: Case) -> Outcome:
    """How the scenario ends. What a command would refuse ends it as an error, at its line."""
    return Playing(case).play()


def _trouble(error: TicketError, spot: Spot, code: str) -> Trouble:
    said = f"{error.message}: {error.hint}" if error.hint else error.message
    return shortened(Trouble(spot, code, said))


class Playing:
    """One scenario being played. `simulation` holds what came of it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.simulation = Simulation(case.rulebook, case.start, Around(NO_GUARD if case.guard is None else case.guard))
        self.ids: dict[str, int] = {}
        self.known: dict[int, int] = {}
        """How many events of each ticket were given: no rule of this run wrote them."""
        self.born: dict[int, int] = {}
        """How many events rules wrote when each was created."""
        self.differences: list[Difference] = []
        self.left = MOST
        self.weight = _weight(case.rulebook)
        self.simulation.sheet.room = MOST
        self.opening: Given | None = None

    def play(self) -> Outcome:
        """Everything from the start to the end, or to the first step that cannot be done."""
        case, spot = self.case, self.case.spot
        try:
            for given in case.tickets:
                spot = given.spot
                self.open(given)
            for step in (*case.steps, *case.finally_):
                spot = step.spot
                self.step(step)
        except TicketError as error:
            key = error.details.get("given")
            where = spot if key is None else self.place_of(key, spot)
            return self.outcome(_trouble(error, where, "refused" if key is None else "contradiction"))
        return self.outcome()

    def outcome(self, *troubles: Trouble) -> Outcome:
        case = self.case
        return Outcome(case.name, case.file, case.spot, tuple(self.differences), troubles, case.offset, case.start)

    def open(self, given: Given, step: Do | None = None) -> None:
        """The ticket enters: created now, as the step says if there is one, or with its past."""
        self.spend(self.weight)
        self.opening, simulation, caller = given, self.simulation, opener(given.facts)
        if step is not None and (step.as_ or step.class_):
            name = step.as_ or {"agent": "agent", "bot": "bot"}.get(step.class_ or "", caller.name)
            caller = Caller(name, name, step.class_)
        if is_new(given.facts):
            facts = given.facts if step is None else {**given.facts, **step.args}
            id, own = simulation.create(facts, caller).ticket.id, 0
        else:
            id = simulation.sheet.next_ticket_id()
            past = past_events(id, given.facts, self.case.rulebook, simulation.now)
            simulation.begin(past, caller)
            own = len(past)
        self.ids[given.name] = id
        if id not in self.known:
            self.known[id] = own
            self.born[id] = len(self.by_rules(id))
        self.opening = None

    def spend(self, work: int) -> None:
        """Raises `Invalid` when the scenario has taken more work than any should."""
        self.left -= work
        if self.left < 0:
            hint = "end it earlier, sweep less often, or make several scenarios of it"
            raise Invalid("this scenario is too much work", hint)

    def step(self, step: Any) -> None:
        _STEPS[type(step)](self, step)

    def do(self, step: Do) -> None:
        self.simulation.now = step.at
        if step.given is not None:
            self.open(step.given, step)
            return
        id = self.id(step.on)
        ticket = self.ticket(id)
        self.spend(self.weight + (3 * ticket.version if step.verb == "undo" else ticket.version // 50))
        done = self.simulation.do(step.verb, id, step.args, caller_of(step, ticket))
        if step.verb == "undo" and done.committed is None:
            raise Conflict(f"nothing to undo: {done.reason}")

    def sweep(self, step: Sweep) -> None:
        self.simulation.now = step.at
        self.swept()

    def swept(self) -> None:
        self.spend(self.weight * max(1, len(self.simulation.sweep())))

    def sweeps(self, step: Sweeps) -> None:
        """Only those sweeps that find something are carried out; of the others the guard's clock is told."""
        simulation, every = self.simulation, step.every
        at, last = simulation.now + every, simulation.now + (step.at - simulation.now) // every * every
        while at <= last and (wake := simulation.next_wake()) is not None:
            late = max(0, -(-(wake - at) // every))
            at += late * every
            if at > last:
                break
            if late:
                simulation.swept_at = at - every
            simulation.now = at
            self.swept()
            at += every
        simulation.swept_at = max(simulation.swept_at, last)
        simulation.now = step.at

    def delivery(self, step: Delivery) -> None:
        self.simulation.now = step.at
        if step.works:
            self.simulation.deliver_again()
        else:
            self.simulation.delivers = False

    def check(self, step: Check) -> None:
        self.simulation.now = max(step.at, self.simulation.now)
        seen = self.seen(self.id(step.on))
        self.spend(1 + len(step.checks) * (1 + len(seen.events)) // 50)
        for expected in step.checks:
            if not expected.test(seen):
                rows = expected.rows(seen) if expected.rows else ()
                got = expected.got(seen)
                self.differences.append(
                    Difference(expected.key, expected.wanted, got, seen.now, expected.spot, step.on, rows)
                )

    def seen(self, id: int) -> Seen:
        """The ticket as checks look at it."""
        simulation, ticket = self.simulation, self.ticket(id)
        filing = simulation.sheet.filing(id)
        assert filing is not None
        look = Look(ticket, self.case.rulebook, simulation.now, lambda: simulation.sheet.events(id))
        messages = tuple(message for message in simulation.sheet.messages if message.ticket == id)
        return Seen(
            ticket,
            self.case.rulebook,
            simulation.now,
            lambda: view(look, filing.wake_at),
            tuple(self.by_rules(id)),
            self.born[id],
            messages,
        )

    def by_rules(self, id: int) -> list[Event]:
        """What rules wrote in this run."""
        events = self.simulation.sheet.events(id)[self.known[id] :]
        return [event for event in events if event.actor.class_ == "rule"]

    def id(self, name: str) -> int:
        if name not in self.ids:
            near = nearest(name, self.ids)
            raise NotFound(f"no ticket {name!r} here", f"did you mean {near}?" if near else "name one of `tickets`")
        return self.ids[name]

    def ticket(self, id: int) -> Ticket:
        ticket = self.simulation.sheet.ticket(id)
        assert ticket is not None
        return ticket

    def place_of(self, key: str, spot: Spot) -> Spot:
        """Where the given fact stands of which something is wrong."""
        return self.opening.places.get(key, spot) if self.opening is not None else spot


_STEPS: dict[type, Callable[[Playing, Any], None]] = {
    Do: Playing.do,
    Sweep: Playing.sweep,
    Sweeps: Playing.sweeps,
    Check: Playing.check,
    Delivery: Playing.delivery,
}


@lru_cache(16)  # most scenarios are played by the same rules
def _weight(book: Rulebook) -> int:
    """How much work it is to decide about a ticket."""
    return 1 + sum(1 for _ in conditions_of(book)) // 25


def caller_of(step: Do, ticket: Ticket) -> Caller:
    """Who acts: as the step says, else by its class the requester or a bot, else the assignee or some agent."""
    name = step.as_
    if name is None and step.class_ == "requester":
        requester = ticket.requester
        name = (requester and (requester.email or requester.name)) or "requester"
    elif name is None:
        name = "bot" if step.class_ == "bot" else ticket.assignee or "agent"
    return Caller(name, name, step.class_)
