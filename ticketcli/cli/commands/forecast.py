"""`ticket forecast`: what sweeps will do if nobody acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from ticketcli.app import App
from ticketcli.cli.completing import tickets
from ticketcli.cli.inputs import DURATION, ids_of_words
from ticketcli.cli.options import READ, examples, takes
from ticketcli.domain.instants import format_instant
from ticketcli.errors import UsageError

if TYPE_CHECKING:
    from ticketcli.cli.explain_text import Paper
    from ticketcli.cli.moments import Moments
    from ticketcli.services.forecasting import Forecast, Step

_COLUMNS = ("at", "ticket", "action", "rule")
_SHOWN = (
    *("created", "sla_warned", "sla_breached", "escalated", "reminded", "confirm_asked", "closed", "postponed"),
    *("unheld", "prioritised", "resolved", "moved", "reopened", "undelivered", "rule_loop"),
)
"""What people are shown of a day; the rest follows from it. Programs get everything."""
_LINES = 20
"""Of a day, unless -v asks for all."""
_LONGEST = 366 * 86400


@click.command(
    help="Show what will be warned, escalated, reminded and closed when, if nobody acts: of the whole desk, or of some "
    "tickets. It assumes a sweep whenever something is due (or --every so often), and that messages arrive at once; "
    "the guard counts as in a sweep, schedules open their tickets, and the rules stay as they are.",
    epilog=examples("ticket forecast", "ticket forecast 12 --for 30d", "ticket forecast --for 1d --every 15m -o json"),
)
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=tickets)
@click.option("--for", "lasting", type=DURATION, default="7d", show_default=True, metavar="TIME", help="How far ahead.")
@click.option("--every", type=DURATION, metavar="TIME", help="Sweep this often instead.")
@takes(*READ)
def forecast(app: App, ids: Sequence[str], lasting: float, every: float | None) -> None:
    if not 0 < lasting <= _LONGEST:
        raise UsageError("a forecast goes from now to a year at most", "write --for 7d, say")
    if every is not None and every < 1:
        raise UsageError("sweeps cannot run more often than every second", "write --every 1m, say")
    from ticketcli.services.forecasting import Forecast
    from ticketcli.services.forecasting import forecast as forecast_of

    named = ids_of_words(ids)
    if ids and not named:
        found = Forecast((), app.session.now + int(lasting), ())
    else:
        found = forecast_of(app.session, int(lasting), 1 if every is None else int(every), named)
    _print(app, found, every)


def _print(app: App, found: Forecast, every: float | None) -> None:
    from ticketcli.cli.pages import emit, print_lines, terminal_columns
    from ticketcli.cli.trouble import tell_trouble

    if found.rules:
        tell_trouble(app, found.rules)
    if app.call.output == "json":
        from ticketcli.cli.output import json_text, write

        write(json_text(_json(app, found, every)) + "\n")
    elif app.call.output != "table":
        emit(app, [step_json(step) for step in found.steps], _COLUMNS)
    else:
        from ticketcli.cli.times import moments_of

        app.tell(_assumed(every))
        print_lines(forecast_lines(found, moments_of(app), columns=terminal_columns(), whole=app.call.verbose))


def _assumed(every: float | None) -> str:
    from ticketcli.domain.durations import format_duration

    rhythm = "whenever something is due" if every is None else f"every {format_duration(every)}"
    return f"if nobody acts, sweeps run {rhythm}, and messages arrive at once:"


def _json(app: App, found: Forecast, every: float | None) -> dict[str, Any]:
    """`{at, until, every, actions: [{at, ticket, rule, action, …}], deferred}`."""
    return {
        "at": format_instant(app.session.now),
        "until": format_instant(found.until),
        "every": None if every is None else int(every),
        "actions": [step_json(step) for step in found.steps],
        "deferred": list(found.deferred),
    }


def step_json(step: Step) -> dict[str, Any]:
    """An action as `ticket sweep -o json` tells it, and when it happens."""
    action = step.action
    return {"at": format_instant(step.at), "ticket": action.ticket, "rule": action.rule, "action": action.action} | {
        key: value for key, value in action.data.items() if key not in ("at", "ticket", "rule", "action")
    }


def forecast_lines(found: Forecast, moments: Moments, *, columns: int | None = None, whole: bool = False) -> list[str]:
    """A heading for each day with what happens how often, then a line for each thing that happens.

    `columns` is the width of the terminal, on which long sentences go on below; None leaves them on their line.
    `whole` shows more of a day than the first things.
    """
    from ticketcli.cli.explain_text import Paper

    paper, lines = Paper(moments, columns), []
    shown = [step for step in found.steps if step.action.action in _SHOWN]
    numbers = max((len(f"#{step.action.ticket}") for step in shown), default=0)
    for day, group in groupby(shown, key=lambda step: moments.local(step.at).strftime("%a %Y-%m-%d")):
        steps = list(group)
        lines.append(f"{day}: {_counts(steps)}")
        for step in steps if whole else steps[:_LINES]:
            lines += _step(step, numbers, paper)
        if len(steps) > _LINES and not whole:
            lines.append(f"  … and {len(steps) - _LINES} more (-v shows all)")
    if found.deferred:
        listed = ", ".join(f"#{id}" for id in found.deferred[:5]) + (" …" if len(found.deferred) > 5 else "")
        lines.append(f"held back by the guard: {listed}")
    return lines or [f"nothing happens by itself until {moments.at_with_zone(found.until)}"]


def _step(step: Step, numbers: int, paper: Paper) -> Iterator[str]:
    from ticketcli.cli.explain_text import below
    from ticketcli.cli.log_text import told

    said = told(step.action.event, paper.moments)
    number = f"#{step.action.ticket}".ljust(numbers)
    head = f"  {paper.moments.local(step.at).strftime('%H:%M')}  {number}  "
    return below(head, said.what + (f"  ({said.source})" if said.source else ""), "", paper)


def _counts(steps: Sequence[Step]) -> str:
    from ticketcli.cli.commands.sweep import word

    counts: dict[str, int] = {}
    for step in steps:
        counts[word(step.action.action)] = counts.get(word(step.action.action), 0) + 1
    return ", ".join(f"{count} {name}" for name, count in counts.items())
