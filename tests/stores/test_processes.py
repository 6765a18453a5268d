"""Many processes on one store: nothing is lost, and a killed writer leaves the old state."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.contracts.making import NINE, add, an_event, everything
from ticketcli.domain.chain import verify
from ticketcli.stores import create_store, open_store

URL = "sqlite:tickets.db"
WRITERS, EACH = 8, 6
BEGIN = """
import sys
from tests.contracts.making import NINE, add, an_event
from ticketcli.stores import open_store

def write(store, pause=lambda: None):
    with store.write(at=NINE, run="r", timeout=60) as transaction:
        ticket = add(transaction)
        transaction.append(an_event(ticket.id, "created", subject="x"))
        assert ticket.id in transaction.ids("tickets", "kind", ["initial"])
        pause()

store = open_store("sqlite:tickets.db", sys.argv[1])
"""
WRITE = f"for _ in range({EACH}): write(store)\nstore.close()"
HANG = "write(store, lambda: (print('inside', flush=True), sys.stdin.read()))"


def started(script: str, desk: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BEGIN + script, str(desk)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    create_store(URL, str(tmp_path))
    writers = [started(WRITE, tmp_path) for _ in range(WRITERS)]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0

    store = open_store(URL, str(tmp_path))
    with store.read() as reader:
        ids = reader.ids("tickets", "kind", ["initial"])
        events = sorted((event for id in ids for event in reader.events(id)), key=lambda event: event.seq)
    store.close()
    assert ids == [event.ticket for event in events] == list(range(1, WRITERS * EACH + 1))
    assert [event.seq for event in events] == ids
    head = ""
    for event in events:
        assert verify(event, head)
        head = event.hash


def test_a_writer_killed_inside_its_transaction_leaves_the_old_state(tmp_path: Path) -> None:
    create_store(URL, str(tmp_path))
    store = open_store(URL, str(tmp_path))
    with store.write(at=NINE, run="r") as transaction:
        ticket = add(transaction)
        transaction.append(an_event(ticket.id))
    before = everything(store)
    store.close()

    writer = started(HANG, tmp_path)
    assert writer.stdout is not None and writer.stdout.readline() == "inside\n"
    writer.kill()
    writer.communicate()

    store = open_store(URL, str(tmp_path))
    assert everything(store) == before
    with store.write(at=NINE, run="r", timeout=0) as transaction:
        assert add(transaction).id == 2
    store.close()
