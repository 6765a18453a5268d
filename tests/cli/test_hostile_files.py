"""Rule files as an attacker writes them, given to real calls under limits; the desk goes on without them.

Each is refused in under 3 seconds of processor time and 300 MB, with a line and a reason.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ticket

LAUNCHER = """
import json, os, resource, signal, sys, tempfile
from ticketcli.cli.main import run
import ticketcli.rulebook.check, ticketcli.rulebook.report, ticketcli.rulebook.schema
for line in sys.stdin:
    folder, words, environment = json.loads(line)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            for number, file in enumerate((out, err), 1):
                os.dup2(file.fileno(), number)
            resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
            signal.alarm(60)
            os.environ.clear()
            os.environ.update(environment)
            os.chdir(folder)
            code = run(words)
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)
        _, status, used = os.wait4(pid, 0)
        figures = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        texts = [(file.seek(0), file.read().decode())[1] for file in (out, err)]
    print(json.dumps([*figures, *texts]), flush=True)
"""
"""A process that runs each call in a child, which need not import everything anew. It is small, for a child's size
counts from that of its parent.
"""

Run = Callable[..., tuple[int, str, str]]


def when(condition: str) -> str:
    return f"priority: [{{name: a, set: low, when: {condition}}}]"


def typos(count: int) -> str:
    people = "".join(f"  - {{name: person{n}}}\n" for n in range(count))
    return f"people:\n{people}teams:\n  a: {{members: [{', '.join(f'persn{n}' for n in range(count))}]}}\n"


def patterns(count: int) -> str:
    rules = (f"- {{name: r{n}, set: low, when: {{subject: {{matches: '(x{n}|y)*z.*w.*'}}}}}}\n" for n in range(count))
    return f"priority:\n{''.join(rules)}"


ALIASES = ",".join(f"t{n}: *a" for n in range(49_000))
LISTS = "*," * 400_000
WORDS = ", ".join(f"w{n}" for n in range(40_000))
CASES: dict[str, tuple[str | bytes, int, str]] = {
    "an unsafe tag": ("priority: !!python/object/apply:os.system ['touch pwned']", 1, "tag"),
    "an unsafe tag inside": ("priority:\n- {name: !!python/name:os.system x}", 2, "tag"),
    "a tag of its own": ("%TAG ! tag:evil,2000:\n---\nteams: {a: !x {}}\n", 3, "tag"),
    "a key twice": ("teams: {a: {}}\nteams: {b: {}}", 2, "duplicate-key"),
    "a key twice in another spelling": ('teams: {"e\\u0301": {}, "\\u00e9": {}}', 1, "duplicate-key"),
    "aliases as keys": ("x: &a b\n*a : c", 2, "complex-key"),
    "aliases of mappings": ("x: &a {k: v}\nteams: {" + ALIASES + "}", 2, "too-large"),
    "aliases of a long text": (f"x: &a '{'y' * 900_000}'\nb: [*a, *a, *a, *a, *a]", 2, "too-large"),
    "a merge": ("teams:\n  a: &a {}\n  b: {<<: [*a, *a]}", 3, "merge-key"),
    "conditions in conditions": (when("{not: " * 300 + "{priority: low}" + "}" * 300), 1, "too-deep"),
    "a million entries": ("teams: {a: {members: [" + "x," * 400_000 + "]}}", 1, "too-large"),
    "words by the ten thousand, and an error": (when(f"{{category: [{WORDS}], x: 1}}"), 1, "unknown-fact"),
    "words that look alike": (typos(2000), 2003, "unknown-person"),
    "digits without end": ("people: [{name: a, capacity: 0x" + "f" * 900_000 + "}]", 1, "wrong-type"),
    "not a number": ("sla: [{name: a, targets: {resolution: .nan}}]", 1, "number"),
    "a duration in other digits": ("sla: [{name: a, targets: {resolution: ٣d}}]", 1, "bad-duration"),
    "a negative duration": ("sla: [{name: a, targets: {resolution: -3d}}]", 1, "bad-duration"),
    "eleven years": ("sla: [{name: a, targets: {resolution: 4000d}}]", 1, "bad-duration"),
    "the 30th of February": ("priority:\n- {name: a, set: low, review_by: 2026-02-30}", 2, "bad-date"),
    "a cron of a megabyte": (f"schedules: [{{name: a, cron: '{LISTS}', ticket: {{subject: x}}}}]", 1, "too-long"),
    "sections of wrong types": ("lifecycle: []\nsla: true\nteams: 7\nautoclose: {a: b}", 1, "wrong-type"),
    "values of wrong types": (when("{subject: {contains: {}}, not: [], silent: 3}"), 1, "wrong-value"),
    "a pattern that splits": (when("{subject: {matches: '(a+)+$'}}"), 1, "slow-pattern"),
    "patterns by the thousand": (patterns(1000), 2, "slow-pattern"),
    "two documents": ("teams: {a: {}}\n---\nteams: {b: {}}", 2, "several-documents"),
    "a huge file": (" " * 3_000_000, 1, "too-large"),
    "NUL": ("teams: {a\0: {}}", 1, "control-character"),
    "NUL in a key, escaped": ('teams:\n  "a\\0": {}', 2, "control-character"),
    "a control sequence": ("teams: {a\x1b[2J: {}}", 1, "control-character"),
    "latin-1": (b"teams: {caf\xe9: {}}", 1, "encoding"),
    "UTF-16": ("teams: {a: {}}".encode("utf-16"), 1, "encoding"),
    "an overlong byte": (b"teams: {\xc0\xaf: {}}", 1, "encoding"),
    "a second byte order mark": (b"\xef\xbb\xbfteams: {a: {}}\n\xef\xbb\xbf", 2, "control-character"),
    "a line that editors do not show": ("# harmless\u2028priority: [{name: evil, set: low}]", 1, "control-character"),
    "a line end that hides on terminals": ("# evil\rteams: {a: {}}", 1, "control-character"),
    "text turned around": ("# \u202eteams: {a: {}}", 1, "control-character"),
    "a bidi name, escaped": ('teams: {"a\\u202e": {}}', 1, "name"),
    "a name that is blank": ("teams: {\u3164: {}}", 1, "name"),
    "a name with a variation": ("teams: {dba\ufe00: {}}", 1, "name"),
}  # fmt: skip


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """`run(folder, "list")` answers exit code, stdout and stderr of the call, which must keep to its limits."""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-S", "-c", LAUNCHER], env=paths, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as launcher:

        def call(folder: Path, *words: str) -> tuple[int, str, str]:
            assert launcher.stdin is not None and launcher.stdout is not None
            asked = json.dumps([str(folder), words, {**os.environ, "HOME": str(folder)}])
            print(asked, file=launcher.stdin, flush=True)
            code, seconds, megabytes, out, err = json.loads(launcher.stdout.readline())
            assert seconds < 3, f"{seconds} s"
            assert megabytes < 300, f"{megabytes} MB"
            return code, out, err

        yield call


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def first(out: str) -> tuple[int, str]:
    """Line and code of the first problem."""
    problem = json.loads(out)["problems"][0]
    assert problem["level"] == "error" and len(problem["message"]) <= 400
    return problem["line"], problem["code"]


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_rule_file_is_refused_with_line_and_reason(case: str, run: Run, tmp_path: Path) -> None:
    content, line, code = CASES[case]
    write(tmp_path / "rules.yaml", content)

    exit_code, out, _ = run(tmp_path, "rules", "check", "rules.yaml", "-o", "json")

    assert exit_code == 5
    assert first(out) == (line, code)
    assert not (tmp_path / "pwned").exists()


def no_file(path: Path) -> None:
    path.mkdir()


SPECIAL: dict[str, Callable[[Path], object]] = {
    "a folder": no_file,
    "a pipe": os.mkfifo,
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("gone"),
}


@pytest.mark.parametrize("case", SPECIAL)
def test_what_is_no_readable_file_is_refused_and_not_waited_for(case: str, run: Run, tmp_path: Path) -> None:
    SPECIAL[case](tmp_path / "evil.yaml")

    exit_code, out, _ = run(tmp_path, "rules", "check", ".", "-o", "json")

    assert exit_code == 5
    assert first(out) == (1, "unreadable")


def test_a_file_name_with_a_line_break_stays_on_its_line(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "x\n::error::.yaml", "teams: {a: {}}")

    exit_code, out, _ = run(tmp_path, "rules", "check", ".", "-o", "github")

    assert exit_code == 5
    assert out.count("\n") == 1 and "its name is not printable" in out


def test_many_files_share_one_budget(run: Run, tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path / f"{number:02}.yaml", f"x{number}: [{'x, ' * 30_000}]")

    exit_code, out, _ = run(tmp_path, "rules", "check", ".", "-o", "json")

    assert exit_code == 5
    assert {problem["code"] for problem in json.loads(out)["problems"]} == {"too-large", "unknown-key"}


@pytest.mark.parametrize("case", ["an unsafe tag", "aliases as keys", "NUL", "latin-1", "a huge file", "two documents"])
def test_calendars_outside_the_desk_are_refused_like_rules(case: str, run: Run, tmp_path: Path) -> None:
    content, _, code = CASES[case]
    write(tmp_path / "calendars.yaml", content)

    exit_code, out, err = run(tmp_path, "calendar", "list", "--file", "calendars.yaml")

    assert (exit_code, out) == (5, "")
    assert "calendars.yaml:" in err


@pytest.mark.parametrize("case", ["an unsafe tag", "a key twice", "a merge", "NUL", "latin-1", "a huge file"])
def test_hostile_settings_are_refused_with_their_place(case: str, run: Run, tmp_path: Path) -> None:
    content, line, _ = CASES[case]
    write(tmp_path / "ticketcli.yaml", content)

    exit_code, out, err = run(tmp_path, "--desk", ".", "list")

    assert (exit_code, out) == (5, "")
    assert f"ticketcli.yaml:{line}:" in err


SCENARIO = """\
- name: a
  start: 2026-03-02T09:00:00Z
  rules: {escalation: [{name: e, when: {age: {over: 1s}}, then: [{comment: hi}], repeat: 1s}]}
  ticket: {subject: !!python/name:os.system x}
  timeline: [{sweep: 1s, until: +3650d}]
"""
SCENARIOS = {
    "an unsafe tag": (SCENARIO, 4, "tag"),
    "ten years, each second": (SCENARIO.replace("!!python/name:os.system ", ""), 5, "refused"),
}


@pytest.mark.parametrize("case", SCENARIOS)
def test_a_hostile_scenario_file_is_refused_with_line_and_reason(case: str, run: Run, tmp_path: Path) -> None:
    content, line, code = SCENARIOS[case]
    write(tmp_path / "evil.yaml", content)

    exit_code, out, _ = run(tmp_path, "rules", "test", "evil.yaml", "-o", "json")

    (problem,) = json.loads(out)["results"][0]["problems"]
    assert (exit_code, problem["line"], problem["code"]) == (5, line, code)


def test_the_desk_goes_on_by_the_last_good_rules(ticket: Ticket, sandbox: Path) -> None:
    ticket("create", "first")
    before = ticket("rules", "list", "-o", "json").out
    evil = sandbox / "rules" / "evil.yaml"
    of_each: dict[str, tuple[str, Any]] = {  # one for each reason
        code: (case, content) for case, (content, _, code) in CASES.items() if case not in _SLOW
    }
    for case, content in [*of_each.values(), *SPECIAL.items()]:
        content(evil) if callable(content) else write(evil, content)

        answer, sweep = ticket("create", case), ticket("sweep")

        assert answer.code == 0 and "the last good rules decide" in answer.err, case
        assert (sweep.code, sweep.out) == (5, "") and "nothing was closed by rule" in sweep.err, case
        assert ticket("create", case, "--strict-rules").code == 5, case
        assert ticket("rules", "list", "-o", "json").out == before, case
        evil.rmdir() if evil.is_dir() else evil.unlink()
    assert ticket("create", "last").err.startswith("#")


_SLOW = {"patterns by the thousand", "words that look alike", "words by the ten thousand, and an error"}
"""Checked anew by every call of that test, and by the others."""
