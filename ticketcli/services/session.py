"""What every use case is given: the store, the rules, the clock, and who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.domain.actors import Caller
from ticketcli.domain.desk import Guard
from ticketcli.domain.instants import Instant
from ticketcli.domain.texts import Limits
from ticketcli.ports import RuleFiles, Store
from ticketcli.records import NamedTuple
from ticketcli.services.in_force import InForce

if TYPE_CHECKING:
    from ticketcli.domain.operations.acting import Acting

KEYS_KEPT = 30 * 86400
"""Seconds for which an answer under an idempotency key is kept."""


class Session(NamedTuple):
    """One call. `now` is read once, so that everything in it happens at one instant."""

    store: Store
    files: RuleFiles
    caller: Caller
    now: Instant
    run: str
    guard: Guard = Guard()
    notify_default: tuple[str, ...] = ()
    limits: Limits = Limits()
    lock_timeout: float = 10.0
    """Seconds."""
    timezone: str = "UTC"
    """In which messages say times."""
    at: Instant | None = None
    """Reads show the desk as it stood at this instant, which `now` then is too; None: as it stands."""

    def acting(self, rules: InForce) -> Acting:
        from ticketcli.domain.operations.acting import Acting  # readers act on nothing

        return Acting(self.caller, rules.rulebook, self.now, self.limits)
