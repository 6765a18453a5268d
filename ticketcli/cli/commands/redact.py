"""`ticket redact`: erase personal texts for good."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.confirm import confirm
from ticketcli.cli.inputs import ids_argument
from ticketcli.cli.options import WRITE, examples, takes
from ticketcli.domain.counts import counted
from ticketcli.domain.redaction import fields_named
from ticketcli.services.redacting import redact as redact_tickets


@click.command(
    help="Erase personal texts of tickets for good: from their events, facts, messages and from the store's files. "
    "The history keeps that something stood there, who erased it and when, and `ticket audit verify` still holds. "
    "FIELD is subject, description, comments, requester (name and address everywhere, but not the tier), fields.NAME, "
    "fields, asset, external_ids, dedup_key, attachments, hold (its reason) or all. Older backups keep the texts, "
    "and so do stores that store move and restore left where they were.",
    epilog=examples(
        "ticket redact 12 --field comments", "ticket redact 12 --field requester --field fields.phone --yes"
    ),
)
@ids_argument
@click.option(
    "--field", "fields", required=True, multiple=True, metavar="FIELD", help="What to erase; may be repeated."
)
@takes(*WRITE, "yes", writes=True)
def redact(app: App, ids: Sequence[int], fields: Sequence[str]) -> None:
    named = fields_named(fields)
    if not app.call.dry_run and ids:
        tickets = f"#{ids[0]}" if len(ids) == 1 else counted(len(ids), "ticket")
        confirm(app, f"erase {', '.join(fields)} of {tickets} for good")
    answer(app, redact_tickets(app.session, ids, named, options_of(app)))
