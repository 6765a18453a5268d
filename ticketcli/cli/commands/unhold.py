"""`ticket unhold`: the hold ends now."""

from __future__ import annotations

from ticketcli.cli.acting import plain_verb

unhold = plain_verb("unhold", "End a hold now; rules run again.", "ticket unhold 12")
