"""`ticket show`: a ticket on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import BACK, READ, examples, takes
from ticketcli.cli.pages import TICKET_COLUMNS, emit, paint, print_lines, terminal_columns
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.document import ticket_output
from ticketcli.errors import UsageError
from ticketcli.ports import Reader
from ticketcli.services import reading
from ticketcli.services.in_force import InForce


@click.command(
    help="Show tickets: what each is, whose turn it is, its clocks, what happens next and when, and its last events.",
    epilog=examples(
        "ticket show 12",
        "ticket show 12 --why",
        "ticket show 12 -o json",
        "ticket list team:dba -o ids | ticket show -",
    ),
)
@ids_argument
@click.option("--why", is_flag=True, help="Only what made it so, which rule in which file and line, and what is next.")
@takes(*READ, BACK, "strict_rules")
def show(app: App, ids: Sequence[int], why: bool) -> None:
    people = app.call.output == "table"
    with reading.reading(app.session) as (reader, rules):
        tell_trouble(app, rules)
        if why:
            _show_why(app, reader, rules, ids)
            return
        pages = [reading.shown(app.session, reader, rules, id, 6 if people else 0) for id in ids]
        if people:
            _show_people(app, pages, rules.rulebook)
            return
        emit(app, [ticket_output(page.ticket, page.view) for page in pages], TICKET_COLUMNS, alone=True)


def _show_why(app: App, reader: Reader, rules: InForce, ids: Sequence[int]) -> None:
    from ticketcli.cli.explain_text import Paper, joined
    from ticketcli.cli.output import MACHINE
    from ticketcli.cli.times import moments_of
    from ticketcli.cli.why_text import why_lines, why_output
    from ticketcli.services.explaining import why

    found = [why(app.session, reader, rules, id) for id in ids]
    if app.call.output == "table":
        paper = Paper(moments_of(app), terminal_columns(), paint())
        print_lines(joined(why_lines(one, paper) for one in found))
    elif app.call.output in MACHINE:
        emit(app, [why_output(one, app.session.now) for one in found], (), alone=True)
    else:
        raise UsageError(f"--why does not go with -o {app.call.output}", "write -o json or -o jsonl")


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
