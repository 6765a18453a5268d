"""Nothing lost, every repeat with its key: many messages, a receiver that fails, and senders that are killed.

    python bench/delivery.py [--messages 10000] [--failures 0.3] [--kills 100] [--seed 1] [--folder DIR]

A desk queues the messages in one sweep. Then `ticket sweep` runs as a process of its own against an HTTP server in this
one, which fails as often as asked: half of that by an error, a quarter by hanging up, a quarter by taking the message
and losing the answer. The first sweeps are killed with SIGKILL after a random number of requests; the desk's clock
(`--now`) then goes on to where the dead sender's lease has run out. When the outbox holds nothing that is queued, every
key in it must have been taken, and nothing may have been taken under a key that is not in it. Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from desks import environment, ticket

from ticketcli.app import App, Call
from ticketcli.domain.instants import Instant, format_instant, parse_instant
from ticketcli.services import changing, letters
from ticketcli.services.outbox import LEASE

START = parse_instant("2026-03-02T09:00:00Z")
PEOPLE = 10
BATCH = 1000
RHYTHM = 1800
MOST_REQUESTS = 60
"""A killed sender has sent so many at most."""


class Receiver(ThreadingHTTPServer):
    """Fails by the seed; `reached` is set when `wanted` requests have come since it was set."""

    daemon_threads = True

    def __init__(self, failures: float, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.failures, self.random = failures, random.Random(seed)
        self.taken: Counter[str] = Counter()
        self.requests, self.wanted = 0, 0
        self.reached = threading.Event()
        self.lock = threading.Lock()

    def fate(self, key: str, body: dict[str, Any]) -> str:
        with self.lock:
            self.requests += 1
            self.wanted -= 1
            if self.wanted == 0:
                self.reached.set()
            drawn = self.random.random() / self.failures if self.failures else 1
            word = "error" if drawn < 0.5 else "hang up" if drawn < 0.75 else "lose" if drawn < 1 else "take"
            if word in ("take", "lose"):
                assert body["key"] == key, "the key stands in the header and in the body"
                self.taken[key] += 1
            return word


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        word = self.server.fate(self.headers["X-Ticketcli-Key"], body)
        self.close_connection = True
        if word in ("take", "error"):
            self.send_response(200 if word == "take" else 503)
            self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """The table tells enough."""


def session_at(desk: Path, at: Instant) -> Any:
    return App(Call(desk=str(desk), writes=True, now=at), print).session


def make_desk(desk: Path, url: str, messages: int) -> Instant:
    """A desk whose next sweep queues so many messages; answers when that sweep is due."""
    subprocess.run(ticket("init", "-q", "--sandbox", str(desk)), check=True, env=environment())
    for path in (desk / "rules").glob("*.yaml"):
        path.unlink()
    people = ", ".join(f"{{name: p{n}}}" for n in range(PEOPLE))
    members = ", ".join(f"p{n}" for n in range(PEOPLE))
    (desk / "rules/rules.yaml").write_text(
        f"people: [{people}]\nteams: {{all: {{members: [{members}]}}}}\n"
        f'channels: {{hook: {{type: webhook, url: "{url}", timeout: 10s}}}}\n'
        "escalation: [{name: tell, when: {age: {over: 1h}}, then: [{notify: all}]}]\n"
    )
    count = -(-messages // PEOPLE)
    for start in range(0, count, BATCH):
        facts = [{"subject": f"ticket {n}"} for n in range(start, min(start + BATCH, count))]
        changing.create(session_at(desk, START), facts)
    return START + 3600


def start_sweep(desk: Path, at: Instant, output: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    words = ticket("--desk", str(desk), "sweep", "--now", format_instant(at), "--json")
    return subprocess.Popen(words, env=environment(), stdout=output, stderr=output)


def kill_in_the_middle(desk: Path, receiver: Receiver, at: Instant, after: int) -> bool:
    """Starts a sweep and kills it at its n-th request; False when it had ended by itself."""
    receiver.reached.clear()
    receiver.wanted = after
    sweep = start_sweep(desk, at, subprocess.DEVNULL)
    watcher = threading.Thread(target=_tell_of_end, args=(sweep, receiver.reached), daemon=True)
    watcher.start()
    receiver.reached.wait()
    killed = sweep.poll() is None
    sweep.kill()
    watcher.join()
    return killed


def _tell_of_end(sweep: subprocess.Popen[bytes], reached: threading.Event) -> None:
    sweep.wait()
    reached.set()


def work_off(desk: Path, at: Instant) -> Iterator[dict[str, Any]]:
    """Sweeps every half hour until nothing waits to be sent; answers their reports."""
    while True:
        out, err = start_sweep(desk, at).communicate()
        report = json.loads(out) if out else {}
        if not report:
            raise SystemExit(f"the sweep failed: {err.decode()}")
        yield report
        if report["next_wake_at"] is None:
            return
        at = max(at + RHYTHM, parse_instant(report["next_wake_at"]))


def found(desk: Path) -> dict[str, str]:
    """Key and state of every message of the outbox."""
    with session_at(desk, START).store.read() as reader:
        numbers = letters.numbers(reader, letters.STATES)
        return {message.key: message.state for _, message in letters.letters(reader, numbers)}


def verdict(messages: dict[str, str], receiver: Receiver, kills: int, seconds: float) -> int:
    states = Counter(messages.values())
    lost = [key for key, state in messages.items() if state == "delivered" and not receiver.taken[key]]
    stranger = [key for key in receiver.taken if key not in messages]
    repeats = sum(receiver.taken.values()) - len(receiver.taken)
    keys = f"{len(stranger)} under unknown keys" if stranger else "each under the key of its message"
    lines = {
        "messages": f"{len(messages):,}",
        "requests": f"{receiver.requests:,}, {receiver.failures:.0%} of them failed",
        "senders killed": f"{kills:,}",
        "delivered": f"{states['delivered']:,}",
        "dead letters": f"{states['dead']:,}",
        "still queued": f"{states['queued']:,}",
        "lost": f"{len(lost):,}",
        "repeats": f"{repeats:,}, {keys}",
        "took": f"{seconds:.0f} s",
    }
    for name, value in lines.items():
        print(f"{name + ':':<16}{value}")
    return 1 if lost or stranger or states["queued"] or states["dead"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--failures", type=float, default=0.3)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    drawn = random.Random(given.seed)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder, Receiver(given.failures, given.seed) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        desk, began, kills = Path(folder) / "desk", time.monotonic(), 0
        at = make_desk(desk, f"http://127.0.0.1:{receiver.server_port}/", given.messages)
        while kills < given.kills:
            killed = kill_in_the_middle(desk, receiver, at, drawn.randint(1, MOST_REQUESTS))
            at += LEASE + 1
            if not killed and not any(state == "queued" for state in found(desk).values()):
                break  # all are delivered before so many senders could be killed
            kills += killed
        receiver.wanted = 0
        for _ in work_off(desk, at):
            pass
        code = verdict(found(desk), receiver, kills, time.monotonic() - began)
        receiver.shutdown()
    return code


if __name__ == "__main__":
    sys.exit(main())
