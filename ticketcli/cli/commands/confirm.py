"""`ticket confirm`: the yes that an auto-close rule waits for."""

from __future__ import annotations

from ticketcli.cli.acting import plain_verb

confirm = plain_verb(
    "confirm", "Close what an auto-close rule with `confirm` asks for; needs the rule's role.", "ticket confirm 12"
)
