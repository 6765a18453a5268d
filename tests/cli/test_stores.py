"""Which store a desk has, and what each command makes of it."""

from __future__ import annotations

import errno
import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from tests.cli.conftest import Ticket
from tests.cli.test_output_schemas import validator
from tests.contracts.making import NINE, add
from ticketcli.app import App
from ticketcli.ports import Range
from ticketcli.stores import network, open_store
from ticketcli.stores.backup import Backup
from ticketcli.stores.copying import contents
from ticketcli.stores.sqlite_rows import SqliteSnapshot


def test_a_desk_may_keep_its_tickets_in_a_file_that_jq_reads(ticket: Ticket, tmp_path: Path) -> None:
    desk = str(tmp_path / "desk")
    assert ticket("init", desk, "--store", "json:tickets.json", "-q").code == 0
    assert ticket("create", "磁盘满", "--desk", desk, "-q").out == "1\n"
    assert ticket("comment", "1", "looking", "--desk", desk, "-q").code == 0
    assert ticket("sweep", "--desk", desk, "-q").code == 0

    whole = json.loads((tmp_path / "desk/tickets.json").read_text())
    assert whole["tickets"]["1"]["subject"] == "磁盘满"
    assert ticket("list", "--desk", desk, "-o", "ids").out == "1\n"
    assert not (tmp_path / "desk/tickets.db").exists()


@pytest.mark.parametrize("url", ["json:../x.json", "sqlite:rules", "json:/tmp/x", "json:", "json:a b", "memory:", "x"])
def test_the_store_of_a_new_desk_is_a_file_in_it(ticket: Ticket, tmp_path: Path, url: str) -> None:
    done = ticket("init", str(tmp_path / "desk"), "--store", url)
    assert done.code == 5 and "store" in done.err
    assert not (tmp_path / "desk").exists()


@pytest.fixture
def busy(ticket: Ticket, sandbox: Path) -> Path:
    """Three tickets, one of them changed."""
    for subject in ("one", "two", "磁盘满"):
        ticket("create", subject, "-q", "--requester", "a@x.cn")
    ticket("comment", "1", "looking", "-q")
    ticket("sweep", "-q")
    return sandbox


def subjects(ticket: Ticket) -> list[str]:
    return [each["subject"] for each in json.loads(ticket("list", "--json", "--sort", "id").out)]


def content(desk: Path, url: str = "sqlite:tickets.db") -> object:
    store = open_store(url, str(desk))
    with store.read() as reader:
        found = contents(reader._source)
    store.close()
    return found


def test_info_says_what_the_store_is_and_holds(ticket: Ticket, busy: Path) -> None:
    known = json.loads(ticket("store", "info", "--json").out)
    validator("store").validate(known)
    assert (known["engine"], known["path"]) == ("sqlite", str(busy / "tickets.db"))
    assert known["rows"]["tickets"] == known["last"]["ticket"] == 3
    assert (known["epoch"], known["swept_at"]) == (0, "2026-03-02T01:00:00Z")
    assert "tickets.db" in ticket("store", "info").out
    for form in ("jsonl", "csv"):
        assert "rows.tickets" in ticket("store", "info", "-o", form).out


@pytest.mark.parametrize("url", ["json:tickets.json", "sqlite:other.db", "json:deep/t.json"])
def test_a_desk_is_moved_whole_and_its_old_store_stays(ticket: Ticket, busy: Path, url: str) -> None:
    (busy / "deep").mkdir()
    (busy / "ticketcli.yaml").write_text("# mine\nstore: sqlite:tickets.db   # here\nsandbox: true\n")
    before, bytes_before = content(busy), (busy / "tickets.db").read_bytes()
    assert ticket("store", "move", url, "--json").code == 4
    moved = ticket("store", "move", url, "--json", "--yes")

    assert moved.code == 0
    validator("moved").validate(json.loads(moved.out))
    assert content(busy) == content(busy, url) == before
    assert (busy / "tickets.db").read_bytes() == bytes_before
    assert (busy / "ticketcli.yaml").read_text() == f"# mine\nstore: {url}\nsandbox: true\n"
    assert subjects(ticket) == ["one", "two", "磁盘满"]
    assert ticket("create", "four", "-q").out == "4\n"
    assert content(busy) == before
    again = json.loads(ticket("store", "move", url, "--json").out)
    assert (again["action"], again["rows"]) == ("unchanged", {})


def test_a_move_that_was_interrupted_is_ended_by_the_next(ticket: Ticket, busy: Path) -> None:
    settings = (busy / "ticketcli.yaml").read_bytes()
    (busy / "tickets.json.999999999.new").write_text("half")
    ticket("store", "move", "json:tickets.json", "--yes")
    (busy / "ticketcli.yaml").write_bytes(settings)

    assert ticket("store", "move", "json:tickets.json", "--yes").code == 0
    assert b"json:tickets.json" in (busy / "ticketcli.yaml").read_bytes()
    assert not list(busy.glob("*.new"))


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [("json:ticketcli.yaml", 6, "holds something else"), ("memory:", 5, "forgets"), ("x:y", 5, "names no store")],
)
def test_a_store_is_not_moved_where_it_cannot_be(ticket: Ticket, busy: Path, url: str, code: int, told: str) -> None:
    settings = (busy / "ticketcli.yaml").read_bytes()
    done = ticket("store", "move", url, "--yes")
    assert (done.code, done.out) == (code, "") and told in done.err
    assert (busy / "ticketcli.yaml").read_bytes() == settings


@pytest.mark.parametrize("url", ["json:new.json", "sqlite:new.db"])
def test_a_full_disk_may_be_tried_again(
    ticket: Ticket, busy: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    done = ticket("store", "move", url, "--yes")
    assert (done.code, done.out) == (75, "") and "No space left" in done.err
    assert not list(busy.glob("new.*")) and subjects(ticket) == ["one", "two", "磁盘满"]


def test_settings_that_a_program_cannot_change_are_left_to_people(ticket: Ticket, busy: Path) -> None:
    (busy / "ticketcli.yaml").write_text("{store: sqlite:tickets.db, sandbox: true}\n")
    done = ticket("store", "move", "json:tickets.json", "--yes")
    assert done.code == 6 and "write this line: store: json:tickets.json" in done.err
    assert not (busy / "tickets.json").exists()


def test_a_writer_that_waited_for_a_move_does_not_write_the_old_store(busy: Path) -> None:
    from ticketcli.app import App, Call
    from ticketcli.errors import Unavailable

    app = App(Call(desk=str(busy), writes=True), print)
    _ = app.store
    (busy / "ticketcli.yaml").write_text("store: json:tickets.json\n")
    with pytest.raises(Unavailable, match="another store"), app.store.write(at=0, run="r"):
        pass
    app.close()


@pytest.mark.parametrize(
    ("words", "place"),
    [
        pytest.param(("store", "move", "json:b.json"), "ticketcli.stores.moving.open_engine", id="move"),
        pytest.param(("restore", "old.json"), "ticketcli.config.restoring.held", id="restore"),
    ],
)
def test_of_two_that_replace_a_store_at_once_the_second_is_refused(
    ticket: Ticket, busy: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], place: str
) -> None:
    """The second waits for the first with the old store in mind; a ticket that came between the two must stay."""
    ticket("backup", "old.json", "-q")
    original = getattr(import_module(place.rpartition(".")[0]), place.rpartition(".")[2])

    def late(*given: object) -> object:
        monkeypatch.setattr(place, original)
        assert ticket("store", "move", "json:a.json", "--yes").code == 0
        assert ticket("create", "came between", "-q").code == 0
        return original(*given)

    monkeypatch.setattr(place, late)
    code, out, err = ticket(*words, "--yes")

    assert (code, out) == (75, "") and "another store" in err
    assert "came between" in subjects(ticket)
    assert "json:a.json" in ticket("store", "info", "--json").out


def test_settings_that_are_edited_during_a_move_stay_edited(
    ticket: Ticket, busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(app: App, what: str) -> None:
        with open(busy / "ticketcli.yaml", "a") as file:
            file.write("name: edited\n")

    monkeypatch.setattr("ticketcli.cli.commands.store.confirm", edit)
    assert ticket("store", "move", "json:a.json").code == 0
    assert "name: edited\n" in (busy / "ticketcli.yaml").read_text()


def test_a_writer_does_not_mind_other_settings_being_changed(busy: Path) -> None:
    from ticketcli.app import App, Call

    app = App(Call(desk=str(busy), writes=True), print)
    _ = app.store
    (busy / "ticketcli.yaml").write_text("name: other\n")
    with app.store.write(at=0, run="r"):
        pass
    app.close()


@pytest.mark.parametrize("url", ["sqlite:tickets.db", "json:t.json"])
def test_a_backup_is_restored_as_it_was(ticket: Ticket, busy: Path, tmp_path: Path, url: str) -> None:
    ticket("store", "move", url, "--yes")
    before = json.loads(ticket("log", "1", "2", "3", "--json").out)
    made = ticket("backup", "b.json", "--json")
    validator("backup").validate(json.loads(made.out))
    assert (tmp_path / "b.json").stat().st_mode & 0o777 == 0o600
    assert ticket("backup", "b.json").out == f"{tmp_path}/b.json\n"
    ticket("close", "1", "2", "3", "-q")
    ticket("create", "four", "-q")
    late = json.loads(ticket("store", "info", "--json").out)
    assert ticket("restore", "b.json").code == 4
    done = ticket("restore", "b.json", "--json", "--yes")

    assert done.code == 0, done.err
    answer = json.loads(done.out)
    validator("restored").validate(answer)
    assert json.loads(ticket("log", "1", "2", "3", "--json").out) == before
    assert answer["replaced"] == late["path"] and Path(late["path"]).exists()
    assert (answer["epoch"], answer["next_ticket"]) == (1, 5)
    assert ticket("create", "five", "-q").out == "5\n"
    again = json.loads(ticket("restore", "b.json", "--json", "--yes").out)
    assert (again["epoch"], again["next_ticket"], again["store"]) == (2, 6, answer["store"].replace("-2", "-3"))


def test_a_restored_desk_sends_nothing_again_and_closes_nothing_at_once(ticket: Ticket, busy: Path) -> None:
    ticket("resolve", "1", "-q")
    for warned in ("2026-03-03T09:00:00+08:00", "2026-03-04T08:00:00+08:00"):
        ticket("sweep", "-q", "--now", warned)
    store = open_store("sqlite:tickets.db", str(busy))
    with store.write(at=0, run="r") as tx:
        from tests.contracts.making import a_message

        tx.enqueue(a_message(1, "k1", state="queued"))
        tx.enqueue(a_message(1, "k2", state="delivered"))
    store.close()
    ticket("backup", "b.json")
    answer = json.loads(ticket("restore", "b.json", "--json", "--yes").out)
    store = open_store(answer["store"], str(busy))
    with store.read() as reader:
        states = {message.key: message.state for message in reader.messages(1) if message.key in ("k1", "k2")}
        assert reader.counter("swept_at") == 0
        assert reader.ids("outbox", "state", ["queued"]) == []
        assert reader.note("restored")["from"] == "b.json"
    store.close()
    assert (states, answer["held_back"]) == ({"k1": "dead", "k2": "delivered"}, 1)
    swept = json.loads(ticket("sweep", "--json", "--now", "2026-03-06T09:00:00+08:00").out)
    assert swept["postponed"] == 1 and not [one for one in swept["actions"] if one["action"] == "closed"]


@pytest.mark.parametrize("damage", ["missing", "truncated", "no store"])
def test_a_desk_whose_store_is_lost_can_be_restored(ticket: Ticket, busy: Path, damage: str) -> None:
    ticket("backup", "b.json")
    file = busy / "tickets.db"
    if damage == "missing":
        for path in busy.glob("tickets.db*"):
            path.unlink()
    else:
        file.write_bytes(file.read_bytes()[:50] if damage == "truncated" else b"PK" * 100)
    assert ticket("list").code == 65
    answer = json.loads(ticket("restore", "b.json", "--json", "--yes").out)
    assert answer["readable"] is False
    assert answer["store"] == ("sqlite:tickets.db" if damage == "missing" else "sqlite:tickets-2.db")
    assert subjects(ticket) == ["one", "two", "磁盘满"]


def test_a_log_left_of_a_lost_store_is_not_taken_for_the_new_ones(ticket: Ticket, busy: Path) -> None:
    ticket("backup", "b.json")
    (busy / "tickets.db").unlink()
    assert (busy / "tickets.db-wal").stat().st_size
    answer = json.loads(ticket("restore", "b.json", "--json", "--yes").out)
    assert answer["store"] == "sqlite:tickets-2.db"
    assert subjects(ticket) == ["one", "two", "磁盘满"]


@pytest.mark.parametrize("suffixes", [("", "-wal"), ("-wal",)], ids=["store", "log"])
def test_the_store_of_another_desk_is_reported_and_not_written(
    ticket: Ticket, busy: Path, tmp_path: Path, suffixes: tuple[str, ...]
) -> None:
    other = tmp_path / "other"
    assert ticket("init", str(other), "--sandbox", "-q").code == 0
    for number in range(5):
        ticket("create", f"of the other {number}", "-q", "--desk", str(other))
    for suffix in suffixes:
        (busy / f"tickets.db{suffix}").write_bytes((other / f"tickets.db{suffix}").read_bytes())
    (busy / "tickets.db-shm").unlink()

    for call in (["list"], ["show", "4"], ["create", "x"], ["sweep"], ["doctor"], ["backup", "b.json"]):
        done = ticket(*call, "--desk", str(busy))
        assert done.code == 65 and "store of another desk" in done.err, done


def test_after_a_restore_doctor_asks_for_the_first_sweep_since(ticket: Ticket, busy: Path) -> None:
    ticket("backup", "b.json", "-q"), ticket("restore", "b.json", "--yes")
    assert "no sweep has run since the desk was restored" in ticket("doctor").out


def test_a_backup_of_another_desk_becomes_this_one_s(ticket: Ticket, busy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    ticket("init", str(other), "--sandbox", "-q")
    ticket("create", "of the other", "-q", "--desk", str(other))
    ticket("backup", "b.json", "--desk", str(other))

    assert ticket("restore", "b.json", "--yes", "--desk", str(busy)).code == 0
    assert ticket("show", "1", "--desk", str(busy)).code == 0
    assert ticket("store", "move", "json:t.json", "--yes", "--desk", str(busy)).code == 0
    assert ticket("create", "next", "-q", "--desk", str(busy)).out == "4\n"


def test_a_store_that_is_meant_is_used_when_the_desk_is_told_so(ticket: Ticket, busy: Path, tmp_path: Path) -> None:
    ticket("init", str(tmp_path / "other"), "--sandbox", "-q")
    (busy / "ticketcli.yaml").write_text(f"store: sqlite:{tmp_path}/other/tickets.db\nsandbox: true\n")
    assert ticket("list").code == 65
    (busy / ".cache/identity").unlink()
    assert ticket("list").code == 0


@pytest.mark.parametrize("where", [0, 30, 500, -3, -120], ids=str)
def test_a_damaged_backup_is_not_restored(ticket: Ticket, busy: Path, tmp_path: Path, where: int) -> None:
    ticket("backup", "b.json")
    data = bytearray((tmp_path / "b.json").read_bytes())
    data[where] ^= 1
    (tmp_path / "b.json").write_bytes(data)
    settings = (busy / "ticketcli.yaml").read_bytes()
    done = ticket("restore", "b.json", "--yes")
    assert done.code == 65 and "no whole backup" in done.err
    assert (busy / "ticketcli.yaml").read_bytes() == settings


@pytest.mark.parametrize(("name", "code"), [("nothing.json", 3), ("desk", 65), ("desk/ticketcli.yaml", 65)])
def test_what_is_no_backup_is_not_restored(ticket: Ticket, busy: Path, name: str, code: int) -> None:
    assert ticket("restore", name, "--yes").code == code


def test_a_json_store_may_be_restored_too(ticket: Ticket, busy: Path, tmp_path: Path) -> None:
    ticket("store", "move", "json:t.json", "--yes")
    (busy / "t.json").rename(tmp_path / "kept.json")
    assert ticket("restore", "kept.json", "--yes").code == 0
    assert subjects(ticket) == ["one", "two", "磁盘满"]


@pytest.mark.parametrize("name", ["desk/ticketcli.yaml", "desk/tickets.db", "desk/t.json", "desk", "no/b.json"])
def test_a_backup_replaces_nothing_but_a_backup(ticket: Ticket, busy: Path, tmp_path: Path, name: str) -> None:
    ticket("store", "move", "json:t.json", "--yes")
    path = tmp_path / name
    before = path.read_bytes() if path.is_file() else None
    assert ticket("backup", name).code == (4 if name == "no/b.json" else 6)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_backup_is_not_put_in_the_place_of_a_device_or_a_pipe(ticket: Ticket, busy: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "/dev/zero"):
        code, out, err = ticket("backup", name)
        assert (code, out) == (6, "") and "is no file" in err, name
    assert (tmp_path / "pipe").is_fifo() and Path("/dev/zero").is_char_device()
    assert ticket("backup", "-").code == 2 and not Path("-").exists()


@pytest.mark.parametrize(("failing", "code", "there"), [(1, 75, False), (2, 74, True)], ids=["file", "folder"])
def test_a_backup_that_could_not_be_synced_says_whether_it_is_there(
    ticket: Ticket, busy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, code: int, there: bool
) -> None:
    synced: list[int] = []

    def fsync(file: int) -> None:
        synced.append(file)
        if len(synced) == failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fsync)
    done = ticket("backup", "b.json")

    assert (done.code, done.out) == (code, "")
    assert (tmp_path / "b.json").exists() is there
    assert [path.name for path in tmp_path.glob("b.json.*")] == []


def test_a_backup_without_a_name_is_named_by_desk_and_time(ticket: Ticket, busy: Path, tmp_path: Path) -> None:
    (busy / "ticketcli.yaml").write_text("name: ../Büro 1\nsandbox: true\n")
    path = Path(ticket("backup").out.strip())
    assert path.parent == tmp_path and path.name.startswith("Büro-1-2")
    with TinyDB(path, access_mode="r") as database:
        assert [one["subject"] for one in database.table("tickets")] == ["one", "two", "磁盘满"]


def test_a_backup_is_of_one_state_while_others_write(busy: Path, tmp_path: Path) -> None:
    store, writer = (open_store("sqlite:tickets.db", str(busy)) for _ in range(2))
    walked = SqliteSnapshot.walk

    def walk_and_write(self: SqliteSnapshot, table: str, after: int) -> Any:
        with writer.write(at=NINE, run="r") as tx:
            add(tx)
        return walked(self, table, after)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteSnapshot, "walk", walk_and_write)
        made = store.backup(str(tmp_path / "b.json"))
    with writer.read() as reader:
        assert len(reader.ids("tickets", "planned", Range(-2, None))) > 3
    assert made.rows["tickets"] == 3
    backup = Backup(made.path)
    assert len(list(backup.walk("tickets", 0))) == 3
    backup.close()
    for one in (store, writer):
        one.close()


def test_a_store_on_a_network_file_system_is_refused_unless_allowed(
    ticket: Ticket, busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "network_type", lambda path: "nfs4")
    for call in (["list"], ["create", "x"], ["store", "move", "json:t.json", "--yes"], ["init", "new"]):
        done = ticket(*call)
        assert done.code == 4 and "nfs4" in done.err and "store_on_network: true" in done.err
    with (busy / "ticketcli.yaml").open("a") as settings:
        settings.write("store_on_network: true\n")
    assert ticket("create", "x", "-q").out == "4\n"
    assert ticket("store", "move", "json:t.json", "--yes").code == 0


@pytest.mark.parametrize(
    "place", ["os.link", "ticketcli.config.switching.write_whole", "ticketcli.stores.copying.sha256"]
)
@pytest.mark.parametrize("verb", ["move", "restore"])
def test_interrupted_anywhere_the_desk_keeps_its_store_and_the_next_call_ends_it(
    ticket: Ticket, busy: Path, place: str, verb: str
) -> None:
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    ticket("backup", "b.json")
    call = ["restore", "b.json", "--yes"] if verb == "restore" else ["store", "move", "json:t.json", "--yes"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, interrupt)
        assert ticket(*call).code == 130
    assert ticket("create", "four", "-q").out == "4\n"
    assert json.loads(ticket("store", "info", "--json").out)["url"] == "sqlite:tickets.db"
    done = ticket(*call)
    assert done.code == (6 if (verb, place) == ("move", "ticketcli.config.switching.write_whole") else 0), done.err
    assert subjects(ticket)[:3] == ["one", "two", "磁盘满"]
    assert not list(busy.glob("*.new*"))


def test_a_backup_of_a_later_version_asks_for_that(ticket: Ticket, busy: Path, tmp_path: Path) -> None:
    ticket("backup", "b.json")
    text = (tmp_path / "b.json").read_bytes()
    (tmp_path / "b.json").write_bytes(text.replace(b'"format_read":1', b'"format_read":2'))
    done = ticket("restore", "b.json", "--yes")
    assert done.code == 65 and "upgrade ticketcli" in done.err
