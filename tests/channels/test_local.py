"""Channels on this machine: the file and the program."""

from __future__ import annotations

import json
import os
import select
import sys
import tempfile
from pathlib import Path
from typing import IO

import pytest

from tests.channels.making import KEY, a_message, hostile
from ticketcli.channels import open_channel
from ticketcli.channels.plain import cut, one_line, plain
from ticketcli.config.making import make_desk
from ticketcli.errors import Undelivered
from ticketcli.stores.moving import move


def lines(path: Path) -> list[str]:
    """The keys of the lines that are whole."""
    return [json.loads(line)["key"] for line in path.read_text().splitlines() if line.endswith("}")]


def test_a_file_keeps_one_line_for_each_message_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    channel = open_channel({"type": "file", "path": "out"}, str(tmp_path))
    channel.send(hostile(key="a"))
    channel.send(a_message(key="b"))

    assert lines(tmp_path / "out") == ["a", "b"]
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_killed_writer_left_torn_does_not_swallow_the_next(tmp_path: Path) -> None:
    (tmp_path / "out").write_text('{"key": "torn')
    open_channel({"type": "file", "path": "out"}, str(tmp_path)).send(a_message(key="whole"))

    assert lines(tmp_path / "out") == ["whole"]


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = '{"key": "before"}\n'
    (tmp_path / "out").write_text(before)
    write = os.write

    def half(handle: int, data: bytes) -> int:
        if len(data) < 50:
            raise OSError(28, "No space left on device")
        return write(handle, data[: len(data) // 2])

    with monkeypatch.context() as patch, pytest.raises(Undelivered, match="no space left"):
        patch.setattr(os, "write", half)
        open_channel({"type": "file", "path": "out"}, str(tmp_path)).send(a_message())

    assert (tmp_path / "out").read_text() == before


@pytest.mark.parametrize("name", ["ticketcli.yaml", "tickets.db", "t.json", "rules/people.yaml"])
def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    desk = make_desk(str(tmp_path / "desk"))
    move("sqlite:tickets.db", "json:t.json", desk, lambda: None, lambda: True, 1.0)
    before = Path(desk, name).read_bytes()

    with pytest.raises(Undelivered, match="holds something else"):
        open_channel({"type": "file", "path": name}, desk).send(a_message())

    assert Path(desk, name).read_bytes() == before


def test_a_message_counts_when_it_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    channel = open_channel({"type": "file", "path": "out"}, str(tmp_path))
    channel.send(a_message())
    channel.send(a_message())

    assert len(synced) == 3  # the file twice, and its directory when the file was new


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_file_is_refused_without_waiting(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(tmp_path / "x")
    else:
        path.mkdir()
    with pytest.raises(Undelivered):
        open_channel({"type": "file", "path": "out"}, str(tmp_path)).send(a_message())

    assert not (tmp_path / "x").exists()


def test_a_program_gets_the_text_on_stdin_and_the_rest_as_variables(tmp_path: Path) -> None:
    script = (
        "import os, sys, json; found = {k: v for k, v in os.environ.items() if k.startswith('TICKET_')};"
        "json.dump([sys.argv[1:], found, sys.stdin.read()], open('got', 'w'))"
    )
    spec = {"type": "command", "run": [sys.executable, "-S", "-c", script, "{{ subject }}", "$HOME"]}
    open_channel(spec, str(tmp_path)).send(hostile())

    words, variables, text = json.loads((tmp_path / "got").read_text())
    assert words == ["{{ subject }}", "$HOME"]
    assert variables["TICKET_KEY"] == KEY
    assert variables["TICKET_ID"] == "12"
    assert all(value.isprintable() for value in variables.values())
    assert text.endswith(f"-- \n{KEY}\n")


def test_a_program_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    script = "sleep 60 & echo $! > child; cat > rest; wait"
    spec = {"type": "command", "run": ["/bin/sh", "-c", script], "timeout": "2s"}
    with pytest.raises(Undelivered, match="took longer than 2 s") as caught:
        open_channel(spec, str(tmp_path)).send(a_message())

    assert caught.value.unreachable
    assert has_ended(int((tmp_path / "child").read_text()), within=10)


def test_a_program_that_floods_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[int] = []
    make = tempfile.TemporaryFile

    def kept() -> IO[bytes]:
        file = make()
        files.append(os.dup(file.fileno()))
        return file

    monkeypatch.setattr(tempfile, "TemporaryFile", kept)
    script = "cat > got; head -c 4000000 /dev/zero; exec sleep 60"
    spec = {"type": "command", "run": ["/bin/sh", "-c", script], "timeout": "1s"}
    with pytest.raises(Undelivered, match="took longer than 1 s"):
        open_channel(spec, str(tmp_path)).send(a_message(body="x" * 200_000))

    assert os.fstat(files[0]).st_blocks * 512 < 1 << 20
    assert (tmp_path / "got").stat().st_size > 200_000
    os.close(files[0])


def test_the_last_words_of_a_program_are_told(tmp_path: Path) -> None:
    script = "head -c 4000000 /dev/zero; sleep 0.3; echo no such pager; exit 3"
    with pytest.raises(Undelivered, match="failed with exit code 3: .*no such pager$"):
        open_channel({"type": "command", "run": ["/bin/sh", "-c", script]}, str(tmp_path)).send(a_message())


def test_a_program_runs_also_where_no_temporary_file_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> IO[bytes]:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    open_channel({"type": "command", "run": ["/bin/sh", "-c", "cat > got; echo done"]}, str(tmp_path)).send(a_message())

    assert (tmp_path / "got").read_text()


def has_ended(process: int, within: float) -> bool:
    """Whether somebody else's process is over, or will be soon: a signal that was sent may still be on its way."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], within)[0])
    finally:
        os.close(handle)


def test_a_program_that_reads_nothing_is_no_failure(tmp_path: Path) -> None:
    spec = {"type": "command", "run": [sys.executable, "-S", "-c", "pass"]}
    open_channel(spec, str(tmp_path)).send(a_message(body="x" * 1_000_000))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\tb", "a\tb"),
        ("\x00\x1b\x7f\x9b", "\ufffd" * 4),
        ("👨\u200d👩 نام\u200cه", "👨\u200d👩 نام\u200cه"),
    ],
)
def test_texts_for_people_hold_nothing_that_acts(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_line_is_one_line() -> None:
    assert one_line(" a\r\n b\u2028c ") == "a b c"


def test_cutting_counts_bytes_and_splits_no_character() -> None:
    assert cut("磁盘满", 9, "…") == "磁盘满"
    assert cut("磁盘满了", 10, "…") == "磁盘…"
