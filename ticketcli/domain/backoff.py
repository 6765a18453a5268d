"""When a message that failed is tried again: exponential backoff with jitter, and a last attempt."""

from __future__ import annotations

from ticketcli.domain.digest import sha256

FIRST = 60
LONGEST = 6 * 3600
"""Seconds before the second attempt, and at most between two."""
ATTEMPTS = 20
"""With these waits, three days; whoever is unreachable for longer is looked at by a person."""


def wait_before(attempt: int, key: str) -> int:
    """Seconds to wait after `attempt` (the first is 1) has failed: doubled each time, three to five quarters of that.

    The jitter comes from the message's key, so that many messages that failed together spread, and a test repeats.
    """
    planned = min(FIRST << min(attempt - 1, 20), LONGEST)
    share = int(sha256(f"{key}/{attempt}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return int(planned * (0.75 + share / 2))
