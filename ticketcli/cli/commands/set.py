"""`ticket set`: values by their JSON keys."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do, ids_of, is_id
from ticketcli.cli.completing import tickets
from ticketcli.cli.options import WRITE_MANY, examples, takes
from ticketcli.cli.pairs import pairs
from ticketcli.errors import UsageError


@click.command(
    "set",
    help="Set values by their JSON keys: subject, description, category, priority, team, assignee, requester, "
    "tier, asset, fields.NAME, external_ids.NAME. An empty value takes it away. What you set, rules leave alone.",
    epilog=examples("ticket set 12 priority=high", "ticket set 12 13 category=database fields.region=north tier=vip"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... KEY=VALUE...", shell_complete=tickets)
@takes(*WRITE_MANY, writes=True)
def set_(app: App, words: Sequence[str]) -> None:
    stray = [word for word in words if "=" not in word and not is_id(word)]
    if stray:
        raise UsageError(f"{stray[0]!r} is neither a ticket number nor key=value", "write ticket set 12 priority=high")
    values = pairs((word for word in words if "=" in word), "word")
    do(app, "set", ids_of([word for word in words if "=" not in word]), values=values)
