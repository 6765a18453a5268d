"""TinyDB over an engine does what stock TinyDB does, for any row of operations, commits and failures."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from tests.contracts.making import emptied
from ticketcli.stores.buffer import Buffer
from ticketcli.stores.engine import Engine
from ticketcli.stores.rows import RowDB

FIELDS = st.fixed_dictionaries({"n": st.integers(0, 3)}, optional={"key": st.sampled_from("abc")})
DOCUMENTS = st.builds(
    lambda fields, deep: {**fields, **copy.deepcopy(deep)}, FIELDS, st.sampled_from([{}, {"deep": {"list": [1, None]}}])
)
IDS = st.integers(1, 9)
QUERIES = st.sampled_from([where("n") == 1, where("n") > 1, where("key").exists(), where("deep").list.any([1])])
Operation = tuple[Any, ...]
OPERATIONS: st.SearchStrategy[Operation] = st.one_of(
    st.tuples(st.just("insert"), DOCUMENTS),
    st.tuples(st.just("insert_as"), IDS, DOCUMENTS),
    st.tuples(st.just("insert_multiple"), st.lists(DOCUMENTS, max_size=3)),
    st.tuples(st.just("update_ids"), FIELDS, st.lists(IDS, max_size=3)),
    st.tuples(st.just("update_where"), FIELDS, QUERIES),
    st.tuples(st.just("update_all"), FIELDS),
    st.tuples(st.just("change"), IDS),
    st.tuples(st.just("update_multiple"), FIELDS, QUERIES),
    st.tuples(st.just("upsert"), DOCUMENTS, QUERIES),
    st.tuples(st.just("upsert_as"), IDS, DOCUMENTS),
    st.tuples(st.just("remove_ids"), st.lists(IDS, max_size=3)),
    st.tuples(st.just("remove_where"), QUERIES),
    st.tuples(st.just("truncate")),
    st.tuples(st.just("fail"), IDS),
    st.tuples(st.just("commit")),
    st.tuples(st.just("give up")),
)


def grow(document: Any) -> None:
    document["n"] += 1
    document.setdefault("deep", {}).setdefault("list", []).append(2)


def fail(document: Any) -> None:
    document["n"] = 99
    raise ArithmeticError


# Stock TinyDB numbers from the highest document present; ours from a counter, so the number is given to both.
def insert(ours: Table, stock: Table, document: Any) -> None:
    id = ours.insert(document)
    assert id not in documents(stock)
    stock.insert(Document(document, id))


def insert_multiple(ours: Table, stock: Table, given: Any) -> None:
    ids = ours.insert_multiple(given)
    assert stock.insert_multiple([Document(document, id) for document, id in zip(given, ids, strict=True)]) == ids


def upsert(ours: Table, stock: Table, document: Any, query: Any) -> None:
    if stock.contains(query):
        assert sorted(ours.upsert(document, query)) == sorted(stock.upsert(document, query))
    else:
        insert(ours, stock, document)


ALONE: dict[str, Callable[..., Any]] = {
    "insert_as": lambda table, id, document: table.insert(Document(document, id)),
    "update_ids": lambda table, fields, ids: table.update(fields, doc_ids=list(dict.fromkeys(ids))),
    "update_where": lambda table, fields, query: sorted(table.update(fields, query)),
    "update_all": lambda table, fields: sorted(table.update(fields)),
    "change": lambda table, id: table.update(grow, doc_ids=[id]),
    "update_multiple": lambda table, fields, query: sorted(table.update_multiple([(fields, query), (grow, query)])),
    "upsert_as": lambda table, id, document: table.upsert(Document(document, id)),
    "remove_ids": lambda table, ids: table.remove(doc_ids=list(dict.fromkeys(ids))),
    "remove_where": lambda table, query: sorted(table.remove(query)),
    "truncate": lambda table: table.truncate(),
}
TOGETHER: dict[str, Callable[..., None]] = {"insert": insert, "insert_multiple": insert_multiple, "upsert": upsert}


def documents(table: Table) -> dict[int, dict[str, Any]]:
    return {document.doc_id: dict(document) for document in table}


def result(table: Table, name: str, arguments: Any) -> Any:
    try:
        return ALONE[name](table, *arguments)
    except ValueError:
        return "already exists"


def copied(arguments: Any) -> Any:
    """Stock TinyDB in memory keeps what it is given; queries stay what they are."""
    return [argument if callable(argument) else copy.deepcopy(argument) for argument in arguments]


class Twins:
    """A table over an engine, and stock TinyDB beside it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.stock = TinyDB(storage=MemoryStorage).table("meta", cache_size=0)
        self.committed: dict[int, dict[str, Any]] = {}
        self.begin()

    def begin(self) -> None:
        self.buffer = Buffer(self.engine.work(1, "test"))
        self.ours = RowDB(self.buffer).table("meta")

    def run(self, name: str, *arguments: Any) -> None:
        if name == "commit":
            self.commit()
        elif name == "give up":
            self.give_up()
        elif name == "fail":
            self.fail(*arguments)
        elif name in TOGETHER:
            TOGETHER[name](self.ours, self.stock, *copied(arguments))
        else:
            assert result(self.ours, name, copied(arguments)) == result(self.stock, name, copied(arguments))
        self.compare()

    def fail(self, id: int) -> None:
        """An updater that raises has changed nothing."""
        if self.stock.contains(doc_id=id):
            with pytest.raises(ArithmeticError):
                self.ours.update(fail, doc_ids=[id])

    def compare(self) -> None:
        assert documents(self.ours) == documents(self.stock)
        assert len(self.ours) == len(self.stock)

    def commit(self) -> None:
        self.buffer.commit()
        self.buffer.close()
        self.committed = copy.deepcopy(documents(self.stock))
        self.begin()

    def give_up(self) -> None:
        self.buffer.close()
        self.stock.truncate()
        self.stock.insert_multiple(Document(document, id) for id, document in copy.deepcopy(self.committed).items())
        self.begin()


@settings(max_examples=100)
@given(operations=st.lists(OPERATIONS, max_size=30), query=QUERIES)
def test_any_row_of_operations_ends_like_stock_tinydb(lasting: Engine, operations: list[Operation], query: Any) -> None:
    twins = Twins(emptied(lasting, "meta"))
    try:
        for operation in operations:
            twins.run(*operation)
        found = {document.doc_id: document for document in twins.ours.search(query)}

        assert found == {document.doc_id: document for document in twins.stock.search(query)}
        assert twins.ours.count(query) == len(found)
        assert twins.ours.contains(query) is bool(found)
        assert twins.ours.get(query) in (found.values() or [None])
        twins.commit()
        twins.compare()
    finally:
        twins.buffer.close()


def test_documents_read_are_copies(engine: Engine) -> None:
    buffer = Buffer(engine.work(1, "test"))
    table = RowDB(buffer).table("meta")
    given = {"deep": {"list": [1]}}
    table.insert(Document(given, 1))
    given["deep"]["list"].append(2)
    for _ in range(2):
        read = table.get(doc_id=1)
        assert read == {"deep": {"list": [1]}}
        read["deep"]["list"].append(3)
    buffer.close()


def test_a_query_never_answers_from_before_a_change(engine: Engine) -> None:
    buffer = Buffer(engine.work(1, "test"))
    table, other = RowDB(buffer).table("meta", cache_size=10), RowDB(buffer).table("meta")
    assert table.search(where("n") == 1) == []
    other.insert({"n": 1})
    assert len(table.search(where("n") == 1)) == 1
    buffer.close()


def test_numbers_are_never_given_twice(engine: Engine) -> None:
    buffer = Buffer(engine.work(1, "test"))
    table = RowDB(buffer).table("meta")
    assert [table.insert({}), table.insert({}), table.insert(Document({}, 7)), table.insert({})] == [1, 2, 7, 8]
    table.remove(doc_ids=[8])
    assert table.insert({}) == 9
    table.truncate()
    assert table.insert({}) == 10
    buffer.close()


def test_tables_are_never_dropped(engine: Engine) -> None:
    buffer = Buffer(engine.work(1, "test"))
    database = RowDB(buffer)
    database.table("meta").insert({"n": 1})
    for drop in (database.drop_tables, lambda: database.drop_table("meta")):
        with pytest.raises(RuntimeError, match="never dropped"):
            drop()
    assert database.tables() == {"tickets", "events", "outbox", "rulebooks", "keys", "meta"}
    assert len(database.table("meta")) == 1
    buffer.close()


def test_nothing_is_written_outside_a_transaction(engine: Engine) -> None:
    snapshot = engine.snapshot()
    with pytest.raises(RuntimeError, match="inside a write transaction"):
        RowDB(snapshot).table("meta").insert({"n": 1})
    snapshot.close()


def test_what_an_updater_changes_is_like_a_dictionary(engine: Engine) -> None:
    buffer = Buffer(engine.work(1, "test"))
    table = RowDB(buffer).table("meta")
    table.insert_multiple(Document({"n": id}, id) for id in (1, 2, 3))

    def update(documents: Any) -> None:
        del documents[2]
        documents[7] = {"n": 7}
        documents[3]["n"] = 33
        assert dict(documents) == {1: {"n": 1}, 3: {"n": 33}, 7: {"n": 7}}
        assert len(documents) == 3 and 2 not in documents and documents.get(2) is None
        with pytest.raises(KeyError):
            del documents[2]
        assert documents.pop(1) == {"n": 1}

    table._update_table(update)
    assert documents(table) == {3: {"n": 33}, 7: {"n": 7}}
    buffer.close()
