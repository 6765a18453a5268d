"""The help of a command: what is its own and how it is called first, then the options that most commands have."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ticketcli.cli.lazy import HELP
from ticketcli.cli.options import GLOBAL

_Rows = list[tuple[str, str]]


def help_page(ctx: click.Context) -> str:
    """The text that `--help` prints of a command that is no group."""
    command, page = ctx.command, ctx.make_formatter()
    options = [param for param in command.params if isinstance(param, click.Option)]
    shared = [param for param in options if param is HELP or param.name in GLOBAL]
    command.format_usage(ctx, page)
    command.format_help_text(ctx, page)
    own = _rows(ctx, (param for param in options if param not in shared))
    if own:
        with page.section("Options"):
            page.write_dl(own)
    command.format_epilog(ctx, page)
    with page.section("Options of most commands"):
        page.write_dl(_rows(ctx, shared))
    return page.getvalue().rstrip("\n")


def _rows(ctx: click.Context, params: Iterable[click.Parameter]) -> _Rows:
    return [row for param in params if (row := param.get_help_record(ctx)) is not None]
