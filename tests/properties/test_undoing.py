"""`undo` restores what stood before, once, and the rule leaves it at that; on random desks at random times."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import World
from tests.properties.histories import HORIZON, History, examples, histories, minutes, rulebooks
from ticketcli.domain.events import Event
from ticketcli.domain.fold import fold
from ticketcli.domain.ticket import Ticket
from ticketcli.services.undoing import undo_last

EFFECTS = {"assigned", "prioritised", "labelled", "watched", "routed", "changed", "moved", "resolved", "closed"}
EFFECTS |= {"reopened", "confirm_asked"}


@given(
    rules=rulebooks(),
    history=histories(tickets=2),
    sweeps=st.sets(st.integers(0, HORIZON), min_size=10, max_size=60),
    undos=st.lists(st.tuples(st.integers(5, HORIZON), st.integers(1, 2)), min_size=1, max_size=4),
)
@examples(25)
def test_what_was_taken_back_stands_as_before_and_does_not_come_again(
    rules: str, history: History, sweeps: set[int], undos: list[tuple[int, int]]
) -> None:
    world = World(rules)
    for minute, at in minutes():
        world.go(at)
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
        for id in [id for when, id in undos if when == minute and id in world.ids()]:
            undo_last(world.session("bob"), [id])
            again = len(world.events(id))
            undo_last(world.session("bob"), [id])
            if world.events(id)[again - 1].kind == "undone":
                assert len(world.events(id)) == again, "a second time there is nothing to take back"
    world.check()
    for id in world.ids():
        check_undone(world.events(id))


def check_undone(events: list[Event]) -> None:
    for at, event in enumerate(events):
        if event.kind == "undone":
            check_restored(events, at)
            check_silent(event, events[at + 1 :])


def check_restored(events: list[Event], at: int) -> None:
    """Where nothing else happened in between, the ticket looks as it did before the rule acted."""
    gone = events[at].data["events"]
    first = next((n for n, event in enumerate(events) if event.seq in gone), None)
    if first is None:
        return
    between = [event for event in events[first:at] if event.seq not in gone]
    if not any(event.kind in EFFECTS | {"undone"} or event.actor.class_ != "rule" for event in between):
        assert look(fold(events[: at + 1])) == look(fold(events[:first]))


def look(ticket: Ticket) -> tuple[object, ...]:
    facts = (ticket.status, ticket.status_since, ticket.priority, ticket.labels, ticket.team, ticket.assignee)
    more = (ticket.watchers, ticket.fields, ticket.closed_at, ticket.resolved_at, ticket.close_reason)
    return (*facts, *more, ticket.reopen_count, ticket.trail.moves, ticket.trail.asked_at, ticket.trail.ended_at)


def check_silent(undone: Event, later: list[Event]) -> None:
    for key, since in undone.data["stopped"].items():
        for event in later:
            if event.rule is None or event.rule.key != key:
                continue
            if event.kind == "lapsed" and not key.startswith("autoclose/"):
                break
            if event.kind in ("closed", "resolved", "reminded") and key.startswith("autoclose/"):
                assert event.data["since"] != since, "that wait is over"
            if event.kind in ("escalated", "prioritised"):
                assert event.data.get("firing", {}).get("since") != since, "that episode is over"
