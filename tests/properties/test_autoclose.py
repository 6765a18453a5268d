"""Promise 5 against random histories to the second: outages of cron and mail, clocks that jump, late exemptions.

What may be closed when is worked out anew from the raw events (`silence.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import DAY, HOUR, LEE, MINUTE
from tests.properties.histories import examples
from tests.properties.silence import Log, Rule, Standing, log_of, seconds, standing
from tests.sending import Sending
from ticketcli.domain.desk import Guard
from ticketcli.domain.events import Message
from ticketcli.errors import TicketError, Undelivered

MAIL = "channels: {mail: {type: mail, host: h, from: desk@x.cn}}\n"
ALLOWED = 10
Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def rules(draw: Draw) -> Rule:
    after = draw(st.sampled_from([HOUR, 5 * HOUR, 2 * DAY]))
    notices = [n for n in draw(st.sampled_from([(), (600,), (1800, 60), (DAY, HOUR), (9 * DAY, 300)])) if n < after]
    statuses = draw(st.sampled_from([("resolved",), ("resolved", "pending"), ("new", "open")]))
    silent = draw(st.sampled_from(["requester", "anyone"]))
    return Rule(statuses, silent, after, tuple(notices), "keep", draw(st.sampled_from([DAY, 7 * DAY])))


class Turn(NamedTuple):
    """Time passes, then something happens to a ticket (0: to all of them), then perhaps a sweep."""

    wait: tuple[str, int]
    verb: str
    args: dict[str, Any]
    who: tuple[str, str]
    ticket: int
    sweeps: int


_WAITS = st.one_of(
    st.just(("pass", 11 * MINUTE)),
    st.tuples(st.just("wake"), st.sampled_from([-1, 0, 0, 0, 1, 5])),
    st.tuples(st.just("wake"), st.sampled_from([-1, 0, 0, 1, 30, 600])),
    st.tuples(st.just("pass"), st.sampled_from([0, 1, 59, 600, HOUR, 5 * HOUR, 12 * HOUR])),
    st.tuples(st.just("pass"), st.integers(1, 9000)),
    st.tuples(st.just("pass"), st.sampled_from([27 * HOUR, 4 * DAY, 40 * DAY, -1, -40 * MINUTE, -3 * HOUR, -3 * DAY])),
)
_DEEDS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("", {}),) * 8,
    *(("comment", {"text": "hm"}),) * 3,
    ("comment", {"text": "note", "internal": True}),
    *(("resolve", {}),) * 4,
    ("wait", {}),
    ("start", {}),
    ("reopen", {}),
    ("label", {"add": ["keep"]}),
    ("label", {"remove": ["keep"]}),
    ("label", {"add": ["x"]}),
    ("hold", {}),
    ("hold", {"lasting": 2 * HOUR}),
    ("unhold", {}),
    ("extend", {}),
    ("extend", {"by": 2 * HOUR}),
    ("mail fails", {}),
    ("mail works", {}),
)
_WHO = st.sampled_from([("lee@x.cn", "requester"), ("ann", "agent"), ("ann", "agent"), ("ci", "bot")])


@st.composite
def turns(draw: Draw) -> Turn:
    verb, args = draw(st.sampled_from(_DEEDS))
    ticket, sweeps = draw(st.sampled_from([0, 0, 1, 2])), draw(st.sampled_from([0, 1, 1, 1, 2]))
    return Turn(draw(_WAITS), verb, args, draw(_WHO), ticket, sweeps)


def refuse(message: Message) -> None:
    raise Undelivered("answered 451")


class Watched:
    """A desk on which turns are taken, and what its sweeps left undone."""

    def __init__(self, rule: Rule, tickets: int, gap: int | None, resolved: bool) -> None:
        self.rule = rule
        guard = Guard(max_closes=ALLOWED, max_share=0.0, max_gap=gap)
        self.world = Sending(rule.yaml() + MAIL, guard=guard)
        for _ in range(tickets):
            self.world.create(requester=LEE)
        if resolved:
            self.world.do("resolve", *self.world.ids())
        self.undone: dict[int, int] = {}

    def take(self, turn: Turn) -> None:
        kind, seconds_ = turn.wait
        wake = self.world.next_wake()
        if kind == "pass":
            self.world.go(self.world.now + seconds_)
        elif wake is not None and wake + seconds_ > self.world.now:
            self.world.go(wake + seconds_)
        self.act(turn)
        for _ in range(turn.sweeps):
            self.sweep()

    def act(self, turn: Turn) -> None:
        if turn.verb.startswith("mail"):
            self.world.play = refuse if turn.verb == "mail fails" else lambda message: None
        elif turn.verb:
            for id in self.world.ids() if turn.ticket == 0 else [turn.ticket]:
                try:
                    self.world.do(turn.verb, id, as_=turn.who[0], class_=turn.who[1], **turn.args)
                except TicketError:
                    pass

    def sweep(self) -> None:
        now, before = self.world.now, {id: log_of(self.world.events(id)) for id in self.world.ids()}
        report = self.world.sweep()
        for id, log in before.items():
            later = log_of(self.world.events(id))[len(log) :]
            how = standing(self.rule, released(log, later), now)
            if report.clock_behind or report.deferred or not left_undone(self.rule, how, now, later):
                self.undone.pop(id, None)
                continue
            first = self.undone.setdefault(id, now)
            assert now - first < 10 * MINUTE, f"#{id} is due and two sweeps left it as it was: {how}"


def released(log: Log, later: Log) -> list[dict[str, Any]]:
    """The events before the sweep, and the ends of holds that it wrote down: they lie in the past."""
    return [*log, *(event for event in later if event["kind"] == "unheld")]


def left_undone(rule: Rule, how: Standing, now: int, later: Log) -> bool:
    """Whether something is due on the ticket, nothing stands in the way, and the sweep did nothing about it."""
    if not how.applies or now < how.earliest:
        return False
    waiting = [n for n in how.notices if n.delivered is None and now < n.sent + rule.undeliverable]
    served = not rule.remind or any(n.delivered is not None for n in how.notices)
    if (waiting and not served) or (how.postponed is not None and now < how.postponed + 10 * MINUTE):
        return False
    return not any(event["kind"] in ("reminded", "closed", "postponed", "delivered", "lapsed") for event in later)


@given(
    rule=rules(),
    tickets=st.sampled_from([1, 2, 13]),
    gap=st.sampled_from([None, 26 * HOUR]),
    resolved=st.booleans(),
    taken=st.lists(turns(), min_size=8, max_size=40),
)
@examples(40)
def test_no_close_breaks_the_promise_and_no_due_ticket_is_left(
    rule: Rule, tickets: int, gap: int | None, resolved: bool, taken: list[Turn]
) -> None:
    watched = Watched(rule, tickets, gap, resolved)
    for turn in taken:
        watched.take(turn)
    closes = []
    for id in watched.world.ids():
        log = log_of(watched.world.events(id))
        for number, event in enumerate(log):
            if event["kind"] == "closed" and event["class"] == "rule":
                check_close(rule, log[:number], event)
                closes.append(seconds(event["recorded_at"]))
    assert all(sum(at <= other <= at + DAY for other in closes) <= ALLOWED for at in closes), "the guard holds"
    watched.world.check()


def check_close(rule: Rule, before: Log, close: dict[str, Any]) -> None:
    at = seconds(close["at"])
    how = standing(rule, before, at)
    assert how.applies, "the rule held, nothing exempted the ticket, and no hold lasted"
    assert at >= how.due, "a whole wait passed since the last word, move, hold, exemption and extension"
    assert at >= how.earliest, "and all the time that delivered notices announced"
    warned = [n for n in how.notices if n.delivered is not None and n.run != close["run"]]
    assert warned or not rule.remind, "a warning of this wait was delivered in an earlier sweep"
