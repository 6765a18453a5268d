"""The SQLite engine: its files, what damage it notices, and what it leaves alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.making import ANN, NINE, add, an_event, everything
from ticketcli.errors import Conflict, Invalid, NotPermitted, OutcomeUnknown, StoreDamaged, TicketError, Unavailable
from ticketcli.ports import Range
from ticketcli.stores import create_store, open_store
from ticketcli.stores import sqlite as engine_module
from ticketcli.stores import sqlite_sql as sql
from ticketcli.stores.layout import TABLES
from ticketcli.stores.sqlite_sql import counter_checksum

URL = "sqlite:tickets.db"


@pytest.fixture(scope="module")
def first_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("first")
    create_store(URL, str(directory))
    store = open_store(URL, str(directory))
    with store.write(at=NINE, run="r1") as transaction:
        ticket = add(transaction, team="dba", description="It burns. " * 3)
        transaction.append(an_event(ticket.id, "created", subject="x"))
    store.close()
    return directory


@pytest.fixture
def desk(first_desk: Path, tmp_path: Path) -> Path:
    """A desk with one ticket, its event and a wake-up time."""
    for name in ("tickets.db", "tickets.db-wal"):
        shutil.copy(first_desk / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def raw(desk: Path) -> Iterator[Callable[..., None]]:
    """Changes the store behind the program's back."""
    connection = sqlite3.connect(desk / "tickets.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")

    def change(statement: str, *values: object) -> None:
        connection.execute(statement, values)

    yield change
    connection.close()


def read(desk: Path) -> None:
    """Reads the ticket, and its event."""
    store = open_store(URL, str(desk))
    try:
        with store.read() as reader:
            reader.ticket(1)
            reader.events(1)
    finally:
        store.close()


def fetch(desk: Path, table: str) -> None:
    engine = engine_module.SqliteEngine(str(desk / "tickets.db"))
    snapshot = engine.snapshot()
    try:
        snapshot.fetch(table, 1)
    finally:
        snapshot.close()
        engine.close()


def write(desk: Path, team: str = "ops") -> None:
    store = open_store(URL, str(desk))
    try:
        with store.write(at=NINE, run="r2", timeout=0) as transaction:
            add(transaction, team=team)
    finally:
        store.close()


def size_of_log(desk: Path) -> int:
    return (desk / "tickets.db-wal").stat().st_size


def files(desk: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in desk.iterdir() if not path.name.endswith("-shm")}


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


@pytest.mark.parametrize("url", ["sqlite:", "tickets.db", "memory:x", "mysql://x", "", "json:tickets.json"])
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


def copied_log(desk: Path) -> Path:
    """The desk with everything in the main file."""
    connection = sqlite3.connect(desk / "tickets.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return desk / "tickets.db"


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


def set_format(raw: Callable[..., None], name: str, value: int) -> None:
    raw("UPDATE counters SET value = ?, crc = ? WHERE name = ?", value, counter_checksum(name, value), name)


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


def test_readers_leave_every_stored_byte_as_it_was(desk: Path) -> None:
    before = files(desk)
    read(desk)
    assert files(desk) == before


def test_closing_leaves_a_short_log_for_the_next_process(desk: Path) -> None:
    assert 0 < size_of_log(desk) < engine_module.LOG_BYTES


def test_a_log_that_has_grown_is_emptied(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LOG_BYTES", 3 * size_of_log(desk))
    sizes = []
    for _ in range(60):
        write(desk)
        sizes.append(size_of_log(desk))

    assert max(sizes) <= engine_module.LOG_BYTES
    assert 0 in sizes
    read(desk)


def test_a_log_stays_when_a_writer_is_at_work(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LOG_BYTES", 0)
    first, second = (open_store(URL, str(desk)) for _ in range(2))
    with first.write(at=NINE, run="r2") as transaction:
        add(transaction)
    with second.write(at=NINE, run="r3") as transaction:
        add(transaction)
        first.close()
        assert size_of_log(desk) > 0
    second.close()
    assert size_of_log(desk) == 0


def test_a_long_process_keeps_its_log_short(desk: Path) -> None:
    store = open_store(URL, str(desk))
    for number in range(90):
        with store.write(at=NINE, run="sweep") as transaction:
            add(transaction, description=f"{number}" * 40000)
    assert size_of_log(desk) < 12 << 20
    store.close()


def test_another_program_in_the_store_makes_writers_busy(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_WAIT", 0.05)
    other = sqlite3.connect(desk / "tickets.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="another program"):
        write(desk)
    other.close()
    write(desk)


def test_a_full_disk_changes_nothing(desk: Path) -> None:
    store = open_store(URL, str(desk))
    before = everything(store)
    with store.write(at=NINE, run="r2"):
        pass
    connection = store._engine._writer  # type: ignore[attr-defined]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="nothing was changed"), store.write(at=NINE, run="r2") as transaction:
        add(transaction, description="x" * 100000)
    assert everything(store) == before
    store.close()


@pytest.mark.parametrize(
    ("words", "error"), [("disk I/O error", OutcomeUnknown), ("database or disk is full", Unavailable)]
)
def test_a_commit_that_fails_says_whether_anybody_knows_its_outcome(
    desk: Path, monkeypatch: pytest.MonkeyPatch, words: str, error: type[TicketError]
) -> None:
    class Failing(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement == "COMMIT":
                raise sqlite3.OperationalError(words)
            return super().execute(statement, *values)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, factory=Failing, **options))
    with pytest.raises(error, match=words) as caught:
        write(desk)
    assert caught.value.hint
    monkeypatch.undo()
    write(desk)


def test_the_questions_of_a_sweep_use_an_index(desk: Path) -> None:
    store = open_store(URL, str(desk))
    with store.read() as reader:
        connection = reader._source._connection  # type: ignore[attr-defined]
        asked = [
            *sql.ids("tickets", "wake_at", Range(None, NINE), 20, False),
            *sql.ids("tickets", "dedup_key", ["x"], None, False),
            *sql.ids("events", "ticket", [1], 5, True),
            sql.tally("tickets", "assignee", {"kind": ["initial", "active"]}),
            sql.tally("events", "mark", {"recorded_at": Range(NINE)}),
        ]
        for statement, values in asked:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert "USING COVERING INDEX" in plan[0][3], statement
    store.close()


def as_somebody_else(directory: Path, use: Callable[[], None]) -> str:
    """What happens to an account that may read the desk and write nothing there: "done", or the error's words."""
    for path in directory.iterdir():
        path.chmod(0o444)
    directory.chmod(0o555)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking while pytest's threads rest is fine
        child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            use()
            answer = "done"
        except TicketError as error:
            answer = f"{error.exit_code} {error}"
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent's test shows it
            answer = repr(error)
        os.write(writing, answer.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@pytest.fixture
def open_desk() -> Iterator[Path]:
    """A desk that other accounts can reach."""
    directory = Path(tempfile.mkdtemp())
    create_store(URL, str(directory))
    write(directory)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)


def test_who_may_not_write_the_desk_may_read_it(open_desk: Path) -> None:
    assert as_somebody_else(open_desk, lambda: read(open_desk)) == "done"


def test_who_may_not_write_the_desk_is_told_so(open_desk: Path) -> None:
    assert as_somebody_else(open_desk, lambda: write(open_desk)).startswith("4 ")


def test_an_actor_is_kept_with_the_account_that_acted(desk: Path) -> None:
    store = open_store(URL, str(desk))
    with store.write(at=NINE, run="r2") as transaction:
        transaction.append(an_event(1, "assigned", ANN._replace(acting="bob"), to="ann"))
    with store.read() as reader:
        assert reader.events(1)[-1].actor == ANN._replace(acting="bob")
    store.close()
