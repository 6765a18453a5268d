"""The commands that read: `list`, `show` and `log`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import csv_text, ids_text, json_lines, json_text, use_colour, write
from ticketcli.cli.paint import Paint, coloured, plain
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.document import event_output, ticket_output
from ticketcli.domain.ticket import Ticket, View
from ticketcli.services import reading

_CSV = (
    *("id", "subject", "status", "priority", "category", "labels", "source", "team", "assignee", "created_at"),
    *("updated_at", "resolved_at", "closed_at", "close_reason", "dedup_key", "version"),
)
_EVENT_CSV = ("seq", "ticket", "at", "actor", "class", "kind", "data", "rule")


def _paint() -> Paint:
    return coloured if use_colour() else plain


def _columns() -> int | None:
    """The width of the terminal; None when the answer goes elsewhere, where nothing is cut."""
    return _screen()[0] if _on_terminal() else None


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _screen() -> tuple[int, int]:
    """Columns and lines; a terminal that does not know its size (0 by 0 in some containers) counts as 80 by 24."""
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    return columns or 80, lines or 24


def _emit(app: App, found: Sequence[dict[str, Any]], columns: Sequence[str], *, alone: bool = False) -> None:
    """The machine formats: `alone` puts the only object without a list around it."""
    output = app.call.output
    if output == "json":
        write(json_text(found[0] if alone and len(found) == 1 else found) + "\n")
    elif output == "jsonl":
        write(json_lines(found))
    elif output == "csv":
        write(csv_text(columns, found))
    else:
        write(ids_text(dict.fromkeys(row["id"] if "id" in row else row["ticket"] for row in found)))


def _page(lines: Iterable[str]) -> None:
    """Lines for people; a terminal user's own pager shows what is longer than the screen."""
    text = "".join(f"{line}\n" for line in lines)
    pager = os.environ.get("PAGER", "")
    if _on_terminal() and pager and text.count("\n") >= _screen()[1]:
        click.echo_via_pager(text)
    else:
        write(text)


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
        _emit(app, [ticket_output(page.ticket, page.view) for page in pages], _CSV, alone=True)


def _show_people(app: App, pages: Sequence[reading.Shown], rulebook: Any) -> None:
    from ticketcli.cli.show_text import Page, Sheet, show_lines
    from ticketcli.cli.times import moments_of

    moments = moments_of(app)
    columns = _columns()
    sheet = Sheet(min(columns, 100) if columns else 80, _paint(), columns is None)
    lines: list[str] = []
    for number, page in enumerate(pages):
        lines += [""] * bool(number)
        lines += show_lines(Page(page.ticket, page.view, rulebook, moments, page.events, page.messages), sheet)
    _page(lines)


@click.command(
    help="Show everything that happened to tickets: when, who, what, and which rule in which file and line.",
    epilog=examples("ticket log 12", "ticket log 12 -o jsonl"),
)
@ids_argument
@takes(*(name for name in READ if name != "now"))
def log(app: App, ids: Sequence[int]) -> None:
    events = reading.log(app.session, ids)
    if app.call.output != "table":
        _emit(app, [event_output(event) for event in events], _EVENT_CSV)
        return
    from ticketcli.cli.log_text import log_lines
    from ticketcli.cli.times import moments_of

    _page(log_lines(events, moments_of(app), columns=_columns(), paint=_paint(), tickets=len(ids) > 1))


@click.command(
    "list",
    help="List tickets that match all terms; without terms, whatever is not final. A term is field:value[,value], "
    "field:-value (not), a range field:A..B, field:none, field:any or text:WORDS. Breached first, then nearest due.\n\n"
    "Fields are the keys of `show -o json` (team, assignee, priority, requester.org, fields.region, ...) and short names: "
    "kind, label, tier, created, updated, resolved, closed, reason, dedup; times such as idle, age, in_status; and sla, "
    "due, closes, turn, rule, hold, link.",
    epilog=examples(
        "ticket list",
        "ticket list status:pending team:dba priority:high.. assignee:none",
        "ticket list 'text:disk full' created:2026-11-01.. --sort -created --limit 20",
        "ticket list sla:breached -o ids | ticket label - late",
    ),
)
@click.argument("terms", nargs=-1, metavar="[TERM]...")
@click.option("--sort", metavar="FIELDS", help="Fields to sort by, with a minus falling: -priority,created.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many.")
@click.option("--fields", metavar="FIELDS", help="Only these, in this order: id,status,subject,fields.region.")
@takes(*READ, "strict_rules")
def list_(app: App, terms: Sequence[str], sort: str | None, limit: int | None, fields: str | None) -> None:
    from ticketcli.cli.times import zone_of
    from ticketcli.services.query import Ask, search
    from ticketcli.services.query.values import rows
    from ticketcli.services.viewing import view_of

    ask = Ask(terms, tuple(filter(None, (sort or "").split(","))), limit)
    session = app.session
    with reading.reading(session) as (reader, rules):
        tell_trouble(app, rules.trouble)

        def view(ticket: Ticket) -> View:
            return view_of(reader, rules, ticket, session.now)

        found = search(reader, ask, rules.rulebook, view, session.now, zone_of(app))
        names = tuple(filter(None, (fields or "").split(",")))
        if app.call.output == "table":
            _list_people(app, found, names, rules.rulebook.fields)
        elif app.call.output == "ids":
            write(ids_text(one.ticket.id for one in found))
        elif names:
            _emit(app, rows(found, names, rules.rulebook.fields), names)
        else:
            _emit(app, [ticket_output(one.ticket, one.view) for one in found], _CSV)


def _list_people(app: App, found: Sequence[Any], names: Sequence[str], declared: Any) -> None:
    from ticketcli.cli.list_table import DEFAULT, list_columns, list_lines
    from ticketcli.cli.times import moments_of

    columns = list_columns(names or app.settings.display.fields or DEFAULT, declared)
    _page(list_lines(found, moments_of(app), columns, wide=_columns(), paint=_paint()))
    if not found:
        app.tell("no ticket matches")
