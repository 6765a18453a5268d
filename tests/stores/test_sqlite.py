"""The SQLite engine: its files, who may use them, and how it is asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.contracts.making import NINE, add, everything
from tests.stores.desks import URL, as_somebody_else, files, read, write
from ticketcli.errors import Conflict, Invalid, NotPermitted, StoreDamaged
from ticketcli.ports import Range
from ticketcli.stores import create_store, open_store
from ticketcli.stores import sqlite_sql as sql


def test_a_new_store_can_be_read_and_written(desk: Path) -> None:
    write(desk)
    store = open_store(URL, str(desk))
    with store.read() as reader:
        assert reader.tally("tickets", "team") == {"dba": 1, "ops": 1}
    store.close()


def test_another_process_finds_the_state_it_left(desk: Path) -> None:
    first, second = (open_store(URL, str(desk)) for _ in range(2))
    with first.write(at=NINE, run="r2") as transaction:
        add(transaction)
        before = everything(second)
        assert before["counters"]["ticket"] == 1
    assert everything(first) == everything(second) != before
    first.close()
    second.close()


def test_nothing_is_made_by_opening(tmp_path: Path) -> None:
    for use in (read, write):
        with pytest.raises(StoreDamaged, match="no store here") as caught:
            use(tmp_path)
        assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_not_made_over_a_file(desk: Path) -> None:
    before = files(desk)
    with pytest.raises(Conflict, match="exists already"):
        create_store(URL, str(desk))
    assert files(desk) == before


def test_a_store_is_not_made_in_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="cannot be made"):
        create_store(URL, str(tmp_path / "else"))


@pytest.mark.parametrize("url", ["sqlite:", "tickets.db", "memory:x", "mysql://x", "", "json:"])
def test_a_url_that_names_no_store_is_refused(url: str, tmp_path: Path) -> None:
    for use in (open_store, create_store):
        with pytest.raises(Invalid, match="names no store"):
            use(url, str(tmp_path))


def test_the_store_may_stand_anywhere_under_any_name(tmp_path: Path) -> None:
    name = "a b?c=1#%41 é 宕.db"
    url = f"sqlite:{tmp_path / name}"
    create_store(url, "/nowhere")
    store = open_store(url, "/nowhere")
    assert everything(store)["tickets"] == []
    store.close()
    assert name in os.listdir(tmp_path)


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777], ids=oct)
@pytest.mark.parametrize("mode", [0o600, 0o660], ids=oct)
def test_all_files_have_the_mode_given_under_any_umask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        create_store(URL, str(tmp_path), mode=mode, group=os.getgid())
        write(tmp_path)
    finally:
        os.umask(before)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    names = ("tickets.db", "tickets.db-shm", "tickets.db-wal", "tickets.db.lock")
    assert modes == dict.fromkeys(names, mode)


def test_readers_leave_every_stored_byte_as_it_was(desk: Path) -> None:
    before = files(desk)
    read(desk)
    assert files(desk) == before


def test_the_questions_of_a_sweep_use_an_index(desk: Path) -> None:
    store = open_store(URL, str(desk))
    with store.read() as reader:
        connection = reader._source._connection  # type: ignore[attr-defined]
        asked = [
            *sql.ids("tickets", "wake_at", Range(None, NINE), 20, False),
            *sql.ids("tickets", "dedup_key", ["x"], None, False),
            *sql.ids("events", "ticket", [1], 5, True),
            sql.tally("tickets", "kind", {"kind": ["initial", "active"]}),
            sql.tally("tickets", "assignee", {"assignee": ["ann", "bob"], "kind": ["initial", "active"]}),
            sql.tally("events", "mark", {"recorded_at": Range(NINE)}),
        ]
        for statement, values in asked:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert "USING COVERING INDEX" in plan[0][3], statement
    store.close()


def test_who_may_not_write_the_desk_may_read_it(open_desk: Path) -> None:
    assert as_somebody_else(open_desk, lambda: read(open_desk)) == "done"


def test_who_may_not_write_the_desk_is_told_so(open_desk: Path) -> None:
    assert as_somebody_else(open_desk, lambda: write(open_desk)).startswith("4 ")
