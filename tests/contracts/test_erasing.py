"""Walking through a store, erasing from it and making its index anew, on every engine."""

from __future__ import annotations

import pytest

from tests.contracts.making import FILED, NINE, a_message, a_ticket, add, an_event, everything
from ticketcli.domain.chain import erase, verify
from ticketcli.domain.events import REDACTED, Event, Head, Message
from ticketcli.ports import Filing
from ticketcli.stores.engine import Engine
from ticketcli.stores.tiny import TinyStore

MANY = 1203
"""More than two pages of rows."""


@pytest.fixture
def written(store: TinyStore) -> TinyStore:
    """Two tickets with a comment each, and a message."""
    with store.write(at=NINE, run="r0") as transaction:
        for _ in range(2):
            ticket = add(transaction)
            transaction.append(an_event(ticket.id, "created", subject=ticket.subject))
            transaction.append(an_event(ticket.id, text="call 555 1234"))
        transaction.enqueue(a_message(1, "k1"))
    return store


def test_events_and_tickets_are_walked_in_order_from_anywhere(store: TinyStore) -> None:
    with store.write(at=NINE, run="r0") as transaction:
        add(transaction)
        add(transaction)
        for number in range(MANY):
            transaction.append(an_event(1 + number % 2, text=str(number)))

        assert [event.seq for event in transaction.walk_events(MANY - 2)] == [MANY - 1, MANY]
    with store.read() as reader:
        assert [event.seq for event in reader.walk_events()] == list(range(1, MANY + 1))
        assert [event.seq for event in reader.walk_events(1200)] == [1201, 1202, 1203]
        assert list(reader.walk_events(MANY)) == []
        assert [ticket.id for ticket in reader.walk_tickets()] == [1, 2]


def test_other_questions_may_be_asked_on_the_way(written: TinyStore) -> None:
    with written.read() as reader:
        assert [len(reader.events(ticket.id)) for ticket in reader.walk_tickets()] == [2, 2]


def test_the_head_is_the_newest_event(store: TinyStore, engine: Engine) -> None:
    with store.read() as reader:
        assert reader.head() == Head(0, "", 0)
    with store.write(at=NINE, run="r0") as transaction:
        last = [transaction.append(an_event(add(transaction).id)) for _ in range(3)][-1]

    with store.read() as reader:
        assert reader.head() == Head(3, last.hash, NINE)


def test_a_sound_store_has_no_faults(written: TinyStore) -> None:
    with written.read() as reader:
        assert list(reader.faults()) == []


def erased(event: Event) -> Event:
    return erase(event, {"data/text": True})


def test_a_text_is_erased_and_the_chain_holds(written: TinyStore) -> None:
    with written.write(at=NINE, run="r1") as transaction:
        transaction.rewrite_event(erased(transaction.events(1)[1]))

    with written.read() as reader:
        created, comment = reader.events(1)
        assert comment.data == {"text": REDACTED}
        assert verify(comment, created.hash)
        assert list(reader.faults()) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda event: event._replace(data={"text": "forged"}), id="another text"),
        pytest.param(lambda event: event._replace(kind="moved"), id="another kind"),
        pytest.param(lambda event: event._replace(seq=9), id="no such event"),
        pytest.param(lambda event: erased(event)._replace(data={"text": "forged"}), id="a text in place of the erased"),
    ],
)
def test_history_is_not_rewritten(written: TinyStore, change: object) -> None:
    before = everything(written)

    with pytest.raises(ValueError, match="not to be rewritten"), written.write(at=NINE, run="r1") as transaction:
        transaction.rewrite_event(change(transaction.events(1)[1]))  # type: ignore[operator]

    assert everything(written) == before


def test_messages_of_a_ticket_are_rewritten(written: TinyStore) -> None:
    def emptied(message: Message) -> Message:
        return message._replace(body="")

    for ticket, changed in ((2, False), (1, True), (1, False)):
        with written.write(at=NINE, run="r1") as transaction:
            assert transaction.rewrite_messages(ticket, emptied) is changed

    with written.read() as reader:
        assert reader.messages(1) == [a_message(1, "k1")._replace(body="")]


def test_a_ticket_is_built_anew(written: TinyStore) -> None:
    filing = Filing("active", None, 3)
    with written.write(at=NINE, run="r1") as transaction:
        transaction.rebuild(a_ticket(1, subject="as its events say"), filing)
        transaction.rebuild(a_ticket(7, subject="lost and found"), FILED)
        transaction.reindex()

    with written.read() as reader:
        assert [ticket.subject for ticket in reader.tickets([1, 7])] == ["as its events say", "lost and found"]
        assert reader.filing(1) == filing
        assert reader.ids("tickets", "kind", ["active"]) == [1]
        assert list(reader.faults()) == []


def test_erasing_for_good_leaves_what_is_stored(written: TinyStore) -> None:
    before = everything(written)
    written.purge()

    assert everything(written) == before
    with written.write(at=NINE, run="r1") as transaction:
        transaction.append(an_event(1))


def test_remembered_answers_are_rewritten(written: TinyStore) -> None:
    with written.write(at=NINE, run="r1") as transaction:
        transaction.remember("k1", {"results": [1]}, NINE)
        transaction.remember("k2", {"results": [2]}, NINE)
    with written.write(at=NINE, run="r2") as transaction:
        transaction.rewrite_answers(lambda answer: {"results": [0]} if answer["results"] == [1] else answer)

    with written.read() as reader:
        assert [reader.remembered(key) for key in ("k1", "k2")] == [{"results": [0]}, {"results": [2]}]
        assert list(reader.faults()) == []


def test_an_event_is_found_by_its_number(written: TinyStore) -> None:
    with written.read() as reader:
        assert [event and event.ticket for event in map(reader.event, (1, 3, 9))] == [1, 2, None]
