"""`ticket outbox`: what waits to be sent, what could not be, and what a person does about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ticketcli.app import App
from ticketcli.cli.confirm import confirm
from ticketcli.cli.escape import escape
from ticketcli.cli.inputs import ids_of_words
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import DATA, ids_text, rows_text, table, write
from ticketcli.domain.counts import counted
from ticketcli.domain.document import write_instant
from ticketcli.errors import Incomplete, UsageError
from ticketcli.services import letters
from ticketcli.services.letters import Letter
from ticketcli.services.once import Once

_CHANGE = (*READ, "lock_timeout", "as_", "class_", "idempotency_key")
_COLUMNS = (
    *("number", "ticket", "state", "to", "via", "attempts", "due_at", "delivered_at", "error", "subject", "key"),
    *("kind", "rule", "at", "address"),
)
_DEAD = click.option("--dead", is_flag=True, help="All dead letters.")
_NUMBERS = click.argument("numbers", nargs=-1, metavar="[NUMBER]...")


@click.command(
    "list",
    help="List messages: queued (the sweep sends them), dead (all attempts failed) and unaddressed (nobody was left "
    "to tell); with --state also those that were delivered or dropped.",
    epilog=examples("ticket outbox list", "ticket outbox list --state dead", "ticket outbox list --ticket 12 -o json"),
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([*letters.STATES, "all"]),
    help="Only messages in this state; may stand several times.",
)
@click.option("--ticket", "tickets", multiple=True, metavar="ID", help="Only messages of this ticket.")
@takes(*READ)
def list_(app: App, states: Sequence[str], tickets: Sequence[str]) -> None:
    wanted = letters.STATES if "all" in states else states or letters.WAITING
    with app.store.read() as reader:
        found = letters.letters(reader, letters.numbers(reader, wanted, ids_of_words(tickets)))
    if app.call.output == "table" and not found:
        app.tell("no such messages" if states or tickets else "every message has reached somebody")
        return
    _answer(found, app.call.output)


@click.command(
    "show",
    help="Show messages whole: to whom, by which channel, the text, the attempts and why the last one failed.",
    epilog=examples("ticket outbox show 7", "ticket outbox show 7 8 -o json"),
)
@_NUMBERS
@takes(*READ)
def show(app: App, numbers: Sequence[str]) -> None:
    with app.store.read() as reader:
        found = letters.letters(reader, _named(numbers))
    if app.call.output == "table":
        write("\n".join(_page(letter) for letter in found))
    else:
        _answer(found, app.call.output)


@click.command(
    "retry",
    help="Send messages again now, with all their attempts before them: after a channel was mended, say. "
    "Exit 7 if one could not be delivered; it stays queued.",
    epilog=examples("ticket outbox retry 7", "ticket outbox retry --dead"),
)
@_NUMBERS
@_DEAD
@takes(*_CHANGE, writes=True)
def retry(app: App, numbers: Sequence[str], dead: bool) -> None:
    chosen = _chosen(app, numbers, dead)
    found = letters.resend(app.session, app.post, chosen, _once(app, "retry", chosen, dead))
    _told(app, found)
    left = [number for number, message in found if message.state != "delivered"]
    if left:
        why = next((message.error for _, message in found if message.error), "another process is sending")
        raise Incomplete(f"{len(left)} of {len(found)} not delivered: {why}", "ticket outbox list shows them")


@click.command(
    "drop",
    help="Give messages up: they are not sent any more. A reminder that is given up does not count, so its ticket "
    "is not closed on account of it.",
    epilog=examples("ticket outbox drop 7", "ticket outbox drop --dead --yes"),
)
@_NUMBERS
@_DEAD
@takes(*_CHANGE, "yes", writes=True)
def drop(app: App, numbers: Sequence[str], dead: bool) -> None:
    chosen = _chosen(app, numbers, dead)
    if chosen:
        confirm(app, f"give up {counted(len(chosen), 'message')}")
    once = _once(app, "drop", chosen, dead)
    _told(app, letters.drop(app.session, chosen, once) if chosen or once else [])


def _named(words: Sequence[str]) -> tuple[int, ...]:
    if not words:
        raise UsageError("no message number", "ticket outbox list shows them")
    return ids_of_words(words)


def _chosen(app: App, words: Sequence[str], dead: bool) -> tuple[int, ...]:
    """The messages that the call names: by number, or all dead letters."""
    if dead and words:
        raise UsageError("--dead and numbers contradict each other", "leave one out")
    if not dead:
        return _named(words)
    with app.store.read() as reader:
        return tuple(letters.numbers(reader, ["dead"]))


def _once(app: App, verb: str, chosen: Sequence[int], dead: bool) -> Once | None:
    """Under a key: the call by its own words, for other letters are dead when it is repeated."""
    key = app.call.idempotency_key
    return Once.of(key, [f"outbox {verb}", "dead" if dead else chosen], app.caller) if key is not None else None


def _answer(found: Sequence[Letter], output: str) -> None:
    if output in DATA:
        write(rows_text(output, _COLUMNS, [letter_json(letter) for letter in found]))
    elif output == "ids":
        write(ids_text(number for number, _ in found))
    else:
        write(table(("NUMBER", "TICKET", "STATE", "TO", "VIA", "TRIES", "ABOUT"), map(_row, found), right=("NUMBER",)))


def _told(app: App, found: Sequence[Letter]) -> None:
    """What became of each message: a line for people, the messages for programs."""
    if app.call.output != "table":
        _answer(found, app.call.output)
        return
    for number, message in found:
        why = f" ({message.error})" if message.error else ""
        app.tell(f"message {number} to {message.to or 'nobody'} {message.state}{why}")
    if not found:
        app.tell("no such messages")


def letter_json(letter: Letter) -> dict[str, Any]:
    """Every key of a message; times as RFC 3339."""
    number, message = letter
    times = {
        name: None if at is None else write_instant(at)
        for name, at in (("at", message.at), ("due_at", message.due_at), ("delivered_at", message.delivered_at))
    }
    kept = ("ticket", "state", "to", "via", "attempts", "error", "subject", "body", "key", "kind", "rule", "address")
    return {"number": number, **{name: getattr(message, name) for name in kept}, **times}


def _row(letter: Letter) -> tuple[str, ...]:
    number, message = letter
    about = message.error or message.subject
    to = message.to or "nobody"
    return (str(number), f"#{message.ticket}", message.state, to, message.via, str(message.attempts), about)


def _page(letter: Letter) -> str:
    """A message for people: its values line by line, then its text."""
    values = letter_json(letter)
    body = values.pop("body")
    lines = [f"{name + ':':<14}{escape(str(value))}" for name, value in values.items() if value not in (None, "")]
    return "\n".join([*lines, "", escape(body, lines=True).rstrip(), ""])
