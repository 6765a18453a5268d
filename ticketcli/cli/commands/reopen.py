"""`ticket reopen`: what had ended is taken up again."""

from __future__ import annotations

from ticketcli.cli.acting import by_kind

reopen = by_kind("reopen", "Take up again what was resolved or closed.", "ticket reopen 12")
