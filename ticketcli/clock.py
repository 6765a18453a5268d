"""Where `now` comes from: the machine, or the instant that the call names (`--now`)."""

from __future__ import annotations

import time

from ticketcli.domain.instants import Instant


class SystemClock:
    """The machine's clock, in whole seconds."""

    def now(self) -> Instant:
        return int(time.time())


class FixedClock:
    """A clock that stands at one instant."""

    def __init__(self, at: Instant) -> None:
        self._at = at

    def now(self) -> Instant:
        return self._at
