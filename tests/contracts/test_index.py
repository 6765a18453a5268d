"""The index answers what looking at every row would answer, on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.making import NINE, a_ticket, emptied
from ticketcli.ports import Filing, Range, Scalar, Wanted
from ticketcli.stores.engine import Engine
from ticketcli.stores.tiny import TinyStore

Rows = dict[int, dict[str, Scalar | None]]
KINDS, TEAMS, TIMES = ["initial", "active", "final"], ["dba", "ops", "宕机"], [NINE, NINE + 1, NINE + 5]
ROWS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "wake_at": st.none() | st.sampled_from(TIMES),
        "team": st.none() | st.sampled_from(TEAMS),
        "priority": st.sampled_from(["low", "normal"]),
        "updated_at": st.sampled_from(TIMES),
    }
)


def wanted(values: list[Any]) -> st.SearchStrategy[Wanted]:
    some = st.sampled_from(values)
    return st.lists(some, max_size=3) | st.builds(Range, st.none() | some, st.none() | some)


COLUMNS: dict[str, st.SearchStrategy[Wanted]] = {
    "kind": wanted(KINDS),
    "team": wanted(TEAMS),
    "wake_at": wanted(TIMES),
    "updated_at": wanted(TIMES),
    "priority": wanted(["low", "normal", "high"]),
}
ASKED = st.sampled_from(list(COLUMNS)).flatmap(lambda column: st.tuples(st.just(column), COLUMNS[column]))


def save(store: TinyStore, rows: Rows) -> None:
    with store.write(at=NINE, run="r") as transaction:
        for id, row in rows.items():
            facts: dict[str, Any] = {key: row[key] for key in ("team", "priority", "updated_at")}
            wake_at: Any = row["wake_at"]
            transaction.save(a_ticket(id, **facts), Filing(str(row["kind"]), wake_at, 1))


def fits(value: Any, asked: Wanted) -> bool:
    if value is None:
        return False
    if isinstance(asked, Range):
        low, high = asked
        return bool((low is None or low <= value) and (high is None or value < high))
    return value in asked


@settings(max_examples=60)
@given(
    before=st.dictionaries(st.integers(1, 12), ROWS),
    after=st.dictionaries(st.integers(1, 12), ROWS),
    asked=ASKED,
    also=st.dictionaries(st.sampled_from(list(COLUMNS)), st.none()).flatmap(
        lambda names: st.fixed_dictionaries({name: COLUMNS[name] for name in names})
    ),
    limit=st.none() | st.integers(0, 4),
    descending=st.booleans(),
)
def test_the_index_answers_what_a_look_answers(
    lasting: Engine,
    before: Rows,
    after: Rows,
    asked: tuple[str, Wanted],
    also: dict[str, Wanted],
    limit: int | None,
    descending: bool,
) -> None:
    column, values = asked
    rows = {**before, **after}
    found = sorted(((row[column], id) for id, row in rows.items() if fits(row[column], values)), reverse=descending)
    counts: dict[Any, int] = {}
    for row in rows.values():
        if row[column] is not None and all(fits(row[name], values) for name, values in also.items()):
            counts[row[column]] = counts.get(row[column], 0) + 1

    store = TinyStore(emptied(lasting, "tickets"))
    save(store, before)
    save(store, after)
    with store.read() as reader:
        assert reader.ids("tickets", column, values, limit=limit, descending=descending) == [
            id for _, id in found[:limit]
        ]
        assert reader.tally("tickets", column, also) == counts
        assert reader.least("tickets", column) == min(values_of(rows, column), default=None)


def values_of(rows: Rows, column: str) -> list[Any]:
    return [row[column] for row in rows.values() if row[column] is not None]


def test_many_values_are_asked_in_order(engine: Engine) -> None:
    store = TinyStore(engine)
    with store.write(at=NINE, run="r") as transaction:
        for id in range(1, 1300):
            transaction.save(a_ticket(id, team=f"t{id:04}"), Filing("initial", None, 1))

    names = [f"t{id:04}" for id in range(1, 1300)]
    with store.read() as reader:
        assert reader.ids("tickets", "team", names[::-1]) == list(range(1, 1300))
        assert reader.ids("tickets", "team", names, limit=2, descending=True) == [1299, 1298]
        assert reader.ids("tickets", "team", [*names, *names], limit=700) == list(range(1, 701))


@pytest.mark.parametrize("question", ["ids", "tally", "where", "least"])
def test_a_column_that_is_not_kept_is_an_error_of_the_program(engine: Engine, question: str) -> None:
    ask = {
        "ids": lambda reader: reader.ids("tickets", "subject; --", ["x"]),
        "tally": lambda reader: reader.tally("tickets", "subject; --"),
        "where": lambda reader: reader.tally("tickets", "kind", {"subject; --": ["x"]}),
        "least": lambda reader: reader.least("tickets", "subject; --"),
    }
    with TinyStore(engine).read() as reader, pytest.raises(LookupError):
        ask[question](reader)
