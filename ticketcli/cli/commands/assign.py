"""`ticket assign`: to a person, or to nobody."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do, ids_of, is_id
from ticketcli.cli.completing import people, tickets_and
from ticketcli.cli.options import WRITE_MANY, examples, takes
from ticketcli.errors import UsageError


@click.command(
    help="Assign tickets to a person, or to nobody.",
    epilog=examples("ticket assign 12 ann", "ticket list team:dba assignee:none -o ids | ticket assign - ann"),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... [PERSON]", shell_complete=tickets_and(people))
@click.option("--nobody", is_flag=True, help="Take the assignee away.")
@takes(*WRITE_MANY, writes=True)
def assign(app: App, words: Sequence[str], nobody: bool) -> None:
    named = not is_id(words[-1])
    if named == nobody:
        raise UsageError("assign needs a person, or --nobody", "write ticket assign 12 ann")
    do(app, "assign", ids_of(words[:-1] if named else words), to=words[-1] if named else None)
