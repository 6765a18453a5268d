"""Channel `command`: a program of the desk's own, the text on its standard input, the rest in its environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.channels import timeout_of
from ticketcli.channels.plain import one_line, signed_off
from ticketcli.domain.events import Message


class CommandChannel:
    def __init__(self, program: list[str], directory: str, timeout: float) -> None:
        self._program, self._directory, self._timeout = program, directory, timeout

    def send(self, message: Message) -> None:
        from ticketcli.channels.process import run

        run(self._program, signed_off(message), variables(message), self._directory, self._timeout)


def open_command(spec: Mapping[str, Any], directory: str) -> CommandChannel:
    return CommandChannel(spec["run"], directory, timeout_of(spec))


def variables(message: Message) -> dict[str, str]:
    """What the program finds in its environment, each value on one line. A repeat has the same TICKET_KEY."""
    values = {
        "TICKET_KEY": message.key,
        "TICKET_ID": str(message.ticket),
        "TICKET_KIND": message.kind,
        "TICKET_RULE": message.rule,
        "TICKET_TO": message.to,
        "TICKET_SUBJECT": message.subject,
    }
    return {name: one_line(value) for name, value in values.items()}
