"""`ticket list`: tickets by terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.options import BACK, READ, examples, takes
from ticketcli.cli.output import ids_text, write
from ticketcli.cli.pages import TICKET_COLUMNS, emit, paint, print_lines, terminal_columns
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.document import ticket_output
from ticketcli.domain.ticket import Ticket, View
from ticketcli.errors import ConditionTrue
from ticketcli.services import reading


@click.command(
    "list",
    help="List tickets that match all terms; without terms, whatever is not final. A term is field:value[,value], "
    "field:-value (not), a range field:A..B, field:none, field:any or text:WORDS. Breached first, then nearest due.\n\n"
    "Fields are the keys of `show -o json` (team, assignee, priority, requester.org, fields.region, ...), short "
    "names (kind, label, tier, created, updated, resolved, closed, reason, dedup), times (idle, age, in_status, ...), "
    "and sla, due, closes, turn, rule, hold, link.",
    epilog=examples(
        "ticket list",
        "ticket list status:pending team:dba priority:high.. assignee:none",
        "ticket list 'text:disk full' created:2026-11-01.. --sort -created --limit 20",
        "ticket list sla:breached -o ids | ticket label - late",
        "ticket list priority:urgent assignee:none --exit-code -q || page-somebody",
    ),
)
@click.argument("terms", nargs=-1, metavar="[TERM]...")
@click.option("--sort", metavar="FIELDS", help="Fields to sort by, with a minus falling: -priority,created.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many.")
@click.option("--fields", metavar="FIELDS", help="Only these, in this order: id,status,subject,fields.region.")
@click.option("--exit-code", is_flag=True, help="End with 8 when a ticket matches: for monitoring.")
@takes(*READ, BACK, "strict_rules")
def list_(
    app: App, terms: Sequence[str], sort: str | None, limit: int | None, fields: str | None, exit_code: bool
) -> None:
    from ticketcli.cli.times import zone_of
    from ticketcli.services.query import Ask, search
    from ticketcli.services.query.values import rows
    from ticketcli.services.viewing import clocks_of, wake_at

    ask = Ask(terms, _named(sort), limit)
    session = app.session
    with reading.reading(session) as (reader, rules):
        tell_trouble(app, rules)

        def view(ticket: Ticket) -> View:
            return clocks_of(reader, rules, ticket, session.now)

        found = search(reader, ask, rules.rulebook, view, session.now, zone_of(app))
        names = _named(fields)
        if app.call.output == "table":
            _list_people(app, found, names, rules.rulebook.fields)
        elif app.call.output == "ids":
            write(ids_text(one.ticket.id for one in found))
        elif names:
            emit(app, rows(found, names, rules.rulebook.fields), names)
        else:
            whole = ((one.ticket, one.view._replace(wake_at=wake_at(reader, one.ticket.id))) for one in found)
            emit(app, [ticket_output(ticket, view) for ticket, view in whole], TICKET_COLUMNS)
    if exit_code and found:
        count = "1 ticket matches" if len(found) == 1 else f"{len(found)} tickets match"
        raise ConditionTrue(count, "without --exit-code that is no error")


def _named(fields: str | None) -> tuple[str, ...]:
    """The fields of `id,status` and `id, status`."""
    return tuple(filter(None, (name.strip() for name in (fields or "").split(","))))


def _list_people(app: App, found: Sequence[Any], names: Sequence[str], declared: Any) -> None:
    from ticketcli.cli.list_table import DEFAULT, list_columns, list_lines
    from ticketcli.cli.times import moments_of

    columns = list_columns(names or app.settings.display.fields or DEFAULT, declared)
    print_lines(list_lines(found, moments_of(app), columns, wide=terminal_columns(), paint=paint()))
    if not found:
        app.tell("no ticket matches")
