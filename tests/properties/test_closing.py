"""Promise 5: no rule closes a ticket without a delivered warning, its time, and silence until the very close."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import DAY, HOUR, LEE, MINUTE, World
from tests.properties.histories import History, closing_rulebooks, examples, histories, minutes
from ticketcli.domain.desk import Guard
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.rulebook import Autoclose, load_rulebook


@given(
    rules=closing_rulebooks(),
    history=histories(tickets=3, most=14),
    sweeps=st.sets(st.integers(0, 240), min_size=5, max_size=120),
    gap=st.sampled_from([None, 30 * MINUTE, 60 * MINUTE]),
)
@examples(50)
def test_a_rule_closes_only_after_a_delivered_warning_and_all_the_time_it_announced(
    rules: str, history: History, sweeps: set[int], gap: int | None
) -> None:
    world = World(rules, guard=Guard(max_gap=gap))
    for minute, at in minutes():
        world.go(at)
        history.at(minute, world)
        if minute in sweeps:
            world.sweep()
    known = {rule.ref.name: rule for rule in load_rulebook(world.files.built().bound or {}, "").autoclose}
    for id in world.ids():
        events = world.events(id)
        for number, event in enumerate(events):
            if event.kind == "closed" and event.rule is not None:
                check_close(known[event.rule.name], events[:number], event)
    world.check()


def check_close(rule: Autoclose, before: list[Event], close: Event) -> None:
    since = parse_instant(close.data["since"])
    assert close.at >= rule.calendar.due(since, rule.after), "the whole wait passed"
    warnings = [
        event
        for event in before
        if event.kind == "reminded" and event.rule == close.rule and parse_instant(event.data["since"]) == since
    ]
    assert warnings or not rule.remind, "somebody was warned in this wait"
    for warning in warnings:
        assert warning.run != close.run, "in an earlier sweep"
        notice = next(r for r in rule.remind if r.plain == warning.data["before"])
        assert rule.calendar.due(warning.at, notice) <= close.at, "its full notice passed"
        assert parse_instant(warning.data["close_at"]) <= close.at, "as it announced"
    assert not [event for event in before if counts(rule, event) and event.at > since], "silence until the close"
    held = [event.kind for event in before if event.kind in ("held", "unheld")]
    assert held[-1:] != ["held"], "no hold lasts"


def counts(rule: Autoclose, event: Event) -> bool:
    """Whether the event is a word of a person that the rule waits for."""
    if event.kind != "commented":
        return False
    if event.actor.class_ == "requester":
        return True
    return event.actor.class_ == "agent" and (rule.silent == "anyone" or event.data["public"])


@given(
    resolved=st.lists(st.integers(0, 100), min_size=12, max_size=30),
    sweeps=st.sets(st.integers(0, 150), min_size=3, max_size=60),
    remind=st.sampled_from(["", "3h"]),
)
@examples(15)
def test_the_guard_is_never_exceeded_in_any_day(resolved: list[int], sweeps: set[int], remind: str) -> None:
    rule = f"name: a, when: {{status: resolved}}, after: 5h, remind: [{remind}], close: {{reason: handled}}"
    world = World(f"autoclose: [{{{rule}}}]", guard=Guard(max_closes=10, max_share=0.0, max_gap=None))
    for hour in range(151):
        world.go(f"{hour}h" if hour else "0s")
        for _ in range(resolved.count(hour)):
            world.do("resolve", world.create(requester=LEE))
        if hour in sweeps:
            world.sweep()
    for kind in ("closed", "reminded"):
        times = sorted(event.at for id in world.ids() for event in world.events(id, kind))
        assert most_within_a_day(times) <= 10


def most_within_a_day(times: list[Instant]) -> int:
    return max((sum(at <= other <= at + DAY for other in times) for at in times), default=0)


@given(minute=st.integers(-3, 3), seconds=st.integers(0, 59), class_=st.sampled_from(["requester", "agent"]))
@examples(20)
def test_a_word_within_minutes_of_the_close_prevents_it_if_it_comes_first(
    minute: int, seconds: int, class_: str
) -> None:
    rule = "name: a, when: {status: open}, after: 5h, remind: [1h], close: {reason: handled}"
    world = World(f"autoclose: [{{{rule}}}]")
    world.create(requester=LEE)
    world.do("start", 1)
    world.sweep("4h")
    said = 5 * HOUR + minute * MINUTE + seconds
    start = world.ticket().created_at
    for at in range(5 * HOUR - 5 * MINUTE, 5 * HOUR + 5 * MINUTE, MINUTE):
        if at - MINUTE < said <= at and world.ticket().status == "open":
            world.go(start + said)
            world.do("comment", 1, as_="lee@x.cn" if class_ == "requester" else "ann", class_=class_, text="wait")
        world.sweep(start + at)
    assert world.ticket().status == ("open" if said <= 5 * HOUR else "closed")
