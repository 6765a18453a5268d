"""Routing over random teams and lives: who gets a ticket could take it, turns are fair, nobody waits for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import LEE, MINUTE, START, World
from tests.properties.histories import examples
from ticketcli.domain.events import Event
from ticketcli.domain.fold import apply, create
from ticketcli.domain.ticket import Ticket
from ticketcli.errors import TicketError

Draw = Callable[[st.SearchStrategy[Any]], Any]
MINUTES = 45
NAMES = ("ann", "bob", "cai", "dan", "eve")
MEMBERS = NAMES[:4]
"""Eve is in no team: she can only stand in."""
SPANS = {"early": range(10, 30), "late": range(25, 50), "split": (*range(5, 12), *range(20, 40))}
CALENDARS = """
calendars:
  early: {timezone: UTC, hours: {daily: ["09:10-09:30"]}}
  late: {timezone: UTC, hours: {daily: ["09:25-09:50"]}}
  split: {timezone: UTC, hours: {daily: ["09:05-09:12", "09:20-09:40"]}}
teams:
  dba: {members: [ann, bob, cai, dan]}
"""


class Someone(NamedTuple):
    skills: tuple[str, ...]
    level: str | None
    capacity: int | None
    calendar: str | None
    delegate: str | None

    def on_shift(self, minute: int) -> bool:
        return self.calendar is None or minute in SPANS[self.calendar]


class Team(NamedTuple):
    people: dict[str, Someone]
    assigns: dict[str, dict[str, Any]]
    """By category how the route of that name assigns."""

    @property
    def rules(self) -> str:
        people = [f"  - {flow({'name': name, **one._asdict()})}" for name, one in self.people.items()]
        routes = [
            f"  - {{name: {name}, when: {{category: {name}}}, team: dba, assign: {flow(assign)}}}"
            for name, assign in self.assigns.items()
        ]
        return "\n".join([CALENDARS, "people:", *people, "routing:", *routes]) + "\n"

    def able(self, assign: dict[str, Any], minute: int, load: dict[str, int]) -> dict[str, str]:
        """Who could take a ticket of that route, and in whose place."""
        found: dict[str, str] = {}
        for member in [assign["person"]] if "person" in assign else MEMBERS:
            name, seen = member, set[str]()
            while name and name not in seen and self.fits(name, assign):
                seen.add(name)
                if self.people[name].on_shift(minute):
                    capacity = self.people[name].capacity
                    if capacity is None or load.get(name, 0) < capacity:
                        found.setdefault(name, member)
                    break
                name = self.people[name].delegate or ""
        return found

    def fits(self, name: str, assign: dict[str, Any]) -> bool:
        one = self.people[name]
        skilled = set(assign.get("skills", ())) <= set(one.skills)
        return "person" in assign or (skilled and assign.get("level") in (None, one.level))


def flow(mapping: dict[str, Any]) -> str:
    """A mapping as YAML in flow style, nulls and empty lists left out."""
    parts = [f"{key}: {_flow(value)}" for key, value in mapping.items() if value not in (None, ())]
    return "{" + ", ".join(parts) + "}"


def _flow(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)


@st.composite
def turning(draw: Draw) -> Team:
    """A team that goes in turn, in which most have room for more."""
    people = {}
    for name in NAMES:
        delegate = draw(st.sampled_from([None, *(other for other in NAMES if other != name)]))
        capacity, calendar = draw(st.sampled_from([None, None, None, 2])), draw(st.sampled_from([None, *SPANS]))
        people[name] = Someone((), None, capacity, calendar, delegate)
    return Team(people, {"x": {"strategy": "round_robin"}})


SKILLS = st.sets(st.sampled_from(["linux", "sql"])).map(lambda some: tuple(sorted(some)))
LEVELS = st.sampled_from([None, "senior", "junior"])


@st.composite
def teams(draw: Draw) -> Team:
    people = {}
    for name in NAMES:
        delegate = draw(st.sampled_from([None, *(other for other in NAMES if other != name)]))
        capacity = draw(st.sampled_from([None, 0, 1, 1, 2]))
        calendar = draw(st.sampled_from([None, None, *SPANS]))
        people[name] = Someone(draw(SKILLS), draw(LEVELS), capacity, calendar, delegate)
    assigns = {}
    for category in ("x", "y"):
        how = draw(st.sampled_from(["least_loaded", "round_robin", "round_robin", "person"]))
        if how == "person":
            assigns[category] = {"person": draw(st.sampled_from(MEMBERS))}
        else:
            asked = {"skills": draw(SKILLS), "level": draw(LEVELS)}
            kept = {key: value for key, value in asked.items() if value and draw(st.booleans())}
            assigns[category] = {"strategy": how, **kept}
    return Team(people, assigns)


VERBS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("resolve", {}),) * 4,
    ("close", {}),
    ("reopen", {}),
    ("route", {}),
    ("assign", {"to": None}),
    ("assign", {"to": "bob"}),
    ("set", {"values": {"team": None}}),
)
STEPS = st.tuples(st.integers(2, MINUTES - 1), st.integers(1, 8), st.sampled_from(VERBS))
BIRTHS = st.tuples(st.integers(0, MINUTES // 2), st.sampled_from(["x", "y"]))


def live(world: World, births: list[tuple[int, str]], steps: list[tuple[int, int, Any]]) -> Iterator[int]:
    """A minute after the other, each with all that happens in it and a sweep at its end."""
    for minute in range(MINUTES):
        world.go(START + minute * MINUTE)
        for at, category in births:
            if at == minute:
                world.create(category=category, requester=LEE)
        for at, id, (verb, args) in steps:
            if at == minute:
                try:
                    world.do(verb, id, **args)
                except TicketError:
                    pass
        world.sweep()
        yield minute


def chosen(world: World) -> Iterator[tuple[Event, dict[str, int], dict[int, Ticket]]]:
    """Each choice of a rule that found somebody: what everybody had before it, and how all tickets stood."""
    tickets: dict[int, Ticket] = {}
    for event in sorted((event for id in world.ids() for event in world.events(id)), key=lambda event: event.seq):
        if event.kind == "routed" and event.rule is not None and event.data["assignee"]:
            others = [one for one in tickets.values() if one.id != event.ticket]
            yield event, load_of(others), dict(tickets)
        known = tickets.get(event.ticket)
        tickets[event.ticket] = create(event) if known is None else apply(known, event)


def load_of(tickets: list[Ticket]) -> dict[str, int]:
    load: dict[str, int] = {}
    for ticket in tickets:
        if ticket.assignee and ticket.kind not in ("resolved", "final"):
            load[ticket.assignee] = load.get(ticket.assignee, 0) + 1
    return load


def minute_of(event: Event) -> int:
    return (event.at - START) // MINUTE


def waits(ticket: Ticket) -> bool:
    mine = not {"team", "assignee"} & set(ticket.chosen)
    return ticket.assignee is None and mine and ticket.kind not in ("resolved", "final")


LIVES = {"team": teams(), "births": st.lists(BIRTHS, min_size=3, max_size=8), "steps": st.lists(STEPS, max_size=10)}


@given(**LIVES)
@examples(40)
def test_who_gets_a_ticket_fits_is_there_and_has_room(team: Team, births: Any, steps: Any) -> None:
    world = World(team.rules)
    list(live(world, births, steps))
    for event, load, tickets in chosen(world):
        category = tickets[event.ticket].category
        assert category is not None
        able = team.able(team.assigns[category], minute_of(event), load)
        assert event.data["assignee"] in able
        if team.assigns[category].get("strategy") == "least_loaded":
            assert load.get(event.data["assignee"], 0) == min(load.get(name, 0) for name in able)
    world.check()


@given(**LIVES)
@examples(40)
def test_no_ticket_waits_after_a_sweep_while_somebody_could_take_it(team: Team, births: Any, steps: Any) -> None:
    world = World(team.rules)
    for minute in live(world, births, steps):
        tickets = [world.ticket(id) for id in world.ids()]
        for ticket in filter(waits, tickets):
            assert ticket.category is not None
            assert not team.able(team.assigns[ticket.category], minute, load_of(tickets)), (minute, ticket.id)


@given(**LIVES)
@examples(30)
def test_of_those_with_the_same_route_the_longest_waiting_is_placed_first(team: Team, births: Any, steps: Any) -> None:
    world = World(team.rules)
    list(live(world, births, steps))
    events = [event for id in world.ids() for event in world.events(id)]
    by_hand = {(event.ticket, event.run) for event in events if event.data.get("given_back")}
    for event, _, tickets in chosen(world):
        if (event.ticket, event.run) in by_hand:
            continue  # `route` places the ticket that it names, at once
        mine = tickets[event.ticket]
        since = mine.trail.seeks_since
        for other in tickets.values():
            if since is not None and other.id != mine.id and other.category == mine.category and waits(other):
                theirs = other.trail.seeks_since
                assert theirs is None or theirs >= since


@given(
    team=turning(),
    births=st.lists(st.tuples(st.integers(0, MINUTES - 1), st.just("x")), min_size=6, max_size=14),
    steps=st.lists(STEPS, max_size=4),
)
@examples(40)
def test_nobody_has_a_second_turn_before_everybody_who_was_there_had_one(team: Team, births: Any, steps: Any) -> None:
    world = World(team.rules)
    list(live(world, births, steps))
    taken = []
    for event, load, _ in chosen(world):
        taken.append((event.data["assignee"], team.able(team.assigns["x"], minute_of(event), load)))
    check_turns(taken)


def check_turns(taken: list[tuple[str, dict[str, str]]]) -> None:
    for number, (person, _) in enumerate(taken):
        later = [place for place in range(number + 1, len(taken)) if taken[place][0] == person]
        if later:
            between = taken[number + 1 : later[0]]
            throughout = set.intersection(*(set(able) for _, able in taken[number : later[0] + 1]))
            assert throughout - {person} <= {name for name, _ in between}
