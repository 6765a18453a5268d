"""`ticket start`: work begins."""

from __future__ import annotations

from ticketcli.cli.acting import by_kind

start = by_kind("start", "Begin work: the first active status that may be reached.", "ticket start 12")
