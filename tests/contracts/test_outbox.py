"""The outbox of every store: messages by number, and by when they are due."""

from __future__ import annotations

from tests.contracts.making import NINE, a_message
from ticketcli.ports import Range
from ticketcli.stores.tiny import TinyStore


def test_only_what_is_queued_is_due_and_the_oldest_first(store: TinyStore) -> None:
    with store.write(at=NINE, run="r") as tx:
        for key, due_at in (("later", NINE + 60), ("now", NINE), ("never", None)):
            tx.enqueue(a_message(1, key, state="queued" if due_at else "dead", due_at=due_at, extra={"before": 60}))

    with store.read() as reader:
        assert reader.ids("outbox", "due_at", Range()) == [2, 1]
        assert reader.ids("outbox", "due_at", Range(None, NINE + 1)) == [2]
        assert reader.least("outbox", "due_at") == NINE
        assert reader.message(3) == a_message(1, "never", state="dead", extra={"before": 60})
        assert reader.message(4) is None


def test_a_message_that_was_delivered_is_due_no_more(store: TinyStore) -> None:
    with store.write(at=NINE, run="r") as tx:
        tx.enqueue(a_message(1, "k", state="queued", due_at=NINE))
    with store.write(at=NINE, run="r") as tx:
        message = tx.message(1)
        assert message is not None
        tx.replace_message(1, message._replace(state="delivered", due_at=None, delivered_at=NINE, attempts=1))

    with store.read() as reader:
        assert reader.ids("outbox", "due_at", Range()) == []
        assert reader.ids("outbox", "state", ["delivered"]) == [1]
        assert [message.attempts for message in reader.messages(1)] == [1]
