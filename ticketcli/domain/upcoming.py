"""What will happen to a ticket by itself, if nobody acts: for the person who reads `show` at three in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ticketcli.domain import sla
from ticketcli.domain.cases import case_of, policy_of
from ticketcli.domain.conditions import Condition
from ticketcli.domain.dating import Look
from ticketcli.domain.episodes import undone
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.ticket import TARGETS
from ticketcli.domain.verdict import Verdict, next_true
from ticketcli.domain.waiting import closing_word, remind_at, wait_of
from ticketcli.records import NamedTuple

HORIZON = 30 * 86400
"""How far, in seconds, an escalation is looked for."""


class Upcoming(NamedTuple):
    """`kind`: warn, breach, escalate, remind, close, confirm, unhold, assign.

    `detail` is the target, the threshold, the notice, the role that confirms, or the status of kind resolved into which
    an auto-close rule moves it in place of a final one.
    `at` may lie in the past: then it happens with the next sweep.
    """

    at: Instant
    kind: str
    detail: str = ""
    rule: RuleRef | None = None
    kept: str = ""
    """What keeps the next sweep from a reminder or close that is due: a reason of `explaining`, empty for nothing."""


def upcoming(look: Look, looked_at: float = -NEVER) -> list[Upcoming]:
    """Everything that is foreseen, earliest first; nothing on a final ticket.

    `looked_at` is when rules look at the ticket next: rules that undo each other are stopped until then.
    """
    if look.ticket.kind == "final":
        return []
    steps = [*clock_steps(look), *_hold(look), *_escalations(look, looked_at), *_autoclose(look), *_routing(look)]
    return sorted(steps, key=lambda step: (step.at, step.kind))


def clock_steps(look: Look) -> Iterator[Upcoming]:
    """What the running clocks of the ticket have to tell, in no order."""
    policy, _ = policy_of(look.ticket, look.rulebook, look.now)
    for target in TARGETS if policy else ():
        assert policy is not None
        state = sla.clock(look.ticket, policy, target)
        if state is not None and state.ended is None:
            yield from _still_to_come(state, look.now)
            yield from _overdue(state, look)


def _still_to_come(state: sla.ClockState, now: Instant) -> Iterator[Upcoming]:
    target, policy = state.target, state.policy
    dues = [(at, "warn", f"{target} ({one.name})") for at, one in zip(state.warn_at, policy.warn)]
    for at, kind, detail in (*dues, (state.due_at, "breach", target)):
        if now < at < NEVER:
            yield Upcoming(int(at), kind, detail, policy.ref)


def _overdue(state: sla.ClockState, look: Look) -> Iterator[Upcoming]:
    """What no sweep has told yet: that it is late, else the tightest of the warnings that passed."""
    target, ref = state.target, state.policy.ref
    if state.due_at <= look.now:
        if sla.told_at(look.ticket, state, "due") < state.due_at:
            yield Upcoming(int(state.due_at), "breach", target, ref)
    elif state.runs(look.now):
        names = [one.name for one in state.policy.warn]
        passed = [(at, n) for n, at in enumerate(state.warn_at) if at <= look.now]
        untold = [(at, n) for at, n in passed if sla.told_at(look.ticket, state, names[n]) < at]
        for at, n in sorted(untold)[-1:]:
            yield Upcoming(int(at), "warn", f"{target} ({names[n]})", ref)


def _hold(look: Look) -> Iterator[Upcoming]:
    hold = look.ticket.hold
    if hold is not None and hold.until is not None:
        yield Upcoming(hold.until, "unhold")


def _escalations(look: Look, looked_at: float) -> Iterator[Upcoming]:
    """When each escalation fires next; those of a ticket on hold wait for its end."""
    if look.ticket.hold is not None:
        return
    for rule in look.rulebook.escalation:
        holds_at = next_true(partial(_verdict, look, rule.when), look.now, look.now + HORIZON)
        if holds_at == NEVER or undone(look.ticket, rule.ref):
            continue
        episode = look.ticket.episodes.get(rule.ref.key)
        at = max(holds_at, rule.next_firing(episode, look.now))
        if at <= look.now:
            at = max(at, looked_at)
        if at != NEVER:
            yield Upcoming(int(at), "escalate", "", rule.ref)


def _verdict(look: Look, condition: Condition, at: Instant) -> Verdict:
    return condition.ask(case_of(look.ticket, look.rulebook, at))


def _autoclose(look: Look) -> Iterator[Upcoming]:
    """The notices still to give and the end of the wait, if each arrives as it is sent.

    A late one moves the end by what it announces. No end is foreseen while one that was sent has not arrived, nor once
    somebody was asked to confirm.
    """
    wait, _ = wait_of(look)
    if wait is None or wait.undone:
        return
    rule, end = wait.rule, wait.close_at if wait.pending else wait.ends_at
    for notice in wait.pending:
        at = remind_at(rule, notice, wait.since, int(end))
        yield Upcoming(at, "remind", notice.text, rule.ref)
        end = max(end, rule.calendar.due(max(at, look.now), notice))
    if end != NEVER and rule.confirm:
        yield Upcoming(int(end), "confirm", rule.confirm, rule.ref)
    elif end != NEVER:
        ends = closing_word(look.rulebook, rule, look.ticket) == "resolved"
        yield Upcoming(int(end), "close", (rule.to or "") if ends else "", rule.ref)


def _routing(look: Look) -> Iterator[Upcoming]:
    """When rules look again for a person whom they did not find."""
    if look.ticket.trail.seeks_since is None:
        return
    from ticketcli.domain.candidates import Wish, next_change  # few tickets wait for a person
    from ticketcli.domain.placing import seeks, way_by_name

    way = way_by_name(look.rulebook, look.ticket) if seeks(look.ticket) else None
    if way is not None:
        at = next_change(look.rulebook, Wish(way.team, way.assign), look.now)
        if at != NEVER:
            yield Upcoming(int(at), "assign", "", way.ref)
