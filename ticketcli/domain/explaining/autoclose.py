"""Auto-close rules explained: the first match decides, its `unless` exempts, and a wait has its reasons not to end."""

from __future__ import annotations

from collections.abc import Sequence

from ticketcli.domain.closing import DAY, to_put_off
from ticketcli.domain.events import RuleRef
from ticketcli.domain.explaining.findings import Finding, Situation, earliest
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.rulebook import Autoclose
from ticketcli.domain.upcoming import Upcoming
from ticketcli.domain.waiting import Wait, remind_at, wait_of


def explain_autoclose(situation: Situation) -> list[Finding]:
    """A finding per auto-close rule; the one that waits with its next step: a reminder or the close."""
    winner: RuleRef | None = None
    found = []
    for rule in situation.look.rulebook.autoclose:
        if not situation.holds(rule.when):
            found.append(situation.failing(rule.ref, rule.when))
        elif winner is not None:
            found.append(situation.matching(rule.ref, rule.when, "nothing", "earlier")._replace(by=winner))
        else:
            winner = rule.ref
            found.append(_deciding(situation, rule))
    return found


def _deciding(situation: Situation, rule: Autoclose) -> Finding:
    """The finding of the first rule that matches."""
    hold, finding = situation.look.ticket.hold, situation.matching(rule.ref, rule.when, "nothing")
    if rule.unless is not None and situation.holds(rule.unless):
        return finding._replace(reason="exempt", reasons=situation.why(rule.unless))
    if rule.to == situation.look.ticket.status:
        return finding._replace(reason="reached")
    if hold is not None:
        return finding._replace(reason="hold", at=hold.until)
    wait, _ = wait_of(situation.look)
    if wait is not None and wait.undone:
        return finding._replace(reason="undone")
    return finding if wait is None else _waiting(situation, wait, finding)


def _waiting(situation: Situation, wait: Wait, finding: Finding) -> Finding:
    """What the wait does next: the notice that is due, else its end, else nothing before its next step."""
    now, name = situation.look.now, wait.rule.ref.name
    over = wait.close_at <= now and wait.served
    starts = [remind_at(wait.rule, notice, wait.since, wait.close_at) for notice in wait.pending]
    notice = earliest(at for at in starts if at <= now and not over)
    if notice is not None:
        return _due(finding, notice, _kept_from_reminding(situation))
    if wait.ends_at <= now:
        # Asking for a confirmation is not closing.
        kept = "" if wait.rule.confirm else _kept_from_closing(situation, wait.close_at)
        return _due(finding, wait.close_at, kept)
    if wait.served and name in situation.look.ticket.trail.confirm_asked and wait.ends_at == NEVER:
        return finding._replace(reason="confirm")
    reason = "postponed" if over else "undelivered" if not wait.served and not wait.pending else ""
    steps = (at for at in (*starts, wait.ends_at, wait.gives_up_at) if at > now)
    return finding._replace(effect="waits", reason=reason, at=earliest(steps))


def with_what_keeps(situation: Situation, steps: Sequence[Upcoming]) -> list[Upcoming]:
    """What is foreseen; of reminders and closes that are due already with what keeps the next sweep from them."""
    now = situation.look.now
    late = [step for step in steps if step.at <= now and step.kind in ("remind", "close")]
    return [step._replace(kept=_kept(situation, step)) if step in late else step for step in steps]


def _kept(situation: Situation, step: Upcoming) -> str:
    return _kept_from_reminding(situation) if step.kind == "remind" else _kept_from_closing(situation, step.at)


def _due(finding: Finding, at: Instant, kept: str) -> Finding:
    """Something was due at `at`; `kept` says what keeps the sweep from it."""
    return finding._replace(effect="waits" if kept else "acts", reason=kept, at=at)


def _kept_from_reminding(situation: Situation) -> str:
    desk, since = situation.desk, situation.look.now - DAY
    return "guard" if desk.reminders(since) >= situation.guard.allowance(desk.open_count(since)) else ""


def _kept_from_closing(situation: Situation, at: Instant) -> str:
    """The guard, a gap without sweeps, or what bars the next sweep from closing at all."""
    if situation.barred:
        return situation.barred
    if to_put_off(situation.look.ticket, at, situation.postpone):
        return "gap"
    desk, since = situation.desk, situation.look.now - DAY
    return "guard" if desk.closes(since) >= situation.guard.allowance(desk.open_count(since)) else ""
