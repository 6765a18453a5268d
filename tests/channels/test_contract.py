"""What holds for every channel, whatever takes the message at its other end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.channels.making import KEY, a_message, hostile
from tests.channels.receivers import HttpReceiver, Receiver, SmtpReceiver
from ticketcli.channels import TYPES, open_channel
from ticketcli.errors import Undelivered

TAKER = """import os, sys
text = sys.stdin.buffer.read()
with open("taken", "ab") as file:
    file.write(b"%b\\n%b\\0" % (os.environb.get(b"TICKET_KEY", b""), text))
"""


class Other(NamedTuple):
    """The other end: the channel's configuration, the texts that arrived, and what must be done to break it."""

    spec: dict[str, Any]
    texts: Callable[[], list[str]]
    break_it: Callable[[], object]


@contextmanager
def _listening(receiver: Receiver, spec: dict[str, Any], texts: Callable[[], list[str]]) -> Iterator[Other]:
    with receiver:
        yield Other(spec, texts, lambda: setattr(receiver, "script", lambda n: "drop"))


@contextmanager
def mail(folder: Path) -> Iterator[Other]:
    smtp = SmtpReceiver()
    spec = {"type": "mail", "host": "127.0.0.1", "port": smtp.port, "security": "none", "from": "desk@x.cn"}

    def texts() -> list[str]:
        return [f"{one.read['Subject']} {one.read['X-Ticketcli-Key']}\n{one.read.get_content()}" for one in smtp.taken]

    with _listening(smtp, spec, texts) as other:
        yield other


def _webhook(shape: str, text: Callable[[Any], str]) -> Callable[[Path], Any]:
    @contextmanager
    def listening(folder: Path) -> Iterator[Other]:
        http = HttpReceiver()
        (folder / "url").write_text(f"{http.url}\n")
        (folder / "secret").write_text("s3cret\n")
        spec = {"type": "webhook", "shape": shape, "url_file": "url", "secret_file": "secret"}
        with _listening(http, spec, lambda: [text(request.json) for request in http.taken]) as other:
            yield other

    return listening


def _program(folder: Path, name: str) -> list[str]:
    (folder / "take.py").write_text(TAKER)
    return [sys.executable, "-S", "-E", str(folder / "take.py")]


def _taken(folder: Path) -> list[str]:
    return [text.decode() for text in (folder / "taken").read_bytes().split(b"\0")[:-1]]


@contextmanager
def sendmail(folder: Path) -> Iterator[Other]:
    spec = {"type": "mail", "sendmail": _program(folder, "take.py"), "from": "desk@x.cn"}
    yield Other(spec, lambda: _taken(folder), (folder / "take.py").unlink)


@contextmanager
def command(folder: Path) -> Iterator[Other]:
    spec = {"type": "command", "run": _program(folder, "take.py")}
    yield Other(spec, lambda: _taken(folder), (folder / "take.py").unlink)


@contextmanager
def file(folder: Path) -> Iterator[Other]:
    path = folder / "out.jsonl"

    def texts() -> list[str]:
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        return [f"{line['subject']} {line['key']}\n{line['body']}" for line in lines]

    def break_it() -> None:
        path.unlink(missing_ok=True)
        path.mkdir()

    yield Other({"type": "file", "path": "out.jsonl"}, texts, break_it)


ENDS = {
    "mail": mail,
    "sendmail": sendmail,
    "webhook json": _webhook("json", lambda value: f"{value['subject']} {value['key']}\n{value['body']}"),
    "webhook slack": _webhook("slack", lambda value: value["text"]),
    "webhook feishu": _webhook("feishu", lambda value: value["content"]["text"]),
    "webhook dingtalk": _webhook("dingtalk", lambda value: value["text"]["content"]),
    "webhook wecom": _webhook("wecom", lambda value: value["text"]["content"]),
    "command": command,
    "file": file,
}
FOR_PEOPLE = [name for name in ENDS if name not in ("webhook json", "file")]
"""Where no program stands between the text and a person's eyes."""


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    monkeypatch.chdir(tmp_path)
    with ENDS[request.param](tmp_path) as end:
        yield end


every_channel = pytest.mark.parametrize("other", ENDS, indirect=True)


def test_every_type_is_here() -> None:
    assert {name.split()[0] for name in ENDS} - {"sendmail"} == set(TYPES)


@every_channel
def test_a_message_arrives_with_its_text_and_its_key(other: Other, tmp_path: Path) -> None:
    open_channel(other.spec, str(tmp_path)).send(a_message())

    (text,) = other.texts()
    assert KEY in text
    assert "will be closed" in text.replace("=\n", "")


@every_channel
def test_a_repeat_arrives_with_the_same_key(other: Other, tmp_path: Path) -> None:
    channel = open_channel(other.spec, str(tmp_path))
    channel.send(a_message())
    channel.send(a_message())

    assert [KEY in text for text in other.texts()] == [True, True]


@every_channel
def test_who_cannot_take_it_is_told_of_in_one_line(other: Other, tmp_path: Path) -> None:
    other.break_it()
    with pytest.raises(Undelivered) as caught:
        open_channel(other.spec, str(tmp_path)).send(a_message())

    assert caught.value.message.isprintable()
    assert not caught.value.refused
    assert "s3cret" not in caught.value.message


@every_channel
def test_no_text_acts_as_a_command(other: Other, tmp_path: Path) -> None:
    open_channel(other.spec, str(tmp_path)).send(hostile())

    assert not (tmp_path / "hacked").exists()
    assert len(other.texts()) == 1


@pytest.mark.parametrize("other", FOR_PEOPLE, indirect=True)
def test_no_text_acts_on_those_who_read_it(other: Other, tmp_path: Path) -> None:
    open_channel(other.spec, str(tmp_path)).send(hostile())

    (text,) = other.texts()
    assert not {"\x1b", "\x9b", "\u202e", "\u200b", "\x07"} & set(text)


@pytest.mark.parametrize("other", [name for name in ENDS if name.startswith("webhook ")][1:], indirect=True)
def test_no_text_calls_a_whole_room(other: Other, tmp_path: Path) -> None:
    open_channel(other.spec, str(tmp_path)).send(hostile())

    (text,) = other.texts()
    for mention in ("@all", "@here", "@所有人"):
        assert mention not in text
    for tag in ("<at", "</at", "<!", "<@"):
        assert tag not in text


@pytest.mark.parametrize("name", [name for name in ENDS if name.startswith(("mail", "webhook"))])
def test_a_secret_that_cannot_be_read_is_named_and_not_quoted(name: str, tmp_path: Path) -> None:
    with ENDS[name](tmp_path) as other:
        spec = {**other.spec, "user": "u", "password_file": "nowhere"} if name == "mail" else {**other.spec}
        spec |= {} if name == "mail" else {"url_file": "nowhere"}
        with pytest.raises(Undelivered, match=r"_file: .*nowhere cannot be read"):
            open_channel(spec, str(tmp_path)).send(a_message())


def test_a_lock_or_a_file_that_is_open_is_not_inherited(tmp_path: Path) -> None:
    script = "import os; found = os.listdir('/proc/self/fd'); open('open', 'w').write(' '.join(found))"
    with open(tmp_path / "lock", "w") as lock:
        os.set_inheritable(lock.fileno(), True)
        spec = {"type": "command", "run": [sys.executable, "-S", "-c", script]}
        open_channel(spec, str(tmp_path)).send(a_message())

    assert len((tmp_path / "open").read_text().split()) == 4  # the standard three, and the listing itself
