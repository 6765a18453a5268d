"""SLA clocks: where each target of a ticket stands at an instant (design section 5, SLA).

A clock runs over half-open segments of wall time; inside them only the policy's own (calendar) time counts. All of it
is computed anew from the trail at each look, so a changed policy, priority or calendar keeps every pause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ticketcli.domain.calendar import ENDLESS, Calendar
from ticketcli.domain.durations import Duration
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.rulebook import Policy, Threshold
from ticketcli.domain.ticket import ENDED, TARGETS, TargetMark, TargetView, Ticket
from ticketcli.records import NamedTuple


class Segment(NamedTuple):
    """The clock runs in `[start, end)`; `end` NEVER while it runs on."""

    start: Instant
    end: float


class ClockState(NamedTuple):
    """One target's clock: its round, whether it has ended, and the segments in which it ran."""

    target: str
    since: Instant
    policy: Policy
    ended: Instant | None
    segments: tuple[Segment, ...]
    budget: int
    due_at: float
    """When the budget is used up, if it is while the clock runs; else NEVER."""
    warn_at: tuple[float, ...]
    """When each warning of the policy is due, NEVER for one that does not come."""

    def elapsed(self, now: Instant) -> int:
        """Seconds of the policy's time used up at `now`."""
        between = self.policy.calendar.between
        return sum([between(start, int(min(end, now))) for start, end in self.segments if start < now])

    def runs(self, now: Instant) -> bool:
        """Whether it runs at `now`."""
        for start, end in self.segments:
            if start <= now < end:
                return True
        return False

    def reaches(self, used: int) -> float:
        """The instant at which `used` seconds are used up, if it lies in a segment; else NEVER."""
        return _reached(self.segments, self.policy.calendar, used)


def clock(ticket: Ticket, policy: Policy, target: str) -> ClockState | None:
    """The clock of `target` under `policy`; None when the policy sets no limit or the target does not apply."""
    since = _since(ticket, target) if target in policy.targets else None
    return None if since is None else _clock(ticket, policy, target, since, _ended(ticket, target))


def unsettled(ticket: Ticket, policy: Policy, target: str) -> ClockState | None:
    """The clock, but for a round that has ended and of which an event says so: it has nothing more to tell."""
    since = _since(ticket, target) if target in policy.targets else None
    if since is None:
        return None
    ended = _ended(ticket, target)
    mark: TargetMark | None = ticket.trail.targets.get(target) if ended is not None else None
    if mark is not None and mark.met_at is not None and mark.since == since:
        return None
    return _clock(ticket, policy, target, since, ended)


def _clock(ticket: Ticket, policy: Policy, target: str, since: Instant, ended: Instant | None) -> ClockState:
    cuts = _cuts(ticket, policy, target == "resolution")
    course = _course(policy.calendar, policy.targets[target], policy.warn, since, ended, cuts)
    return ClockState(target, since, policy, *course)


@lru_cache(4096)  # every pass, sweep and look asks again, and between two events the answer is the same
def _course(
    calendar: Calendar,
    limit: Duration,
    warn: tuple[Threshold, ...],
    since: Instant,
    ended: Instant | None,
    cuts: tuple[tuple[Instant, float], ...],
) -> tuple[Instant | None, tuple[Segment, ...], int, float, tuple[float, ...]]:
    """What a clock state says beyond its round: end, segments, budget, due time and the times of the warnings."""
    segments = tuple(_segments(since, NEVER if ended is None else ended, cuts))
    budget = calendar.budget(since, limit)
    warn_at = tuple([_threshold_at(segments, calendar, since, budget, threshold) for threshold in warn])
    return ended, segments, budget, _reached(segments, calendar, budget), warn_at


def _threshold_at(
    segments: tuple[Segment, ...], calendar: Calendar, since: Instant, budget: int, threshold: Threshold
) -> float:
    """When the warning is due: at a share used up (rounded up to a second), or with that much left."""
    if threshold.percent is not None:
        return _reached(segments, calendar, -(-budget * threshold.percent // 100))
    assert threshold.left is not None
    left = calendar.budget(since, threshold.left)
    return _reached(segments, calendar, budget - left) if left < budget else NEVER


def _reached(segments: tuple[Segment, ...], calendar: Calendar, used: int) -> float:
    left = used
    for start, end in segments:
        at = calendar.add(start, max(left, 0))
        if at < end or end == NEVER:
            return at
        left -= calendar.between(start, int(end))
    return NEVER


def _since(ticket: Ticket, target: str) -> Instant | None:
    if target != "next_response":
        return ticket.created_at
    if ticket.trail.asked_at is not None:
        return ticket.trail.asked_at
    return ticket.trail.answered.since if ticket.trail.answered else None


def _ended(ticket: Ticket, target: str) -> Instant | None:
    """When the target was reached; resolving or closing ends whatever is still open."""
    trail = ticket.trail
    if target == "next_response":
        return None if trail.asked_at is not None or trail.answered is None else trail.answered.ended
    if target == "resolution":
        return trail.ended_at
    reached = trail.assigned_at if target == "assignment" else ticket.first_responded_at
    for at, _, kind in trail.moves:
        if kind in ENDED:  # the first time: reopening asks neither again
            return at if reached is None else min(reached, at)
    return reached


def since_of(ticket: Ticket, target: str) -> Instant | None:
    """The start of the target's clock: of `next_response`, its latest round; None when there was none."""
    return _since(ticket, target)


def is_open(ticket: Ticket, target: str, since: Instant) -> bool:
    """Whether the round of the target that began then still waits for its end."""
    return _since(ticket, target) == since and _ended(ticket, target) is None


def _segments(start: Instant, end: float, cuts: tuple[tuple[Instant, float], ...]) -> Iterator[Segment]:
    """`[start, end)` without the cuts."""
    at: float = start
    for pause_start, pause_end in sorted(cuts):
        if pause_end <= at or pause_end == pause_start or pause_start >= end:
            continue
        if pause_start > at:
            yield Segment(int(at), pause_start)
        at = pause_end
    if at < end:
        yield Segment(int(at), end)


def told_at(ticket: Ticket, state: ClockState, threshold: str) -> float:
    """When this threshold (`due`: the due time itself) was last told in this round; -NEVER if it was not."""
    mark: TargetMark | None = ticket.trail.targets.get(state.target)
    if mark is None or mark.since != state.since:
        return -NEVER
    return max((told.at for told in mark.told if told.threshold == threshold), default=-NEVER)


def _cuts(ticket: Ticket, policy: Policy, skip_ended: bool) -> tuple[tuple[Instant, float], ...]:
    """The pauses of the policy and, for resolution, the times it stood resolved."""
    moves, pause = ticket.trail.moves, policy.pause
    cuts: list[tuple[Instant, float]] = []
    for index, (at, status, kind) in enumerate(moves, 1):
        if status in pause or (skip_ended and kind in ENDED):
            cuts.append((at, moves[index].at if index < len(moves) else NEVER))
    if ticket.trail.holds and "hold" in pause:
        planned = ticket.hold.until if ticket.hold and ticket.hold.until is not None else NEVER
        cuts += [(since, planned if ended is None else ended) for since, ended in ticket.trail.holds]
    return tuple(cuts)


def target_view(ticket: Ticket, policy: Policy | None, target: str, now: Instant) -> TargetView | None:
    """How the target stands at `now`; what was met keeps what its event recorded."""
    mark: TargetMark | None = ticket.trail.targets.get(target)
    if mark and mark.met_at is not None and mark.since == _since(ticket, target):
        elapsed, policy_name = mark.elapsed or 0, mark.policy or ""
        return TargetView(policy_name, "met", None, mark.met_at, mark.breached_at, elapsed, mark.remaining)
    state = clock(ticket, policy, target) if policy else None
    if state is None or ticket.kind == "final":
        return None
    return measure(state, now)


def measure(state: ClockState, now: Instant) -> TargetView:
    """The view of a clock, met or not, from its segments alone."""
    due = state.due_at
    elapsed = state.elapsed(now)
    late = due <= now if state.ended is None else due < state.ended
    breached_at = int(due) if late and due != NEVER else None
    name, remaining = state.policy.ref.name, None if state.budget >= ENDLESS else state.budget - elapsed
    if state.ended is not None and state.ended <= now:
        return TargetView(name, "met", None, state.ended, breached_at, elapsed, remaining)
    if breached_at is not None:
        return TargetView(name, "breached", breached_at, None, breached_at, elapsed, remaining)
    running = state.runs(now)
    due_at = int(due) if due != NEVER and running else None
    return TargetView(name, "running" if running else "paused", due_at, None, None, elapsed, remaining)


def until(view: TargetView | None, state: ClockState | None) -> float:
    """Until when the state of a view is sure to hold without an event."""
    if view is None or state is None or view.state in ("met", "breached"):
        return NEVER
    if view.state == "running":
        return state.due_at
    return next((segment.start for segment in state.segments if segment.end == NEVER), NEVER)


def all_views(ticket: Ticket, policy: Policy | None, now: Instant) -> Mapping[str, TargetView]:
    """Every target that applies, by name."""
    views = ((target, target_view(ticket, policy, target, now)) for target in TARGETS)
    return {target: view for target, view in views if view is not None}
