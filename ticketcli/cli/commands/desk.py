"""Commands about desks: make one, trust one, show which one is used and why."""

from __future__ import annotations

import os

import click

from ticketcli.app import App
from ticketcli.cli.inputs import FILLED
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import csv_text, flat, json_lines, json_text, table, write
from ticketcli.errors import NoDesk


@click.command(
    "init", epilog=examples("ticket init", "ticket init /srv/desk --shared ops", "ticket init --sandbox try")
)
@click.argument("directory", type=FILLED, metavar="[DIR]", default=".")
@click.option("--shared", metavar="GROUP", help="For all accounts of this group, who may read and write it.")
@click.option("--sandbox", is_flag=True, help="To try things on: --now may set the time of writes too.")
@click.option(
    "--timezone", metavar="ZONE", default="", help="The desk's zone, such as Asia/Shanghai; by default this machine's."
)
@click.option(
    "--store", metavar="URL", default="sqlite:tickets.db", show_default=True,
    help="Where tickets are kept: sqlite:FILE, or json:FILE for up to some 2,000 tickets that jq and TinyDB can read.",
)  # fmt: skip
@takes("quiet")
def init(app: App, directory: str, shared: str | None, sandbox: bool, timezone: str, store: str) -> None:
    """Make a desk in DIR, by default here.

    It gets settings (ticketcli.yaml), rules that work as they are, and an empty store. Only you can read it, unless
    --shared names a group.
    """
    from ticketcli.config.making import PRIVATE, group_access, make_desk

    access = group_access(shared) if shared is not None else PRIVATE
    desk = make_desk(directory, zone=timezone, sandbox=sandbox, access=access, store=store)
    app.tell(f"made a desk in {desk}\nnext: put your people into rules/, then: ticket create 'Printer on fire'")


@click.command("trust", epilog=examples("ticket desk trust /srv/desk"))
@click.argument("directory", type=FILLED, metavar="DIR")
@takes("quiet")
def trust_desk(app: App, directory: str) -> None:
    """Trust the desk in DIR, which somebody else owns.

    Its rules will then act on your calls. The list of trusted desks is yours alone; TICKETCLI_TRUST adds to it for one
    call, directories parted by colons.
    """
    from ticketcli.config.desks import is_desk
    from ticketcli.config.trust import trust

    if not is_desk(directory):
        raise NoDesk(f"no desk at {directory}", "name the directory that holds its ticketcli.yaml")
    new = trust(directory)
    app.tell(f"{os.path.realpath(directory)} is {'now' if new else 'already'} trusted")


@click.command("show", epilog=examples("ticket config show", "ticket config show -o json"))
@takes("desk", "output", "quiet", "verbose", formats=("table", "json", "jsonl", "csv"))
def show_config(app: App) -> None:
    """Show which desk is used and why, its settings, and where each comes from."""
    from ticketcli.config.shown import settings_shown

    found = app.found
    settings = settings_shown(found.path)
    rows = [{"key": key, "value": value, "from": origin} for key, value, origin in settings]
    whole = [{"key": "desk", "value": found.path, "from": found.why}, *rows]
    if app.call.output == "json":
        write(json_text({"desk": found.path, "found": found.why, "settings": rows}) + "\n")
    elif app.call.output == "jsonl":
        write(json_lines(whole))
    elif app.call.output == "csv":
        write(csv_text(("key", "value", "from"), whole))
    else:
        write(table(("setting", "value", "from"), [(row["key"], flat(row["value"]), row["from"]) for row in whole]))
