"""Ticket numbers, times and texts as calls bring them in."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.cli.conftest import Ticket
from ticketcli.app import App
from ticketcli.cli import table
from ticketcli.cli.inputs import ids_argument, ids_of_lines, parse_id, read_text
from ticketcli.cli.lazy import Entry
from ticketcli.cli.main import root
from ticketcli.cli.options import READ, takes
from ticketcli.errors import Invalid, NotFound

NUMBERS = {"12": 12, "#12": 12, "007": 7, "9223372036854775807": 2**63 - 1}
NO_NUMBERS = ["", "0", "#", "-1", "1.0", "1e3", "٣", "²", "abc", "##1", " 1", "9223372036854775808", "1" * 5000]


@click.command()
@ids_argument
@click.option("-F", "source")
@takes(*READ)
def echo(app: App, ids: tuple[int, ...], source: str | None) -> None:
    """A command of the tests: prints the numbers it got, and the text."""
    print(ids, read_text(source, 10) if source else "", app.call.lock_timeout, app.call.now)


@pytest.fixture
def with_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(root.entries, "echo", Entry("echo:echo", "Echo."))
    monkeypatch.setattr(type(root), "get_command", lambda self, ctx, name: echo)


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_numbers_are_read_with_and_without_hash(text: str, number: int) -> None:
    assert parse_id(text) == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_id(text) is None


def test_lines_hold_numbers_or_json_with_id() -> None:
    assert ids_of_lines(["1", "", " #2 ", '{"id": 3, "subject": "x"}']) == [1, 2, 3]


@pytest.mark.parametrize(
    "line", ["x", "1 2", '{"id": "x"}', '{"id": true}', '{"id": -1}', "{}", "{", '{"a":' * 2000, "[1]"]
)
def test_a_bad_line_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(Invalid, match="line 2"):
        ids_of_lines(["1", line])


@pytest.mark.usefixtures("with_echo")
class TestCalls:
    def test_each_number_counts_once_in_the_order_given(self, ticket: Ticket) -> None:
        assert ticket("echo", "3", "-", "#1", "3", stdin="2\n3\n").out.startswith("(3, 2, 1)")

    def test_an_empty_stdin_is_no_ticket_at_all(self, ticket: Ticket) -> None:
        assert ticket("echo", "-").out.startswith("()")

    def test_no_number_is_a_usage_error(self, ticket: Ticket) -> None:
        answer = ticket("echo")

        assert answer.code == 2
        assert answer.err == "ticket: missing argument 'ID...' — see ticket echo --help\n"

    def test_a_word_that_is_no_number_is_a_usage_error(self, ticket: Ticket) -> None:
        answer = ticket("echo", "abc")

        assert answer.code == 2
        assert "'abc' is no ticket number (write it like 12 or #12)" in answer.err

    @pytest.mark.parametrize("words", [("-", "-"), ("-", "-F", "-")], ids=["as ids", "as ids and text"])
    def test_stdin_twice_is_a_usage_error(self, ticket: Ticket, words: tuple[str, ...]) -> None:
        answer = ticket("echo", *words, stdin="1\n")

        assert answer.code == 2
        assert "standard input can be read only once" in answer.err

    def test_a_bad_line_on_stdin_is_invalid_input(self, ticket: Ticket) -> None:
        assert ticket("echo", "-", stdin="1\nzwei\n").code == 5

    @pytest.mark.parametrize("time", ["2026-03-02", "now", "2026-02-30T00:00:00Z"])
    def test_a_time_that_is_none_is_a_usage_error_naming_the_option(self, ticket: Ticket, time: str) -> None:
        answer = ticket("echo", "1", "--now", time)

        assert answer.code == 2
        assert "'--now'" in answer.err


def test_a_text_is_read_from_a_file_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("\ufeff你好".encode())

    assert read_text(str(path), 10) == "你好"


def test_a_text_over_its_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("x" * 11)

    with pytest.raises(Invalid, match="more than 10 bytes"):
        read_text(str(path), 10)


def test_a_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"ok\n\xff")

    with pytest.raises(Invalid, match="line 2: not UTF-8"):
        read_text(str(path), 10)


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_is_not_there_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        read_text(str(tmp_path / name), 10)


def test_the_table_names_every_command_once() -> None:
    names = [name for section in table.SECTIONS.values() for name in section]

    assert len(names) == len(set(names))
