"""`ticket take`: assigned to the caller, and started."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import WRITE_MANY, examples, takes


@click.command(
    help="Assign tickets to yourself, and start those that are new. A ticket somebody else took is refused.",
    epilog=examples("ticket take 12"),
)
@ids_argument
@takes(*WRITE_MANY, writes=True)
def take(app: App, ids: Sequence[int]) -> None:
    do(app, "take", ids)
