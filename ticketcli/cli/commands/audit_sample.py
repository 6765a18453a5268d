"""`ticket audit sample`: automatic closes, chosen at random, for people to look at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from ticketcli.app import App
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import csv_text, ids_text, json_lines, json_text, table, write
from ticketcli.domain.instants import format_instant, parse_instant
from ticketcli.errors import NotFound

if TYPE_CHECKING:
    from ticketcli.domain.audit import Spot

_COLUMNS = ("ticket", "closed_at", "rule", "silent_since", "reopened_at", "reason", "seq")


@click.command(
    "sample",
    help="Choose closes by rules at random, for a spot check: which ticket, when, since when it had been silent, and "
    "whether it was reopened later. The same seed chooses the same closes on every machine.",
    epilog=examples("ticket audit sample", "ticket audit sample --rule resolved --n 20 --seed 2026-W47 -o csv"),
)
@click.option("--rule", metavar="R", help="Closes by this rule only.")
@click.option("--n", "count", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many.")
@click.option("--seed", metavar="S", help="Any text; without it one is made and told.")
@takes("desk", "output", "quiet", "verbose")
def sample(app: App, rule: str | None, count: int, seed: str | None) -> None:
    from ticketcli.services.auditing import sampled

    seed = os.urandom(4).hex() if seed is None else seed
    with app.store.read() as reader:
        found = sampled(reader, rule, count, seed)
    if rule is not None and not found.population:
        raise NotFound(f"no rule {rule!r} has closed a ticket", "ticket rules list shows the rules")
    rows = [_row(spot) for spot in found.spots]
    answer = {"rule": rule, "seed": seed, "population": found.population, "sample": rows}
    if app.call.output == "json":
        write(json_text(answer) + "\n")
    elif app.call.output == "jsonl":
        write(json_lines(rows))
    elif app.call.output == "csv":
        write(csv_text(_COLUMNS, rows))
    elif app.call.output == "ids":
        write(ids_text(dict.fromkeys(spot.event.ticket for spot in found.spots)))
    else:
        _show(app, found.spots)
    app.tell(f"{len(rows)} of {found.population} closes by rules, chosen by --seed {seed}")


def _row(spot: Spot) -> dict[str, Any]:
    event = spot.event
    return {
        "ticket": event.ticket,
        "seq": event.seq,
        "closed_at": format_instant(event.at),
        "rule": event.rule.name if event.rule else None,
        "reason": event.data.get("reason"),
        "silent_since": spot.silent_since,
        "reopened_at": None if spot.reopened_at is None else format_instant(spot.reopened_at),
    }


def _show(app: App, spots: tuple[Spot, ...]) -> None:
    from ticketcli.cli.times import moments_of

    if not spots:
        return
    moments = moments_of(app)
    rows = [
        (
            str(spot.event.ticket),
            moments.at(spot.event.at),
            spot.event.rule.name if spot.event.rule else "",
            moments.at(parse_instant(spot.silent_since)) if spot.silent_since else "",
            "" if spot.reopened_at is None else moments.at(spot.reopened_at),
        )
        for spot in spots
    ]
    write(table(("TICKET", "CLOSED", "RULE", "SILENT SINCE", "REOPENED"), rows, right=("TICKET",)))
