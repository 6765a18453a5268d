"""Scenario files: what may stand in them, and what is said of what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.scenario_files import HEAD, TICKET, lines, played, read, told
from ticketcli.domain.desk import Guard
from ticketcli.domain.scenario import Broken, Case
from ticketcli.errors import NoDesk
from ticketcli.rulebook.files import RuleFile, read_file
from ticketcli.rulebook.scenario_rules import DeskRules, ScenarioRules
from ticketcli.rulebook.scenarios import read_scenarios

STEPS = TICKET + "  timeline:\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[]", ["1:1 empty"]),
        ("{}", ["1:1 wrong-type"]),
        ("- 1", ["1:3 wrong-type"]),
        ("- {name: a}", ["1:3 missing-key"]),
        ("- {nme: a, start: 2026-03-02T09:00:00Z}", ["1:3 missing-key", "1:3 no-rules", "1:4 unknown-key name"]),
        ("- {name: a, start: 2026-03-02, rules: {}, ticket: {subject: x}}", ["1:20 bad-instant"]),
        ("- {name: a, start: 2026-03-02T09:00:00Z, ticket: {subject: x}}", ["1:3 no-rules"]),
        ("- {name: a, start: 2026-03-02T09:00:00Z, rules: ../no, ticket: {subject: x}}", ["1:42 no-rules"]),
        ("- {name: a, start: 2026-03-02T09:00:00Z, rules: {sla: []}, ticket: {subject: x}}", ["1:55 empty"]),
        ("- {name: a, start: 2026-03-02T09:00:00Z, rules: {}}", ["1:3 tickets"]),
        ("- {name: a, start: 2026-03-02T09:00:00Z, rules: {}, ticket: {}}", ["1:61 missing-key"]),
        ("- {name: a, name: b, start: 2026-03-02T09:00:00Z, rules: {}, ticket: {subject: x}}", ["1:13 duplicate-key"]),
        (TICKET + TICKET, ["13:3 duplicate"]),
        ("- &a {name: a\n", ["2:1 yaml"]),
    ],
)  # fmt: skip
def test_what_no_scenario_can_be_is_told_with_its_place(text: str, problems: list[str]) -> None:
    assert told(text) == problems


@pytest.mark.parametrize(
    ("ticket", "problems"),
    [
        ("{subject: x, requestor: a@x.cn}", ["12:24 unknown-key requester"]),
        ("{subject: x, wake_at: +1h}", ["12:24 derived"]),
        ("{subject: x, sla: {}}", ["12:24 derived"]),
        ("{subject: x, version: 3, id: 4}", ["12:24 derived", "12:36 derived"]),
        ("{subject: x, created_at: yesterday}", ["12:36 bad-moment"]),
        ("{subject: x, requester: {mail: a@x.cn}}", ["12:36 unknown-key email"]),
        ("{subject: x, reminded: [{rule: silent}]}", ["12:35 missing-key", "12:35 missing-key"]),
        ("{subject: x, occurrences: 0}", ["12:37 out-of-range"]),
        ("{subject: x, as: ann, reopen_within: 1d}", ["12:24 unknown-key", "12:33 unknown-key"]),
        ("{subject: x, fields.region: north, external_ids.jira: A-1, requester.tier: vip}", []),
    ],
)
def test_a_ticket_takes_facts_and_nothing_that_follows_from_others(ticket: str, problems: list[str]) -> None:
    assert told(f"{HEAD}  ticket: {ticket}\n") == problems


@pytest.mark.parametrize(
    ("step", "problems"),
    [
        ("{at: +1h}", ["14:7 step"]),
        ("{at: +1h, sweep: true, expect: {status: new}}", ["14:7 step"]),
        ("{sweep: true}", ["14:7 step-time"]),
        ("{sweep: 1h}", ["14:7 step-time"]),
        ("{sweep: 1h, at: +2h}", ["14:7 step-time"]),
        ("{sweep: 1h, at: +2h, until: +3h}", ["14:7 step-time"]),
        ("{at: +1h, sweep: false}", ["14:24 unknown-value"]),
        ("{at: +1h, sweep: often, until: +2h}", ["14:24 bad-duration"]),
        ("{at: +1h, sweep: yes}", ["14:24 bad-duration true"]),
        ("{at: 90, sweep: true}", ["14:12 bad-duration +90h"]),
        ("{at: -1h, sweep: true}", ["14:8 backwards"]),
        ("{att: +1h, sweep: true}", ["14:8 unknown-key at"]),
        ("{at: +1h, delivery: broken}", ["14:27 unknown-value"]),
        ("{at: +1h, on: a, sweep: true}", ["14:17 which-ticket"]),
        ("{at: +1h, on: a, do: resolve}", ["14:17 which-ticket"]),
        ("{at: +1h, do: solve}", ["14:21 unknown-verb resolve"]),
        ("{at: +1h, do: comment}", ["14:21 unknown-verb"]),
        ("{at: +1h, do: {comnt: x}}", ["14:22 unknown-key comment"]),
        ("{at: +1h, do: {comment: x, move: open}}", ["14:21 too-many-keys"]),
        ("{at: +1h, do: {comment: {clas: agent, text: x}}}", ["14:32 unknown-key class"]),
        ("{at: +1h, do: {comment: {class: boss, text: x}}}", ["14:39 unknown-value"]),
        ("{at: +1h, do: {comment: }}", ["14:31 wrong-type"]),
        ("{at: +1h, do: {extend: 2x}}", ["14:22 bad-value"]),
        ("{at: +1h, do: {hold: {until: soon}}}", ["14:36 bad-moment"]),
        ("{at: +1h, do: {assign: {}}}", ["14:22 bad-value"]),
        ("{at: +1h, do: {take: ann}}", ["14:22 bad-value"]),
        ("{at: +1h, do: {set: {as: ann}}}", ["14:22 bad-value"]),
        ("{at: +1h, do: {label: {}}}", ["14:22 bad-value"]),
        ("{at: +1h, do: {move: {}}}", ["14:22 bad-value"]),
        ("{at: +1h, do: {create: {subject: x, status: open, as: ann}}}", ["14:22 unknown-key"]),
    ],
)
def test_a_step_does_one_thing_at_a_time_that_does_not_run_backwards(step: str, problems: list[str]) -> None:
    assert told(f"{STEPS}    - {step}\n") == problems


@pytest.mark.parametrize(
    ("steps", "line", "message"),
    [
        (("{at: -1h, sweep: true}",), 14, "-1h lies before the start"),
        (("{sweep: 1h, until: +5h}", "{at: +4h, sweep: true}"), 15, "+4h lies before the step above"),
    ],
    ids=["the start", "the step above"],
)
def test_a_step_that_lies_before_its_predecessor_is_a_problem_that_says_which(
    steps: tuple[str, ...], line: int, message: str
) -> None:
    (broken,) = read(TICKET + lines(*steps))

    assert isinstance(broken, Broken)
    assert [(one.code, one.spot.line) for one in broken.troubles] == [("backwards", line)]
    assert broken.troubles[0].message.startswith(message)


@pytest.mark.parametrize(
    ("expect", "problems"),
    [
        ("{}", ["13:11 empty"]),
        ("{status: clsed}", ["13:12 unknown-status closed"]),
        ("{stats: closed}", ["13:12 unknown-fact status"]),
        ("{evnts: [routed]}", ["13:12 unknown-fact events"]),
        ("{requester.teir: vip}", ["13:12 unknown-fact requester.tier"]),
        ("{any: [{status.knd: final}]}", ["13:19 unknown-fact status.kind"]),
        ("{labels: {is: prod}}", ["13:21 wrong-operator has"]),
        ("{closed_at: tomorrow}", ["13:12 bad-instant"]),
        ("{events: [reminde]}", ["13:21 unknown-event reminded"]),
        ("{messages: [{too: ann}]}", ["13:24 unknown-key to"]),
        ("{autoclose.closes_at: +1h}", ["13:12 unknown-fact autoclose.close_at"]),
        ("{sla.first_respons: met}", ["13:12 unknown-fact sla.first_response"]),
        ("{assignee: an}", ["13:12 unknown-person ann"]),
        ("{any: []}", ["13:12 empty-list"]),
    ],
)
def test_what_cannot_be_expected_is_told_with_the_nearest_word(expect: str, problems: list[str]) -> None:
    assert told(f"{TICKET}  expect: {expect}\n") == problems


def test_everything_wrong_is_told_at_once_and_other_scenarios_are_read() -> None:
    text = TICKET + "  timeline: [{at: 1x, sweep: true}, {at: +1h, do: {mov: open}}]\n  expect: {status: clsed}\n"
    good = TICKET.replace("name: one", "name: two")

    assert told(text + good) == ["13:19 bad-moment", "13:52 unknown-key move", "14:12 unknown-status closed"]
    assert [type(one) for one in read(text + good)] == [Broken, Case]


SEVERAL = HEAD + "  tickets: {a: {subject: x}, b: {subject: y}}\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("  timeline: [{at: +1h, do: resolve}]\n", ["13:14 which-ticket"]),
        ("  timeline: [{at: +1h, on: c, do: resolve}]\n", ["13:24 which-ticket"]),
        ("  timeline: [{at: +1h, on: b, do: resolve}, {at: +1h, on: a, expect: {status: new}}]\n", []),
        ("  timeline: [{at: +1h, on: c, do: {create: {subject: z}}}, {at: +1h, on: c, do: resolve}]\n", []),
        ("  timeline: [{at: +1h, on: b, do: {create: {subject: z}}}]\n", ["13:24 which-ticket"]),
        ("  expect: {status: new}\n", ["13:12 which-ticket"]),
        ("  expect: {a: {status: new}, b: {status: nw}}\n", ["13:34 unknown-status new"]),
        ("  ticket: {subject: z}\n", ["1:3 tickets"]),
    ],
)
def test_with_several_tickets_each_step_says_which(text: str, problems: list[str]) -> None:
    assert told(SEVERAL + text) == problems


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{at: +1h, do: resolve}", "`on` must say which ticket: a, b"),
        ("{at: +1h, on: c, do: resolve}", "there is no ticket c"),
    ],
)
def test_a_step_that_does_not_say_which_ticket_is_told_what_there_is(step: str, message: str) -> None:
    (broken,) = read(SEVERAL + lines(step))

    assert isinstance(broken, Broken)
    assert [one.message for one in broken.troubles] == [message]


def test_rules_of_a_scenario_are_its_whole_rulebook_and_checked_where_they_stand() -> None:
    text = TICKET.replace("set: urgent", "set: urgnt").replace("after: 48h", "after: 48")

    assert told(text) == ["8:69 unknown-value urgent", "11:57 bad-duration 48h"]
    assert told(HEAD.partition("  rules")[0] + "  rules: {}\n  ticket: {subject: x}\n  expect: {team: null}\n") == []


def test_rules_may_be_another_directory_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "next").mkdir()
    (tmp_path / "next/a.yaml").write_text("priority: [{name: p, when: {subject: {contains: x}}, set: high}]\n")
    (tmp_path / "tests").mkdir()
    path = tmp_path / "tests/s.yaml"
    path.write_text(
        "- {name: a, start: 2026-03-02T09:00:00Z, rules: ../next, ticket: {subject: x}, expect: {priority: high}}\n"
        "- {name: b, start: 2026-03-02T09:00:00Z, rules: ../bad, ticket: {subject: x}}\n"
    )
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/a.yaml").write_text("priority: [{name: p, set: hgh}]\n")
    rules = ScenarioRules(DeskRules(missing=NoDesk("no desk", "")))

    good, bad = read_scenarios(read_file(str(path), str(path), 1 << 20), rules)

    assert isinstance(good, Case) and good.rulebook.priority[0].set == "high"
    assert isinstance(bad, Broken) and bad.troubles[0].code == "invalid-rules"
    assert "a.yaml:1:27" in bad.troubles[0].message


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("empty", "no *.yaml in empty: where there are to be no rules, write {}"),
        ("passed-over", "no *.yaml in passed-over: where there are to be no rules, write {}"),
        ("rules.yaml", "rules.yaml is no folder: name the one that the rule files stand in"),
        ("gone", "there is no folder gone, neither beside this file nor in the desk"),
    ],
)
def test_rules_that_are_no_rules_are_not_taken_for_none(rules: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "passed-over").mkdir()
    (tmp_path / "passed-over/sla.yml").write_text("sla: [{name: a, targets: {resolution: 1d}}]\n")
    (tmp_path / "rules.yaml").write_text("fields: {}\n")
    text = f"- {{name: a, start: 2026-03-02T09:00:00Z, rules: {rules}, ticket: {{subject: x}}}}\n"
    reading = ScenarioRules(DeskRules(missing=NoDesk("no desk here", "")))
    (case,) = read_scenarios(RuleFile(str(tmp_path / "s.yaml"), text.encode()), reading)

    assert isinstance(case, Broken)
    assert [(trouble.code, trouble.message) for trouble in case.troubles] == [("no-rules", said)]


def test_a_file_that_cannot_be_read_is_one_broken_scenario() -> None:
    rules = ScenarioRules(DeskRules(missing=NoDesk("no desk", "")))
    (broken,) = read_scenarios(RuleFile("s.yaml", b"", "not a regular file"), rules)

    assert isinstance(broken, Broken)
    assert [trouble.code for trouble in broken.troubles] == ["unreadable"]


@pytest.mark.parametrize(
    ("given", "guard"),
    [
        ("{max_closes: 0, max_share: 0%, max_gap: 2h}", Guard(0, 0.0, 7200)),
        ("{max_gap: off}", Guard(max_gap=None)),
        ("{}", Guard()),
    ],
)
def test_a_guard_that_is_given_is_that_of_a_desk(given: str, guard: Guard) -> None:
    (case,) = read(f"{TICKET}  guard: {given}\n")

    assert isinstance(case, Case) and case.guard == guard


@pytest.mark.parametrize(
    ("text", "problems"),
    [("{max_closs: 1}", ["13:11 unknown-key max_closes"]), ("{max_share: 10}", ['13:22 wrong-type "10"'])],
)
def test_a_guard_is_checked(text: str, problems: list[str]) -> None:
    assert told(f"{TICKET}  guard: {text}\n") == problems


def test_without_a_guard_there_is_none() -> None:
    (case,) = read(TICKET)

    assert isinstance(case, Case) and case.guard is None
    assert played(TICKET).outcome == "passed"


def test_a_verb_without_its_value_and_a_share_beyond_the_whole_are_told() -> None:
    assert told(TICKET + lines("{at: +1h, do: {move: }}")) == ["14:22 missing-value"]
    assert told(TICKET + "  guard: {max_share: 200%}\n") == ["13:22 share"]
