"""Makes the stores that are kept beside the tests, one folder for each format that was ever released:

    python -m tests.stores.formats tests/stores/format-1

Only for a new format. What is released is never made anew: later versions must read these very files.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

from ticketcli.cli.main import run

CALLS = (
    ["create", "磁盘满 on db3", "--body", "It burns.", "--requester", "li@x.cn", "--category", "database", "-q"],
    ["create", "second", "--dedup-key", "k", "--priority", "high", "--label", "prod", "--idempotency-key", "i", "-q"],
    ["comment", "1", "looking at it", "--class", "agent", "-q"],
    ["hold", "2", "--until", "2d", "--reason", "vendor", "-q"],
    ["resolve", "1", "-q"],
    ["sweep", "-q"],
    ["sweep", "-q", "--now", "2026-03-03T09:00:00+08:00"],
)


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        desk = Path(made) / "desk"
        os.environ.update(TICKETCLI_DESK=str(desk), TICKETCLI_NOW="2026-03-02T09:00:00+08:00")
        for call in (["init", str(desk), "--sandbox", "--timezone", "Asia/Shanghai", "-q"], *CALLS):
            assert run(call) == 0, call
        connection = sqlite3.connect(desk / "tickets.db")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        (folder / "tickets.db.gz").write_bytes(gzip.compress((desk / "tickets.db").read_bytes(), mtime=0))
        assert run(["store", "move", "json:tickets.json", "--yes", "-q"]) == 0
        (folder / "tickets.json").write_bytes((desk / "tickets.json").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
