"""A scenario recorded from any ticket passes when it is played at once, and holds nothing personal."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.desks import START, World, rulebook
from tests.properties.histories import HORIZON, History, examples, histories, minutes, rulebooks
from ticketcli.cli.scenario_file import scenario_text
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import Broken, Case, Trouble
from ticketcli.rulebook.files import RuleFile
from ticketcli.rulebook.scenarios import Place, read_scenarios
from ticketcli.services.playing import Playing, play
from ticketcli.services.recording import EVERY, TELLING, Recorded, record, start_text


@given(
    rules=st.lists(rulebooks(), min_size=1, max_size=2),
    history=histories(tickets=2),
    sweeps=st.sets(st.integers(0, HORIZON), min_size=5, max_size=40),
)
@examples(40)
def test_a_recorded_scenario_passes_at_once(rules: list[str], history: History, sweeps: set[int]) -> None:
    """Also by other rules than those of the history."""
    world = World(rules[0])
    for minute, at in minutes():
        world.go(at)
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
    book = rulebook(rules[-1])
    for id in world.ids():
        events = world.events(id)
        recorded = record(events, book, world.now)
        text = text_of(recorded, events[0].at)
        outcome = play(case_of(text, book))
        assert outcome.outcome == "passed", (outcome, text)
        assert "lee@x.cn" not in text and "Printer" not in text
        assert parse_instant(text.partition("start: ")[2].partition("\n")[0]) == events[0].at


@given(rules=rulebooks(), history=histories(tickets=1))
@examples(20)
def test_by_the_rules_of_its_history_it_decides_what_the_desk_decided(rules: str, history: History) -> None:
    """On a desk that sweeps when the scenario does: a minute of the history is ten here."""
    world = World(rules)
    for minute in range(HORIZON):
        world.go(START + EVERY * minute)
        world.sweep()
        history.at(minute, world)
    book = rulebook(rules)
    recorded = record(world.events(1), book, world.now)
    assume(not recorded.dropped)
    playing = Playing(case_of(text_of(recorded, world.events(1)[0].at), book))

    assert playing.play().outcome == "passed"
    assert decided(playing.by_rules(1)) == decided(world.events(1)), recorded.raw


def decided(events: Sequence[Event]) -> list[tuple[str, str, Instant]]:
    return [(event.rule.name, event.kind, event.at) for event in events if event.rule and event.kind in TELLING]


def text_of(recorded: Recorded, start: Instant) -> str:
    return scenario_text("Recorded.", "ticket 1", start_text(start, "Asia/Shanghai"), recorded.raw)


def case_of(text: str, book: Rulebook) -> Case:
    def rules_of(raw: object, place: Place) -> tuple[Rulebook, list[Trouble]]:
        return book, []

    (case,) = read_scenarios(RuleFile("recorded.yaml", text.encode()), rules_of)
    assert not isinstance(case, Broken), (case.troubles, text)
    return case
