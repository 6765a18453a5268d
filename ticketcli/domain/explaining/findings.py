"""What explanations are made of: where the ticket stands, and what one rule makes of it."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.domain.cases import case_of
from ticketcli.domain.conditions import Case, Condition
from ticketcli.domain.conditions.explain import Reason, dated, explain_condition, reasons
from ticketcli.domain.dating import Look
from ticketcli.domain.desk import Desk, Guard
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.verdict import Verdict, next_true
from ticketcli.records import NamedTuple

HORIZON = 366 * 86400
"""How far, in seconds, it is looked for the instant at which a condition comes to hold."""

EFFECTS = ("fails", "acts", "in_force", "waits", "nothing")
REASONS = (
    *("chosen", "earlier", "parent", "routed", "hold", "fired", "max", "exempt", "guard", "frozen", "clock", "gap"),
    *("postponed", "undelivered", "confirm", "undone", "reached", "seeks", "loop", "final"),
)
"""Why a rule waits or does nothing: a person chose; an earlier rule won; the route around it is not taken; it is routed
already; on hold; it fired in this episode; as often as `max` allows; its `unless` holds; …; the ticket has the status
that it closes into; it and others undo each other (`rule_loop`)."""


class Finding(NamedTuple):
    """What one rule makes of a ticket now.

    `effect`: the condition `fails`; or it holds, and the rule `acts` with the next write or sweep, is `in_force` (it
    has done what it does), `waits` until `at`, or does `nothing`. `reason` says why it waits or does nothing.
    """

    ref: RuleRef
    effect: str
    reasons: tuple[Reason, ...] = ()
    """What decided: why the condition fails, or why it holds."""
    reason: str = ""
    by: RuleRef | None = None
    """The rule that stands in its way."""
    at: Instant | None = None
    """When it acts next, or when what keeps it from acting ends."""
    true_at: Instant | None = None
    """When a condition that fails comes to hold if nobody acts; None when only an event can do that."""
    around: tuple[str, ...] = ()
    """The routes around this one, outermost first."""

    @property
    def matched(self) -> bool:
        return self.effect != "fails"


class Situation(NamedTuple):
    """A ticket, the rules, now, and what lies outside the ticket.

    `barred` is why the next sweep closes nothing: `frozen`, the rule files do not check; `clock`, it went back; empty
    when it does close. `postpone`: after a gap without sweeps it puts off what was due by then.

    `looked_at` is when rules look at the ticket next, as for `upcoming`.
    """

    look: Look
    desk: Desk
    guard: Guard = Guard()
    barred: str = ""
    postpone: Instant | None = None
    looked_at: float = -NEVER

    def case(self, at: Instant | None = None) -> Case:
        """What conditions are asked about, now or at another instant."""
        return case_of(self.look.ticket, self.look.rulebook, self.look.now if at is None else at)

    def why(self, condition: Condition) -> tuple[Reason, ...]:
        """The facts that decide about the condition now, each with the instant at which it turns."""
        book, now = self.look.rulebook, self.look.now
        found = reasons(explain_condition(condition.node, book.calendars, self.case()))
        return tuple(dated(one, book.calendars, self.case, now, now + HORIZON) for one in found)

    def true_at(self, condition: Condition) -> Instant | None:
        """The first instant from now on at which the condition holds if nobody acts; None when there is none."""
        now = self.look.now
        at = next_true(lambda then: condition.ask(self.case(then)), now, now + HORIZON)
        return None if at == NEVER else int(at)

    def holds(self, condition: Condition) -> bool:
        verdict: Verdict = condition.ask(self.case())
        return verdict.value

    def failing(self, ref: RuleRef, condition: Condition) -> Finding:
        """The finding of a rule whose condition does not hold."""
        return Finding(ref, "fails", self.why(condition), true_at=self.true_at(condition))

    def matching(self, ref: RuleRef, condition: Condition, effect: str, reason: str = "") -> Finding:
        """The finding of a rule whose condition holds."""
        return Finding(ref, effect, self.why(condition), reason)


    def acting(self, ref: RuleRef, condition: Condition) -> Finding:
        """The finding of a rule that acts as soon as rules look at the ticket: now, but for rules that were stopped."""
        if self.looked_at <= self.look.now:
            return self.matching(ref, condition, "acts")
        if self.looked_at == NEVER:
            return self.matching(ref, condition, "nothing", "loop")
        return self.matching(ref, condition, "waits", "loop")._replace(at=int(self.looked_at))


def earliest(instants: Iterable[float]) -> Instant | None:
    """The first of these that comes at all."""
    first = min(instants, default=NEVER)
    return None if first == NEVER else int(first)
