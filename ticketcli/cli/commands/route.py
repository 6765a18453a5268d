"""`ticket route`: back to the rules; and where they would send a ticket."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do, ids_of
from ticketcli.cli.options import WRITE_MANY, examples, takes
from ticketcli.errors import UsageError


@click.command(
    "route",
    help="Give tickets back to the rules: what people chose binds no longer, and they are routed anew. With --dry-run "
    "and --set: where a ticket with these values would go, and why.",
    epilog=examples(
        "ticket route 12",
        "ticket route 12 --dry-run",
        "ticket route --dry-run --set category=database --set requester.tier=vip",
    ),
)
@click.argument("words", nargs=-1, metavar="[ID]...")
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE", help="A value of a ticket that does not exist.")
@takes(*WRITE_MANY, writes=True)
def route(app: App, words: Sequence[str], facts: Sequence[str]) -> None:
    if not facts:
        do(app, "route", ids_of(words))
        return
    if words:
        raise UsageError("--set asks about a ticket that does not exist", "leave the numbers out, or see: ticket set")
    if not app.call.dry_run:
        raise UsageError("--set only asks where a ticket would go", "add --dry-run")
    if app.call.if_version is not None or app.call.each or app.call.idempotency_key is not None:
        raise UsageError("--set changes nothing", "leave --if-version, --each and --idempotency-key out")
    from ticketcli.cli.supposing import answer_supposed

    answer_supposed(app, facts, rules=False)
