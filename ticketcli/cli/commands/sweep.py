"""`ticket sweep`: for cron."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import MACHINE, csv_text, ids_text, json_lines, json_text, write
from ticketcli.domain.counts import counted
from ticketcli.domain.instants import format_instant
from ticketcli.errors import Incomplete, InvalidRules
from ticketcli.services.sweep import Wanted, sweep
from ticketcli.services.sweep_report import Action, Report, complaint

_COLUMNS = ("ticket", "action", "rule")
_WORDS = {
    "sla_warned": "warned",
    "sla_breached": "breached",
    "sla_met": "met",
    "rule_loop": "looping",
    "unheld": "released from hold",
    "confirm_asked": "asked to confirm",
    "undelivered": "undeliverable",
    "failed": "failed to deliver",
}


@click.command(
    "sweep",
    help="Do what is due: record breaches, warn, escalate, remind, close. Meant for cron, every minute if you like: "
    "it costs what is due, says nothing when nothing is, and a second one at the same time ends at once.",
    epilog=examples(
        "ticket sweep",
        "ticket sweep --dry-run -v",
        "* * * * *  /usr/local/bin/ticket --desk /srv/desk sweep -q",
    ),
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Act on at most N tickets, oldest due first.")
@click.option(
    "--yes-close",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Let the guard pass N more closes, and N more reminders.",
)
@takes(*READ, "dry_run", "lock_timeout", writes=True)
def sweep_(app: App, limit: int | None, yes_close: int) -> None:
    with _turn(app) as mine:
        if not mine:
            app.detail("another sweep is running; this one leaves it the work")
            return
        report = sweep(app.session, Wanted(app.call.dry_run, limit, yes_close))
    failure = None
    if report.to_send and not app.call.dry_run:
        from ticketcli.services.outbox import finish

        report, failure = finish(report, app.session, app.post)
    _tell(app, report)
    if failure:
        raise failure
    _raise(report)


@contextmanager
def _turn(app: App) -> Iterator[bool]:
    """One sweep at a time; a dry run changes nothing and needs no turn."""
    if app.call.dry_run:
        yield True
        return
    with app.store.turn("sweep") as mine:
        yield mine


def _tell(app: App, report: Report) -> None:
    """The report in the form asked for; people get one line, and with -v one line for each action."""
    output = app.call.output
    if output == "json":
        write(json_text(report_json(report)) + "\n", done=_done(app, report))
    elif output == "jsonl":
        write(json_lines(action_json(action) for action in report.actions), done=_done(app, report))
    elif output == "csv":
        write(csv_text(_COLUMNS, (action_json(action) for action in report.actions)), done=_done(app, report))
    elif output == "ids":
        write(ids_text(dict.fromkeys(action.ticket for action in report.actions)), done=_done(app, report))
    if output in MACHINE:
        return
    if app.call.verbose or (app.call.dry_run and report.actions):
        _detail(app, report)
    if report.actions or report.deferred or report.postponed:
        app.tell(summary(report, app.call.dry_run))


def _detail(app: App, report: Report) -> None:
    """A line for each action in the words of `ticket log`, or when there will be something to do."""
    from ticketcli.cli.answers import event_lines
    from ticketcli.cli.times import moments_of

    for action, line in zip(report.actions, event_lines(app, [action.event for action in report.actions])):
        app.tell(f"#{action.ticket} {line}")
    if not report.examined:
        later = report.next_wake_at
        app.tell(f"nothing is due{f', the next at {moments_of(app).both(later)}' if later else ''}")


def _done(app: App, report: Report) -> str:
    return "" if app.call.dry_run or not report.actions else f"swept {report.examined} tickets"


def word(kind: str) -> str:
    """What a summary calls a kind of event."""
    return _WORDS.get(kind, kind)


def summary(report: Report, rehearsed: bool) -> str:
    """`swept 3 tickets: 2 warned, 1 closed`."""
    counts: dict[str, int] = {}
    for action in report.actions:
        counts[word(action.action)] = counts.get(word(action.action), 0) + 1
    if report.deferred:
        counts["deferred"] = report.deferred
    verb = "would sweep" if rehearsed else "swept"
    tickets = counted(report.examined, "ticket")
    return f"{verb} {tickets}: " + ", ".join(f"{count} {word}" for word, count in counts.items())


def report_json(report: Report) -> dict[str, Any]:
    """`{run, at, examined, actions, sent, failed, deferred, postponed, next_wake_at}` (design section 6)."""
    return {
        "run": report.run,
        "at": format_instant(report.at),
        "examined": report.examined,
        "actions": [action_json(action) for action in report.actions],
        "sent": report.sent,
        "failed": report.failed,
        "deferred": report.deferred,
        "postponed": report.postponed,
        "next_wake_at": None if report.next_wake_at is None else format_instant(report.next_wake_at),
    }


def action_json(action: Action) -> dict[str, Any]:
    """`{"ticket", "rule", "action", …}` with what the event says."""
    return {"ticket": action.ticket, "rule": action.rule, "action": action.action, **action.data}


def _raise(report: Report) -> None:
    """Ends with the exit code that the report deserves."""
    problem = complaint(report)
    if problem is not None:
        raise (InvalidRules if problem.code == 5 else Incomplete)(problem.message, problem.hint)
