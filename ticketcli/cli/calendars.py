"""What the commands about calendars share: whose calendars, and when they open and close."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from itertools import groupby

import click

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.failure import say
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.calendar import Calendar
from ticketcli.domain.durations import format_duration
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.rulebook import Calendars
from ticketcli.errors import InvalidRules
from ticketcli.services import reading
from ticketcli.services.asking import next_changes

from_file: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--file", metavar="FILE", help="Take the calendars of this rule file (or folder) instead; no desk is needed then."
)


def calendars_of(app: App, file: str | None) -> Calendars:
    """Those of the desk's rules in force, or of a file. Raises `InvalidRules` after it told what is wrong with that."""
    if file is not None:
        return _of_file(app, file)
    with reading.reading(app.session) as (_, rules):
        tell_trouble(app, rules)
        return rules.rulebook.calendars


def _of_file(app: App, file: str) -> Calendars:
    from ticketcli.rulebook.calendar_files import read_calendars
    from ticketcli.rulebook.report import check_lines, check_summary

    calendars, checked = read_calendars(file)
    if calendars is not None:
        return calendars
    problems = [problem.as_json() for problem in checked.problems]
    if app.call.output not in ("json", "jsonl"):
        for line in check_lines(checked):
            say(escape(line))
    raise InvalidRules(f"{file} does not check: {check_summary(checked)}", "mend it first", problems=problems)


def years_text(years: Iterable[int]) -> str:
    """`2026`, `2025-2027`, `2024, 2026`; `any` for a calendar without dates of single years."""
    runs = [[year for _, year in run] for _, run in groupby(enumerate(sorted(years)), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or "any"


def tell_uncovered(app: App, name: str | None, years: Iterable[int]) -> None:
    """Warns that an answer needs dates which the calendar does not have."""
    missing = set(years)
    if missing:
        listed = years_text(missing)
        app.tell(f"calendar {name} names no holidays or workdays of {listed}: what lies there may come out wrong")


def local(calendar: Calendar, at: float, *, zone: bool = False) -> str:
    """`Mon 2026-03-02 12:00` on the calendar's clock, with seconds if there are any, or `never`."""
    if at == NEVER:
        return "never"
    shown = datetime.fromtimestamp(at, timezone.utc).astimezone(calendar.zone)
    seconds = ":%S" if shown.second else ""
    return shown.strftime(f"%a %Y-%m-%d %H:%M{seconds}{' %Z' if zone else ''}")


def hours(seconds: int) -> str:
    """`40h`, `37h 30m`, `-1h 0m 5s`: open time in hours, for a day of a calendar is a date."""
    minutes, rest = divmod(abs(seconds), 60)
    parts = (f"{minutes // 60}h", f"{minutes % 60}m" if minutes % 60 or rest else "", f"{rest}s" if rest else "")
    return ("-" if seconds < 0 else "") + " ".join(filter(None, parts))


def state(calendar: Calendar, t: Instant) -> str:
    """`open until Mon 2026-03-02 12:00 (in 3h)`, and so on."""
    is_open, opens, closes = next_changes(calendar, t)
    change = closes if is_open else opens
    if change == NEVER:
        return "open, and never closes" if is_open else "closed, and never opens"
    return f"{'open' if is_open else 'closed'} until {local(calendar, change)} (in {format_duration(change - t)})"
