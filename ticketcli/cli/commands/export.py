"""`ticket export`: tickets with their history, for another desk or another program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.inputs import ids_of_words
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import csv_text, json_lines, write
from ticketcli.domain.document import FACTS
from ticketcli.domain.operations.restoring import EVENTS
from ticketcli.domain.ticket import Requester
from ticketcli.services.exporting import exported

_AT_ONCE = 200
"""Events held at a time, but for those of the last ticket."""
_REQUESTER = tuple(f"requester.{name}" for name in Requester._fields)
_COLUMNS = tuple(name for key in FACTS for name in (_REQUESTER if key == "requester" else (key,)))


@click.command(
    "export",
    epilog=examples(
        "ticket export > desk.jsonl",
        "ticket export -o csv --no-events > tickets.csv",
        "ticket list team:ops kind:any -o ids | ticket export - > ops.jsonl",
    ),
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--no-events", is_flag=True, help="Only what stands on the tickets now; such a file restores no history.")
@takes("desk", "output", "quiet", "verbose", formats=("jsonl", "csv", "table"))
def export(app: App, ids: Sequence[str], no_events: bool) -> None:
    """Write tickets with all of their events to standard output, one a line (JSONL, also for -o table) or as CSV.

    Without IDs it is the whole desk. ticket import takes it into an empty desk: numbers, facts and history come back,
    and an export of that desk is the same byte by byte. The chain of hashes, messages and rules are not part of it;
    for keeping a whole desk there is ticket backup.
    """
    numbers = ids_of_words(ids) if ids else ()
    columns = _COLUMNS if no_events else (*_COLUMNS, EVENTS)
    csv = app.call.output == "csv"
    header = csv_text(columns, ()) if csv else ""
    with app.store.read() as reader:
        for some in _chunks(exported(reader, numbers) if numbers or not ids else iter(())):
            if no_events:
                some = [{key: value for key, value in row.items() if key != EVENTS} for row in some]
            write(header + _csv(some, columns) if csv else json_lines(some))
            header = ""
    if header:
        write(header)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if sum(len(one[EVENTS]) for one in some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _csv(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    """The rows without the header."""
    return csv_text(columns, _flat(rows)).partition("\n")[2]


def _flat(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        requester = row["requester"] or {}
        yield {**row, **{f"requester.{name}": value for name, value in requester.items()}}
