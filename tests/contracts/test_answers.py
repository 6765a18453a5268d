"""Answers kept under idempotency keys, on every engine."""

from __future__ import annotations

from tests.contracts.making import NINE
from ticketcli.stores.tiny import TinyStore

DAY = 86400


def kept(store: TinyStore, *keys: str) -> list[str]:
    with store.read() as reader:
        return [key for key in keys if reader.remembered(key) is not None]


def test_an_answer_is_read_as_it_was_kept(store: TinyStore) -> None:
    answer = {"digest": "ab", "results": [{"id": 1, "reason": None, "ticket": {"subject": "磁盘"}}]}
    with store.write(at=NINE, run="r") as transaction:
        transaction.remember("job/1", answer, NINE)
        assert transaction.remembered("job/1") == answer

    with store.read() as reader:
        assert reader.remembered("job/1") == answer
        assert reader.remembered("job/2") is None


def test_only_what_is_older_is_forgotten(store: TinyStore) -> None:
    with store.write(at=NINE, run="r") as transaction:
        for days in range(3):
            transaction.remember(f"day {days}", {"n": days}, NINE + days * DAY)

    with store.write(at=NINE, run="r") as transaction:
        transaction.forget(NINE + DAY)

    assert kept(store, "day 0", "day 1", "day 2") == ["day 1", "day 2"]


def test_a_transaction_that_fails_keeps_no_answer(store: TinyStore) -> None:
    try:
        with store.write(at=NINE, run="r") as transaction:
            transaction.remember("job/1", {}, NINE)
            raise InterruptedError
    except InterruptedError:
        pass

    assert kept(store, "job/1") == []
