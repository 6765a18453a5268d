"""How much each person has to do: kept with every change, equal to a count of the index, on every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.making import NINE, a_ticket, add, emptied
from ticketcli.domain.ticket import KINDS
from ticketcli.ports import Filing
from ticketcli.stores.buffer import Buffer
from ticketcli.stores.engine import Engine
from ticketcli.stores.rows import RowDB
from ticketcli.stores.tiny import TinyStore, TinyTransaction

PEOPLE = ("ann", "bob", "李雷", "load/ann")
CHANGE = st.tuples(st.integers(1, 6), st.none() | st.sampled_from(PEOPLE), st.sampled_from(KINDS), st.booleans())
COMMITS = st.lists(st.tuples(st.lists(CHANGE, max_size=6), st.booleans()), max_size=5)


class GivenUp(Exception):
    pass


def apply(transaction: TinyTransaction, change: Any) -> None:
    """Files a ticket under another kind, or saves it with another assignee too."""
    id, assignee, kind, refile = change
    if refile and transaction.filing(id):
        transaction.refile(id, Filing(kind, None, 1))
    else:
        transaction.save(a_ticket(id, assignee=assignee), Filing(kind, None, 1))


def counted(reader: Any) -> dict[str, int]:
    """By looking at every ticket."""
    found: Counter[str] = Counter()
    for ticket in reader.walk_tickets():
        filing = reader.filing(ticket.id)
        if ticket.assignee and filing.kind not in ("resolved", "final"):
            found[ticket.assignee] += 1
    return dict(found)


@settings(max_examples=40)
@given(commits=COMMITS)
def test_the_loads_are_what_a_count_says_after_any_changes(lasting: Engine, commits: Any) -> None:
    store = TinyStore(emptied(emptied(lasting, "tickets"), "meta"))
    for changes, keeps in commits:
        try:
            with store.write(at=NINE, run="r") as transaction:
                for change in changes:
                    apply(transaction, change)
                assert transaction.loads(PEOPLE) == counted(transaction)
                if not keeps:
                    raise GivenUp
        except GivenUp:
            pass
        with store.read() as reader:
            assert reader.loads(PEOPLE) == counted(reader)
            assert [fault for fault in reader.faults() if "unresolved" in fault.what] == []


def test_only_those_asked_for_are_answered(store: TinyStore) -> None:
    with store.write(at=NINE, run="r") as transaction:
        for name in ("ann", "bob", "bob"):
            add(transaction, assignee=name)
    with store.read() as reader:
        assert reader.loads(["bob", "eve"]) == {"bob": 2}
        assert reader.loads([]) == {}


def test_asking_reads_a_row_for_each_however_many_tickets_there_are(engine: Engine) -> None:
    store = TinyStore(engine)
    with store.write(at=NINE, run="r") as transaction:
        for _ in range(50):
            add(transaction, assignee="ann")
    before = store.rows_read()
    with store.read() as reader:
        assert reader.loads(["ann", "bob"]) == {"ann": 50}
    assert store.rows_read() - before == 1


def test_who_has_nothing_left_leaves_no_row(engine: Engine) -> None:
    store = TinyStore(engine)
    for kind in ("active", "resolved"):
        with store.write(at=NINE, run="r") as transaction:
            transaction.save(a_ticket(1, assignee="ann"), Filing(kind, None, 1))
    with store.read() as reader:
        assert reader.ids("meta", "name", ["load/ann"]) == []


def too_many(table: Any) -> None:
    table.update({"value": 9}, doc_ids=[1])


def gone(table: Any) -> None:
    table.remove(doc_ids=[1])


def made_up(table: Any) -> None:
    table.insert({"name": "load/eve", "value": 2})


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (too_many, "ann is noted to have 9 unresolved tickets, but has 2"),
        (gone, "ann is noted to have 0 unresolved tickets, but has 2"),
        (made_up, "eve is noted to have 2 unresolved tickets, but has 0"),
    ],
)
def test_loads_that_are_off_are_found_and_counted_anew(
    engine: Engine, damage: Callable[[Any], None], what: str
) -> None:
    store = TinyStore(engine)
    with store.write(at=NINE, run="r") as transaction:
        for _ in range(2):
            add(transaction, assignee="ann")
    buffer = Buffer(engine.work(1, "test"))
    damage(RowDB(buffer).table("meta"))
    buffer.commit()
    buffer.close()
    with store.read() as reader:
        faults = list(reader.faults())
        assert [(fault.what, fault.filing) for fault in faults] == [(what, True)]

    with store.write(at=NINE, run="r") as transaction:
        transaction.reindex()

    with store.read() as reader:
        assert list(reader.faults()) == []
        assert reader.loads(["ann", "eve"]) == {"ann": 2}


def test_a_ticket_made_anew_is_counted_once(store: TinyStore) -> None:
    with store.write(at=NINE, run="r") as transaction:
        add(transaction, assignee="ann")
    with store.write(at=NINE, run="r") as transaction:
        transaction.rebuild(a_ticket(1, assignee="ann"), Filing("initial", NINE, 1))
    with store.read() as reader:
        assert reader.loads(["ann"]) == {"ann": 1}
