"""`ticket undo`: what a rule did to a ticket is taken back."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.acting import CONFIRMED, MANY, ids_of
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.completing import tickets
from ticketcli.cli.confirm import confirm
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import MACHINE
from ticketcli.domain.counts import counted
from ticketcli.errors import UsageError
from ticketcli.services.steps import Result
from ticketcli.services.undoing import last_sweep, tickets_of, undo_last, undo_run

LAST = "last"
"""In place of the name of a run."""


@click.command(
    help="Take back the last thing that a rule did to a ticket (a close, a move, an escalation …): what it changed "
    "stands again as before, unless somebody changed it since. The rule does not do it again until it has ceased to "
    "hold; an auto-close rule needs a new start of its wait. History keeps both; messages and comments stay said. "
    "With --run everything that rules did in that sweep or command is taken back, but for tickets touched since; "
    "`--run last` means the newest sweep that did something.",
    epilog=examples(
        "ticket undo 12",
        "ticket undo 12 --dry-run",
        "ticket undo --run last --dry-run",
        "ticket undo --run 20260302T090000.000000Z-0a1b2c --yes",
    ),
)
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=tickets)
@click.option("--run", "name", metavar="R", help="Take back all of this run, on all its tickets or those named.")
@takes(*CONFIRMED, writes=True)
def undo(app: App, ids: Sequence[str], name: str | None) -> None:
    named = ids_of(ids) if ids or name is None else ()
    if app.call.if_version is not None and len(named) != 1:
        raise UsageError("--if-version is for one ticket", "name one number")
    if name is None:
        if len(named) > MANY and not app.call.dry_run:
            confirm(app, f"take back what rules did last to {len(named)} tickets")
        results = undo_last(app.session, named, options_of(app))
    else:
        results = _undo_run(app, name, named if ids else None)
    answer(app, results)
    if name is None and app.call.output not in MACHINE and (app.call.verbose or app.call.dry_run):
        for run in _runs(results):
            app.tell(f"everything of that run: ticket undo --run {run}")


def _undo_run(app: App, name: str, named: Sequence[int] | None) -> list[Result]:
    asked = None
    if name == LAST:
        asked = " ".join([name, *map(str, named or ())])
        with app.store.read() as reader:
            name = last_sweep(reader)
        app.tell(f"the newest sweep that did something: {name}")
    if named is None:
        with app.store.read() as reader:
            named = tickets_of(reader, name)
    if named and not app.call.dry_run:
        confirm(app, f"take back what rules did in run {name} to {_count(named)}")
    return undo_run(app.session, name, named, options_of(app), asked)


def _count(ids: Sequence[int]) -> str:
    return f"#{ids[0]}" if len(ids) == 1 else counted(len(ids), "ticket")


def _runs(results: Sequence[Result]) -> list[str]:
    """The runs in which the rules decided what these results took back."""
    undone = (event for result in results for event in result.events if event.kind == "undone")
    return list(dict.fromkeys(one["run"] for event in undone for one in event.data["what"]))
