"""What the commands that read share: the screen, the pager, the machine formats."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.output import csv_text, ids_text, json_lines, json_text, use_colour, write
from ticketcli.cli.paint import Paint, coloured, plain

TICKET_COLUMNS = (
    *("id", "subject", "status", "priority", "category", "labels", "source", "team", "assignee", "created_at"),
    *("updated_at", "resolved_at", "closed_at", "close_reason", "dedup_key", "version"),
)


def paint() -> Paint:
    return coloured if use_colour() else plain


def terminal_columns() -> int | None:
    """The width of the terminal; None when the answer goes elsewhere, where nothing is cut."""
    return screen()[0] if on_terminal() else None


def on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def screen() -> tuple[int, int]:
    """Columns and lines; a terminal that does not know its size (0 by 0 in some containers) counts as 80 by 24."""
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    return columns or 80, lines or 24


def emit(app: App, found: Sequence[dict[str, Any]], columns: Sequence[str], *, alone: bool = False) -> None:
    """The machine formats: `alone` puts the only object without a list around it."""
    output = app.call.output
    if output == "json":
        write(json_text(found[0] if alone and len(found) == 1 else found) + "\n")
    elif output == "jsonl":
        write(json_lines(found))
    elif output == "csv":
        write(csv_text(columns, found))
    else:
        write(ids_text(dict.fromkeys(row["id"] if "id" in row else row["ticket"] for row in found)))


def print_lines(lines: Iterable[str]) -> None:
    """Lines for people; a terminal user's own pager shows what is longer than the screen."""
    text = "".join(f"{line}\n" for line in lines)
    pager = os.environ.get("PAGER", "")
    if on_terminal() and pager and text.count("\n") >= screen()[1]:
        click.echo_via_pager(text)
    else:
        write(text)
