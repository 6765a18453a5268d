"""`ticket hold`: nothing closes, reminds or escalates for a while."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do
from ticketcli.cli.inputs import FILLED, ids_argument
from ticketcli.cli.options import WRITE_MANY, examples, takes


@click.command(
    help="Stop auto-close, reminders and escalation until a time, or until `ticket unhold`.",
    epilog=examples("ticket hold 12 --until 3d --reason 'waits for the vendor'", "ticket hold 12 --until 2026-12-01"),
)
@ids_argument
@click.option("--until", type=FILLED, metavar="TIME",
              help="When the hold ends: a date, an instant, or a duration from now.")  # fmt: skip
@click.option("--reason", metavar="TEXT", help="Why, for whoever looks at it next.")
@takes(*WRITE_MANY, writes=True)
def hold(app: App, ids: Sequence[int], until: str | None, reason: str | None) -> None:
    from ticketcli.cli.times import ending

    do(app, "hold", ids, reason=reason, **(ending(app, until) if until is not None else {}))
