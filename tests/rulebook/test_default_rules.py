"""The rules that `ticket init` copies: clean, complete, and teaching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ticketcli import resources
from ticketcli.domain.rulebook import Policy, Route, Rulebook, load_rulebook
from ticketcli.domain.scenario import Broken, Case, Outcome
from ticketcli.domain.ticket import PRIORITIES
from ticketcli.rulebook.cache import DirectoryRules
from ticketcli.rulebook.check import check
from ticketcli.rulebook.files import MAX_BYTES, read_file
from ticketcli.rulebook.scenario_rules import DeskRules, ScenarioRules
from ticketcli.rulebook.scenarios import read_scenarios
from ticketcli.services.playing import Playing

RULES = Path(resources.rules_directory())


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    bound = check([str(RULES)], complete=True).bound
    assert bound is not None
    return load_rulebook(bound, "hash")


def test_they_check_without_error_or_warning() -> None:
    assert check([str(RULES)], complete=True).problems == ()


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_file_checks_alone_and_says_where_its_schema_is(path: Path) -> None:
    lines = path.read_text().splitlines()

    assert check([str(path)]).problems == ()
    assert lines[0] == "# yaml-language-server: $schema=../schemas/rules.json"
    assert (path.parent / lines[0].partition("=")[2]).is_file()
    assert lines[2].startswith("# ")
    assert max(map(len, lines)) <= 120


def test_they_hold_what_a_small_team_needs(rulebook: Rulebook) -> None:
    assert list(rulebook.lifecycle.statuses.values()) == ["initial", "active", "waiting", "resolved", "final"]
    assert set(rulebook.calendars.raw) == {"office", "always"}
    assert [policy.ref.name for policy in rulebook.sla] == ["urgent", "high", "normal", "low"]
    assert set(PRIORITIES) == {policy.ref.name for policy in rulebook.sla}
    assert rulebook.routing[-1].catch_all
    assert any({"assign": "manager"} in rule.then for rule in rulebook.escalation)
    assert all(team.manager and team.members for team in rulebook.teams.values())


def test_silence_closes_by_tiers_with_reminders_and_exemptions(rulebook: Rulebook) -> None:
    tiers = {rule.ref.name: rule.after.text for rule in rulebook.autoclose}

    assert tiers == {
        "resolved-urgent": "24h",
        "resolved-question": "3d",
        "resolved-technical": "7d",
        "resolved": "48h",
        "waiting-for-requester": "7d",
    }
    assert all(rule.remind for rule in rulebook.autoclose)
    assert all(rule.unless for rule in rulebook.autoclose)
    assert all(rule.reason in rulebook.lifecycle.close_reasons for rule in rulebook.autoclose)


PROMISES = {
    "urgent": "None: assignment 15m, first_response 30m, next_response 2h, resolution 24h; pending; 75%, 10m",
    "high": "office: assignment 1h, first_response 2h, next_response 4h, resolution 2d; pending; 75%",
    "normal": "office: first_response 4h, next_response 1d, resolution 5d; pending; 75%",
    "low": "office: first_response 1d, resolution 10d; pending, hold; ",
}
"""Per policy its calendar and targets, what stops the clocks, and when it warns."""


def test_the_targets_are_those_that_were_thought_over(rulebook: Rulebook) -> None:
    def promise(policy: Policy) -> str:
        targets = ", ".join(f"{target} {span.text}" for target, span in policy.targets.items())
        warnings = ", ".join(one.name for one in policy.warn)
        return f"{policy.calendar.name}: {targets}; {', '.join(policy.pause)}; {warnings}"

    assert {policy.ref.name: promise(policy) for policy in rulebook.sla} == PROMISES


def test_the_always_calendar_never_closes(rulebook: Rulebook) -> None:
    assert rulebook.calendars["always"].between(0, 86400 * 400) == 86400 * 400


SCENARIOS = sorted((RULES / "tests").glob("*.yaml"))


@pytest.fixture(scope="module")
def played() -> list[tuple[Case, Playing, Outcome]]:
    """Every scenario that comes with the rules, and how it ended."""
    rules = ScenarioRules(DeskRules(DirectoryRules(str(RULES), "/nonexistent/cache")))
    cases = [case for path in SCENARIOS for case in read_scenarios(read_file(str(path), path.name, MAX_BYTES), rules)]
    assert [(case.name, case.troubles) for case in cases if isinstance(case, Broken)] == []
    return [(case, *_play(case)) for case in cases if isinstance(case, Case)]


def _play(case: Case) -> tuple[Playing, Outcome]:
    playing = Playing(case)
    return playing, playing.play()


def test_their_scenarios_come_out_as_written(played: list[tuple[Case, Playing, Outcome]]) -> None:
    assert [(case.name, outcome) for case, _, outcome in played if outcome.outcome != "passed"] == []


def test_every_rule_decides_something_in_some_scenario(
    rulebook: Rulebook, played: list[tuple[Case, Playing, Outcome]]
) -> None:
    events = [event for _, playing, _ in played for id in playing.known for event in playing.by_rules(id)]
    decided = {event.rule.key for event in events if event.rule is not None and event.kind not in ("lapsed", "sla_met")}
    decided |= {f"routing/{name}" for event in events for name in event.data.get("routed_by", ())}
    sections = (rulebook.priority, rulebook.sla, rulebook.escalation, rulebook.autoclose)
    names = {rule.ref.key for section in sections for rule in section} | set(_routes(rulebook.routing))

    assert names - decided == set()


def _routes(routes: Iterable[Route]) -> Iterator[str]:
    for route in routes:
        yield route.ref.key
        yield from _routes(route.routes)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_each_scenario_file_says_where_its_schema_is(path: Path) -> None:
    lines = path.read_text().splitlines()

    assert lines[0] == "# yaml-language-server: $schema=../../schemas/scenario.json"
    assert (path.parent / lines[0].partition("=")[2]).is_file()
    assert max(map(len, lines)) <= 120
