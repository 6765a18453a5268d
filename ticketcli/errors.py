"""One family of expected failures, each with its exit code (design section 7).

    TicketError                 1  (never raised itself)
    ├── UsageError              2  the words of the call are off
    ├── NotFound                3  ticket, person, status, team, rule
    │   └── NoDesk              3
    ├── NotPermitted            4
    │   └── ConfirmationMissing 4
    ├── Invalid                 5  rules or input
    │   └── InvalidRules        5  carries the problems
    ├── Conflict                6
    │   ├── IllegalTransition   6
    │   ├── VersionConflict     6
    │   ├── KeyReused           6
    │   └── AlreadyTaken        6
    ├── Incomplete              7  guard tripped, or something refused under --each
    ├── ConditionTrue           8  under --exit-code
    ├── StoreDamaged           65  damaged, missing or too new: do not retry
    ├── OutcomeUnknown         74
    └── Unavailable            75  busy or unreachable: try again
        └── Undelivered        75

Catch the broad ones, raise the narrow ones. `str(error)` is one line (what and where),
`error.hint` says what to do next, `error.details` are extra keys for `--json`.
"""

from __future__ import annotations

from typing import Any


class TicketError(Exception):
    """Something expected went wrong: a line for the person, a code for the script."""

    exit_code = 1
    code = "bug"
    means = ""
    """What the exit code says, for `ticket help exit-codes`; the narrower errors share it."""

    def __init__(self, message: str, hint: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def as_json(self) -> dict[str, Any]:
        """The `error` object of `--json`: `{"code", "message", "hint", …}`."""
        return {"code": self.code, "message": self.message, "hint": self.hint, **self.details}


class UsageError(TicketError):
    exit_code, code = 2, "usage"
    means = "the call is not right; nothing was changed"


class NotFound(TicketError):
    exit_code, code = 3, "not-found"
    means = "something named does not exist: ticket, person, team, status, rule, file or desk"


class NoDesk(NotFound):
    code = "no-desk"


class NotPermitted(TicketError):
    exit_code, code = 4, "not-permitted"
    means = "not permitted, or a confirmation is missing (--yes)"


class ConfirmationMissing(NotPermitted):
    code = "confirmation-missing"


class Invalid(TicketError):
    exit_code, code = 5, "invalid"
    means = "rules or input are invalid, or a test failed"


class InvalidRules(Invalid):
    code = "invalid-rules"


class Conflict(TicketError):
    exit_code, code = 6, "conflict"
    means = "in conflict with how things stand: illegal transition, version, already taken"


class IllegalTransition(Conflict):
    code = "illegal-transition"


class VersionConflict(Conflict):
    code = "version-conflict"


class KeyReused(Conflict):
    code = "key-reused"
    """The idempotency key belongs to another call."""


class AlreadyTaken(Conflict):
    code = "already-taken"


class Incomplete(TicketError):
    exit_code, code = 7, "incomplete"
    means = "a guard tripped, or not everything asked for was done"


class ConditionTrue(TicketError):
    exit_code, code = 8, "condition-true"
    means = "the condition asked for with --exit-code holds"


class StoreDamaged(TicketError):
    exit_code, code = 65, "store-damaged"
    means = "the store is damaged, missing or newer than this program: do not retry"


class OutcomeUnknown(TicketError):
    exit_code, code = 74, "outcome-unknown"
    means = "the outcome is unknown, or the answer could not be written"


class Unavailable(TicketError):
    exit_code, code = 75, "unavailable"
    means = "busy or unreachable: try again"


class Undelivered(Unavailable):
    """A channel did not take a message, or nobody knows whether it did.

    `refused`: it never will, a later attempt is useless. `unreachable`: nobody answered, so the next message will
    fare no better. `after`: seconds that the other side asks to wait.
    """

    code = "undelivered"

    def __init__(
        self, message: str, hint: str = "", *, refused: bool = False, unreachable: bool = False, after: int = 0
    ) -> None:
        super().__init__(message, hint)
        self.refused, self.unreachable, self.after = refused, unreachable, after
