"""The engine on one JSON file: read by stock TinyDB, written whole or not at all, damage noticed."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from tinydb import TinyDB, where

from tests.contracts.making import NINE, a_message, a_ticket, add, an_event, everything
from tests.stores.desks import as_somebody_else
from ticketcli.errors import Conflict, NotPermitted, OutcomeUnknown, StoreDamaged, TicketError, Unavailable
from ticketcli.ports import Filing
from ticketcli.stores import create_store, open_store
from ticketcli.stores import jsonfile as engine_module
from ticketcli.stores import jsonfile_form as form
from ticketcli.stores.layout import TABLES
from ticketcli.stores.tiny import TinyStore

URL = "json:tickets.json"


@pytest.fixture(scope="module")
def first_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("first")
    create_store(URL, str(directory))
    store = open_store(URL, str(directory))
    with store.write(at=NINE, run="r1") as transaction:
        for team in ("dba", "宕机"):
            ticket = add(transaction, team=team, description='It "burns"\n},\n')
            transaction.append(an_event(ticket.id, "created", subject="x"))
        transaction.enqueue(a_message(1, "k"))
        transaction.set_note("cursor", {"rest": 1})
    store.close()
    return directory


@pytest.fixture
def desk(first_desk: Path, tmp_path: Path) -> Path:
    shutil.copy(first_desk / "tickets.json", tmp_path)
    return tmp_path


@pytest.fixture
def store(desk: Path) -> Iterator[TinyStore]:
    store = open_store(URL, str(desk))
    yield store
    store.close()


def read(desk: Path) -> None:
    everything(open_store(URL, str(desk)))


def write(desk: Path) -> None:
    with open_store(URL, str(desk)).write(at=NINE, run="r2", timeout=0) as transaction:
        add(transaction)


def test_stock_tinydb_reads_it(desk: Path) -> None:
    database = TinyDB(desk / "tickets.json", access_mode="r")
    tickets = database.table("tickets")
    assert [ticket.doc_id for ticket in tickets.search(where("team") == "宕机")] == [2]
    assert database.table("tickets.index").get(doc_id=1)["planned"] == 1  # type: ignore[index]
    assert {row["name"]: row["value"] for row in database.table("counters")}["seq"] == 2
    assert database.tables() == {*TABLES, *form.INDEX.values(), "counters", "store"}
    database.close()


def test_a_row_is_a_line_so_that_a_change_is_a_small_difference(desk: Path) -> None:
    before = (desk / "tickets.json").read_text().splitlines()
    store = open_store(URL, str(desk))
    with store.write(at=NINE, run="r2") as transaction:
        transaction.save(a_ticket(1, subject="changed"), Filing("final", None, 1))
    after = (desk / "tickets.json").read_text().splitlines()
    assert len(after) == len(before)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 3


def test_a_commit_without_a_change_leaves_the_file(desk: Path) -> None:
    before = (desk / "tickets.json").stat()
    with open_store(URL, str(desk)).write(at=NINE, run="r2"):
        pass
    assert (desk / "tickets.json").stat() == before


def test_readers_keep_the_state_they_began_with(desk: Path, store: TinyStore) -> None:
    with store.read() as reader:
        write(desk)
        assert reader.ids("tickets", "kind", ["initial"]) == [1, 2]
    with store.read() as reader:
        assert reader.ids("tickets", "kind", ["initial"]) == [1, 2, 3]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664], ids=oct)
def test_mode_and_group_stay_under_any_umask(desk: Path, mode: int) -> None:
    file = desk / "tickets.json"
    group = 54321 if os.geteuid() == 0 else os.getgid()
    os.chown(file, -1, group)
    file.chmod(mode)
    before = os.umask(0o077)
    try:
        write(desk)
    finally:
        os.umask(before)
    assert (file.stat().st_mode & 0o777, file.stat().st_gid) == (mode, group)
    assert (desk / "tickets.json.lock").stat().st_mode & 0o777 == mode


def test_a_link_stays_a_link(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "tickets.json").symlink_to(desk / "tickets.json")
    write(other)
    assert (other / "tickets.json").is_symlink()
    assert everything(open_store(URL, str(desk))) == everything(open_store(URL, str(other)))


def test_a_draft_of_a_killed_writer_is_written_over(desk: Path) -> None:
    (desk / "tickets.json.new").write_text("half")
    write(desk)
    assert sorted(path.name for path in desk.iterdir()) == ["tickets.json", "tickets.json.lock"]


def test_a_store_is_not_made_over_a_file(desk: Path) -> None:
    with pytest.raises(Conflict, match="exists already"):
        create_store(URL, str(desk))
    with pytest.raises(NotPermitted, match="cannot be made"):
        create_store(URL, str(desk / "else"))
    assert sorted(path.name for path in desk.iterdir()) == ["tickets.json"]


def fail(error: int) -> Callable[..., None]:
    def failing(*given: Any) -> None:
        raise OSError(error, os.strerror(error))

    return failing


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize(("error", "kind"), [(5, Unavailable), (28, Unavailable), (13, NotPermitted)])
def test_what_fails_before_the_move_changed_nothing(
    desk: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int, kind: type[TicketError]
) -> None:
    before = (desk / "tickets.json").read_bytes()
    store = open_store(URL, str(desk))
    with pytest.raises(kind), store.write(at=NINE, run="r2") as transaction:
        add(transaction)
        monkeypatch.setattr(os, call, fail(error))
    monkeypatch.undo()
    assert (desk / "tickets.json").read_bytes() == before
    write(desk)


def test_what_fails_after_the_move_has_an_unknown_outcome(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_sync_folder", fail(5))
    with pytest.raises(OutcomeUnknown, match="Input/output"):
        write(desk)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b'{"_default": {"1": {"a": 1}}}', "no ticketcli store", id="another TinyDB"),
        pytest.param(b"PK\x03\x04" * 100, "no ticketcli store", id="something else"),
        pytest.param(b'{"tickets":{\n"1":{}\n}}\n', "end of the file", id="half of one"),
    ],
)
def test_a_file_that_is_no_store_is_reported_and_left_alone(desk: Path, content: bytes, message: str) -> None:
    (desk / "tickets.json").write_bytes(content)
    for use in (read, write):
        with pytest.raises(StoreDamaged, match=message) as caught:
            use(desk)
        assert caught.value.hint
    assert (desk / "tickets.json").read_bytes() == content


def test_a_missing_store_and_a_folder_are_reported_and_nothing_is_made(tmp_path: Path) -> None:
    for use in (read, write, lambda path: open_store(URL, str(path)).turn("sweep").__enter__()):
        with pytest.raises(StoreDamaged, match="no store here"):
            use(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "tickets.json").mkdir()
    with pytest.raises(StoreDamaged, match="a folder"):
        read(tmp_path)


def test_a_truncated_store_is_reported_at_any_length(desk: Path) -> None:
    whole = (desk / "tickets.json").read_bytes()
    for length in range(0, len(whole), 7):
        (desk / "tickets.json").write_bytes(whole[:length])
        with pytest.raises(StoreDamaged):
            read(desk)


def test_every_changed_byte_is_noticed(desk: Path, store: TinyStore) -> None:
    whole, right = (desk / "tickets.json").read_bytes(), everything(store)
    for position in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << random.Random(position).randrange(8)
        (desk / "tickets.json").write_bytes(damaged)
        try:
            assert everything(store) == right
            with store.read() as reader:
                assert list(reader.faults()), position
        except StoreDamaged as error:
            assert error.hint


def test_one_damaged_document_does_not_hide_the_others(desk: Path, store: TinyStore) -> None:
    file = desk / "tickets.json"
    file.write_bytes(file.read_bytes().replace(b'"subject":"ticket 1"', b'"subject":"ticket 9"', 1))
    with store.read() as reader:
        with pytest.raises(StoreDamaged, match="tickets: row 1 does not match") as caught:
            reader.ticket(1)
        assert reader.ticket(2) is not None
        assert [(fault.table, fault.row) for fault in reader.faults()] == [("tickets", 1)]
    assert caught.value.details == {"table": "tickets", "row": 1}
    damaged = file.read_bytes()
    write(desk)
    assert b'"subject":"ticket 9"' in damaged and b'"subject":"ticket 9"' in file.read_bytes()


def test_a_document_added_by_another_program_is_reported(desk: Path, store: TinyStore) -> None:
    file = desk / "tickets.json"
    file.write_bytes(file.read_bytes().replace(b'{"tickets":{\n', b'{"tickets":{\n"7":{"id":7},\n', 1))
    with store.read() as reader:
        with pytest.raises(StoreDamaged, match="row 7"):
            reader.ticket(7)
        assert "'\"7\"' is no row of this store" in next(reader.faults()).what


def test_a_store_rewritten_by_stock_tinydb_is_reported(desk: Path) -> None:
    with TinyDB(desk / "tickets.json") as database:
        database.table("tickets").insert({"subject": "mine"})
    for use in (read, write):
        with pytest.raises(StoreDamaged):
            use(desk)


def set_format(desk: Path, format_read: int, format_write: int) -> None:
    file = desk / "tickets.json"
    bodies = form.split(file.read_bytes())[1]
    crc = form.begin_checksum(format_read, format_write)
    for section in form.COVERED:
        crc = crc32(bodies[section], crc)
    start = form.read_mark(file.read_bytes())[1]
    file.write_bytes(file.read_bytes()[:start] + form.render_mark(form.Mark(format_read, format_write, crc)))


def test_a_store_too_new_to_read_is_refused(desk: Path) -> None:
    set_format(desk, 2, 2)
    for use in (read, write):
        with pytest.raises(StoreDamaged, match="format 2") as caught:
            use(desk)
        assert caught.value.hint == "upgrade ticketcli"


def test_a_store_too_new_to_write_can_be_read(desk: Path) -> None:
    set_format(desk, 1, 2)
    read(desk)
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="can be read but not written"):
            write(desk)


def test_who_may_not_write_the_desk_may_read_it(first_desk: Path) -> None:
    desk = Path(tempfile.mkdtemp())
    shutil.copy(first_desk / "tickets.json", desk)
    assert as_somebody_else(desk, lambda: read(desk)) == "done"
    assert as_somebody_else(desk, lambda: write(desk)).startswith("4 ")
    desk.chmod(0o755)
    shutil.rmtree(desk)


def test_the_index_is_made_anew_from_sound_rows(store: TinyStore) -> None:
    before = everything(store)
    with store.write(at=NINE, run="r") as transaction:
        transaction.reindex()
    assert everything(store) == before


def test_it_stays_valid_json(desk: Path) -> None:
    write(desk)
    whole = json.loads((desk / "tickets.json").read_bytes())
    assert [whole["tickets"][id]["id"] for id in ("1", "2", "3")] == [1, 2, 3]
    assert whole["outbox"]["1"]["key"] == "k"
