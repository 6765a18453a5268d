"""`ticket schedule list`."""

from __future__ import annotations

from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.moments import Moments
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import DATA, rows_text, table, write
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.schedules import Schedule
from ticketcli.services import reading

_KEYS = ("name", "cron", "timezone", "next_at", "catch_up", "subject", "file", "line")
_COLUMNS = ("SCHEDULE", "NEXT", "WHEN", "ZONE", "CATCH UP", "OPENS", "WHERE")


@click.command(
    "list",
    help="List the schedules in force: when each opens its next ticket, on the clock of its zone, and what a gap "
    "without sweeps leaves to open.",
    epilog=examples("ticket schedule list", "ticket schedule list -o json"),
)
@takes(*READ, "strict_rules", formats=("table", *DATA))
def list_(app: App) -> None:
    with reading.reading(app.session) as (_, rules):
        tell_trouble(app, rules)
        known = [(schedule, next(schedule.due_times(app.session.now), None)) for schedule in rules.rulebook.schedules]
    if app.call.output in DATA:
        write(rows_text(app.call.output, _KEYS, [_row(*one) for one in known]))
    elif known:
        write(table(_COLUMNS, [_cells(*one) for one in known]))
    else:
        app.tell("the rules hold no schedules")


def _row(schedule: Schedule, upcoming: Instant | None) -> dict[str, Any]:
    cron, zone = schedule.words
    return {
        "name": schedule.ref.name,
        "cron": cron,
        "timezone": zone,
        "next_at": None if upcoming is None else format_instant(upcoming),
        "catch_up": schedule.catch_up,
        "subject": schedule.ticket["subject"],
        "file": schedule.ref.file,
        "line": schedule.ref.line,
    }


def _cells(schedule: Schedule, upcoming: Instant | None) -> tuple[str, ...]:
    (cron, zone), ref = schedule.words, schedule.ref
    at = "never" if upcoming is None else f"{Moments(schedule.zone, upcoming).local(upcoming):%a %Y-%m-%d %H:%M}"
    return ref.name, at, cron, zone, schedule.catch_up, schedule.ticket["subject"], f"{ref.file}:{ref.line}"
