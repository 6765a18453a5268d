"""Histories that leave a desk come back as they were, and what comes in from elsewhere tells nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.desks import DAY, MINUTE, START, World
from tests.properties.histories import HORIZON, History, examples, histories, minutes, rulebooks
from ticketcli.domain.rows import Row, Spot
from ticketcli.services.exporting import exported
from ticketcli.services.importing import Wanted, bring_in, check


class Rows:
    """Facts as the rows of a file."""

    def __init__(self, facts: list[dict[str, Any]]) -> None:
        self._facts = facts

    def rows(self) -> Iterator[Row]:
        for line, facts in enumerate(self._facts, 1):
            yield Row(line, f"key {line}", facts, lambda key: Spot(0, key, ""), (), json.dumps(facts))


def at_the_end(rules: str) -> World:
    """An empty desk at the time at which histories end."""
    world = World(rules)
    world.go(START + HORIZON * MINUTE)
    return world


def lines(world: World) -> list[str]:
    with world.store.read() as reader:
        return [json.dumps(row) for row in exported(reader)]


def taken_in(world: World, facts: list[dict[str, Any]], batch: int | None = None) -> World:
    assert check(world.session(), Rows(facts), "old").problems == 0
    bring_in(world.session(), Rows(facts), Wanted("old", batch))
    return world


@given(rules=rulebooks(), history=histories(tickets=3), other=rulebooks(), batch=st.sampled_from([None, 1, 2]))
@examples(12)
def test_an_export_comes_back_as_it_was_under_whatever_rules(
    rules: str, history: History, other: str, batch: int | None
) -> None:
    world = World(rules)
    for minute, at in minutes():
        world.go(at)
        history.at(minute, world)
        wake_at = world.next_wake()
        if wake_at is not None and wake_at <= at:
            world.sweep()
    before = lines(world)

    restored = taken_in(at_the_end(other), [json.loads(line) for line in before], batch)
    assert lines(restored) == before
    restored.check()
    again = taken_in(restored, [json.loads(line) for line in before], batch)
    assert lines(again) == before

    restored.sweep()
    restored.check()
    assert all(len(new) >= len(old) for new, old in zip(lines(restored), before, strict=True))


AGES = st.integers(0, 3 * DAY)


@st.composite
def pasts(draw: Any) -> dict[str, Any]:
    """What a row may say of a ticket of another system, its times in order."""
    now = START + HORIZON * MINUTE
    times = sorted(now - draw(AGES) for _ in range(4))
    names = ("created_at", "first_responded_at", "resolved_at", "closed_at")
    kept = draw(st.integers(1, 4))
    facts: dict[str, Any] = {"subject": "old", **dict(zip(names[:kept], times[:kept], strict=True))}
    optional = {"requester": {"email": "lee@x.cn"}, "assignee": "bob", "labels": ["prod"], "category": "database"}
    for key, value in optional.items():
        if draw(st.booleans()):
            facts[key] = value
    if kept <= 2:
        facts["status"] = draw(st.sampled_from(["new", "open", "pending", "closed"]))
    return facts


@given(rules=rulebooks(), rows=st.lists(pasts(), min_size=1, max_size=4))
@examples(25)
def test_nobody_is_told_of_rows_whatever_the_rules(rules: str, rows: list[dict[str, Any]]) -> None:
    world = taken_in(at_the_end(rules), rows)
    for id, facts in enumerate(rows, 1):
        ticket = world.ticket(id)
        assert {key: getattr(ticket, key) for key in facts if key.endswith("_at")} == {
            key: value for key, value in facts.items() if key.endswith("_at")
        }
        events = world.events(id)
        assert not [event for event in events if event.data.get("notified")]
        with world.store.read() as reader:
            assert reader.messages(id) == []
    world.check()
