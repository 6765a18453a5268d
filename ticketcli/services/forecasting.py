"""`ticket forecast`: what sweeps will do if nobody acts, by the same planner on a copy of the desk in memory.

It assumes that sweeps run from now on whenever something is due (or every so many seconds), that messages arrive at
once, and that rules stay as they are. The guard counts as in a real sweep, and schedules open their tickets.
"""

from __future__ import annotations

from collections.abc import Sequence

from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import NotFound
from ticketcli.ports import Range, Reader
from ticketcli.records import NamedTuple
from ticketcli.services import schedules
from ticketcli.services.dedup import holder
from ticketcli.services.in_force import InForce, in_force
from ticketcli.services.session import Session
from ticketcli.services.simulation import Around, Simulation
from ticketcli.services.store_desk import NOT_FINAL
from ticketcli.services.sweep import BEGUN_AT, SWEPT_AT
from ticketcli.services.sweep_report import Action

_DAY = 86400


class Step(NamedTuple):
    at: Instant
    action: Action


class Forecast(NamedTuple):
    """Everything that sweeps will do up to and including `until`, in order."""

    steps: tuple[Step, ...]
    until: Instant
    deferred: tuple[int, ...]
    """Tickets that are due by then and that the guard still holds back."""
    rules: InForce | None = None
    """Those that were asked, as if they went on closing though something is wrong with the files."""


def forecast(session: Session, lasting: int, every: int = 1, only: Sequence[int] = ()) -> Forecast:
    """What sweeps do in the next `lasting` seconds, one every `every` seconds at most; of these tickets, if named.

    All tickets of the desk take part, for the guard and the load of people are shared. Raises `NotFound`.
    """
    with session.store.read() as reader:
        rules = in_force(reader, session.files, session.notify_default, session.timezone)
        _check(reader, only)
        until = session.now + lasting
        simulation = _copied(session, reader, rules, until)
        steps = [Step(session.now, action) for action in simulation.sweep()]
        simulation.pause(bool(steps))
        # From here on sweeps run all the time, also those that find nothing to do: there is no gap between them.
        simulation.guard = simulation.guard._replace(max_gap=None)
        steps += [Step(at, action) for at, action in simulation.run(until, every, session.now)]
        wanted = set(only)
        return Forecast(
            tuple(step for step in steps if not wanted or step.action.ticket in wanted),
            until,
            tuple(id for id in sorted(simulation.sheet.due(until)) if not wanted or id in wanted),
            rules,
        )


def _check(reader: Reader, only: Sequence[int]) -> None:
    missing = next((id for id in only if reader.ticket(id) is None), None)
    if missing is not None:
        raise NotFound(f"no ticket #{missing}", "ticket list shows what there is")


def _copied(session: Session, reader: Reader, rules: InForce, until: Instant) -> Simulation:
    """The desk in memory as it stands now, with the messages that are on their way."""
    recent = {mark: _recent(reader, mark, session.now) for mark in ("closed", "reminded")}
    last, begun = reader.counter(SWEPT_AT), reader.counter(BEGUN_AT)
    scheduled = session.now if schedules.pending(reader, rules, session.now) else schedules.next_due(reader)
    around = Around(session.guard, last, begun, session.limits, recent["closed"], recent["reminded"], reader, scheduled)
    simulation = Simulation(rules.rulebook, session.now, around, rules.number)
    simulation.sheet.number_from(reader.counter("ticket"))
    ids = reader.ids("tickets", "kind", list(NOT_FINAL))
    for ticket in (*reader.tickets(ids), *_former(reader, rules, session.now, until)):
        filing = reader.filing(ticket.id)
        if filing is not None:
            simulation.put(ticket, filing)
    for number in reader.ids("outbox", "due_at", Range()):
        message = reader.message(number)
        if message is not None:
            simulation.sheet.enqueue(message)
    return simulation


def _former(reader: Reader, rules: InForce, now: Instant, until: Instant) -> list[Ticket]:
    """Final tickets that had a dedup key under which a schedule opens the next one: that one follows it."""
    own = [one for one in rules.rulebook.schedules if "dedup_key" in one.ticket]
    keys = {one.facts(at)["dedup_key"] for one in own for at in (now, *one.due_times(now, until))}
    found = (holder(reader, key) for key in keys)
    return [ticket for ticket in found if ticket is not None and ticket.kind == "final"]


def _recent(reader: Reader, mark: str, now: Instant) -> list[Instant]:
    """When rules closed or reminded in the day before, newest first."""
    found = []
    for seq in reader.ids("events", "mark", [mark], descending=True):
        event = reader.event(seq)
        if event is None or event.recorded_at < now - _DAY:
            break
        found.append(event.recorded_at)
    return found
