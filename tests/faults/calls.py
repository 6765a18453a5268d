"""The calls that `make faults` breaks: each verb that writes, with what it writes beside the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.cli.sandbox import NOW
from tests.faults import befores
from tests.faults.desks import AFTERNOON, CHANNEL, REMIND, SENT, copied, messages, state, url_of
from ticketcli.stores.backup import Backup

NEW = "inner"
"""Where `init` makes a desk, inside of the one that is broken."""


def nothing(desk: Path) -> str:
    """For calls that write to the store only."""
    return ""


def _backup(desk: Path) -> str:
    """What the backup says of itself, once its checksums hold."""
    path = desk / "out.json"
    if not path.exists():
        return "none"
    backup = Backup(str(path))  # raises unless it is whole
    try:
        return json.dumps(dict(backup.counters()), sort_keys=True)
    finally:
        backup.close()


def _seal(desk: Path) -> str:
    path = desk / "seal.json"
    return str(json.loads(path.read_text())["seq"]) if path.exists() else "none"


def _trusted(desk: Path) -> str:
    path = desk / ".config/ticketcli/trusted"
    return path.read_text() if path.exists() else "none"


def _unsent(desk: Path) -> str:
    """Messages that count as delivered and that the channel never got: there must be none, whatever the state."""
    told = [one.key for one in messages(desk) if one.state == "delivered" and one.via == CHANNEL]
    return ", ".join(sorted(set(told).difference(received(desk))))


def received(desk: Path) -> list[str | None]:
    """The key of each message that the channel got, as often as it got it."""
    path = desk / SENT
    return [_key(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def _key(line: bytes) -> str | None:
    try:
        key: str = json.loads(line)["key"]
    except ValueError:  # whoever wrote it was killed
        return None
    return key


def _inner(desk: Path) -> str:
    """Each file of the desk that `init` makes, and what its store holds."""
    inner = desk / NEW
    if not (inner / "ticketcli.yaml").exists():
        return "none"
    names = sorted(str(path.relative_to(inner)) for path in inner.rglob("*") if path.suffix == ".yaml")
    return json.dumps([names, state(inner)])


class Case(NamedTuple):
    """`words` with DESK for the desk's path."""

    words: str
    now: str = NOW
    sends: bool = False
    """On the desk whose messages go out by a channel."""
    many: bool = False
    """It makes several commits, each whole: what it did before it failed stays."""
    beside: Callable[[Path], str] = nothing
    """What it leaves beside the store, as part of the state."""
    again: bool = False
    """Called again afterwards it ends well, or finds that it is done (exit 6)."""
    resumes: bool = False
    """Called again afterwards it leaves what it would have left undisturbed."""
    before: Callable[[Path], None] = befores.nothing_more
    """What has to be there."""

    def args(self, desk: Path) -> list[str]:
        return [word.replace("DESK", str(desk)) for word in self.words.split()]

    def desk(self, made: Path, to: Path) -> Path:
        """A copy of the desk with what has to be there."""
        desk = copied(made, to)
        self.before(desk)
        return desk

    def state(self, desk: Path) -> str:
        """All that the desk holds, and what stands beside its store."""
        return f"{state(desk)}\n{self.beside(desk)}"


CALLS = {
    "create": Case("create hello -q"),
    "create again under a dedup key": Case("create red --source ci --dedup-key build"),
    "comment": Case("comment 1 hello"),
    "set": Case("set 1 priority=high fields.region=north"),
    "label": Case("label 1 prod"),
    "take": Case("take 1"),
    "assign": Case("assign 1 bob"),
    "start": Case("start 1"),
    "wait": Case("wait 1"),
    "move": Case("move 1 pending"),
    "resolve three": Case("resolve 1 2 4"),
    "close": Case("close 1"),
    "reopen": Case("reopen 3"),
    "extend": Case("extend 2 --by 1d"),
    "hold": Case("hold 1 --until 2d"),
    "unhold": Case("unhold 4", before=befores.held),
    "confirm": Case("confirm 2 --as dee", AFTERNOON, before=befores.asked),
    "sla reason": Case("sla reason 1 vendor late", AFTERNOON, before=befores.missed),
    "route": Case("route 1"),
    "sweep": Case("sweep", REMIND),
    "sweep that opens": Case("sweep", AFTERNOON, many=True, resumes=True, before=befores.scheduled),
    "intake junit": Case("intake junit DESK/report.xml --scope s", before=befores.reported),
    "intake alertmanager": Case("intake alertmanager DESK/payload.json", before=befores.alerted),
    "intake generic": Case("intake generic DESK/payload.json --mapping github", before=befores.broken),
    "redact": Case("redact 1 --field description --yes"),
    "backup": Case("backup DESK/out.json", beside=_backup, again=True),
    "rules accept": Case("rules accept", resumes=True, before=befores.removed),
    "undo": Case("undo 1"),
    "import": Case("import DESK/rows.csv --map Title=subject --map Id=key --batch 2", many=True, resumes=True),
    "doctor --rebuild": Case("doctor --rebuild --yes", AFTERNOON, sends=True, resumes=True, before=befores.misfiled),
    "doctor --accept-clock": Case("doctor --accept-clock", NOW, sends=True),
    "sweep that delivers": Case("sweep", REMIND, sends=True, many=True, beside=_unsent, again=True),
    "outbox retry": Case("outbox retry 1 -o csv", REMIND, sends=True, many=True, beside=_unsent),
    "outbox drop": Case("outbox drop 1 --yes -o csv", REMIND, sends=True, beside=_unsent),
    "restore": Case("restore DESK/kept.json --yes", again=True, beside=url_of),
    "store move": Case("store move json:moved.json --yes", again=True, beside=url_of),
    "audit seal": Case("audit seal DESK/seal.json", beside=_seal, again=True),
    "desk trust": Case("desk trust DESK", beside=_trusted, again=True),
    "init": Case(f"init DESK/{NEW} --sandbox --timezone Asia/Shanghai", beside=_inner, again=True),
}
KEYED = ("create", "comment", "resolve three", "redact", "undo", "intake junit", "outbox retry", "outbox drop")
"""Repeated under their key after each fault."""
ON_JSON = (
    *("create", "create again under a dedup key", "comment", "set", "label", "take", "assign", "start", "wait", "move"),
    *("resolve three", "close", "reopen", "extend", "hold", "route", "sweep", "redact", "undo", "import"),
    *("sweep that delivers", "sweep that opens", "intake junit", "outbox retry", "outbox drop", "restore"),
)
