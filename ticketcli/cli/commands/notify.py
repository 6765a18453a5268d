"""`ticket notify test`: whether a channel works, before a ticket needs it."""

from __future__ import annotations

import click

from ticketcli.app import App
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.digest import sha256
from ticketcli.domain.events import Message
from ticketcli.domain.nearest import nearest
from ticketcli.domain.receivers import DESK
from ticketcli.domain.rulebook import Rulebook
from ticketcli.errors import NotFound, UsageError
from ticketcli.services import reading


@click.command(
    "test",
    help="Send a test message through CHANNEL and wait for its answer. Nothing is written to the desk. "
    "Exit 0 when the channel took it, 3 when there is no such channel, 75 when it did not answer or refused.",
    epilog=examples("ticket notify test mail --to ann@example.com", "ticket notify test chat"),
)
@click.argument("channel")
@click.option("--to", metavar="ADDRESS", help="For mail: where to send it; by default to yourself.")
@takes(*READ, formats=("table", "json"))
def test(app: App, channel: str, to: str | None) -> None:
    with reading.reading(app.session) as (_, rules):
        tell_trouble(app, rules)
    message = _message(app, rules.rulebook, channel, to)
    if channel != DESK:
        app.post.open_channel(rules.rulebook.channels[channel]).send(message)
    if app.call.output == "json":
        answer = {"channel": channel, "to": message.to, "key": message.key, "delivered": True}
        write(json_text(answer) + "\n")
    else:
        built_in = " (built in: messages to it are delivered with the commit that makes them)"
        app.tell(f"{channel} took the message{built_in if channel == DESK else ''}")


def _message(app: App, book: Rulebook, channel: str, to: str | None) -> Message:
    if channel != DESK and channel not in book.channels:
        near = nearest(channel, [*book.channels, DESK])
        known = f"did you mean {near}?" if near else f"there are: {', '.join([*book.channels, DESK])}"
        raise NotFound(f"no channel {channel!r}", known)
    mail = book.channels.get(channel, {}).get("type") == "mail"
    if to is not None and not mail:
        raise UsageError("--to is for channels of type mail", "leave it out")
    person = book.person(app.caller.name)
    address = (to or (person and person.email) or book.channels[channel]["from"]) if mail else None
    name = app.settings.name
    return Message(
        key=sha256(app.run.encode()).hexdigest()[:32],
        ticket=0,
        kind="test",
        to=address or app.caller.name,
        via=channel,
        subject=f"Test of channel {channel} by desk {name}",
        body=f"This is a test of the channel {channel} by the desk {name}. Nothing needs to be done.",
        at=app.session.now,
        address=address,
    )
