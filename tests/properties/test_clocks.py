"""SLA clocks against an oracle that counts minutes, over random lives of tickets and edits of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import LEE, MINUTE, START, World
from tests.properties.clocks import TARGETS, Clock, Log, Policy, clock, policy_of
from tests.properties.histories import FACTS, HEAD, HORIZON, History, Step, examples, minutes
from tests.properties.silence import log_of, seconds

Draw = Callable[[st.SearchStrategy[Any]], Any]
LIMITS = st.sampled_from([3, 5, 10, 17, 30, 45, 60, 90])
PAUSES = st.sampled_from([("pending",), ("pending", "hold"), ("hold",), ()])


@st.composite
def policies(draw: Draw) -> tuple[Policy, ...]:
    """One policy for urgent tickets, or none; one for all others, or none."""
    made = []
    for name, urgent in (("urgent", True), ("rest", False)):
        if draw(st.sampled_from([True, True, True, False])):
            limits = draw(st.dictionaries(st.sampled_from(TARGETS), LIMITS, min_size=1))
            targets = {target: limit * MINUTE for target, limit in limits.items()}
            made.append(Policy(name, targets, draw(PAUSES), draw(st.booleans()), urgent))
    return tuple(made)


def yaml(some: Sequence[Policy]) -> str:
    return HEAD + ("sla:\n" + "\n".join(policy.yaml() for policy in some) + "\n" if some else "")


_VERBS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("comment", {"text": "hm"}),) * 5,
    ("comment", {"text": "note", "internal": True}),
    *((verb, {}) for verb in ("resolve", "resolve", "wait", "wait", "start", "reopen", "reopen", "close", "unhold")),
    ("hold", {}),
    ("hold", {"for": 25}),
    ("set", {"values": {"priority": "urgent"}}),
    ("set", {"values": {"priority": "low"}}),
    ("assign", {"to": "bob"}),
    ("assign", {"to": None}),
)
_WHO = st.sampled_from([*[("lee@x.cn", "requester"), ("ann", "agent")] * 2, ("ci", "bot")])


@st.composite
def lives(draw: Draw) -> History:
    """A ticket or two whose clocks have much to do."""
    steps = []
    for minute in sorted(draw(st.lists(st.integers(1, HORIZON - 1), min_size=5, max_size=16))):
        (verb, args), (who, class_) = draw(st.sampled_from(_VERBS)), draw(_WHO)
        steps.append(Step(minute, draw(st.sampled_from([1, 1, 1, 2])), verb, who, class_, args))
    births = [(0, {"requester": LEE}), (draw(st.integers(0, 20)), draw(st.sampled_from(FACTS)))]
    return History(tuple(births), tuple(steps))


@given(
    before=policies(),
    after=policies(),
    history=lives(),
    edited=st.integers(30, HORIZON + 100),
    looks=st.sets(st.integers(0, HORIZON), min_size=3, max_size=8),
)
@examples(25)
def test_clocks_stand_as_minutes_are_counted(
    before: tuple[Policy, ...], after: tuple[Policy, ...], history: History, edited: int, looks: set[int]
) -> None:
    world = World(yaml(before))
    for minute, at in minutes():
        rules = before if minute < edited else after
        world.go(at)
        if minute == edited:
            world.files["rules/test.yaml"] = yaml(after)
        history.at(minute, world)
        world.sweep()
        for id in world.ids():
            log = log_of(world.events(id))
            check_met(log, rules, at)
            if minute in looks or minute == HORIZON:
                check_view(world, id, log, rules)
    for id in world.ids():
        check_told(log_of(world.events(id)))
    world.check()


def check_view(world: World, id: int, log: Log, rules: Sequence[Policy]) -> None:
    """What runs, pauses or is late stands as counted; what was met stands as its event says."""
    policy, ticket = policy_of(log, rules), world.ticket(id)
    view = world.view(id).sla
    for target in TARGETS:
        wanted = clock(log, policy, target, world.now) if policy else None
        got = view.get(target)
        if wanted is None or wanted.state == "met" or ticket.kind == "final":
            assert got is None or got.state == "met", (target, got, wanted)
            continue
        assert got is not None and policy is not None, (target, wanted)
        assert (got.policy, *wanted) == (policy.name, *got[1:]), target
        if wanted.state == "breached":
            about = [event for event in log if event["data"].get("target") == target]
            told = [event for event in about if event["kind"] == "sla_breached" or event["data"].get("silent")]
            assert told and seconds(told[-1]["at"]) >= (wanted.breached_at or 0), "it was told, or recorded"


def check_met(log: Log, rules: Sequence[Policy], now: int) -> None:
    """Each target that was met in this minute keeps the margins that counting gives."""
    for number, event in enumerate(log):
        if event["kind"] != "sla_met" or seconds(event["at"]) != now:
            continue
        data, policy = event["data"], policy_of(log[:number], rules)
        assert policy is not None and policy.name == data["policy"]
        wanted = clock(log[:number], policy, data["target"], now)
        assert wanted is not None
        got = Clock(
            "met", None, seconds(data["met_at"]), seconds(data["breached_at"]) if "breached_at" in data else None,
            data["elapsed"], data["remaining"],
        )  # fmt: skip
        assert got == wanted, data["target"]


def check_told(log: Log) -> None:
    """A threshold told in a round is told again only when the due time had moved ahead of that and passed again."""
    known: dict[tuple[str, str, str], int] = {}
    for event in log:
        if event["kind"] not in ("sla_warned", "sla_breached"):
            continue
        data, at = event["data"], seconds(event["at"])
        key = (data["target"], data["since"], data.get("threshold", "due"))
        if key in known:  # a paused clock has no due time: what was past when its policy came is noted then
            assert "due_at" not in data or seconds(data["due_at"]) > known[key], f"{key} was told twice"
        known[key] = at
    met = [(e["data"]["target"], e["data"]["since"]) for e in log if e["kind"] == "sla_met"]
    rounds = [pair for pair in met if pair[0] != "resolution"]
    assert len(rounds) == len(set(rounds)), "each round is met once"
    assert not log or seconds(log[0]["at"]) >= START
