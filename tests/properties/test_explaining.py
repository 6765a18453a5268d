"""Explanations and the planner agree: who is said to act acts, who is said to fail does not, whatever happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import World
from tests.properties.histories import History, examples, histories, minutes, rulebooks
from ticketcli.domain.autoclose import autoclose
from ticketcli.domain.dating import Look
from ticketcli.domain.draft import Cause, Draft, Subject
from ticketcli.domain.escalation import escalate
from ticketcli.domain.events import Event
from ticketcli.domain.explaining import Finding, Situation, explain_rules
from ticketcli.domain.explaining.decisions import decided, explained_then
from ticketcli.domain.priority import prioritise
from ticketcli.domain.routing import route
from ticketcli.domain.rulebook import load_rulebook
from ticketcli.services.in_force import in_force
from ticketcli.services.store_desk import StoreDesk

STAGES: dict[str, tuple[Callable[[Draft], object], tuple[str, ...]]] = {
    "priority": (prioritise, ("prioritised",)),
    "routing": (route, ("routed",)),
    "escalation": (escalate, ("escalated",)),
    "autoclose": (autoclose, ("reminded", "closed", "resolved", "confirm_asked")),
}
"""Each stage, and the kinds of events by which a rule of it acts."""
SWEEPS = st.sets(st.integers(0, 240), min_size=5, max_size=15)


def looks(world: World) -> Iterator[tuple[Situation, Look]]:
    """Every ticket of the desk that is not final, as it stands now."""
    with world.store.read() as reader:
        rules = in_force(reader, world.files)
        for ticket in reader.tickets(world.ids()):
            look = Look(ticket, rules.rulebook, world.now, lambda id=ticket.id: reader.events(id))  # type: ignore[misc]
            if ticket.kind != "final":
                yield Situation(look, StoreDesk(reader), world.guard), look


def acted(situation: Situation, section: str) -> list[Event] | None:
    """What a sweep would write by rules of that section now; None when a wait ends: then the next pass decides."""
    look, (stage, kinds) = situation.look, STAGES[section]
    subject = Subject(look.ticket, look.ticket, look.past)
    draft = Draft(subject, look.rulebook, situation.desk, look.now, Cause(sweep=True, guard=situation.guard))
    stage(draft)
    if section == "autoclose" and any(event.kind == "lapsed" for event in draft.events):
        return None
    return [event for event in draft.events if event.kind in kinds]


def compare(situation: Situation, findings: list[Finding]) -> None:
    for section in STAGES:
        events = acted(situation, section)
        if events is None:
            continue
        mine = [finding for finding in findings if finding.ref.section == section]
        acting = [finding.ref.name for finding in mine if finding.effect == "acts"]
        wrote = [event.rule.name for event in events if event.rule]
        if section == "priority":  # who comes second in a stage fires in the next pass
            acting = acting[:1]
        if section == "routing":  # one event names every route on the way
            assert not acting or set(acting) <= {name for event in events for name in event.data["routed_by"]}
        else:
            assert wrote == acting
        assert not set(wrote) & {finding.ref.name for finding in mine if not finding.matched}


@given(rules=rulebooks(), history=histories(), sweeps=SWEEPS)
@examples(15)
def test_the_rules_said_to_act_are_those_that_the_planner_lets_act(
    rules: str, history: History, sweeps: set[int]
) -> None:
    world = World(rules)
    for minute, at in minutes():
        world.go(at)
        history.at(minute, world)
        if minute in sweeps:
            for situation, _ in looks(world):
                compare(situation, explain_rules(situation))
            world.sweep()


@given(rules=rulebooks(), history=histories(tickets=1), end=st.integers(30, 240))
@examples(8)
def test_what_fails_comes_to_hold_when_it_is_said_to(rules: str, history: History, end: int) -> None:
    world = World(rules)
    for minute, at in minutes()[:end]:
        world.go(at)
        history.at(minute, world)
    for situation, look in looks(world):
        conditions = {rule.ref.key: rule.when for rule in look.rulebook.escalation}
        conditions |= {rule.ref.key: rule.when for rule in look.rulebook.priority}
        for finding in explain_rules(situation):
            if finding.ref.key in conditions and not finding.matched:
                ask = conditions[finding.ref.key].ask
                last = look.now + 3600 * 6 if finding.true_at is None else finding.true_at - 1
                assert not any(ask(situation.case(at)).value for at in {*range(look.now, last, 61), last})
                assert finding.true_at is None or ask(situation.case(finding.true_at)).value


@given(rules=rulebooks(), history=histories(), sweeps=SWEEPS)
@examples(8)
def test_of_every_past_decision_it_can_be_told_what_made_its_rule_hold(
    rules: str, history: History, sweeps: set[int]
) -> None:
    world = World(rules)
    for minute, at in minutes():
        world.go(at)
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
    built = world.files.built()
    assert built.bound is not None
    book = load_rulebook(built.bound, built.hash)
    kinds = {kind for _, some in STAGES.values() for kind in some} | {"sla_met", "sla_warned", "sla_breached"}
    for id in world.ids():
        for event, states in decided(world.events(id)):
            if event.kind in kinds:
                assert explained_then(event, states, book), (event.kind, event.data)
