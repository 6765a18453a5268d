"""Desks to break: how they are made, called as a process of its own, and what they hold."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.sandbox import NOW, TOP, make_sandbox
from tests.within import called
from ticketcli.domain.events import Message
from ticketcli.ports import Reader
from ticketcli.services.in_force import CURRENT
from ticketcli.services.sweep import ACCEPTED_CLOCK
from ticketcli.stores import open_store

URLS = {"sqlite": "sqlite:tickets.db", "json": "json:tickets.json"}
AFTERNOON = "2026-03-02T15:00:00+08:00"
"""When those who opened a ticket at `NOW` have waited too long for a first answer."""
REMIND = "2026-03-03T10:00:00+08:00"
"""When the first reminders of the tickets that were resolved at `NOW` are due."""
COUNTERS = ("ticket", "seq", "message", "swept_at", "epoch", ACCEPTED_CLOCK, CURRENT)
CHANNEL, SENT = "log", "sent.jsonl"
"""A channel, and the file in the desk to which it writes."""


class Ended(NamedTuple):
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str


def environment(desk: Path, now: str | None = NOW, tree: Path = TOP) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    more = {} if now is None else {"TICKETCLI_NOW": now}
    own = {"XDG_CONFIG_HOME": str(desk / ".config"), "XDG_STATE_HOME": str(desk / ".state")}
    return {**kept, **more, **own, "PYTHONPATH": str(tree), "TICKETCLI_DESK": str(desk)}


def command(*args: str) -> list[str]:
    """The real command, run by this Python."""
    return [sys.executable, "-m", "ticketcli", *args]


def call(desk: Path, args: Sequence[str], now: str | None = NOW, before: Sequence[str] = (), **more: Any) -> Ended:
    """Runs a call to its end; `before` stands in front of it (a tracer, say)."""
    done = subprocess.run(
        [*before, *command(*args)], env=environment(desk, now), capture_output=True, text=True, errors="replace",
        stdin=subprocess.DEVNULL, timeout=120, **more,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def inside(desk: Path, args: Sequence[str], now: str = NOW) -> Ended:
    """Runs a call to its end in this process, where nothing is to break."""
    done = called(args, environment(desk, now))
    return Ended(done.returncode, done.stdout, done.stderr)


def sure(desk: Path, *args: str, now: str | None = NOW) -> str:
    """Stdout of a call that has to end well."""
    done = call(desk, args, now)
    assert done.code == 0, (args, done)
    return done.out


def make_desk(path: Path, engine: str = "sqlite") -> Path:
    """A desk with four tickets: with a requester, resolved, closed, and of a bot."""
    make_sandbox(path)
    if engine != "sqlite":
        sure(path, "store", "move", URLS[engine], "--yes")
    sure(path, "create", "no mail", "--requester", "a@x.cn", "--body", "since nine")
    sure(path, "create", "disk full", "--requester", "b@x.cn", "--answered")
    sure(path, "create", "old", "--requester", "c@x.cn")
    sure(path, "create", "red build", "--source", "ci", "--dedup-key", "build")
    sure(path, "resolve", "2")
    sure(path, "backup", str(path / "kept.json"))
    sure(path, "close", "3")
    rows = path / "rows.csv"
    rows.write_text("Title,Id\nfirst,1\nsecond,2\nthird,3\n")
    rows.chmod(0o600)
    return path


def make_sending_desk(path: Path, engine: str = "sqlite") -> Path:
    """The same with a channel that failed when the first two messages went out, and works since.

    At `REMIND` those are sent again, and a reminder with them, for a ticket that has no requester.
    """
    make_desk(path, engine)
    sure(path, "resolve", "4")
    channels = path / "rules/channels.yaml"
    channels.write_text(f"channels: {{{CHANNEL}: {{type: file, path: no/such/folder}}}}\n")
    sure(path, "sweep", now=AFTERNOON)
    channels.write_text(f"channels: {{{CHANNEL}: {{type: file, path: {SENT}}}}}\n")
    sure(path, "list", now=AFTERNOON)
    return path


def copied(desk: Path, to: Path) -> Path:
    """The desk as it is, in place of what stands at `to`."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(desk, to))


def url_of(desk: Path) -> str:
    lines = (desk / "ticketcli.yaml").read_text().splitlines()
    return next((line.split(": ", 1)[1].strip() for line in lines if line.startswith("store: ")), URLS["sqlite"])


@contextmanager
def reading(desk: Path) -> Iterator[Reader]:
    store = open_store(url_of(desk), str(desk))
    try:
        with store.read() as reader:
            yield reader
    finally:
        store.close()


def state(desk: Path) -> str:
    """All that the desk holds, read through the Store port, but for what differs from run to run."""
    with reading(desk) as reader:
        return json.dumps(_state(reader), sort_keys=True, default=list)


def messages(desk: Path) -> list[Message]:
    """Every message of the outbox, whatever became of it."""
    with reading(desk) as reader:
        return _messages(reader)


def _messages(reader: Reader) -> list[Message]:
    return [message for ticket in reader.walk_tickets() for message in reader.messages(ticket.id)]


def _state(reader: Reader) -> dict[str, Any]:
    tickets = list(reader.walk_tickets())
    filings = [reader.filing(ticket.id) for ticket in tickets]
    events = [event._replace(run="", prev="", hash="", salts={}) for event in reader.walk_events()]
    sent = [message._replace(lease=None, error=message.error and "failed") for message in _messages(reader)]
    counters = {name: reader.counter(name) for name in COUNTERS}
    return {"tickets": tickets, "filings": filings, "events": events, "messages": sent, "counters": counters}
