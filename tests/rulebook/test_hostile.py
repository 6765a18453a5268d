"""Hostile rule files are refused with a line and a reason, in under 3 seconds and 300 MB, and nothing crashes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
from ticketcli.rulebook.check import check
checked = check(sys.argv[1:], complete=True, now=1772442000)
used = resource.getrusage(resource.RUSAGE_SELF)
first = checked.problems[0] if checked.problems else None
# Not ru_maxrss: that begins with the size of the process that started this one.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([first and first.code, first and first.line, used.ru_utime + used.ru_stime, peak / 1024]))
"""
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
LONG = f"a: &a {'x' * 200_000}\nb: [{', '.join(['*a'] * 1000)}]\n"
ROUTES = "routing:\n" + "".join(f"{'  ' * n}- name: r{n}\n{'  ' * n}  routes:\n" for n in range(300))
MANY = "priority:\n" + "".join(f"  - {{name: rule{n}, set: hihg, when: {{subjct: x}}}}\n" for n in range(5_400))


def patterns(*texts: str) -> str:
    """A rule for each."""
    rule = "  - {name: r%d, set: low, when: {subject: {matches: '%s'}}}\n"
    return "priority:\n" + "".join(rule % numbered for numbered in enumerate(texts))


CASES = {
    "nested lists": ("[" * 1_000_000, "too-deep"),
    "nested mappings": ("{" * 1_000_000, "complex-key"),
    "nested keys": ("? " * 400_000, "complex-key"),
    "nested entries": ("- " * 400_000, "too-deep"),
    "nested routes": (ROUTES, "too-deep"),
    "alias bomb": (BOMB, "too-large"),
    "alias bomb of text": (LONG, "too-large"),
    "alias in itself": ("priority: &a [*a]", "alias"),
    "merge bomb": ("a: &a {x: 1}\nb: {<<: [*a, *a]}", "merge-key"),
    "many values": ("a: [" + "x," * 500_000 + "]", "too-large"),
    "many keys": ("".join(f"k{n}: 1\n" for n in range(100_000)), "too-large"),
    "many mistakes": (MANY, "unknown-value"),
    "a huge file": ("# " + "x" * 5_000_000, "too-large"),
    "a huge number": ("people: [{name: a, capacity: " + "9" * 900_000 + "}]", "number"),
    "a huge float": ("people: [{name: a, capacity: 1e999999999}]", "number"),
    "a huge duration": ("sla: [{name: a, targets: {resolution: " + "9" * 100_000 + "d}}]", "bad-duration"),
    "a negative duration": ("sla: [{name: a, targets: {resolution: -3d}}]", "bad-duration"),
    "an impossible date": ("calendars: {a: {timezone: UTC, hours: {mon: []}, holidays: [2026-99-99]}}", "calendar"),
    "a path as time zone": ("calendars: {a: {timezone: ../../etc/passwd, hours: {mon: ['1:00-2:00']}}}", "calendar"),
    "holidays for thousands of years": (
        "calendars:\n  a:\n    hours: {mon: ['09:00-17:00']}\n    holidays:\n"
        + "".join(f"    - {1900 + n * 10 % 7000}-01-01..{1909 + n * 10 % 7000}-12-31\n" for n in range(24_000)),
        "calendar",
    ),
    "thousands of unknown zones": (
        "calendars:\n" + "".join(f"  a{n}: {{timezone: X/{n}, hours: {{mon: ['9']}}}}\n" for n in range(5_000)),
        "too-many-keys",
    ),
    "unknown zones": (
        "calendars:\n" + "".join(f"  a{n}: {{timezone: X/{n}, hours: {{mon: ['9']}}}}\n" for n in range(200)),
        "calendar",
    ),
    "an unsafe tag": ("priority: !!python/object/apply:os.system ['true']", "tag"),
    "a slow pattern": ("priority: [{name: a, set: low, when: {subject: {matches: '(a|a)*b(c+)+$'}}}]", "slow-pattern"),
    "many slow patterns": (patterns(*(".*[a-z]" * 60 + str(n) for n in range(100))), "slow-pattern"),
    "many long patterns": (
        patterns(*("(?:" + "|".join(f"[a-z]{{1,{n % 7 + 2}}}x{k}" for k in range(60)) + f"){n}" for n in range(500))),
        "too-large",
    ),
    "a huge pattern": (
        "priority: [{name: a, set: low, when: {subject: {matches: '" + "(a?){900}" * 3000 + "'}}}]",
        None,
    ),
}


def check_in_child(path: Path) -> tuple[str | None, int | None, float, float]:
    """Code and line of the first problem, seconds of processor time, and megabytes at most."""
    call = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(call, check=False, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    code, line, seconds, megabytes = json.loads(done.stdout)
    return code, line, seconds, megabytes


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_refused_in_bounds(case: str, tmp_path: Path) -> None:
    text, wanted = CASES[case]
    path = tmp_path / "rules.yaml"
    path.write_text(text)

    code, line, seconds, megabytes = check_in_child(path)

    assert wanted in (None, code)
    assert line is not None
    assert seconds < 3
    assert megabytes < 300


DEEP = {
    "routes": ("routing:" + "".join(f" [{{name: r{n}, routes:" for n in range(19)) + " []" + "}]" * 19, "empty"),
    "conditions": ("priority: [{name: a, set: low, when: " + "{not: " * 36 + "{priority: low}" + "}" * 36 + "}]", None),
    "groups": ("priority: [{name: a, set: low, when: " + "{all: [" * 18 + "{priority: low}" + "]}" * 18 + "}]", None),
}


@pytest.mark.parametrize("case", DEEP)
def test_what_is_as_deep_as_allowed_is_checked_to_its_end(case: str, tmp_path: Path) -> None:
    text, wanted = DEEP[case]
    path = tmp_path / "rules.yaml"
    path.write_text(text)

    code, _, seconds, megabytes = check_in_child(path)

    assert code == wanted
    assert seconds < 3
    assert megabytes < 300


MARKED = "when: {labels: {has: at%d}}, then: [{unlabel: at%d}, {label: at%d}]"
LARGE = {
    "4,000 schedules": "schedules:\n"
    + "".join(f"  - {{name: s{n}, cron: '{n % 60} {n % 24},9 29 2 *', ticket: {{subject: x}}}}\n" for n in range(4000)),
    "400 clocks that run for a minute a week": "calendars: {a: {timezone: UTC, hours: {sun: ['09:00-09:01']}}}\nsla:\n"
    + "".join(
        f"  - {{name: s{n}, calendar: a, when: {{asset: a{n}}}, targets: {{resolution: {3000 + n}d}}}}\n"
        for n in range(400)
    ),
    "1,500 rules of names that look alike": "escalation:\n"
    + "".join(f"  - {{name: late-{n:04}, {MARKED % (n, n, n + 1)}}}\n" for n in range(1500)),
}


@pytest.mark.parametrize("case", LARGE)
def test_what_is_large_and_right_is_checked_in_bounds(case: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(LARGE[case])

    code, _, seconds, megabytes = check_in_child(path)

    assert code is None
    assert seconds < 3
    assert megabytes < 300
