"""`ticket audit verify`: is history whole."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.inputs import read_text
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.errors import Invalid, StoreDamaged

if TYPE_CHECKING:
    from ticketcli.domain.audit import Flaw, Seal
    from ticketcli.services.auditing import Verified

_HINT = "restore a backup made before, and keep this store to find out what happened"
_SEAL_BYTES = 1 << 16


@click.command(
    "verify",
    help="Check the history of the desk: every event in its place and as it was written, no number missing, and each "
    "ticket as its events say. The first bad event is named; exit 65. With --seal, which ticket audit seal wrote, a "
    "tail that was cut off, an older state or a history written anew are noticed too.",
    epilog=examples("ticket audit verify", "ticket audit verify --seal /mnt/elsewhere/seal.json -o json"),
)
@click.option("--seal", "sealed", metavar="FILE|HASH", help="The end of history as it once was.")
@takes("desk", "output", "quiet", "verbose", formats=("table", "json"))
def verify(app: App, sealed: str | None) -> None:
    from ticketcli.services.auditing import verify as verify_history

    seal = read_seal(sealed) if sealed is not None else None
    with app.store.read() as reader:
        found = verify_history(reader, seal, progress(app))
    progress(app)(0)
    if app.call.output == "json":
        write(json_text(_json(found)) + "\n")
    else:
        write("".join(f"{escape(line_of(flaw))}\n" for flaw in found.flaws) or f"{_praise(found, seal)}\n")
    if found.flaws:
        raise StoreDamaged(f"history is damaged: {line_of(found.flaws[0])}", _HINT)


def read_seal(source: str) -> Seal:
    """The seal in a file, or the one that a hash stands for. Raises `Invalid` for what is none."""
    from ticketcli.domain.audit import seal_of

    if len(source) == 64 and not os.path.exists(source):
        return seal_of(source)
    try:
        return seal_of(json.loads(read_text(source, _SEAL_BYTES)))
    except (ValueError, RecursionError):
        raise Invalid(f"{source}: not JSON", "name a file that ticket audit seal wrote") from None


def progress(app: App) -> Callable[[int], None]:
    """Tells somebody who watches how far it got, in one line that is wiped by 0."""
    if app.call.quiet or sys.stderr is None or not sys.stderr.isatty():
        return lambda count: None

    def show(count: int) -> None:
        sys.stderr.write(f"\r{count:,} looked at" if count else "\r\033[K")
        sys.stderr.flush()

    return show


def line_of(flaw: Flaw) -> str:
    """`event 17 of #3: it was changed after it was written`."""
    ticket = f"#{flaw.ticket}" if flaw.ticket is not None else ""
    if flaw.seq is None:
        return f"{ticket}: {flaw.what}" if ticket else flaw.what
    return f"event {flaw.seq}{f' of {ticket}' if ticket else ''}: {flaw.what}"


def _praise(found: Verified, seal: Seal | None) -> str:
    more = ", and the sealed event is among them" if seal is not None and seal.hash else ""
    return f"as it was written: events {found.events:,}, tickets {found.tickets:,}{more}"


def _json(found: Verified) -> dict[str, object]:
    return {
        "events": found.events,
        "tickets": found.tickets,
        "seq": found.head.seq,
        "hash": found.head.hash,
        "flaws": [flaw._asdict() for flaw in found.flaws],
    }
