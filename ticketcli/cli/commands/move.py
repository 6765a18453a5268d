"""`ticket move`: to a status by its name."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import CONFIRMED, ids_of, is_id, move_many
from ticketcli.cli.completing import statuses, tickets_and
from ticketcli.cli.options import examples, takes
from ticketcli.errors import UsageError


@click.command(
    help="Move tickets to a status by its name.",
    epilog=examples("ticket move 12 pending", "ticket move 12 13 open"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... STATUS", shell_complete=tickets_and(statuses))
@click.option("--reason", metavar="R", help="Why, when the status is final: one of the lifecycle's close_reasons.")
@takes(*CONFIRMED, writes=True)
def move(app: App, words: Sequence[str], reason: str | None) -> None:
    if is_id(words[-1]):
        raise UsageError("no status to move to", "write ticket move 12 pending")
    move_many(app, "move", ids_of(words[:-1]), to=words[-1], reason=reason)
