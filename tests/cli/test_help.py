"""Every command opens its help, explains itself and each option, and shows an example."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from tests.cli.conftest import Ticket
from ticketcli.cli import options
from ticketcli.cli.commands.shell import all_codes
from ticketcli.cli.lazy import FLAGS, HELP, VALUED, LazyGroup
from ticketcli.cli.main import root

Path = tuple[str, ...]


def commands(group: LazyGroup = root, above: Path = ()) -> Iterator[tuple[Path, click.Command]]:
    context = click.Context(group)
    for name in group.entries:
        command = group.get_command(context, name)
        assert command is not None
        path = (*above, name) if name else above
        if isinstance(command, LazyGroup):
            yield from commands(command, path)
        else:
            yield path, command


EVERY = list(commands())
every_command = pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])


@every_command
def test_its_help_opens(ticket: Ticket, path: Path, command: click.Command) -> None:
    code, out, err = ticket(*path, "--help")

    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: ticket {' '.join(path)}")


@every_command
def test_it_says_what_it_does_and_shows_a_call(path: Path, command: click.Command) -> None:
    assert command.help
    assert command.epilog is not None
    assert re.search(rf"\bticket {' '.join(path)}(?!\S)", command.epilog)


@every_command
def test_each_of_its_options_is_explained(path: Path, command: click.Command) -> None:
    silent = [param.name for param in command.params if isinstance(param, click.Option) and not param.help]

    assert silent == []


@every_command
def test_its_line_in_the_overview_is_a_short_sentence(path: Path, command: click.Command) -> None:
    line = command.short_help or ""

    assert line.endswith(".")
    assert len(line) <= 60


@every_command
def test_its_examples_parse(path: Path, command: click.Command) -> None:
    """An example with an option that does not exist would fail the first who copies it."""
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
    own = re.findall(rf"(?:^|[|(] ?)\s*ticket {' '.join(path)}(?!\S)([^|]*)", command.epilog or "", re.MULTILINE)
    used = {word for call in own for word in re.findall(r"(?<!\S)--[a-z][a-z-]*", call)}

    assert used <= known


@every_command
def test_its_page_shows_what_is_its_own_before_what_most_commands_have(
    ticket: Ticket, path: Path, command: click.Command
) -> None:
    out = ticket(*path, "--help").out
    own, _, shared = out.partition("\nOptions of most commands:\n")
    named = [param for param in command.params if isinstance(param, click.Option)]

    for param in named:
        assert f"{param.opts[-1]} " in (shared if param is HELP or param.name in options.GLOBAL else own), param.name
    assert "  Example" in own and "  Example" not in shared


def test_the_overview_shows_every_command_without_loading_any(ticket: Ticket) -> None:
    out = ticket("--help").out

    assert [path for path, _ in EVERY if not re.search(rf"^  {' '.join(path)}  ", out, re.MULTILINE)] == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("help", "create"), "did you mean ticket create --help?"),
        (("rules", "sweep"), "did you mean ticket sweep?"),
        (("rules", "chek"), "did you mean ticket rules check?"),
        (("help", "everything"), "see ticket help --help"),
    ],
)
def test_who_asks_for_help_another_way_is_told_how(ticket: Ticket, words: Path, meant: str) -> None:
    code, _, err = ticket(*words)

    assert (code, err) == (2, f"ticket: no command {words[1]!r} — {meant}\n")


def test_the_overview_names_every_global_option(ticket: Ticket) -> None:
    out = ticket("--help").out

    assert [name for name in (*FLAGS, *VALUED) if name not in out] == []


def test_the_group_knows_the_global_options_as_the_commands_declare_them() -> None:
    declared: dict[str, bool] = {}

    @options.takes(*options.WRITE_MANY, options.BACK, "yes")
    def everything() -> None: ...

    for param in everything.__click_params__:  # type: ignore[attr-defined]
        declared |= {name: param.is_flag for name in param.opts if name.startswith("--")}

    assert {name for name, is_flag in declared.items() if is_flag} == set(FLAGS)
    assert {name for name, is_flag in declared.items() if not is_flag} == set(VALUED)


def test_exit_codes_are_explained_each_once(ticket: Ticket) -> None:
    codes = [code for code, _, _ in all_codes()]
    out = ticket("help", "exit-codes").out

    assert codes == [0, 1, 2, 3, 4, 5, 6, 7, 8, 65, 74, 75, 130, 143]
    assert all(means for _, means, _ in all_codes())
    assert [int(line.split()[0]) for line in out.splitlines()[2:]] == codes


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_ticket(ticket: Ticket, shell: str) -> None:
    code, out, _ = ticket("completion", shell)

    assert code == 0
    assert "_TICKET_COMPLETE" in out


def test_completion_of_an_unknown_shell_is_a_usage_error(ticket: Ticket) -> None:
    assert ticket("completion", "tcsh").code == 2
