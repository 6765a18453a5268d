"""`ticket doctor`: what is wrong with the desk, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ticketcli.app import App
from ticketcli.cli.confirm import confirm
from ticketcli.cli.escape import escape
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.domain.counts import counted
from ticketcli.errors import Incomplete, InvalidRules, StoreDamaged

if TYPE_CHECKING:
    from ticketcli.services.doctor import Finding

_ENDS = (("damage", StoreDamaged), ("rules", InvalidRules), ("warning", Incomplete))


@click.command(
    "doctor",
    help="Look the desk over: store and index, history, tickets against their events, rules, calendars, messages, "
    "files, clock and sweeps. Every finding says what to do. Ends with 0 when all is well, 65 for damage, 5 for rules, "
    "7 for anything else.",
    epilog=examples("ticket doctor", "ticket doctor -o json", "ticket doctor --rebuild --yes"),
)
@click.option("--rebuild", is_flag=True, help="Make index and facts anew from the events, which stay as they are.")
@click.option("--accept-clock", is_flag=True, help="The clock is right, though newer events stand in the store.")
@takes(*READ, "yes", "lock_timeout", formats=("table", "json"))
def doctor(app: App, rebuild: bool, accept_clock: bool) -> None:
    from ticketcli.config.upkeep import examine_files
    from ticketcli.services.doctor import examine

    if rebuild or accept_clock:
        app.call = app.call._replace(writes=True)
        _mend(app, rebuild, accept_clock)
    found = [*examine(app.session), *examine_files(app.desk)]
    if app.call.output == "json":
        write(json_text({"ok": not found, "findings": [finding._asdict() for finding in found]}) + "\n")
    else:
        write("".join(_line(finding) for finding in found) or "all is well\n")
    _end(found)


def _mend(app: App, rebuild: bool, accept_clock: bool) -> None:
    if accept_clock:
        from ticketcli.services.doctor import accept_clock as accept

        ahead = accept(app.session)
        app.tell("the clock is accepted as it is" if ahead else "the clock is not behind the newest event")
    if rebuild:
        from ticketcli.services.checkup import rebuild as rebuild_tickets

        confirm(app, "make the index and the facts of wrong tickets anew from their events")
        ids = rebuild_tickets(app.session)
        listed = ", ".join(f"#{id}" for id in ids[:10]) + (" …" if len(ids) > 10 else "")
        done = f"rebuilt {counted(len(ids), 'ticket')}: {listed}"
        app.tell(done if ids else "the index is made anew; no ticket was wrong")


def _line(finding: Finding) -> str:
    todo = f"\n         {escape(finding.todo)}" if finding.todo else ""
    return f"{finding.level:<8} {escape(f'{finding.area}: {finding.what}')}{todo}\n"


def _end(found: Sequence[Finding]) -> None:
    """Ends with the exit code of the worst finding."""
    for level, error in _ENDS:
        worst = [finding for finding in found if finding.level == level]
        if worst:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise error(f"{worst[0].area}: {worst[0].what}{more}", worst[0].todo)
