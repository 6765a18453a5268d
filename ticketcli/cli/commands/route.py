"""`ticket route`: back to the rules."""

from __future__ import annotations

from ticketcli.cli.acting import plain_verb

route = plain_verb(
    "route", "Give tickets back to the rules: what people chose binds no longer, and they are routed anew.",
    "ticket route 12", "ticket route 12 --dry-run",
)  # fmt: skip
