"""Damage to history is named, whoever did it; a seal shows what a store that is whole in itself does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.desks import LEE, World
from ticketcli.domain.audit import Flaw, Seal, seal_of
from ticketcli.domain.chain import link
from ticketcli.domain.document import event_document, event_from, ticket_document
from ticketcli.errors import Invalid
from ticketcli.services.auditing import sampled, seal, verify
from ticketcli.stores import create_store, open_store, sqlite_sql
from ticketcli.stores.buffer import encode
from ticketcli.stores.engine import Row
from ticketcli.stores.layout import TABLES

CLOSES = """
autoclose:
  - {name: silent, when: {status: resolved}, after: 2h, remind: [], close: {reason: requester-silent}}
  - {name: waiting, when: {status: pending}, after: 2h, remind: [], close: {reason: archived}}
"""


class Raw:
    """A desk in a file, whose rows can be changed behind the program's back, with checksums that fit."""

    def __init__(self, folder: Path) -> None:
        create_store("sqlite:t.db", str(folder))
        self.path = folder / "t.db"
        self.world = World(CLOSES, store=open_store("sqlite:t.db", str(folder)))
        for number in range(3):
            self.world.create(f"ticket {number}", requester=LEE)
        self.world.do("comment", 1, 2, 3, text="looking")
        self.world.do("resolve", 2)

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    def put(self, table: str, id: int, document: dict[str, Any]) -> None:
        """A document in place of another, filed and summed as if the program had written it."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            names = [column.name for column in TABLES[table].columns]
            before = connection.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (id,)).fetchone()
            row = Row(encode(document), TABLES[table].values(document, before))
            crc = sqlite_sql.checksum(table, id, row)
            sets = ", ".join(f"{name} = ?" for name in ("doc", "crc", *names))
            connection.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (row.text, crc, *row.columns, id))

    def count(self, name: str, value: int | str) -> None:
        crc = sqlite_sql.counter_checksum(name, value)
        self.run(f"UPDATE counters SET value = '{value}', crc = {crc} WHERE name = '{name}'")

    def document(self, seq: int) -> dict[str, Any]:
        with self.world.store.read() as reader:
            event = reader.event(seq)
        assert event is not None
        return event_document(event)

    def flaws(self, sealed: Seal | None = None) -> tuple[Flaw, ...]:
        self.world.store.close()
        with self.world.store.read() as reader:
            return verify(reader, sealed).flaws

    def seal(self) -> Seal:
        with self.world.store.read() as reader:
            return seal(reader, "ops")


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[Raw]:
    raw = Raw(tmp_path)
    yield raw
    raw.world.store.close()


def test_a_sound_history_verifies(raw: Raw) -> None:
    with raw.world.store.read() as reader:
        found = verify(reader, raw.seal())

    assert found.flaws == ()
    assert (found.events, found.tickets) == (found.head.seq, 3)


def test_an_empty_desk_verifies(tmp_path: Path) -> None:
    store = open_store("memory:", "")
    with store.read() as reader:
        assert verify(reader, seal(reader, "ops")).flaws == ()


def changed(raw: Raw) -> None:
    document = raw.document(4)
    raw.put("events", 4, {**document, "data": {**document["data"], "text": "never said"}})


def changed_with_hash(raw: Raw) -> None:
    """Somebody who knows how events are hashed changes one, and no other."""
    event = event_from({**raw.document(4), "data": {"text": "never said"}})
    raw.put("events", 4, event_document(link(event, event.prev, lambda: "salt")))


def moved_back(raw: Raw) -> None:
    event = event_from({**raw.document(4), "recorded_at": "2001-01-01T00:00:00Z"})
    raw.put("events", 4, event_document(link(event, event.prev, lambda: "salt")))


DAMAGES: list[tuple[str, Callable[[Raw], None], Flaw]] = [
    ("text changed", changed, Flaw(4, 1, "changed after it was written")),
    ("hashed anew", changed_with_hash, Flaw(5, 2, "does not follow event 4")),
    ("time moved back", moved_back, Flaw(4, 1, "recorded before its predecessor")),
    ("byte", lambda raw: raw.run("UPDATE events SET doc = replace(doc, 'looking', 'lurking') WHERE id = 5"),
     Flaw(5, None, "does not match its checksum")),
    ("one taken out", lambda raw: raw.run("DELETE FROM events WHERE id = 3"), Flaw(4, 1, "event 3 is missing")),
    ("several taken out", lambda raw: raw.run("DELETE FROM events WHERE id < 3"), Flaw(3, 3, "events are missing")),
    ("tail cut", lambda raw: raw.run("DELETE FROM events WHERE id > 5"), Flaw(None, None, "the newest are missing")),
    ("ticket gone", lambda raw: raw.run("DELETE FROM tickets WHERE id = 2"),
     Flaw(2, 2, "the ticket of these events is gone")),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "flaw"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES])
def test_the_first_bad_event_is_named(raw: Raw, damage: Callable[[Raw], None], flaw: Flaw) -> None:
    damage(raw)
    found = raw.flaws()[0]

    assert found[:2] == flaw[:2]
    assert flaw.what in found.what


def test_facts_that_no_event_tells_are_named(raw: Raw) -> None:
    ticket = raw.world.ticket(3)
    raw.put("tickets", 3, ticket_document(ticket._replace(priority="low", team="dba")))

    assert raw.flaws() == (Flaw(None, 3, "priority, team: not what its events say"),)


def cut(raw: Raw) -> None:
    """The newest events are taken back without a trace in the store."""
    newest = raw.document(4)
    raw.run("DELETE FROM events WHERE id > 3", "DELETE FROM tickets")
    raw.count("seq", 3)
    raw.count("head", newest["prev"])


def rewritten(raw: Raw) -> None:
    """The whole history is written anew, a text of the first event replaced: the chain holds."""
    head = ""
    for seq in range(1, raw.seal().seq + 1):  # type: ignore[operator]
        document = raw.document(seq)
        if seq == 1:
            document["data"]["subject"] = "never said"
        event = link(event_from(document), head, lambda: "salt")
        raw.put("events", seq, event_document(event))
        head = event.hash
    raw.count("head", head)
    raw.put("tickets", 1, ticket_document(raw.world.ticket(1)._replace(subject="never said")))


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        pytest.param(cut, "the chain ends at 3", id="tail cut"),
        pytest.param(rewritten, "it is not the event that was sealed", id="full rewrite"),
    ],
)
def test_a_seal_shows_what_the_store_alone_does_not(raw: Raw, change: Callable[[Raw], None], flaw: str) -> None:
    sealed = raw.seal()
    change(raw)
    raw.world.store.close()

    assert all(flaw.ticket is not None for flaw in raw.flaws()), "the chain itself holds"
    assert flaw in raw.flaws(sealed)[0].what
    assert "no event has the sealed hash" in raw.flaws(Seal(sealed.hash))[0].what


def test_a_rollback_that_went_on_is_noticed(raw: Raw, tmp_path: Path) -> None:
    raw.world.store.close()
    old = raw.path.read_bytes(), (raw.path.parent / "t.db-wal").read_bytes()
    raw.world.do("comment", 1, text="sealed")
    sealed = raw.seal()
    raw.world.store.close()
    for path, data in zip((raw.path, raw.path.parent / "t.db-wal"), old, strict=True):
        path.write_bytes(data)
    (raw.path.parent / "t.db-shm").unlink()
    assert "an older state was put in place" in raw.flaws(sealed)[0].what
    raw.world.do("comment", 1, text="something else")

    assert raw.flaws() == ()
    assert "it is not the event that was sealed" in raw.flaws(sealed)[0].what


def test_a_seal_stays_good_while_history_grows(raw: Raw) -> None:
    sealed = raw.seal()
    raw.world.do("comment", 1, text="more")

    assert raw.flaws(sealed) == raw.flaws(Seal(sealed.hash)) == ()
    assert seal_of(sealed.as_json()) == sealed


@pytest.mark.parametrize(
    "value", ["", "abc", 5, None, [], {}, {"seq": 1}, {"seq": 3, "hash": "x", "recorded_at": "2026-03-02T09:00:00Z"}]
)
def test_what_is_no_seal_is_refused(value: object) -> None:
    with pytest.raises(Invalid, match="no seal"):
        seal_of(value)


@pytest.fixture(scope="module")
def closed() -> World:
    """Six tickets closed by two rules, one of them reopened later."""
    world = World(CLOSES)
    for number in range(6):
        world.create(f"ticket {number}", requester=LEE)
    world.do("resolve", 1, 2, 3, 4, at="1h")
    world.do("wait", 5, 6)
    world.sweep("4h")
    world.do("reopen", 2, at="5h")
    return world


def chosen(world: World, rule: str | None, count: int, seed: str) -> list[int]:
    with world.store.read() as reader:
        return [spot.event.ticket for spot in sampled(reader, rule, count, seed).spots]


def test_a_sample_is_the_same_for_the_same_seed(closed: World) -> None:
    samples = {seed: chosen(closed, None, 3, seed) for seed in "abcdefgh"}

    assert samples == {seed: chosen(closed, None, 3, seed) for seed in "abcdefgh"}
    assert len({tuple(sample) for sample in samples.values()}) > 3
    assert all(len(set(sample)) == 3 for sample in samples.values())


def test_a_sample_is_of_one_rule(closed: World) -> None:
    assert sorted(chosen(closed, "waiting", 9, "s")) == [5, 6]
    assert sorted(chosen(closed, "silent", 9, "s")) == [1, 2, 3, 4]
    assert sorted(chosen(closed, None, 9, "s")) == [1, 2, 3, 4, 5, 6]
    assert chosen(closed, "else", 9, "s") == []


def test_a_spot_says_since_when_and_what_became_of_it(closed: World) -> None:
    with closed.store.read() as reader:
        spots = {spot.event.ticket: spot for spot in sampled(reader, None, 9, "s").spots}

    assert spots[1].silent_since == "2026-03-02T10:00:00Z"
    assert spots[1].reopened_at is None
    assert spots[2].reopened_at == closed.now
