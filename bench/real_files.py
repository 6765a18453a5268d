"""Imports two files of real and realistic tickets, and compares counts with those that a plain reader of CSV takes.

    python bench/real_files.py FOLDER

FOLDER holds github_issues_many_repos.csv and kaggle_support_tickets_synthetic.csv; the mappings stand in `mappings/`.
Each file goes into a sandbox desk of its own by `ticket import`, twice, and is counted by `ticket list -o csv`.
Exits 1 when a count differs.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
Row = Mapping[str, str]
PRIORITIES = {"Critical": "urgent", "High": "high", "Medium": "normal", "Low": "low"}


class File(NamedTuple):
    """One file: its mapping, and per field of `ticket list` how a plain reader gets the same from a row."""

    name: str
    mapping: str
    fields: Mapping[str, Callable[[Row], str]]


FILES = (
    File(
        "github_issues_many_repos.csv",
        "github_issues.yaml",
        {
            "status": lambda row: "closed" if row["closed"] == "1" else "new",
            "subject": lambda row: row["title"],
            "fields.repository": lambda row: row["repository"],
            "created_at": lambda row: row["publishedAt"],
            "closed_at": lambda row: row["closedAt"],
        },
    ),
    File(
        "kaggle_support_tickets_synthetic.csv",
        "support_tickets.yaml",
        {
            "status": lambda row: "resolved",
            "priority": lambda row: PRIORITIES[row["Ticket_Priority"]],
            "category": lambda row: row["Ticket_Type"],
            "fields.channel": lambda row: row["Ticket_Channel"],
            "requester.email": lambda row: row["Customer_Email"],
            "fields.satisfaction": lambda row: row["Customer_Satisfaction_Rating"],
        },
    ),
)


def ticket(*words: str) -> str:
    """Standard output of one call, which must end well."""
    env = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("TICKETCLI_")}
    env["PYTHONPATH"] = str(HERE.parent)
    done = subprocess.run(
        [sys.executable, "-m", "ticketcli", *words], capture_output=True, encoding="utf-8", env=env, check=False
    )
    if done.returncode:
        raise SystemExit(f"exit {done.returncode}: ticket {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def counted(rows: Sequence[Row], fields: Mapping[str, Callable[[Row], str]]) -> dict[str, Counter[str]]:
    return {name: Counter(get(row) for row in rows) for name, get in fields.items()}


def check(folder: Path, file: File, desk: str) -> bool:
    """Imports the file and says how it compares."""
    path = str(folder / file.name)
    ticket("init", "--sandbox", "-q", desk)
    words = ("--desk", desk, "import", path, "--mapping", str(HERE / "mappings" / file.mapping), "-o", "json", "-q")
    start = time.monotonic()
    first = json.loads(ticket(*words))
    seconds = time.monotonic() - start
    again = json.loads(ticket(*words))
    with open(path, encoding="utf-8", newline="") as text:
        plain = counted(list(csv.DictReader(text)), file.fields)
    listed = ticket("--desk", desk, "list", "kind:any", "-o", "csv", "--fields", ",".join(file.fields))
    own = counted(list(csv.DictReader(io.StringIO(listed))), {name: _unquoted(name) for name in file.fields})
    print(f"{file.name}: {first['created']} of {first['rows']} rows in {seconds:.1f} s, {again['created']} again")
    for name in file.fields:
        said = ", ".join(f"{value or '(none)'} {count}" for value, count in sorted(own[name].items()))
        few = said if len(own[name]) <= 6 else f"{len(own[name])} different values"
        print(f"  {name:<20} {'the same' if own[name] == plain[name] else 'DIFFERENT'}: {few}")
    print(f"  {ticket('--desk', desk, 'audit', 'verify').strip()}")
    return own == plain and first["created"] == first["rows"] and again["created"] == 0


def _unquoted(name: str) -> Callable[[Row], str]:
    """A cell without the apostrophe that keeps it from being a formula."""
    return lambda row: row[name][1:] if row[name].startswith("'") else row[name]


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python bench/real_files.py FOLDER")
    with tempfile.TemporaryDirectory() as desks:
        same = [check(Path(sys.argv[1]), file, f"{desks}/{file.mapping}") for file in FILES]
    raise SystemExit(0 if all(same) else 1)


if __name__ == "__main__":
    main()
