"""A scenario ends as the same commands at the same times end on a sandbox desk."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import MINUTE, START, World, rulebook
from tests.properties.histories import FACTS, HORIZON, Step, carry_out, examples, rulebooks, steps
from ticketcli.cli.scenario_file import flow
from ticketcli.domain.desk import Guard
from ticketcli.domain.instants import format_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import Case
from ticketcli.rulebook.files import RuleFile
from ticketcli.rulebook.scenarios import Place, read_scenarios
from ticketcli.services.playing import Playing

UNGUARDED = Guard(max_closes=10**9, max_gap=None)


def written(step: Step) -> dict[str, Any]:
    """A step of a history as a scenario says it."""
    args = dict(step.args)
    flags: dict[str, Any] = {"as": step.who, "class": step.class_}
    if step.verb == "set":
        flags |= args.pop("values")
    elif step.verb == "assign" and args["to"] is None:
        args, flags["nobody"] = {}, True
    elif "for" in args:
        flags["until"] = f"{args.pop('for')}m"
    elif "by" in args:
        flags["by"] = f"{args.pop('by')}s"
    at = f"+{step.minute}m"
    return {"at": at, "on": f"t{step.ticket}", "do": {step.verb: {**flags, **args}}}


def opened(world: World, facts: dict[str, Any]) -> None:
    given = {key: value for key, value in facts.items() if key != "class_"}
    who = facts["requester"]["email"] if "requester" in facts else "bot"
    world.create(as_=who, class_=None if "requester" in facts else "bot", **given)


@given(
    rules=rulebooks(),
    facts=st.lists(st.sampled_from(FACTS), min_size=1, max_size=3),
    lived=st.lists(steps(tickets=3), max_size=10),
    sweeps=st.sets(st.integers(1, HORIZON), min_size=10, max_size=60),
)
@examples(30)
def test_a_scenario_ends_as_a_desk_does(
    rules: str, facts: list[dict[str, Any]], lived: list[Step], sweeps: set[int]
) -> None:
    world = World(rules, guard=UNGUARDED)
    for one in facts:
        opened(world, one)
    timeline: list[dict[str, Any]] = []
    for minute in range(1, HORIZON + 1):
        world.go(START + minute * MINUTE)
        for step in lived:
            if step.minute == minute and step.ticket <= len(facts):
                count = len(world.events(step.ticket))
                carry_out(step, world)
                if len(world.events(step.ticket)) > count:
                    timeline.append(written(step))
        if minute in sweeps:
            world.sweep()
            timeline.append({"at": f"+{minute}m", "sweep": True})
    playing = played(rulebook(rules), facts, timeline)
    for id in world.ids():
        mine = [(event.kind, event.at, dict(event.data)) for event in playing.by_rules(id)]
        theirs = [(e.kind, e.at, dict(e.data)) for e in world.events(id) if e.actor.class_ == "rule"]
        assert mine == theirs
        assert playing.ticket(id) == world.ticket(id)


def played(book: Rulebook, facts: list[dict[str, Any]], timeline: list[dict[str, Any]]) -> Playing:
    tickets = {
        f"t{n}": {"subject": "Printer on fire", **{key: value for key, value in one.items() if key != "class_"}}
        for n, one in enumerate(facts, 1)
    }
    scenario = {"name": "a", "start": format_instant(START), "tickets": tickets, "timeline": timeline}

    def rules_of(raw: object, place: Place) -> tuple[Rulebook, list[Any]]:
        return book, []

    (case,) = read_scenarios(RuleFile("s.yaml", flow([scenario]).encode()), rules_of)
    assert isinstance(case, Case), case.troubles
    playing = Playing(case)
    outcome = playing.play()
    assert outcome.outcome == "passed", outcome
    return playing
