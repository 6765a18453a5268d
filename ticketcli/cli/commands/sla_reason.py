"""`ticket sla reason`: why an SLA target was missed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import do, ids_of, is_id
from ticketcli.cli.options import WRITE_MANY, examples, takes
from ticketcli.cli.pairs import quoted
from ticketcli.domain.ticket import TARGETS
from ticketcli.errors import UsageError


@click.command(
    "reason",
    help="Record why tickets missed their SLA targets: CODE is one of the lifecycle's sla_reasons (overload, vendor, "
    "requester, complex, outage, misrouted, other, unless the rules name others), TEXT says it in words. It stands in "
    "the log and beside the clock in `show`; a later reason replaces an earlier one.",
    epilog=examples(
        "ticket sla reason 12 vendor 'the spare part came three days late'",
        "ticket sla reason 12 13 outage 'mail was down' --target first_response",
    ),
)
@click.argument("words", nargs=-1, required=True, metavar="ID... CODE TEXT")
@click.option("--target", type=click.Choice(TARGETS), help="Only this target.  [default: all that were missed]")
@takes(*WRITE_MANY, writes=True)
def reason(app: App, words: Sequence[str], target: str | None) -> None:
    first = next((at for at, word in enumerate(words) if not is_id(word)), len(words))
    ids, rest = words[:first], words[first:]
    if len(rest) < 2:
        raise UsageError("a code and a text are wanted behind the numbers", "ticket sla reason 12 vendor 'why it was'")
    if len(rest) > 2:
        hint = f"put it in quotes: ticket sla reason {' '.join(ids)} {rest[0]} {quoted(rest[1:])}"
        raise UsageError(f"the text is {len(rest) - 1} words", hint)
    do(app, "sla reason", ids_of(ids), code=rest[0], text=rest[1], target=target)
