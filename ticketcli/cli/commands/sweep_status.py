"""`ticket sweep status`: for monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ticketcli.app import App
from ticketcli.cli.inputs import DURATION
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.errors import ConditionTrue

if TYPE_CHECKING:
    from ticketcli.cli.moments import Moments
    from ticketcli.services.sweep_status import Status


@click.command(
    "status",
    help="Show when the last sweep was, what is due, deferred and put off, when the next is needed, and messages that "
    "reached nobody. With --exit-code it ends with 8 when the last sweep is older than --max-age, or there are dead "
    "letters: for monitoring. A sweep with nothing to do notes that it ran every ten minutes only.",
    epilog=examples("ticket sweep status", "ticket sweep status --max-age 90m --exit-code -q"),
)
@click.option("--max-age", type=DURATION, default="90m", show_default=True, metavar="TIME", help="How old is too old.")
@click.option("--exit-code", is_flag=True, help="End with 8 when something is wrong.")
@takes(*READ, formats=("table", "json"))
def status(app: App, max_age: float, exit_code: bool) -> None:
    from ticketcli.services.sweep_status import status as status_of

    session = app.session
    with session.store.read() as reader:
        found = status_of(reader, session.now, int(max_age))
    if app.call.output == "json":
        write(json_text(found.as_json()) + "\n")
    elif not (app.call.quiet and exit_code):
        from ticketcli.cli.times import moments_of

        write(_text(found, moments_of(app)))
    if exit_code and found.complaints:
        raise ConditionTrue("; ".join(found.complaints), "ticket doctor says what to do")


def _text(found: Status, moments: Moments) -> str:
    when = [moments.both(at) if at is not None else "" for at in (found.swept_at, found.due_since, found.next_wake_at)]
    swept, since, wake = when
    lines = {
        "last sweep": (swept or "never") + (" (too long ago)" if found.late and swept else ""),
        "due now": f"{found.due}" + (f", since {since}" if since else ""),
        "deferred": f"{found.deferred} by the last sweep",
        "postponed": f"{found.postponed} by the last sweep",
        "next": wake or "nothing happens by itself",
        "messages": f"{found.queued} queued, {found.dead} dead, {found.unaddressed} unaddressed",
    }
    return "".join(f"{name:<12}{value}\n" for name, value in lines.items())
