"""`ticket restore`: the desk as it was when a backup was made."""

from __future__ import annotations

import os

import click

from ticketcli.app import App
from ticketcli.cli.confirm import confirm
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.config.restoring import Restored
from ticketcli.domain.counts import counted


@click.command("restore", epilog=examples("ticket restore desk-20260302T010000Z.json", "ticket restore b.json --yes"))
@click.argument("file", metavar="FILE")
@takes("desk", "output", "quiet", "verbose", "now", "lock_timeout", "yes", writes=True, formats=("table", "json"))
def restore(app: App, file: str) -> None:
    """Take the desk back to the state in FILE, which ticket backup wrote.

    The checksum is verified first. The store that is replaced stays beside the new one, and ticketcli.yaml names the
    new one. No number is given again, messages that were waiting are held back, and the next sweep closes nothing.
    """
    from ticketcli.config.restoring import restore
    from ticketcli.stores.backup import Backup

    backup = Backup(file)
    try:
        tickets = int(backup.counters().get("ticket", 0))
        confirm(app, f"replace the tickets of {app.desk} by those of {file} (up to #{tickets})")
        app.close()
        url, name, now = app.settings.store, os.path.basename(file), app.clock.now()
        done = restore(app.desk, url, backup, name, now, app.run, app.call.lock_timeout, app.keeps_its_store)
    finally:
        backup.close()
    _tell(app, file, done)


def _tell(app: App, file: str, done: Restored) -> None:
    if app.call.output == "json":
        answer = {**done._asdict(), "rows": dict(done.rows)}
        write(json_text(answer) + "\n", done=f"the desk was restored from {file}")
        return
    tickets, events = counted(done.rows["tickets"], "ticket"), counted(done.rows["events"], "event")
    app.tell(f"restored {tickets} and {events} into {done.store}")
    if done.replaced:
        app.tell(f"the store that was replaced stays as {done.replaced}")
    if not done.readable:
        app.tell("it could not be read, so numbers that it gave after the backup may be given again")
    if done.held_back:
        held = counted(done.held_back, "waiting message")
        app.tell(f"held back, for it may have been sent: {held}: ticket outbox list")
    app.tell(f"the next ticket is #{done.next_ticket}; the next sweep closes nothing")
