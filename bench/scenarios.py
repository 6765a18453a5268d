"""How many scenarios a second `ticket rules test` plays, on one core, and how long reading them takes.

    python bench/scenarios.py [HOW MANY]

Ten steps each: opened, answered, worked on, resolved, swept until it is closed, looked at on the way. The rules are the
default ones, with their SLA clocks in office hours. Reading means YAML, schema and compiling expectations.
"""

from __future__ import annotations

import gc
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ticketcli.domain.scenario import Case
from ticketcli.rulebook.cache import DirectoryRules
from ticketcli.rulebook.files import RuleFile
from ticketcli.rulebook.scenario_rules import DeskRules, ScenarioRules
from ticketcli.rulebook.scenarios import read_scenarios
from ticketcli.services.playing import play

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIO = """\
- name: scenario {number}
  start: 2026-03-0{day}T09:{minute:02}:00+08:00
  ticket: {{subject: Printer {number} on fire, category: {category}, requester: {{email: a{number}@x.cn, tier: std}}}}
  timeline:
    - {{at: +10m, do: {{take: {{as: ann}}}}}}
    - {{at: +30m, do: {{comment: {{as: ann, text: which one}}}}}}
    - {{at: +40m, do: {{comment: {{class: requester, text: the left one}}}}}}
    - {{at: +1h, do: {{label: {{add: paper, as: ann}}}}}}
    - {{at: +1h, do: {{comment: {{as: ann, text: fixed}}}}}}
    - {{at: +1h, do: {{move: {{to: resolved, as: ann}}}}}}
    - {{at: +1h, expect: {{status: resolved, sla.resolution: met}}}}
    - {{sweep: 1h, until: +26h}}
    - {{at: +26h, expect: {{events: [sla_met, sla_met, sla_met, sla_met, reminded]}}}}
    - {{sweep: 1h, until: +200h}}
  expect: {{status: closed, close_reason: requester-silent, priority: normal}}
"""
CATEGORIES = ("hardware", "printing", "desk", "chair")
PER_FILE = 100


def texts(count: int) -> list[str]:
    """Files of a hundred scenarios, no two alike."""
    made = [
        SCENARIO.format(number=n, day=2 + n % 3, minute=n % 60, category=CATEGORIES[n % len(CATEGORIES)])
        for n in range(count)
    ]
    return ["".join(made[low : low + PER_FILE]) for low in range(0, count, PER_FILE)]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    gc.set_threshold(100_000)  # as the command does
    rules = ScenarioRules(DeskRules(DirectoryRules(os.path.join(TOP, "rules"), "")))
    begun = time.process_time()
    files = [RuleFile(f"{n}.yaml", text.encode()) for n, text in enumerate(texts(count))]
    cases = [case for file in files for case in read_scenarios(file, rules)]
    read = time.process_time() - begun
    best, outcomes = float("inf"), []
    for _ in range(3):
        begun = time.process_time()
        outcomes = [play(case) for case in cases if isinstance(case, Case)]
        best = min(best, time.process_time() - begun)
    passed = sum(outcome.outcome == "passed" for outcome in outcomes)
    print(f"{count} scenarios of ten steps, {passed} passed")
    print(f"played: {count / best:,.0f} a second ({best / count * 1e3:.2f} ms each, best of three, CPU time)")
    print(f"read:   {count / read:,.0f} a second ({read / count * 1e3:.2f} ms each: YAML, schema, expectations)")


if __name__ == "__main__":
    main()
