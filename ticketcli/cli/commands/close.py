"""`ticket close`: into a final status."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import CONFIRMED, TO, move_many
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import examples, takes


@click.command(
    help="Close tickets: the first final status that may be reached.",
    epilog=examples(
        "ticket close 12", "ticket close 12 --reason duplicate", "ticket list label:spam -o ids | ticket close - --yes"
    ),
)
@ids_argument
@TO
@click.option("--reason", metavar="R", help="One of the lifecycle's close_reasons.  [default: the first]")
@takes(*CONFIRMED, writes=True)
def close(app: App, ids: Sequence[int], to: str | None, reason: str | None) -> None:
    move_many(app, "close", ids, to=to, reason=reason)
