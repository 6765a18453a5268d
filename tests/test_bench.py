"""What stands under bench/ runs: the story of `make run`, the replay of real issues, and the table of `make bench`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAD = "repository,number,title,publishedAt,closed,closedAt,commentCount\n"
ISSUES = (
    "pallets/flask,1,Soon answered,2020-01-01T10:00:00Z,1,2020-01-03T10:00:00Z,2\n"
    'vuejs/vue,2,"Never, ever",2020-01-01T11:00:00Z,,,0\n'
    "vuejs/vue,3,晚了,2020-01-02T11:00:00Z,1,2020-03-14T11:00:00Z,0\n"
    "CyC2018/CS-Notes,4,Warned in time,2020-01-02T12:00:00Z,1,2020-03-05T11:00:00Z,0\n"
)


def bench(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "bench" / script), *words]
    env = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=env, check=False)


def bench_within(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The same, with its many calls of the command inside one process."""
    program = f"{_WITHIN}runpy.run_path({str(ROOT / 'bench' / script)!r}, run_name='__main__')"
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


_WITHIN = f"""
import runpy, subprocess, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.within import in_place_of_processes
subprocess.run = in_place_of_processes
"""


def table(text: str) -> dict[str, list[str]]:
    """Lines of the replay's answer by the word they begin with, or by the one above."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        name = line[:10].strip() or name
        found.setdefault(name, []).append(line[11:].strip())
    return found


@pytest.mark.parametrize("words", [(), ("--every-day",)], ids=["due-days", "every-day"])
def test_the_replay_says_what_rules_and_people_closed(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "issues.csv").write_text(HEAD + ISSUES, encoding="utf-8")
    done = (bench_within if words else bench)("replay.py", str(tmp_path / "issues.csv"), *words)
    assert (done.returncode, done.stderr) == (0, "")
    told = table(done.stdout)
    assert told["issues"] == ["4 of 3 repositories, 2020-01-01 to 2020-03-14"]
    assert told["routed"] == ["javascript 2, python 1, reading 1"]
    assert told["warned"] == ["3, 1 of them not closed by the rule afterwards"]
    assert told["closed"] == [
        "2 by the rule",
        "1 of them a person closed later in truth, the middle one 4 days later",
        "1 of them nobody had closed when the data was taken",
        "2 by a person",
    ]
    assert told["sweeps"][0].startswith("74 on 74 days" if words else "4 on 74 days")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no such file or directory; give the path"),
        ("", "no column repository, number, title, publishedAt, closedAt"),
        (HEAD, "no issues in it"),
        (HEAD + "a/b,1,T,yesterday,,,0\n", "line 2: time data 'yesterday'"),
        (HEAD + "a/b,x,T,2020-01-01T10:00:00Z,,,0\n", "line 2: invalid literal for int()"),
        (HEAD + "a/b,1,T,2020-01-02T10:00:00Z,1,2020-01-01T10:00:00Z,0\n", "line 2: closed before it was opened"),
        (HEAD + "a/b\n", "line 2: "),
    ],
    ids=["missing", "empty", "no-rows", "bad-time", "bad-number", "reversed", "short-row"],
)
def test_the_replay_names_what_is_wrong_with_its_file(text: str | None, told: str, tmp_path: Path) -> None:
    path = tmp_path / "issues.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = bench("replay.py", str(path))
    assert done.returncode == 2
    assert done.stderr.startswith(f"replay: {path}") and told in done.stderr and done.stderr.count("\n") == 1


def test_the_benchmark_prints_a_verdict_for_each_limit(tmp_path: Path) -> None:
    done = bench("startup.py", "--runs", "1", "--small", "25", "--large", "50", "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if "at most" in line]
    assert len(lines) == 13
    assert all(line.endswith(("holds", "MISSED")) for line in lines)
    assert "0 rows for 0 tickets" in done.stdout
    assert "20 rows for 20 tickets" in done.stdout


def test_the_story_of_make_run_comes_true_to_its_end(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "ticket").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m ticketcli "$@"\n')
    (tools / "ticket").chmod(0o755)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "CI": "true"}
    story = ["sh", str(ROOT / "bench" / "demo.sh")]
    done = subprocess.run(story, capture_output=True, encoding="utf-8", env=env, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "=== Now you" in done.stdout


def test_delivery_loses_nothing_when_senders_are_killed() -> None:
    ended = bench("delivery.py", "--messages", "40", "--kills", "1")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "senders killed: 1" in ended.stdout
    assert "each under the key of its message" in ended.stdout


def test_of_a_crowd_everybody_gets_numbers_of_their_own() -> None:
    ended = bench("crowd.py", "--clients", "3", "--creates", "2")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "6, 6 of them unique, the highest 6" in ended.stdout


def test_creates_are_counted_on_either_engine() -> None:
    ended = bench("creates.py", "--writers", "2", "--seconds", "0.1", "--sizes", "3")

    assert ended.returncode == 0, ended.stderr
    assert [line.split(",")[0] for line in ended.stdout.splitlines()[2:]] == ["sqlite: at 3"] * 2 + ["json: at 3"] * 2


def test_imports_and_exports_are_measured() -> None:
    done = bench("importing.py", "--rows", "30", "--bad", "10")
    told = {line[:44].strip(): line[44:].split() for line in done.stdout.splitlines()[2:]}
    codes = {name: words[3:] for name, words in told.items()}
    assert codes["import spoilt.csv --check"] == ["5", "3"]
    assert codes["export"] == ["0", "30"]
    assert {name for name, (code, _) in codes.items() if code != "0"} <= {
        "import spoilt.csv --check", "import spoilt.csv --skip-bad --batch 1000", "sweep",
    }  # fmt: skip


def test_counts_of_real_files_are_compared_with_those_of_a_plain_reader(tmp_path: Path) -> None:
    (tmp_path / "github_issues_many_repos.csv").write_text(HEAD + ISSUES, encoding="utf-8")
    (tmp_path / "kaggle_support_tickets_synthetic.csv").write_text(
        "Ticket_ID,Customer_Name,Customer_Email,Customer_Age,Customer_Gender,Product_Purchased,Date_of_Purchase,"
        "Ticket_Type,Ticket_Subject,Ticket_Priority,Ticket_Channel,First_Response_Time,Time_to_Resolution,"
        "Customer_Satisfaction_Rating\n"
        "3,Li,li@example.com,48,Other,Camera,2020-07-14,Refund request,Noise,Critical,Chat,2023-06-01 11:14,"
        "2023-06-01 8:05,3\n",
        encoding="utf-8",
    )
    done = bench("real_files.py", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "DIFFERENT" not in done.stdout and done.stdout.count("the same") == 11
