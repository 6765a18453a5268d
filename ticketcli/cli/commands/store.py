"""`ticket store`: what keeps the tickets, and moving them to another store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.confirm import confirm
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import csv_text, flat, json_lines, json_text, table, write
from ticketcli.domain.counts import counted
from ticketcli.domain.document import write_instant
from ticketcli.errors import Invalid

_FORMATS = ("table", "json", "jsonl", "csv")


@click.command("info", epilog=examples("ticket store info", "ticket store info -o json"))
@takes("desk", "output", "quiet", "verbose", formats=_FORMATS)
def info(app: App) -> None:
    """Show which store keeps the tickets: engine, files, format versions, rows, last sweep.

    Reads no ticket; ticket doctor looks at every row.
    """
    known = _facts(app)
    if app.call.output == "json":
        write(json_text(known) + "\n")
        return
    rows = [{"key": key, "value": value} for key, value in _flat(known)]
    if app.call.output == "jsonl":
        write(json_lines(rows))
    elif app.call.output == "csv":
        write(csv_text(("key", "value"), rows))
    else:
        write(table(("what", "value"), [(row["key"], flat(row["value"] or "")) for row in rows]))


def _facts(app: App) -> dict[str, Any]:
    from ticketcli.stores import path_of

    url, found = app.settings.store, app.store.info()
    swept_at = int(found.counters.get("swept_at", 0))
    return {
        "url": url,
        "engine": url.partition(":")[0],
        "path": os.path.realpath(path_of(url, app.desk)),
        "format": {"read": found.format_read, "write": found.format_write},
        "bytes": sum(found.files.values()),
        "files": [{"name": os.path.basename(path), "bytes": size} for path, size in found.files.items()],
        "rows": dict(found.rows),
        "last": {"ticket": int(found.counters.get("ticket", 0)), "event": int(found.counters.get("seq", 0))},
        "epoch": int(found.counters.get("epoch", 0)),
        "swept_at": write_instant(swept_at) if swept_at else None,
    }


def _flat(known: Mapping[str, Any]) -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = []
    for key, value in known.items():
        if isinstance(value, dict):
            lines += [(f"{key}.{inner}", str(each)) for inner, each in value.items()]
        elif isinstance(value, list):
            lines += [(f"{key}.{each['name']}", str(each["bytes"])) for each in value]
        else:
            lines.append((key, value if value is None else str(value)))
    return lines


@click.command(
    "move", epilog=examples("ticket store move json:tickets.json", "ticket store move sqlite:/fast/tickets.db --yes")
)
@click.argument("url", metavar="URL")
@takes("desk", "output", "quiet", "verbose", "lock_timeout", "yes", writes=True, formats=("table", "json"))
def move_store(app: App, url: str) -> None:
    """Copy everything into a new store at URL and use that from then on.

    URL is sqlite:FILE or json:FILE. Nobody writes meanwhile; counts and hashes of what was written are compared with
    what was read; then ticketcli.yaml is switched. The old store stays as it is. Interrupted, it may be called again.
    """
    from ticketcli.config.switching import switch_to
    from ticketcli.stores import path_of
    from ticketcli.stores.moving import move

    old = app.settings.store
    if url.startswith("memory:"):
        raise Invalid("memory: forgets every ticket at the end of the call", "write sqlite:FILE or json:FILE")
    if os.path.realpath(path_of(url, app.desk)) == os.path.realpath(path_of(old, app.desk)):
        _tell_moved(app, old, url, {}, moved=False)
        return
    app.check_network(url)
    switch_to(app.desk, url)  # what cannot be switched is refused before the work
    confirm(app, f"move the desk's tickets from {old} to {url}")
    app.close()

    def switch() -> None:
        switch_to(app.desk, url)()  # the settings as they are now, not as they were before the question and the work

    found = move(old, url, app.desk, switch, app.keeps_its_store, app.call.lock_timeout)
    rows = {name: content.rows for name, content in found.items() if name != "counters"}
    _tell_moved(app, old, url, rows, moved=True)


def _tell_moved(app: App, old: str, url: str, rows: Mapping[str, int], *, moved: bool) -> None:
    if app.call.output == "json":
        answer = {"action": "moved" if moved else "unchanged", "from": old, "to": url, "rows": dict(rows)}
        write(json_text(answer) + "\n", done=f"the desk was moved to {url}" if moved else "")
    elif moved:
        tickets, events = counted(rows["tickets"], "ticket"), counted(rows["events"], "event")
        app.tell(f"moved {tickets} and {events} to {url}; {old} stays as it was")
    else:
        app.tell(f"unchanged: the desk keeps its tickets in {old} already")
