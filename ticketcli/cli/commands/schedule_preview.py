"""`ticket schedule preview`: when a schedule, or any cron expression, is due."""

from __future__ import annotations

from datetime import tzinfo
from itertools import islice

import click

from ticketcli.app import App
from ticketcli.cli.moments import Moments
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import DATA, rows_text, table, write
from ticketcli.cli.times import span_of, zone_of
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.cron import Cron, due_times, read_cron
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.zoneclock import zone_named
from ticketcli.errors import Invalid, NoDesk, NotFound, UsageError
from ticketcli.services import reading

COUNT = 10


@click.command(
    "preview",
    help="Show when a schedule of the rules, or any cron expression, is due next: on the clock of its zone, and in "
    "UTC. A time that the clock skips is due at the first moment after the gap. One that comes twice is due once if "
    "the hour is fixed, and twice if it is *, a list, a range or a step.",
    epilog=examples(
        "ticket schedule preview weekly-check",
        "ticket schedule preview '30 2 * * *' --tz Europe/Berlin --from 2026-03-28 --for 3d",
        "ticket schedule preview @monthly --count 12 -o json",
    ),
)
@click.argument("what", metavar="NAME|'CRON EXPR'")
@click.option("--tz", metavar="ZONE", help="The time zone, such as Europe/Berlin; else the schedule's, or the desk's.")
@click.option("--for", "span", metavar="DURATION", help="As far as this, such as 90d.")
@click.option("--count", type=click.IntRange(min=1, max=10_000), metavar="N", help=f"So many; {COUNT} unless said.")
@click.option("--from", "start", metavar="T", help="Strictly after this time; now unless said.")
@takes(*READ, formats=("table", *DATA))
def preview(app: App, what: str, tz: str | None, span: str | None, count: int | None, start: str | None) -> None:
    if span is not None and count is not None:
        raise UsageError("--for and --count exclude each other", "say how far, or how many")
    cron, zone = _expression(app, what, tz) if _is_expression(what) else _schedule(app, what, tz)
    after = _start(app, start, zone)
    until = NEVER if span is None else after + span_of(span)
    limit = None if span is not None else count or COUNT
    found = list(islice(due_times(cron, zone, after, until), limit))
    moments = Moments(zone, after)
    if app.call.output in DATA:
        rows = [{"at": format_instant(at), "local": moments.local(at).isoformat()} for at in found]
        write(rows_text(app.call.output, ("at", "local"), rows))
    elif found:
        write(table(("LOCAL", "UTC"), [(_local(moments, at), format_instant(at)) for at in found]))
    else:
        app.tell("never due in that time")


def _is_expression(what: str) -> bool:
    words = what.split()
    return what.startswith("@") or len(words) == 5 or (len(words) > 1 and not words[0][0].isalpha())


def _expression(app: App, text: str, tz: str | None) -> tuple[Cron, tzinfo]:
    try:
        return read_cron(text), zone_named(tz) if tz else zone_of(app)
    except Invalid as error:
        raise UsageError(error.message, error.hint) from None
    except NoDesk:
        return read_cron(text), zone_named("UTC")


def _schedule(app: App, name: str, tz: str | None) -> tuple[Cron, tzinfo]:
    with reading.reading(app.session) as (_, rules):
        tell_trouble(app, rules)
        schedules = rules.rulebook.schedules
    known = next((schedule for schedule in schedules if schedule.ref.name == name), None)
    if known is None:
        names = ", ".join(schedule.ref.name for schedule in schedules)
        hint = f"there are: {names}" if names else "the rules hold none; give a cron expression such as '0 9 * * mon'"
        raise NotFound(f"no schedule {name!r}", hint)
    try:
        return known.cron, zone_named(tz) if tz else known.zone
    except Invalid as error:
        raise UsageError(error.message, error.hint) from None


def _start(app: App, text: str | None, zone: tzinfo) -> Instant:
    if text is None:
        return app.clock.now()
    from ticketcli.services.query.dates import parse_span

    return parse_span(text, zone).first


def _local(moments: Moments, at: Instant) -> str:
    return f"{moments.local(at):%a %Y-%m-%d %H:%M %Z}"
