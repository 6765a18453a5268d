"""`ticket log`: everything that happened."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import BACK, READ, examples, takes
from ticketcli.cli.pages import emit, paint, print_lines, terminal_columns
from ticketcli.domain.document import event_output
from ticketcli.services import reading

_EVENT_CSV = ("seq", "ticket", "at", "actor", "class", "kind", "data", "rule")


@click.command(
    help="Show everything that happened to tickets: when, who, what, and which rule in which file and line.",
    epilog=examples("ticket log 12", "ticket log 12 -o jsonl"),
)
@ids_argument
@takes(*(name for name in READ if name != "now"), BACK)
def log(app: App, ids: Sequence[int]) -> None:
    events = reading.log(app.session, ids)
    if app.call.output != "table":
        emit(app, [event_output(event) for event in events], _EVENT_CSV)
        return
    from ticketcli.cli.log_text import log_lines
    from ticketcli.cli.times import moments_of

    print_lines(log_lines(events, moments_of(app), columns=terminal_columns(), paint=paint(), tickets=len(ids) > 1))
