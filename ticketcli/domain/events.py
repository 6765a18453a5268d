"""Events: what happened to a ticket, appended and never changed (design section 5)."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.instants import Instant
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple


class RuleRef(NamedTuple):
    """Which rule decided: section and name, where it stands, and the rulebook's hash."""

    section: str
    name: str
    file: str
    line: int
    rulebook: str

    @property
    def key(self) -> str:
        """The key of the rule's episodes: names are unique in their section only."""
        return f"{self.section}/{self.name}"


class Actor(NamedTuple):
    """Who acts. `acting` is the account that called when it acts for a person (`--as`)."""

    name: str
    class_: str
    acting: str | None = None


REDACTED = "[redacted]"
"""What stands where a text was erased that cannot be absent."""
IMPORT_RUN = "-import"
"""What the name of a run ends with that brought history in from elsewhere."""
RULES = Actor("rules", "rule")
"""The actor of everything a rule decides."""


class Event(NamedTuple):
    """`seq`, `recorded_at`, `run`, `prev` and `hash` are stamped when the store appends it; 0 and "" before.

    `data` holds JSON values only; which of its keys are personal texts is said in `chain.PERSONAL`.
    """

    ticket: int
    at: Instant
    actor: Actor
    kind: str
    data: JsonMap
    rule: RuleRef | None = None
    run: str = ""
    seq: int = 0
    recorded_at: Instant = 0
    prev: str = ""
    hash: str = ""
    salts: JsonMap = {}
    """Per personal text its salt, and its digest where the text was erased; filled by `chain.link`."""


class Message(NamedTuple):
    """One notice to somebody. `key` lets a receiver drop a repeat: (ticket, rule, since, number, receiver)."""

    key: str
    ticket: int
    kind: str
    to: str
    """A person's name, an address, or "" when nobody was left (`unaddressed`)."""
    via: str
    """The channel; `desk` is built in and delivers when its event commits."""
    subject: str
    body: str
    at: Instant
    rule: str = ""
    state: str = "delivered"
    """`queued`, `delivered`, `dead`, `dropped` or `unaddressed`."""
    delivered_at: Instant | None = None
    attempts: int = 0
    due_at: Instant | None = None
    """When a queued message is sent next; while somebody sends it, when that lease runs out."""
    extra: dict[str, Any] = {}
    """What its event needs to know when it is delivered: of a reminder its rule and `before`."""
    address: str | None = None
    """Where `via` reaches the receiver; None where the channel itself is the address."""
    lease: str | None = None
    """The run that sends it now, or sent it last."""
    error: str | None = None
    """Why the last attempt failed."""


class Head(NamedTuple):
    """The end of a chain: its newest event. An empty chain ends at seq 0 with hash ""."""

    seq: int
    hash: str
    recorded_at: Instant
