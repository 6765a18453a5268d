"""Scenario files as an attacker writes them are refused with a line and a reason, in under 3 seconds and 300 MB.

Two of them are given to the real command under limits in `tests/cli/test_hostile_files.py`; here they are read and
played in this process.
"""

from __future__ import annotations

import time

import pytest

from tests.rulebook.scenario_files import HEAD, RULES, TICKET, lines, read
from ticketcli.domain.scenario import Broken, Trouble
from ticketcli.services.playing import play

LABELS = ",".join(f"l{n}" for n in range(3_000))
BOMB = "".join(f"- &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 10)}]\n" for n in range(10))
HOURLY = RULES + "    escalation: [{name: e, when: {age: {over: 1s}}, then: [{comment: hi}], repeat: 1s}]\n"
ENDLESS = HEAD.replace(RULES, HOURLY) + "  ticket: {subject: x}\n"
TICKETS = "  tickets: {" + ", ".join(f"tick{n}: {{subject: x}}" for n in range(3_000)) + "}\n"
FLIP = ("{at: +%ds, do: resolve}", "{at: +%ds, do: reopen}")
THERE_AND_BACK = lines(*(step % second for second in range(1, 2_000) for step in FLIP))
UNDOING = ("{at: +%ds, do: {label: a}}", "{at: +%ds, do: undo}", "{at: +%ds, do: {label: {remove: a}}}")
RAISED = HEAD.replace("priority: [", "priority: [{name: up, when: {labels: {has: a}}, raise: 1}, ")
WHEREVER = 0
"""It is refused where it has become too much."""
CASES: dict[str, tuple[str, int, str]] = {
    "an unsafe tag": ("!!python/object/apply:os.system ['touch pwned']", 1, "tag"),
    "an unsafe tag inside": (HEAD + "  ticket: {subject: !!python/name:os.system x}\n", 12, "tag"),
    "a key twice": (TICKET + "  name: two\n", 13, "duplicate-key"),
    "an alias bomb": (BOMB, 5, "too-large"),
    "a merge": ("- &a {name: x}\n- {<<: [*a, *a]}\n", 2, "merge-key"),
    "ten million labels by anchors": (
        HEAD
        + f"  tickets:\n    t0: {{subject: x, labels: &l [{LABELS}]}}\n"
        + "".join(f"    t{n}: {{subject: x, labels: *l}}\n" for n in range(1, 3_000)),
        29,
        "too-large",
    ),
    "lists in lists": ("[" * 1_000_000, 1, "too-deep"),
    "expectations in expectations": (TICKET + "  expect: " + "{not: " * 300 + "{x: 1}" + "}" * 300, 13, "too-deep"),
    "a number of a megabyte": (TICKET + "  expect: {comment_count: " + "9" * 900_000 + "}\n", 13, "wrong-value"),
    "no number": (HEAD + "  ticket: {subject: x, occurrences: .nan}\n", 12, "number"),
    "a number without end": (HEAD + "  ticket: {subject: x, occurrences: .inf}\n", 12, "number"),
    "a hundred million occurrences": (
        HEAD + "  ticket: {subject: x, occurrences: 100000000}\n",
        12,
        "out-of-range",
    ),
    "a negative duration": (TICKET + lines("{sweep: -1h, until: +1d}"), 14, "bad-duration"),
    "no duration": (TICKET + lines("{sweep: 0s, until: +1d}"), 14, "bad-duration"),
    "a duration of a megabyte": (TICKET + lines("{at: +%sd, sweep: true}" % ("9" * 900_000)), 14, "bad-moment"),
    "the 30th of February": (TICKET.replace("2026-03-02T", "2026-02-30T"), 2, "bad-instant"),
    "the thirteenth month": (TICKET + lines("{at: 2026-13-02T09:00:00Z, sweep: true}"), 14, "bad-moment"),
    "before the first year": (TICKET.replace("2026-03-02T", "0001-01-01T"), 2, "bad-instant"),
    "behind the last year": (TICKET.replace("2026-03-02T", "9999-12-31T"), 2, "bad-instant"),
    "a hold until behind the last year": (
        TICKET + lines("{at: +1h, do: {hold: {until: 9999-12-31T23:59:59-14:00}}}"),
        14,
        "bad-moment",
    ),
    "a step in another age": (TICKET + lines("{at: 2500-01-01T00:00:00Z, sweep: true}"), 14, "bad-moment"),
    "ten thousand years, each second": (
        ENDLESS + lines("{sweep: 1s, until: 9999-12-30T00:00:00Z}"),
        15,
        "bad-moment",
    ),
    "ten years, each second": (ENDLESS + lines("{sweep: 1s, until: +3650d}"), 15, "refused"),
    "ten thousand steps": (
        TICKET + lines(*(f"{{at: +{n}s, do: {{comment: hi {n}}}}}" for n in range(1, 10_000))),
        7_144,
        "too-large",
    ),
    "there and back two thousand times": (TICKET + THERE_AND_BACK, WHEREVER, "refused"),
    "undone a hundred times": (
        RAISED + "  ticket: {subject: x}\n" + lines(*(step % n for n in range(1, 101) for step in UNDOING)),
        WHEREVER,
        "refused",
    ),
    "put off for longer than clocks show": (
        TICKET + lines("{at: +1h, do: resolve}", *["{at: +1h, do: {extend: 3650d}}"] * 20),
        25,
        "refused",
    ),
    "names that look alike": (
        HEAD + TICKETS + lines(*(f"{{at: +1s, on: tuck{n}, do: start}}" for n in range(3_000))),
        14,
        "which-ticket",
    ),
    "facts that nobody knows": (
        TICKET + "  expect: {" + ", ".join(f"statu{n}: x" for n in range(20_000)) + "}\n",
        13,
        "unknown-fact",
    ),
    "a condition of facts that nobody knows": (
        TICKET + "  expect: {all: [" + ", ".join(f"{{statu{n}: x}}" for n in range(12_000)) + "]}\n",
        13,
        "unknown-fact",
    ),
    "a pattern that splits": (TICKET + "  expect: {subject: {matches: '(a+)+$'}}\n", 13, "slow-pattern"),
    "wrong types": ("- {name: 3, start: [], ticket: 7, timeline: {a: b}, expect: []}\n- 7\n- null\n", 1, "wrong-type"),
    "two documents": (TICKET + "---\n" + TICKET, 13, "several-documents"),
    "NUL": (TICKET + "  # \0\n", 13, "control-character"),
}


def first_trouble(text: str) -> Trouble:
    """What is wrong with the file first, read or played."""
    for one in read(text):
        troubles = one.troubles if isinstance(one, Broken) else play(one).troubles
        if troubles:
            return troubles[0]
    raise AssertionError("nothing is wrong with it")


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_scenario_file_is_refused_with_line_and_reason(case: str) -> None:
    text, line, code = CASES[case]
    begun = time.process_time()

    trouble = first_trouble(text)

    assert time.process_time() - begun < 3
    assert (trouble.spot.line, trouble.code) == (line or trouble.spot.line, code)
    assert line or trouble.spot.line > 20
    assert len(trouble.message) <= 400 and len(trouble.text) <= 400
