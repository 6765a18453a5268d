"""Replays real issues on a sandbox desk and says what the rules would have done with them.

    python bench/replay.py PATH/github_issues_many_repos.csv [--every-day] [--keep DIR]

The CSV has the columns repository, number, title, publishedAt, closedAt. Each issue is opened by `ticket create` and
closed by `ticket close` at its own times (`--now`), and every midnight has its `ticket sweep`; all are processes of
their own, in the order of time. The rules stand in `replay_rules/` beside this file: a team per ecosystem, and a close
after 67 silent days with a week's notice. There are no comment times in the data, so silence counts from the opening.

A sweep with nothing due writes nothing that any later decision reads, as long as the guard minds no gaps. So with
`max_gap: off` midnights at which no ticket's `wake_at` has come are passed over; `--every-day` sweeps them too, to see
that the answer is the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
RULES = Path(__file__).resolve().parent / "replay_rules"
COLUMNS = ("repository", "number", "title", "publishedAt", "closedAt")
LEFT_OUT = ("CI", "PYTHONDONTWRITEBYTECODE")
"""CI would make every caller a bot; without compiled files every process would compile the program anew."""
DAY = timedelta(days=1)
SETTINGS = "timezone: UTC\nsandbox: true\nguard: {max_closes: 50, max_share: 10%, max_gap: off}\n"


class Issue(NamedTuple):
    repository: str
    number: int
    title: str
    opened: datetime
    closed: datetime | None
    """When a person closed it in truth; None if nobody had when the data was taken."""


class Fate(NamedTuple):
    """What became of one issue on the desk."""

    issue: Issue
    ticket: dict[str, Any]
    warned: bool
    closed_by_rule: datetime | None


def fail(message: str) -> NoReturn:
    print(f"replay: {message}", file=sys.stderr)
    raise SystemExit(2)


def read_issues(path: str) -> list[Issue]:
    """Every row of the file; a wrong file or row is named, with its line."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                fail(f"{path}: no column {', '.join(missing)}; the first line must name {', '.join(COLUMNS)}")
            issues = [_issue(path, rows.line_num, row) for row in rows]
    except OSError as error:
        fail(f"{path}: {(error.strerror or str(error)).lower()}; give the path of github_issues_many_repos.csv")
    except (UnicodeDecodeError, csv.Error) as error:
        fail(f"{path}: not a CSV file in UTF-8: {error}")
    return issues or fail(f"{path}: no issues in it")


def _issue(path: str, line: int, row: dict[str, str]) -> Issue:
    try:
        opened, closed = _instant(row["publishedAt"]), _instant(row["closedAt"]) if row["closedAt"] else None
        issue = Issue(row["repository"], int(row["number"]), row["title"], opened, closed)
    except (ValueError, TypeError) as error:
        fail(f"{path}, line {line}: {error}; times are written 2020-10-19T12:46:54Z, numbers in digits")
    if closed is not None and closed < opened:
        fail(f"{path}, line {line}: closed before it was opened")
    return issue


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


class Desk:
    """A sandbox desk, worked by processes of `ticket` and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = 0
        own = {key for key in os.environ if key in LEFT_OUT or key.startswith("TICKETCLI_")}
        kept = {key: value for key, value in os.environ.items() if key not in own}
        self.env = {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])}
        self._run("init", "--sandbox", "-q", str(folder))
        (folder / "ticketcli.yaml").write_text(SETTINGS)
        shutil.rmtree(folder / "rules")
        shutil.copytree(RULES, folder / "rules")
        self._run("--desk", str(folder), "rules", "check", "-q")

    def call(self, now: datetime, *words: str, stdin: str = "", allowed: tuple[int, ...] = (0,)) -> Any:
        """One command at that time; its JSON answer."""
        at = ["--desk", str(self.folder), "--now", _text(now), "-q", "-o", "json"]
        return json.loads(self._run(*at, *words, stdin=stdin, allowed=allowed))

    def _run(self, *words: str, stdin: str = "", allowed: tuple[int, ...] = (0,)) -> str:
        self.calls += 1
        command = [sys.executable, "-m", "ticketcli", *words]
        done = subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8", env=self.env, check=False)
        if done.returncode not in allowed:
            raise SystemExit(f"replay: exit {done.returncode} of: ticket {' '.join(words)}\n{done.stderr}")
        return done.stdout


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Replay:
    """The desk, the tickets as their last answers showed them, and what sweeps did."""

    def __init__(self, desk: Desk, every_day: bool) -> None:
        self.desk = desk
        self.every_day = every_day
        self.ids: dict[int, int] = {}
        self.wake: dict[int, str] = {}
        self.warned: set[int] = set()
        self.closed: dict[int, datetime] = {}
        self.days = self.sweeps = self.deferrals = 0

    def open(self, index: int, issue: Issue) -> None:
        facts = {"subject": issue.title, "fields": {"repository": issue.repository, "number": issue.number}}
        words = ("create", "--from", "-", "--source", "import")
        self._note(self.desk.call(issue.opened, *words, stdin=json.dumps(facts)), index)

    def close(self, index: int, issue: Issue) -> None:
        """The person's close; on a ticket that a rule closed before it changes nothing."""
        assert issue.closed is not None
        self._note(self.desk.call(issue.closed, "close", str(self.ids[index])), index)

    def _note(self, answer: Any, index: int) -> None:
        ticket = answer["results"][0]["ticket"]
        self.ids[index] = ticket["id"]
        self.wake[ticket["id"]] = ticket["wake_at"]

    def sweep(self, now: datetime) -> None:
        self.days += 1
        if not self.every_day and not any(wake and wake <= _text(now) for wake in self.wake.values()):
            return
        report = self.desk.call(now, "sweep", allowed=(0, 7))
        self.sweeps += 1
        self.deferrals += report["deferred"]
        for action in report["actions"]:
            if action["action"] == "reminded":
                self.warned.add(action["ticket"])
            elif action["action"] == "closed":
                self.closed[action["ticket"]] = now
        self._wait_for(report["next_wake_at"], now)

    def _wait_for(self, next_wake_at: str | None, now: datetime) -> None:
        """After a sweep it alone says what comes next: what was due before is done, or is due again."""
        self.wake = {0: next_wake_at or ""}
        if next_wake_at and next_wake_at <= _text(now):
            self.wake[0] = _text(now)

    def run(self, issues: list[Issue]) -> datetime:
        """Everything in the order of time, a sweep at each midnight between; answers the last midnight."""
        events = [(issue.opened, 0, index) for index, issue in enumerate(issues)]
        events += [(issue.closed, 1, index) for index, issue in enumerate(issues) if issue.closed]
        events.sort()
        midnight = events[0][0].replace(hour=0, minute=0, second=0) + DAY
        for at, kind, index in events:
            while midnight <= at:
                self.sweep(midnight)
                midnight += DAY
            (self.close if kind else self.open)(index, issues[index])
        self.sweep(midnight)
        return midnight

    def fates(self, issues: list[Issue], now: datetime) -> list[Fate]:
        """What the desk itself says at the end."""
        found = {ticket["id"]: ticket for ticket in self.desk.call(now, "list", "kind:initial,active,final")}
        return [
            Fate(issue, found[id], id in self.warned, self.closed.get(id))
            for id, issue in ((self.ids[index], issue) for index, issue in enumerate(issues))
        ]


def tell(issues: list[Issue], fates: list[Fate], replay: Replay, seconds: float) -> None:
    moments = [moment for issue in issues for moment in (issue.opened, issue.closed) if moment]
    repositories = {issue.repository for issue in issues}
    idle = "" if replay.every_day else ", the others had nothing due"
    each = 1000 * seconds / replay.desk.calls
    span = f"{min(moments):%Y-%m-%d} to {max(moments):%Y-%m-%d}"
    lines = [
        ("issues", f"{len(issues)} of {len(repositories)} repositories, {span}"),
        ("guard", SETTINGS.splitlines()[-1].removeprefix("guard: ")),
        ("routed", _counts(str(fate.ticket["team"]) for fate in fates)),
        ("by", _counts(rule for fate in fates for rule in fate.ticket["routed_by"])),
        *_closes(fates),
        ("sweeps", f"{replay.sweeps} on {replay.days} days{idle}; {replay.deferrals} closes held back by the guard"),
        ("took", f"{seconds:.0f} s for {replay.desk.calls} commands, {each:.0f} ms each"),
    ]
    for name, text in lines:
        print(f"{name:<10} {text}")


def _counts(names: Iterable[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())


def _closes(fates: list[Fate]) -> Iterator[tuple[str, str]]:
    """Who was warned and closed by the rule, and what had become of those in truth."""
    by_rule = [(fate, fate.closed_by_rule) for fate in fates if fate.closed_by_rule]
    for fate, _ in by_rule:
        if fate.ticket["close_reason"] != "silent":
            raise SystemExit(f"replay: a sweep closed #{fate.ticket['id']}, and the desk says otherwise")
    later = sorted((fate.issue.closed - at).days for fate, at in by_rule if fate.issue.closed)
    closed = sum(fate.ticket["status"] == "closed" for fate in fates)
    middle = f", the middle one {later[len(later) // 2]} days later" if later else ""
    spared = sum(fate.warned and not fate.closed_by_rule for fate in fates)
    yield "warned", f"{len(by_rule) + spared}, {spared} of them not closed by the rule afterwards"
    yield "closed", f"{len(by_rule)} by the rule"
    yield "", f"  {len(later)} of them a person closed later in truth{middle}"
    yield "", f"  {len(by_rule) - len(later)} of them nobody had closed when the data was taken"
    yield "", f"{closed - len(by_rule)} by a person"
    yield "not final", f"{len(fates) - closed} at the end"


def main() -> None:
    parser = argparse.ArgumentParser(description="Replay real issues on a sandbox desk.")
    parser.add_argument("csv", help="github_issues_many_repos.csv")
    parser.add_argument("--every-day", action="store_true", help="sweep also when nothing is due")
    parser.add_argument("--keep", metavar="DIR", help="make the desk there and leave it, instead of a temporary folder")
    given = parser.parse_args()
    issues = read_issues(given.csv)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ticketcli-replay.") as folder:
        replay = Replay(Desk(Path(given.keep or folder) / "desk"), given.every_day)
        last = replay.run(issues)
        tell(issues, replay.fates(issues, last), replay, time.monotonic() - began)


if __name__ == "__main__":
    main()
