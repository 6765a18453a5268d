"""The SLA stage: records what was met, warns, and records breaches, each once (design section 5, SLA)."""

from __future__ import annotations

from typing import Any

from ticketcli.domain import sla
from ticketcli.domain.actions.table import carry_out, prepare
from ticketcli.domain.cases import policy_of
from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.rulebook import Threshold
from ticketcli.domain.sla import ClockState
from ticketcli.domain.ticket import TARGETS, TargetMark, TargetView, Ticket


def time_targets(draft: Draft) -> None:
    """Brings the recorded marks of every target up to now."""
    policy, until = policy_of(draft.base, draft.rulebook, draft.now)
    draft.wake(until)
    if policy is None:
        return
    for target in TARGETS:
        state = sla.unsettled(draft.base, policy, target)
        if state is not None:
            _time(draft, state)


def _clock_before(draft: Draft, state: ClockState, at: float) -> ClockState | None:
    """The clock of the same policy and target as it ran at `at`, before this commit; None when it did not run then.

    Every commit plans the ticket, so that it stood since the last one as that one left it.
    """
    before, book = draft.subject.before, draft.subject.former or draft.rulebook
    if before is None:
        return None
    policy, _ = policy_of(before, book, max(int(at), before.updated_at))
    if policy is None or policy.ref.name != state.policy.ref.name:
        return None
    former = sla.clock(before, policy, state.target)
    return None if former is None or _met_otherwise(before, former) else former


def _met_otherwise(before: Ticket, former: ClockState) -> bool:
    """Whether the target stood met by another policy or limit, or none: only as it resumes it comes under this one."""
    if former.ended is None:
        return False
    mark = _mark(before, former)
    if mark is None or mark.elapsed is None or mark.remaining is None:
        return True
    return (mark.policy, mark.elapsed + mark.remaining) != (former.policy.ref.name, former.budget)


def settle(draft: Draft) -> None:
    """Records what ending the ticket met: a final ticket is seen by no rule, its clocks end under the former policy."""
    before = draft.subject.before
    if before is None or before.kind == "final":
        return
    policy, _ = policy_of(before, draft.rulebook, draft.now)
    for target in TARGETS if policy else ():
        assert policy is not None
        state = sla.clock(draft.ticket, policy, target)
        if state is not None:
            _meet(draft, state, sla.measure(state, draft.now))


def _time(draft: Draft, state: ClockState) -> None:
    now, due = draft.now, state.due_at
    if state.ended is not None:
        _meet(draft, state, sla.measure(state, now))
        return
    if due <= now:
        _breach(draft, state)
    elif state.warn_at and min(state.warn_at) <= now:
        _warn(draft, state)
    for at in (due, *state.warn_at):
        if now < at < draft.wake_at:
            draft.wake_at = at


def _mark(ticket: Ticket, state: ClockState) -> TargetMark | None:
    """What events recorded of this round of the target."""
    mark: TargetMark | None = ticket.trail.targets.get(state.target)
    return mark if mark is not None and mark.since == state.since else None


def _data(state: ClockState, **more: Any) -> dict[str, Any]:
    return {"target": state.target, "policy": state.policy.ref.name, "since": format_instant(state.since), **more}


def _meet(draft: Draft, state: ClockState, view: TargetView) -> None:
    mark = _mark(draft.ticket, state)
    if view.state != "met" or view.met_at is None or (mark and mark.met_at is not None):
        return
    times = {"met_at": view.met_at, "breached_at": view.breached_at, "due_at": _finite(state.due_at)}
    data: dict[str, Any] = {key: format_instant(at) for key, at in times.items() if at is not None}
    if view.met_at < draft.now:  # it came under the policy only after all that
        _pass_over(draft, state, view.met_at)
        if view.breached_at is not None:
            data["silent"] = True
    draft.add("sla_met", _data(state, **data, elapsed=view.elapsed, remaining=view.remaining), state.policy.ref)


def _pass_over(draft: Draft, state: ClockState, end: Instant) -> None:
    """Records the warnings that lay before the end, for reopening resumes this clock: they are not told then."""
    if state.target != "resolution":
        return
    for at, threshold in zip(state.warn_at, state.policy.warn):
        if at <= end and sla.told_at(draft.base, state, threshold.name) < at:
            _warn_of(draft, state, threshold, silent=True)


def _finite(at: float) -> Instant | None:
    return None if at == NEVER else int(at)


def _silent(draft: Draft, state: ClockState, threshold: Threshold | None, at: float) -> bool:
    """Whether the threshold lay in the past already when the ticket came under the policy, or when it was moved there.

    `threshold` None is the due time itself.
    """
    former = None if draft.cause.silent else _clock_before(draft, state, at)
    if former is None:
        return True
    known = threshold is None or threshold in former.policy.warn
    return at < draft.now and not (known and at == _due_before(former, threshold))


def _due_before(former: ClockState, threshold: Threshold | None) -> float:
    return former.due_at if threshold is None else former.warn_at[former.policy.warn.index(threshold)]


def _breach(draft: Draft, state: ClockState) -> None:
    due = state.due_at
    if due <= sla.told_at(draft.base, state, "due"):
        return
    silent = _silent(draft, state, None, due)
    about = f"{state.target} of policy {state.policy.ref.name} was due at {draft.rulebook.said(int(due))}"
    data = _data(state, due_at=format_instant(int(due)), elapsed=state.elapsed(draft.now))
    _tell(draft, state, "sla_breached", data, "due", silent, about)


def _warn(draft: Draft, state: ClockState) -> None:
    """Of several thresholds passed at once only the tightest sends a message. A paused clock waits with it."""
    told, runs, warn = False, state.runs(draft.now), state.policy.warn
    latest_first = sorted([(at, n) for n, at in enumerate(state.warn_at)], reverse=True)
    for at, threshold in [(at, warn[n]) for at, n in latest_first]:
        if sla.told_at(draft.base, state, threshold.name) < at <= draft.now:
            silent = told or _silent(draft, state, threshold, at)
            if silent or runs:
                _warn_of(draft, state, threshold, silent)
                told = told or not silent


def _warn_of(draft: Draft, state: ClockState, threshold: Threshold, silent: bool) -> None:
    due = _finite(state.due_at)  # none while it is paused, or when its calendar ends before
    when = "is never due, its calendar ends before" if due is None else f"is due at {draft.rulebook.said(due)}"
    about = f"{state.target} of policy {state.policy.ref.name} {when} ({threshold.name})"
    data = _data(state, threshold=threshold.name, **({} if due is None else {"due_at": format_instant(due)}))
    _tell(draft, state, "sla_warned", data, threshold.name, silent, about)


def _tell(
    draft: Draft, state: ClockState, kind: str, data: dict[str, Any], threshold: str, silent: bool, about: str
) -> None:
    """Records a threshold, and unless it passed before the ticket came under the policy does what the policy says."""
    ref = state.policy.ref
    if silent:
        draft.add(kind, {**data, "silent": True}, ref)
        return
    actions = state.policy.on_breach if kind == "sla_breached" else state.policy.on_warn
    firing = Firing(ref._replace(name=f"{ref.name}/{state.target}/{threshold}"), draft.now, 1)
    outcome = prepare(draft, firing, actions, about)
    draft.add(kind, {**data, **outcome.as_data()}, ref)
    carry_out(draft, firing._replace(ref=ref), outcome)
