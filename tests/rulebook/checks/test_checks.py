"""Checks of a whole rulebook: what each of them sees, and what it leaves alone.

Expected problems stand behind the rule that has them: `#> CODE`, or `#> CODE: part of its message`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ticketcli.domain.instants import parse_instant
from ticketcli.rulebook.check import check

NOW = parse_instant("2026-11-21T12:00:00Z")
OFFICE = "calendars: {office: {timezone: UTC, hours: {mon-fri: ['09:00-17:00']}}}\n"
CLOSE = "remind: [1h], close: {reason: handled}"

SEEN = {
    "the same condition again": """
sla:
  - {name: a, when: {category: x}, targets: {resolution: 1d}}
  - {name: b, when: {category: X}, targets: {resolution: 2d}}  #> unreachable-rule: never reached: a before it takes
""",
    "two rules together": """
priority:
  - {name: lows, when: {requester.tier: [basic, free]}, set: low}
  - {name: highs, when: {requester.tier: vip}, set: high}
  - {name: all, when: {requester.tier: [vip, free]}, set: urgent}  #> unreachable-rule: lows and highs before it
""",
    "only those that it takes to cover it": """
priority:
  - {name: other, when: {category: x}, set: low}
  - {name: there, when: {asset: {exists: true}}, set: low}
  - {name: more, when: {source: ci}, set: low}
  - {name: gone, when: {asset: {exists: false}}, set: low}
  - {name: rest, set: high}  #> unreachable-rule: there and gone before it together
""",
    "a longer time": f"""
autoclose:
  - {{name: soon, when: {{status: pending, in_status: {{over: 1d}}}}, after: 1d, {CLOSE}}}
  - {{name: late, when: {{status: pending, in_status: {{over: 48h}}}}, after: 2d, {CLOSE}}}  #> unreachable-rule: soon
""",
    "all kinds before": """
sla:
  - {name: running, when: {status.kind: [initial, active, waiting]}, targets: {resolution: 1d}}
  - {name: ended, when: {status.kind: resolved}, targets: {resolution: 1d}}  #> sla-never-runs: resolved tickets only
  - {name: rest, targets: {resolution: 1d}}  #> unreachable-rule: running and ended
""",
    "children of a route": """
routing:
  - name: outer
    when: {category: [a, b]}
    routes:
      - {name: some, when: {category: [a, b, c]}, label: x}
      - {name: none, when: {requester.tier: vip}, label: x}  #> unreachable-rule: some before it takes
      - {name: never, when: {category: c}, label: x}  #> never-true: the routes around it exclude each other
  - {name: rest, label: y}
""",
    "a route that a rule with an unreadable condition follows": """
routing:
  - {name: a, when: {category: a}, label: x}
  - {name: b, when: {not: {category: a}}, label: x}
  - {name: c, when: {categry: b}, label: x}  #> unreachable-rule: c is never reached #> unknown-fact
""",
    "parts that exclude each other": """
escalation:
  - {name: a, when: {priority: low, not: {priority: {lte: high}}}, then: [{raise: 1}]}  #> never-true: parts of
  - {name: b, when: {age: {over: 2d, under: 1d}}, then: [{raise: 1}]}  #> never-true
  - {name: c, when: {status: closed}, then: [{raise: 1}]}  #> never-true: rules see no ticket in a final status
""",
    "an exemption that never applies": f"""
autoclose:
  - {{name: a, when: {{status: pending}}, unless: {{status: open}}, after: 1d, {CLOSE}}}  #> never-true: `unless` of a
""",
    "hours that end a minute before midnight": """
calendars:
  all:
    timezone: UTC
    hours:
      mon-fri: ["00:00-12:00", "13:00-23:59"]  #> last-minute: all is closed in the last minute of the day
      sat: ["22:00-07:00"]
    dates:
      2026-12-24: ["09:00-23:59"]  #> last-minute
      2026-12-31: ["09:00-23:58"]
""",
    "routes that leave tickets out": """
routing:  #> no-catch-all
  - {name: a, when: {category: a}, label: x}
  - {name: b, when: {category: {not_in: [a, b]}}, label: x}
""",
    "a pause over everything": """
sla:
  - name: a
    when: {status.kind: [active, waiting]}
    targets: {resolution: 1d}
    pause: [open, pending]  #> sla-never-runs: they pause in every status in which it applies
""",
    "an assignment of what is assigned": """
sla:
  - name: a
    when: {assignee: {exists: true}}
    targets:
      assignment: 1h  #> sla-never-runs: assignment never runs
      resolution: 1d
""",
    "a calendar that ends": """
calendars: {fair: {timezone: UTC, dates: {2026-12-01: ['09:00-12:00']}}}
sla:
  - name: a
    calendar: fair
    targets:
      first_response: 3h
      resolution: 4h  #> target-never-due: fair has no 4h of open time ahead
""",
    "swapped targets": """
sla:
  - name: a
    targets:
      assignment: 25h  #> target-order
      first_response: 1d
      resolution: 1d
""",
    "a close out of the blue": """
autoclose:
  - {name: a, when: {status: pending}, after: 1d, remind: [], close: {reason: handled}}  #> unannounced-close
""",
    "open hours against days": OFFICE + """
autoclose:
  - name: a
    calendar: office
    when: {status: pending}
    after: 2d
    remind: [16h, 7h]  #> reminder-too-long: 16h
    close: {reason: handled}
""",
    "labels put on and taken off": """
escalation:
  - {name: mark, when: {age: {over: 1d}, labels: {has_none: old}}, then: [{notify: team}, {label: old}]}
  - {name: clear, when: {labels: {has: OLD}, category: x}, then: [{unlabel: old}]}  #> rules-undo: clear and mark
""",
    "assigned to and fro": """
people: [{name: ann}, {name: bob}]
escalation:
  - {name: one, when: {assignee: ann}, then: [{assign: bob}]}
  - {name: two, when: {assignee: {is_not: ann}, priority: high}, then: [{assign: ann}]}  #> rules-undo
""",
    "moved to and fro": """
escalation:
  - {name: one, when: {status: open}, then: [{move: pending}]}
  - {name: two, when: {status.kind: waiting, in_status: {under: 1d}}, then: [{move: open}]}  #> rules-undo
""",
    "a priority rule against an escalation": """
priority:
  - {name: calm, when: {priority: [high, urgent]}, set: normal}
escalation:
  - {name: alarm, when: {priority: {lte: normal}, category: x}, then: [{raise: 1}]}  #> rules-undo: alarm and calm
""",
    "only for some tickets": """
escalation:
  - {name: one, when: {any: [{fields.a: x}, {category: y}]}, then: [{set: {fields.a: z}}]}
  - {name: two, when: {fields.a: z}, then: [{set: {fields.a: x}}]}  #> rules-undo
""",
    "a mark that ends its own wait": """
autoclose:
  - name: a
    when: {status: resolved}
    unless: {labels: {has: [keep, Stale]}}
    after: 2d
    remind: [1d]
    mark: stale  #> rules-undo: a never closes
    close: {reason: handled}
  - name: b
    when: {status: pending, labels: {has_none: old}}
    after: 2d
    remind: [1d]
    mark: old  #> rules-undo: b never closes
    close: {reason: handled}
""",
    "a move without transition": """
escalation:
  - {name: a, when: {status.kind: [active, resolved]}, then: [{move: new}]}  #> impossible-move
""",
    "skills and levels": """
people: [{name: ann, skills: [postgres], level: senior}]
routing:
  - name: a
    assign:
      strategy: round_robin
      skills: [Postgres]  #> nobody-fits: the skill Postgres
      level: senor  #> nobody-fits: the level senor
""",
    "a review that was forgotten": """
priority:
  - {name: a, when: {category: a}, set: low, review_by: 2026-11-20}  #> review-overdue: a was to be reviewed by
  - {name: b, when: {category: b}, set: low, review_by: 2026-11-21}
""",
    "the first that takes it all": """
sla:
  - {name: a, when: {category: x}, targets: {resolution: 1d}}
  - {name: b, when: {category: [x, y]}, targets: {resolution: 1d}}
  - {name: c, when: {category: x}, targets: {resolution: 1d}}  #> unreachable-rule: a before it takes
""",
    "clocks of what never matches": """
sla:
  - {name: a, when: {all: [{priority: high}, {priority: low}]}, targets: {resolution: 1d}}  #> never-true
""",
    "reminders that are wrong otherwise": OFFICE + """
autoclose:
  - {name: a, calendar: office, when: {status: pending}, after: 2d, remind: [3d], close: {}}  #> reminder-too-early
  - {name: b, calendar: office, when: {status: open}, after: 2d, remind: [soon], close: {}}  #> bad-duration
""".replace("close: {}", "close: {reason: handled}"),
}  # fmt: skip
ALONE = {
    "marks that some conditions ask about": f"""
autoclose:
  - {{name: a, when: {{status: resolved}}, unless: {{labels: {{has: [keep, old]}}}}, after: 2d, mark: stale, {CLOSE}}}
  - {{name: b, when: {{any: [{{status: pending}}, {{labels: {{has: old}}}}]}}, after: 2d, mark: old, {CLOSE}}}
""",
    "narrower rules first": """
sla:
  - {name: a, when: {priority: urgent, category: x}, targets: {resolution: 1d}}
  - {name: b, when: {priority: urgent}, targets: {resolution: 1d}}
  - {name: c, when: {priority: {gte: high}}, targets: {resolution: 1d}}
  - {name: d, targets: {resolution: 1d}}
""",
    "a missing fact between two that are there": """
priority:
  - {name: a, when: {category: x}, set: low}
  - {name: b, when: {not: {category: {is_not: x}}, asset: {exists: false}}, raise: 1}
  - {name: c, when: {category: {not_in: [x, y]}}, set: low}
  - {name: d, when: {category: {exists: false}}, raise: 1}
  - {name: e, set: high}
""",
    "what continues shadows nothing": """
routing:
  - {name: a, when: {category: x}, label: x, continue: true}
  - {name: b, when: {category: x, requester.tier: vip}, label: y}
  - {name: c, when: {any: [{category: x}, {not: {category: x}}]}, label: z}
""",
    "a rest that lends its team": """
teams: {ops: {}}
routing:
  - {name: a, when: {category: {exists: true}}, label: x}
  - {name: b, when: {category: {exists: false}}, label: y}
  - {name: rest, team: ops}
""",
    "escalations that hold together": """
escalation:
  - {name: a, when: {age: {over: 1d}}, then: [{raise: 1}]}
  - {name: b, when: {age: {over: 1d}}, then: [{notify: team}]}
  - {name: c, when: {age: {over: 2d}, labels: {has_none: old}}, then: [{label: old}]}
  - {name: d, when: {age: {under: 1d}, labels: {has: old}}, then: [{unlabel: old}]}
""",
    "what comes back only after a while": """
escalation:
  - {name: wait, when: {status: open, in_status: {over: 1d}}, then: [{move: pending}]}
  - {name: resume, when: {status: pending, in_status: {over: 2d}}, then: [{move: open}]}
""",
    "rules that both raise": """
escalation:
  - {name: a, when: {priority: low}, then: [{raise: 1}]}
  - {name: b, when: {priority: normal}, then: [{raise: 1}]}
""",
    "rules that hold on side by side": """
escalation:
  - {name: a, when: {priority: [low, normal], category: x}, then: [{priority: normal}]}
  - {name: b, when: {priority: [low, normal], category: x}, then: [{priority: low}]}
""",
    "who the manager is nobody knows": """
people: [{name: ann}]
escalation:
  - {name: a, when: {assignee: {exists: false}}, then: [{assign: manager}]}
  - {name: b, when: {assignee: ann, age: {over: 3d}}, then: [{assign: none}]}
""",
    "pauses that leave a status": """
sla: [{name: a, when: {status.kind: [active, waiting]}, targets: {resolution: 1d}, pause: [pending, hold]}]
""",
    "a short reminder in hours": OFFICE + """
autoclose:
  - {name: a, calendar: office, when: {status: pending}, after: 2d, remind: [15h, 1d], close: {reason: handled}}
""",
    "a reminder by a calendar without a usual day": """
calendars: {fair: {timezone: UTC, dates: {2026-12-01: ['09:00-12:00'], 2026-12-02: ['09:00-12:00']}}}
autoclose:
  - {name: a, calendar: fair, when: {status: pending}, after: 2d, remind: [1h], close: {reason: handled}}
""",
    "a close that says nothing but can be kept off": """
autoclose:
  - {name: a, when: {status: pending}, unless: {labels: {has: k}}, after: 1d, remind: [], close: {reason: handled}}
""",
    "a move that some status allows": """
escalation: [{name: a, when: {status.kind: [initial, resolved]}, then: [{move: open}]}]
""",
    "rules that may undo each other, if the manager is ann": """
people: [{name: ann}]
escalation:
  - {name: one, when: {assignee: ann, priority: high}, then: [{assign: manager}, {priority: low}]}
  - {name: two, when: {priority: low}, then: [{priority: high}]}
""",
}  # fmt: skip


def problems(text: str, folder: Path) -> list[tuple[int, str, str]]:
    path = folder / "rules.yaml"
    path.write_text(re.sub(r"  #>.*", "", text))
    checked = check([str(path)], complete=True, now=NOW)
    return [(problem.line, problem.code, problem.message) for problem in checked.problems]


@pytest.mark.parametrize("case", SEEN)
def test_what_is_off_is_seen_at_its_place(case: str, tmp_path: Path) -> None:
    wanted = [
        (number, mark.partition(":")[0].strip(), mark.partition(":")[2].strip())
        for number, line in enumerate(SEEN[case].splitlines(), 1)
        for mark in line.split("#>")[1:]
    ]

    found = problems(SEEN[case], tmp_path)

    assert [(line, code) for line, code, _ in found] == [(line, code) for line, code, _ in wanted]
    for (_, _, message), (_, _, part) in zip(found, wanted):
        assert part in message


@pytest.mark.parametrize("case", ALONE)
def test_what_is_as_it_should_be_is_left_alone(case: str, tmp_path: Path) -> None:
    assert problems(ALONE[case], tmp_path) == []


def test_without_the_time_nothing_is_said_of_reviews(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("priority: [{name: a, set: low, review_by: 2000-01-01}]")

    assert check([str(path)], complete=True).problems == ()
    assert [problem.code for problem in check([str(path)], complete=True, now=NOW).problems] == ["review-overdue"]


def test_statuses_of_files_that_are_not_read_leave_conditions_open(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("escalation: [{name: a, when: {status.kind: active, status: new}, then: [{move: new}]}]")

    assert check([str(path)]).problems == ()
    assert [problem.code for problem in check([str(path)], complete=True).problems] == ["never-true"]


def test_statuses_of_files_that_are_not_read_are_not_blamed_for_what_never_holds(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("escalation: [{name: a, when: {age: {over: 2d, under: 1d}}, then: [{raise: 1}]}]")

    (problem,) = check([str(path)]).problems

    assert problem.message == "a never matches: parts of its `when` exclude each other"


def test_people_of_files_that_are_not_read_may_have_any_skill(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("routing: [{name: all, team: dba, assign: {strategy: least_loaded, skills: [postgres]}}]")

    assert check([str(path)]).problems == ()
