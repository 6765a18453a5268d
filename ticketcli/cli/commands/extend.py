"""`ticket extend`: more time before auto-close."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do
from ticketcli.cli.inputs import DURATION, ids_argument
from ticketcli.cli.options import WRITE_MANY, examples, takes


@click.command(
    help="Give tickets more time: the auto-close wait begins anew now, or ends later with --by.",
    epilog=examples("ticket extend 12", "ticket extend 12 --by 2d"),
)
@ids_argument
@click.option("--by", type=DURATION, metavar="TIME", help="Move the end of the wait that runs by this much instead.")
@takes(*WRITE_MANY, writes=True)
def extend(app: App, ids: Sequence[int], by: float | None) -> None:
    do(app, "extend", ids, by=None if by is None else int(by))
