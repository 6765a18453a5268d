"""What is damaged, foreign or too new is reported; it never reads as something else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.contracts.making import FILED, NINE, add, an_event, everything
from tests.stores.desks import URL, copied_log, fetch, read, set_format, write
from ticketcli.errors import StoreDamaged
from ticketcli.stores import open_store
from ticketcli.stores import sqlite_sql as sql
from ticketcli.stores.layout import TABLES
from ticketcli.stores.sqlite_sql import counter_checksum


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"SQLite format 3\0", "no ticketcli store", id="a header only"),
        pytest.param(b"PK\x03\x04" * 100, "no ticketcli store", id="something else"),
    ],
)
def test_a_file_that_is_no_store_is_reported_and_left_alone(desk: Path, content: bytes, message: str) -> None:
    (desk / "tickets.db").write_bytes(content)
    for use in (read, write):
        with pytest.raises(StoreDamaged, match=message):
            use(desk)
    assert (desk / "tickets.db").read_bytes() == content


def test_a_database_of_somebody_else_is_reported(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "tickets.db")
    connection.execute("CREATE TABLE tickets (id INTEGER PRIMARY KEY)")
    connection.close()

    with pytest.raises(StoreDamaged, match="no ticketcli store"):
        read(tmp_path)


@pytest.mark.parametrize("left", [100, 4096, 4096 * 9, -4096], ids=["header", "a page", "some pages", "all but a page"])
def test_a_truncated_store_is_reported(desk: Path, left: int) -> None:
    file = copied_log(desk)
    whole = file.read_bytes()
    file.write_bytes(whole[:left])

    with pytest.raises(StoreDamaged, match="damaged"):
        read(desk)


def test_a_directory_in_place_of_the_store_is_reported(tmp_path: Path) -> None:
    (tmp_path / "tickets.db").mkdir()
    with pytest.raises(StoreDamaged, match=r"tickets\.db"):
        read(tmp_path)


@pytest.mark.parametrize("table", ["tickets", "events"])
def test_any_changed_value_of_a_row_is_noticed(desk: Path, raw: Callable[..., None], table: str) -> None:
    names = ["doc", "crc", *(column.name for column in TABLES[table].columns)]
    connection = sqlite3.connect(desk / "tickets.db")
    row = connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchone()
    connection.close()
    for name, right in zip(names, row, strict=True):
        for wrong in ("x", 7, b"x", 1.5, *([None] if right is not None and name not in ("doc", "crc") else [])):
            raw(f"UPDATE {table} SET {name} = ?", wrong)
            with pytest.raises(StoreDamaged, match=f"{table}: row 1 does not match"):
                fetch(desk, table)
        raw(f"UPDATE {table} SET {name} = ?", right)
    fetch(desk, table)


def test_every_changed_byte_of_a_document_is_noticed(desk: Path, raw: Callable[..., None]) -> None:
    connection = sqlite3.connect(desk / "tickets.db")
    document = connection.execute("SELECT doc FROM tickets").fetchone()[0].encode()
    connection.close()
    store = open_store(URL, str(desk))
    for position in range(len(document)):
        damaged = bytearray(document)
        damaged[position] ^= 1 << position % 8
        raw("UPDATE tickets SET doc = CAST(? AS TEXT)", bytes(damaged))
        with pytest.raises(StoreDamaged), store.read() as reader:
            reader.ticket(1)
    store.close()


def test_a_flipped_byte_of_the_file_never_shows_another_ticket(
    desk: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = copied_log(desk).read_bytes()
    store = open_store(URL, str(desk))
    right = everything(store)["tickets"][0]
    store.close()
    start = whole.index(b'{"id":1,"subject"') // 4096 * 4096
    place = tmp_path_factory.mktemp("damaged")
    for position in [*range(start, start + 16), *range(start + 2600, start + 4096, 7)]:
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        (place / "tickets.db").write_bytes(damaged)
        store = open_store(URL, str(place))
        try:
            with store.read() as reader:
                assert reader.ticket(1) in (right, None)
        except StoreDamaged:
            pass
        finally:
            store.close()
        for side in ("-wal", "-shm"):
            (place / f"tickets.db{side}").unlink(missing_ok=True)


def test_a_ticket_whose_row_is_lost_is_no_unknown_ticket(desk: Path, raw: Callable[..., None]) -> None:
    raw("DELETE FROM tickets WHERE id = 1")
    store = open_store(URL, str(desk))
    with store.read() as reader:
        for ask in (lambda: reader.ticket(1), lambda: reader.tickets([1])):
            with pytest.raises(StoreDamaged, match="row 1 is missing, its events are there"):
                ask()
        assert reader.ticket(99) is None
    store.close()


def test_a_row_that_took_the_number_of_another_is_noticed(desk: Path, raw: Callable[..., None]) -> None:
    raw("UPDATE tickets SET id = 2")
    store = open_store(URL, str(desk))
    with pytest.raises(StoreDamaged, match="row 2"), store.read() as reader:
        reader.ticket(2)
    store.close()


def test_a_changed_counter_is_noticed(desk: Path, raw: Callable[..., None]) -> None:
    raw("UPDATE counters SET value = 7 WHERE name = 'seq'")
    for use in (read, write):
        with pytest.raises(StoreDamaged, match="'seq'"):
            use(desk)


@pytest.mark.parametrize(("counter", "table"), [("ticket", "tickets"), ("seq", "events")])
def test_a_number_given_twice_is_damage_and_nothing_is_overwritten(
    desk: Path, raw: Callable[..., None], counter: str, table: str
) -> None:
    raw("UPDATE counters SET value = 0, crc = ? WHERE name = ?", counter_checksum(counter, 0), counter)
    store = open_store(URL, str(desk))
    before = everything(store)
    with pytest.raises(StoreDamaged, match=f"{table}: number 1 "), store.write(at=NINE, run="r") as transaction:
        transaction.append(an_event(1))
        add(transaction)
    assert everything(store) == before
    store.close()


def test_a_store_too_new_to_read_is_refused(desk: Path, raw: Callable[..., None]) -> None:
    set_format(raw, "format_read", 2)
    for use in (read, write):
        with pytest.raises(StoreDamaged, match="format 2") as caught:
            use(desk)
        assert caught.value.hint == "upgrade ticketcli"


def test_a_store_too_new_to_write_can_be_read(desk: Path, raw: Callable[..., None]) -> None:
    set_format(raw, "format_write", 2)
    read(desk)
    with pytest.raises(StoreDamaged, match="can be read but not written"):
        write(desk)


def test_a_text_that_is_no_utf8_is_damage_whatever_it_says(desk: Path, raw: Callable[..., None]) -> None:
    raw("UPDATE tickets SET doc = CAST(? AS TEXT)", b'{"subject":"the disk is full, locked, busy \xff"}')
    store = open_store(URL, str(desk))
    with store.read() as reader:
        with pytest.raises(StoreDamaged, match="not UTF-8") as caught:
            reader.ticket(1)
        assert (caught.value.details["table"], caught.value.details["row"]) == ("tickets", 1)
        assert [(fault.table, fault.row) for fault in reader.faults()] == [("tickets", 1)]
    store.close()


def test_a_tree_that_leads_in_circles_ends_a_walk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(URL, str(desk))
    monkeypatch.setitem(sql.PAGE, "tickets", sql.PAGE["tickets"].replace("id > ?", "id > ? - 99"))
    with store.read() as reader, pytest.raises(StoreDamaged, match="out of order"):
        list(reader.walk_tickets())
    store.close()


def test_an_event_that_the_index_does_not_name_is_missed(desk: Path, raw: Callable[..., None]) -> None:
    from ticketcli.services.reading import log

    store = open_store(URL, str(desk))
    with store.write(at=NINE, run="r") as transaction:
        ticket = transaction.ticket(1)
        assert ticket is not None
        transaction.save(ticket._replace(version=2), FILED)
    with pytest.raises(StoreDamaged, match="ticket #1: the store does not find all of its events"):
        log(SimpleNamespace(store=store), [1])  # type: ignore[arg-type]
    store.close()
