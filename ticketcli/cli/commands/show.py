"""`ticket show`: a ticket on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.pages import TICKET_COLUMNS, emit, paint, print_lines, terminal_columns
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.document import ticket_output
from ticketcli.services import reading


@click.command(
    help="Show tickets: what each is, whose turn it is, its clocks, what happens next and when, and its last events.",
    epilog=examples("ticket show 12", "ticket show 12 -o json", "ticket list team:dba -o ids | ticket show -"),
)
@ids_argument
@takes(*READ, "strict_rules")
def show(app: App, ids: Sequence[int]) -> None:
    people = app.call.output == "table"
    with reading.reading(app.session) as (reader, rules):
        tell_trouble(app, rules.trouble)
        pages = [reading.shown(app.session, reader, rules, id, 6 if people else 0) for id in ids]
        if people:
            _show_people(app, pages, rules.rulebook)
            return
        emit(app, [ticket_output(page.ticket, page.view) for page in pages], TICKET_COLUMNS, alone=True)


def _show_people(app: App, pages: Sequence[reading.Shown], rulebook: Any) -> None:
    from ticketcli.cli.show_text import Page, Sheet, show_lines
    from ticketcli.cli.times import moments_of

    moments = moments_of(app)
    columns = terminal_columns()
    sheet = Sheet(min(columns, 100) if columns else 80, paint(), columns is None)
    lines: list[str] = []
    for number, page in enumerate(pages):
        told = Page(page.ticket, page.view, rulebook, moments, page.events, page.messages, page.upcoming)
        lines += [*[""] * bool(number), *show_lines(told, sheet)]
    print_lines(lines)
