"""History and rulebooks are kept once and in order, on every engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.making import ANN, NINE, an_event
from ticketcli.domain.chain import verify
from ticketcli.domain.events import RULES, RuleRef
from ticketcli.ports import Range, StoredRulebook
from ticketcli.stores.tiny import TinyStore


@pytest.mark.parametrize(
    ("newest", "kinds"), [(1, ["c"]), (2, ["b", "c"]), (9, ["a", "b", "c"]), (None, ["a", "b", "c"])]
)
def test_the_newest_events_come_oldest_first(store: TinyStore, newest: int | None, kinds: list[str]) -> None:
    with store.write(at=NINE, run="r") as transaction:
        for kind in "abc":
            transaction.append(an_event(1, kind))

    with store.read() as reader:
        assert [event.kind for event in reader.events(1, newest=newest)] == kinds


def test_events_are_numbered_without_gaps_and_chained(store: TinyStore) -> None:
    for run in ("r1", "r2"):
        with store.write(at=NINE, run=run) as transaction:
            for ticket in (1, 2):
                transaction.append(an_event(ticket, text=f"{run} on {ticket}"))

    with store.read() as reader:
        events = sorted([*reader.events(1), *reader.events(2)], key=lambda event: event.seq)
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [event.run for event in events] == ["r1", "r1", "r2", "r2"]
    head = ""
    for event in events:
        assert verify(event, head)
        head = event.hash


def test_what_append_answers_is_what_is_read(store: TinyStore) -> None:
    rule = RuleRef("routing", "rest", "rules/routing.yaml", 3, "ff")
    with store.write(at=NINE, run="r1") as transaction:
        appended = transaction.append(an_event(1, "routed", RULES, team="dba")._replace(rule=rule))

    with store.read() as reader:
        assert reader.events(1) == [appended]


def test_recorded_at_never_goes_back(store: TinyStore) -> None:
    recorded = []
    for at in (NINE, NINE - 3600, NINE + 1):
        with store.write(at=at, run="r1") as transaction:
            recorded.append(transaction.append(an_event(1)).recorded_at)
            recorded.append(transaction.head_recorded_at())

    assert recorded == [NINE, NINE, NINE, NINE, NINE + 1, NINE + 1]


def test_a_rulebook_is_kept_once(store: TinyStore) -> None:
    with store.write(at=NINE, run="r1") as transaction:
        assert transaction.keep_rulebook("aa", ["a.yaml"], {"sla": []}, NINE) == 1
        assert transaction.keep_rulebook("bb", ["b.yaml"], {}, NINE) == 2
        assert transaction.keep_rulebook("aa", ["c.yaml"], {"else": 1}, NINE + 1) == 1

    with store.read() as reader:
        assert reader.rulebook(1) == StoredRulebook(1, "aa", ("a.yaml",), {"sla": []}, NINE)
        assert reader.ids("rulebooks", "hash", ["bb"]) == [2]
        assert reader.counter("rulebook") == 2


@pytest.mark.parametrize(
    ("kind", "actor", "mark"),
    [
        ("closed", RULES, "closed"),
        ("resolved", RULES, "closed"),
        ("reminded", RULES, "reminded"),
        ("moved", RULES, None),
        ("closed", ANN, None),
    ],
)
def test_closes_and_reminders_by_rules_are_marked(store: TinyStore, kind: str, actor: Any, mark: str | None) -> None:
    with store.write(at=NINE, run="r1") as transaction:
        transaction.append(an_event(1, kind, actor))

    with store.read() as reader:
        assert reader.tally("events", "mark", {"recorded_at": Range(NINE)}) == ({mark: 1} if mark else {})


def test_an_empty_desk_has_no_head(store: TinyStore) -> None:
    with store.read() as reader:
        assert reader.head_recorded_at() == 0


def test_an_actor_is_kept_with_the_account_that_acted(store: TinyStore) -> None:
    with store.write(at=NINE, run="r") as transaction:
        transaction.append(an_event(1, "assigned", ANN._replace(acting="bob"), to="ann"))

    with store.read() as reader:
        assert reader.events(1)[-1].actor == ANN._replace(acting="bob")
