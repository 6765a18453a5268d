"""`ticket calendar list` and `show`: which calendars there are, and what they say."""

from __future__ import annotations

import click

from ticketcli.app import App
from ticketcli.cli.calendar_text import calendar_json, page, summary_json
from ticketcli.cli.calendars import calendars_of, from_file, hours, state, years_text
from ticketcli.cli.escape import escape
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import DATA, json_text, rows_text, table, write
from ticketcli.cli.pages import print_lines
from ticketcli.services.asking import named

_COLUMNS = ("name", "timezone", "week", "years", "open", "next_open", "next_close")


@click.command(
    "list",
    help="List the calendars: zone, open time of an ordinary week, the years whose dates they know, and whether they "
    "are open now. Beyond those years an answer may be wrong; what counts there is said when it does.",
    epilog=examples("ticket calendar list", "ticket calendar list --file calendars.yaml -o json"),
)
@from_file
@takes(*READ, formats=("table", *DATA))
def list_(app: App, file: str | None) -> None:
    calendars, now = calendars_of(app, file), app.clock.now()
    found = [calendars[name] for name in calendars.raw]
    rows = [summary_json(calendar, now) for calendar in found]
    if app.call.output in DATA:
        write(rows_text(app.call.output, _COLUMNS, rows))
    elif not rows:
        app.tell("the rules name no calendar")
    else:
        cells = [
            (row["name"], row["timezone"], hours(row["week"]), years_text(row["years"]), state(one, now))
            for row, one in zip(rows, found)
        ]
        write(table(("CALENDAR", "ZONE", "WEEK", "COVERS", "NOW"), cells))


@click.command(
    "show",
    help="Show a calendar: the hours of its week, holidays and other special dates from this year on, and when it "
    "opens and closes next.",
    epilog=examples("ticket calendar show office", "ticket calendar show office -o json"),
)
@click.argument("name")
@from_file
@takes(*READ, formats=("table", "json"))
def show(app: App, name: str, file: str | None) -> None:
    calendar, now = named(calendars_of(app, file), name), app.clock.now()
    if app.call.output == "json":
        write(json_text(calendar_json(calendar, now)) + "\n")
    else:
        print_lines(escape(line) for line in page(calendar, now))
