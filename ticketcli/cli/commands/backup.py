"""`ticket backup`: one state of the desk as a file."""

from __future__ import annotations

import os
import time

import click

from ticketcli.app import App
from ticketcli.cli.inputs import FILLED
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.errors import UsageError


@click.command(
    "backup", epilog=examples("ticket backup", "ticket backup /var/backups/desk.json -q", "ticket restore desk.json")
)
@click.argument("file", type=FILLED, metavar="[FILE]", required=False)
@takes("desk", "output", "quiet", "verbose", formats=("table", "json"))
def backup(app: App, file: str | None) -> None:
    """Write everything that is in the store to FILE; prints its name.

    It is one committed state, also while others write. The file is in the stock TinyDB format, which jq and TinyDB
    read, ends with its checksum, and is there whole or not at all, readable by you alone. An older backup at FILE is
    replaced; anything else is not. Without FILE it gets the desk's name and the time, and stands in the working
    directory. Rules, settings and attachments are files of the desk: copy them as such.
    """
    if file == "-":
        raise UsageError("a backup is a file, there whole or not at all", "name one, or leave it out")
    made = app.store.backup(file or _name(app))
    done = f"{made.path} was written"
    if app.call.output == "json":
        answer = {"file": made.path, "bytes": made.bytes, "sha256": made.sha256, "rows": dict(made.rows)}
        write(json_text(answer) + "\n", done=done)
        return
    write(f"{made.path}\n", done=done)
    app.tell(f"tickets {made.rows['tickets']:,}, events {made.rows['events']:,}, bytes {made.bytes:,}")


def _name(app: App) -> str:
    """Such as `desk-20260302T010000Z.json`; no character of the desk's name leads elsewhere."""
    name = "".join(letter if letter.isalnum() else "-" for letter in app.settings.name).strip("-") or "desk"
    return os.path.abspath(f"{name}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.json")
