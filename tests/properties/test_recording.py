"""A scenario recorded from any ticket passes when it is played at once, and holds nothing personal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import World, rulebook
from tests.properties.histories import HORIZON, History, examples, histories, minutes, rulebooks
from ticketcli.cli.scenario_file import scenario_text
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import Broken, Trouble
from ticketcli.rulebook.files import RuleFile
from ticketcli.rulebook.scenarios import Place, read_scenarios
from ticketcli.services.playing import play
from ticketcli.services.recording import record, start_text


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
        text = scenario_text("Recorded.", f"ticket {id}", start_text(events[0].at, "Asia/Shanghai"), recorded.raw)
        check_passes(text, book)
        assert "lee@x.cn" not in text and "Printer" not in text
        assert parse_instant(text.partition("start: ")[2].partition("\n")[0]) == events[0].at


def check_passes(text: str, book: Rulebook) -> None:
    def rules_of(raw: object, place: Place) -> tuple[Rulebook, list[Trouble]]:
        return book, []

    (case,) = read_scenarios(RuleFile("recorded.yaml", text.encode()), rules_of)
    assert not isinstance(case, Broken), (case.troubles, text)
    outcome = play(case)
    assert outcome.outcome == "passed", (outcome, text)
