"""`ticket wait`: for somebody else."""

from __future__ import annotations

from ticketcli.cli.acting import by_kind

wait = by_kind("wait", "Wait for somebody else: the first waiting status.", "ticket wait 12 --to pending")
