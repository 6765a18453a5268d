"""`ticket label`: labels on and off."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do, ids_of, is_id
from ticketcli.cli.completing import tickets
from ticketcli.cli.options import WRITE_MANY, examples, takes
from ticketcli.errors import UsageError


@click.command(
    help="Add and remove labels.",
    epilog=examples("ticket label 12 prod keep-open", "ticket label 12 --remove stale", "ticket label 12 --add 2026"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... [LABEL]...", shell_complete=tickets)
@click.option("--add", "more", multiple=True, metavar="LABEL", help="A label that looks like a number; may repeat.")
@click.option("--remove", multiple=True, metavar="LABEL", help="A label to take off; may stand several times.")
@takes(*WRITE_MANY, writes=True)
def label(app: App, words: Sequence[str], more: Sequence[str], remove: Sequence[str]) -> None:
    ids = [word for word in words if is_id(word)]
    add = [*(word for word in words if not is_id(word)), *more]
    if not add and not remove:
        raise UsageError("no label to add or remove", "write ticket label 12 prod, or --remove stale")
    do(app, "label", ids_of(ids), add=add, remove=list(remove))
