"""What the commands that change tickets share: numbers, confirmation, answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.answers import answer, options_of
from ticketcli.cli.completing import statuses
from ticketcli.cli.confirm import confirm as ask
from ticketcli.cli.inputs import ids_argument, ids_of_words, parse_id
from ticketcli.cli.options import WRITE_MANY, examples, takes
from ticketcli.errors import UsageError
from ticketcli.services import changing

MANY = 20
"""Closing or moving more tickets than this at once needs a yes."""
_TO = "This status, instead of the first one of its kind."
TO = click.option("--to", metavar="STATUS", shell_complete=statuses, help=_TO)
CONFIRMED = (*WRITE_MANY, "yes")


def do(app: App, verb: str, ids: Sequence[int], **args: Any) -> None:
    if app.call.if_version is not None and len(ids) != 1:
        raise UsageError("--if-version is for one ticket", "name one number")
    answer(app, changing.change(app.session, verb, ids, args, options_of(app)))


def move_many(app: App, verb: str, ids: Sequence[int], **args: Any) -> None:
    if len(ids) > MANY and not app.call.dry_run:
        ask(app, f"{verb} {len(ids)} tickets")
    do(app, verb, ids, **args)


def is_id(word: str) -> bool:
    return word == "-" or parse_id(word) is not None


def ids_of(words: Sequence[str]) -> tuple[int, ...]:
    """The numbers, none when standard input held none; no word at all is a usage error, never "all"."""
    if not words:
        raise UsageError("no ticket number", "name the tickets first: 12, several, or - for those on standard input")
    return ids_of_words(words)


def by_kind(verb: str, sentence: str, example: str) -> click.Command:
    @click.command(verb, help=sentence, epilog=examples(*example.split(" ; ")))
    @ids_argument
    @TO
    @takes(*CONFIRMED, writes=True)
    def command(app: App, ids: Sequence[int], to: str | None) -> None:
        move_many(app, verb, ids, to=to)

    return command


def plain_verb(verb: str, sentence: str, *calls: str) -> click.Command:
    @click.command(verb, help=sentence, epilog=examples(*calls))
    @ids_argument
    @takes(*WRITE_MANY, writes=True)
    def command(app: App, ids: Sequence[int]) -> None:
        do(app, verb, ids)

    return command
