"""The ticket: its facts, and the trail that clocks and waits need of its history (design section 5).

Facts and trail are the fold of the ticket's events (`fold.py`); nobody else makes them.
Instants are whole UTC seconds, durations seconds, absent is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.instants import Instant
from ticketcli.records import NamedTuple

PRIORITIES = ("low", "normal", "high", "urgent")
SOURCES = ("cli", "ci", "email", "alert", "import", "schedule", "http")
CLASSES = ("requester", "agent", "bot", "rule")
KINDS = ("initial", "active", "waiting", "resolved", "final")
ENDED = ("resolved", "final")
"""The kinds of status in which nobody works on a ticket."""
TARGETS = ("assignment", "first_response", "next_response", "resolution")
TRACKED = (
    "status subject description priority category labels source requester team assignee watchers asset fields"
    " external_ids dedup_key parent links hold chosen routed_by close_reason"
).split()
"""Facts whose last change the trail remembers, so that a wait can be dated without reading events."""
JsonMap = Mapping[str, Any]
NO_MAP: JsonMap = {}


def raised(priority: str, steps: int) -> str:
    """The priority so many steps up, at most urgent."""
    return PRIORITIES[min(PRIORITIES.index(priority) + steps, len(PRIORITIES) - 1)]


class Requester(NamedTuple):
    name: str | None = None
    email: str | None = None
    tier: str | None = None
    org: str | None = None


class Hold(NamedTuple):
    until: Instant | None
    reason: str | None = None


class Children(NamedTuple):
    open: int
    total: int


class Rating(NamedTuple):
    score: int
    comment: str | None = None


class Link(NamedTuple):
    """`kind` is `follows`, `followed_by`, …; `id` is the other ticket."""

    kind: str
    id: int


class Episode(NamedTuple):
    """A rule that holds: since when, how often it fired, and when last."""

    since: Instant
    fired: int
    last_at: Instant


class Move(NamedTuple):
    """The ticket entered `status`, of `kind`, at `at`."""

    at: Instant
    status: str
    kind: str


class Held(NamedTuple):
    """One hold: from `since` to `ended` (None while it lasts)."""

    since: Instant
    ended: Instant | None = None


class Extension(NamedTuple):
    """`extend` restarted the auto-close wait at `at`, or moved its end by `by` seconds."""

    at: Instant
    by: int | None = None


class Reminder(NamedTuple):
    """A notice that `rule` would close the ticket `before` seconds later."""

    rule: str
    before: int
    sent_at: Instant
    delivered_at: Instant | None = None
    key: str = ""
    """Of its message; empty when nobody was left to remind."""
    since: Instant | None = None
    """The start of the wait in which it was sent."""
    close_at: Instant | None = None
    """The close that it announced."""


class Told(NamedTuple):
    """An SLA threshold (`75%`, `15m`, `due`) and when it was last told."""

    threshold: str
    at: Instant


class TargetMark(NamedTuple):
    """What events recorded of an SLA target. `since` is the start of its clock (the round of next_response)."""

    policy: str | None
    since: Instant
    met_at: Instant | None = None
    breached_at: Instant | None = None
    due_at: Instant | None = None
    elapsed: int | None = None
    remaining: int | None = None
    told: tuple[Told, ...] = ()
    reason: str | None = None
    """Why it was missed, one of the lifecycle's `sla_reasons`."""
    explained: str | None = None
    """The same in somebody's words."""


class Trail(NamedTuple):
    """What is kept of history beside the facts, so that a plan need not read events."""

    moves: tuple[Move, ...] = ()
    holds: tuple[Held, ...] = ()
    changed: Mapping[str, Instant] = NO_MAP
    """Last change of each top-level fact that a human or a rule can set."""
    asked_at: Instant | None = None
    """The oldest requester message without a public agent comment after it."""
    answered: Held | None = None
    """The latest round of question and answer that ended."""
    assigned_at: Instant | None = None
    """The first time an assignee stood there."""
    seeks_since: Instant | None = None
    """Since when a routing choice has found nobody; see `placing.seeks`."""
    public_agent_at: Instant | None = None
    """The last public comment of class agent."""
    reopened_at: Instant | None = None
    ended_at: Instant | None = None
    """The latest entry into kind resolved or final from another kind."""
    extensions: tuple[Extension, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    targets: Mapping[str, TargetMark] = NO_MAP
    postponed_at: Instant | None = None
    """A due close was put off by a sweep (gap, restore, first sweep) at this instant."""
    confirm_asked: Mapping[str, Instant] = NO_MAP
    """Auto-close rules with `confirm` that asked, and for which wait (its start)."""
    undone: Mapping[str, Instant] = NO_MAP
    """Rules, as in `episodes`, that a person took back, and in which episode or wait (its start)."""


class Ticket(NamedTuple):
    """The facts, under the names of the JSON keys."""

    id: int
    subject: str
    status: str
    created_at: Instant
    updated_at: Instant
    status_since: Instant
    description: str | None = None
    priority: str = "normal"
    category: str | None = None
    labels: tuple[str, ...] = ()
    source: str = "cli"
    requester: Requester | None = None
    team: str | None = None
    assignee: str | None = None
    watchers: tuple[str, ...] = ()
    asset: str | None = None
    fields: JsonMap = NO_MAP
    external_ids: JsonMap = NO_MAP
    dedup_key: str | None = None
    occurrences: int = 1
    parent: int | None = None
    children: Children | None = None
    merged_into: int | None = None
    links: tuple[Link, ...] = ()
    attachments: tuple[JsonMap, ...] = ()
    first_responded_at: Instant | None = None
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    last_requester_at: Instant | None = None
    last_agent_at: Instant | None = None
    last_activity_at: Instant | None = None
    touched_at: Instant | None = None
    reopen_count: int = 0
    comment_count: int = 0
    close_reason: str | None = None
    routed_by: tuple[str, ...] = ()
    episodes: Mapping[str, Episode] = NO_MAP
    hold: Hold | None = None
    rating: Rating | None = None
    chosen: tuple[str, ...] = ()
    version: int = 0
    trail: Trail = Trail()

    @property
    def kind(self) -> str:
        """The kind of the status, as the event that entered it recorded it."""
        return self.trail.moves[-1].kind if self.trail.moves else "initial"

    @property
    def counts_for(self) -> str | None:
        """To whose load it counts: the assignee's, until it is resolved or final."""
        return None if self.assignee is None or self.kind in ENDED else self.assignee


class TargetView(NamedTuple):
    """One SLA target as it stands now; `elapsed` and `remaining` in seconds of the policy's own time."""

    policy: str
    state: str
    due_at: Instant | None
    met_at: Instant | None
    breached_at: Instant | None
    elapsed: int
    remaining: int | None


class ReminderView(NamedTuple):
    before: int
    sent_at: Instant
    delivered_at: Instant | None


class AutocloseView(NamedTuple):
    rule: str
    since: Instant
    close_at: Instant
    reminded: tuple[ReminderView, ...] = ()


class View(NamedTuple):
    """What the planner computes from facts, rulebook and now. `wake_at` None means: nothing will happen by itself."""

    sla: Mapping[str, TargetView] = {}
    autoclose: AutocloseView | None = None
    turn: str = "nobody"
    wake_at: Instant | None = None
