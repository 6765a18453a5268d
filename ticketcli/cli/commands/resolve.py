"""`ticket resolve`: by number, or by the dedup key of a CI job."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import CONFIRMED, TO, ids_of, move_many
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.completing import tickets
from ticketcli.cli.inputs import KEY
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import ANSWERS
from ticketcli.errors import UsageError
from ticketcli.services import changing


@click.command(
    help="The work is done: the first resolved status that may be reached.",
    epilog=examples("ticket resolve 12", "ticket resolve --dedup-key build/main --if-exists"),
)
@click.argument("words", nargs=-1, metavar="[ID]...", shell_complete=tickets)
@TO
@click.option("--dedup-key", type=KEY, metavar="K", help="The unresolved ticket with this key, in place of a number.")
@click.option("--if-exists", is_flag=True, help="With --dedup-key: no such ticket is no error.")
@takes(*CONFIRMED, writes=True, formats=ANSWERS)
def resolve(app: App, words: Sequence[str], to: str | None, dedup_key: str | None, if_exists: bool) -> None:
    if words and if_exists and dedup_key is None:
        raise UsageError("--if-exists goes with --dedup-key, not with ticket numbers", "leave it out")
    if (dedup_key is None) == (not words):
        raise UsageError("resolve needs either ticket numbers or --dedup-key", "write ticket resolve 12")
    if dedup_key is None:
        move_many(app, "resolve", ids_of(words), to=to)
    else:
        answer(app, changing.resolve_key(app.session, dedup_key, {"to": to}, options_of(app), if_exists))
