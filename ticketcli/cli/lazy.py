"""A Click group whose commands are loaded only when called, and whose global options may stand before the verb too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from ticketcli.cli.output import write
from ticketcli.errors import UsageError
from ticketcli.records import NamedTuple


class Entry(NamedTuple):
    """A command: `module:function` under `ticketcli.cli`, or the entries of a group; and its line in the overview.

    The entry named "" (`OWN`) is what a group does itself when no other of its commands is named.
    """

    target: str | Mapping[str, Entry]
    help: str


OWN = ""
Sections = Mapping[str, Mapping[str, Entry]]
"""Entries by the heading under which the overview shows them."""

FLAGS = ("--json", "--quiet", "--verbose", "--yes", "--dry-run", "--each", "--strict-rules")
VALUED = (
    *("--idempotency-key", "--desk", "--output", "--as", "--class", "--if-version", "--lock-timeout", "--now", "--at"),
)
SHORT_FLAGS = "qv"
SHORT_VALUED = "o"


def _show_help(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        write(f"{_page(ctx)}\n")
        ctx.exit()


def _page(ctx: click.Context) -> str:
    if isinstance(ctx.command, LazyGroup):
        return ctx.get_help()
    from ticketcli.cli.help_page import help_page

    return help_page(ctx)


HELP = click.Option(
    ["-h", "--help"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_help,
    help="Show this message and exit.",
)
"""In place of Click's own, whose text is looked up in message catalogues at every call: a twentieth of a short one."""


def with_help(command: click.Command) -> click.Command:
    """The command with our `--help`."""
    command.add_help_option = False
    if HELP not in command.params:
        command.params.append(HELP)
    return command


class LazyGroup(click.Group):
    """Knows its commands by name and help; imports the one that is called.

    Global options before the verb are handed on to the verb: it takes them or refuses them like those behind it.
    """

    def __init__(self, name: str, sections: Sections, **attrs: Any) -> None:
        super().__init__(name, **attrs)
        with_help(self)
        self.sections = sections
        self.entries = {verb: entry for section in sections.values() for verb, entry in section.items()}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        count = leading(args)
        ctx.obj = args[:count]
        return super().parse_args(ctx, args[count:])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.entries and not args[0].startswith("-"):
            raise self._unknown(ctx, args[0])
        verb, command, rest = super().resolve_command(ctx, args)
        words = [*ctx.obj, *rest]
        return verb, command.meant(ctx, words) if isinstance(command, LazyGroup) else command, words

    def meant(self, ctx: click.Context, words: list[str]) -> click.Command:
        """This group when the words name one of its commands, else the command that it is itself, if it is one."""
        named = words[leading(words) :][:1]
        own = None if named and named[0] in self.entries else self.get_command(ctx, OWN)
        return own or self

    def _unknown(self, ctx: click.Context, verb: str) -> UsageError:
        from ticketcli.domain.nearest import nearest

        near = nearest(verb, self.entries)
        meant = f"{ctx.command_path} {near}" if near else _above(ctx, verb)
        hint = f"did you mean {meant}?" if meant else f"see {ctx.command_path} --help"
        return UsageError(f"no command {verb!r}", hint)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in self.entries if name != OWN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if not isinstance(entry.target, str):
            return LazyGroup(cmd_name, {"Commands": entry.target}, help=entry.help, short_help=entry.help)
        module, _, function = entry.target.partition(":")
        command: click.Command = getattr(import_module(f"ticketcli.cli.{module}"), function)
        command.short_help = entry.help
        return with_help(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, entries in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl(list(_lines(entries)))


def _above(ctx: click.Context, verb: str) -> str:
    """What was meant when the word is a command of the group above: `ticket help create`."""
    if ctx.parent is None or not isinstance(ctx.parent.command, LazyGroup) or verb not in ctx.parent.command.entries:
        return ""
    return f"{ctx.parent.command_path} {verb}" + (" --help" if ctx.info_name == "help" else "")


def _lines(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Each command and its help; those of a group by their whole name."""
    for verb, entry in entries.items():
        if isinstance(entry.target, str):
            yield verb, entry.help
        else:
            yield from ((f"{verb} {inner}".strip(), help) for inner, help in _lines(entry.target))


def leading(args: list[str]) -> int:
    """How many of the first arguments are global options and their values."""
    index = 0
    while index < len(args):
        name, equals, _ = args[index].partition("=")
        takes = _short(name) if not name.startswith("--") else 1 if name in FLAGS else 2 if name in VALUED else 0
        if not takes:
            break
        index += 1 if equals else takes
    if index > len(args):
        raise UsageError(f"{args[-1]} needs a value", "write it behind the option")
    return index


def _short(cluster: str) -> int:
    """Arguments that a cluster such as `-q`, `-vo` or `-ojson` takes; 0 when it is none of ours."""
    if not cluster.startswith("-") or cluster == "-":
        return 0
    letters = cluster[1:].lstrip(SHORT_FLAGS)
    if not letters:
        return 1
    if letters[0] not in SHORT_VALUED:
        return 0
    return 2 if len(letters) == 1 else 1
