"""What the Store port promises, on every engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.making import FILED, NINE, a_message, a_ticket, add, an_event, everything, whole
from ticketcli.domain.ticket import Requester
from ticketcli.errors import Invalid, StoreDamaged
from ticketcli.ports import Filing, Range
from ticketcli.stores.tiny import TinyStore, TinyTransaction


class Interrupted(Exception):
    """Something goes wrong in the middle of a transaction."""


def change_everything(transaction: TinyTransaction) -> None:
    ticket = add(transaction)
    transaction.append(an_event(ticket.id, "created", subject="x"))
    transaction.enqueue(a_message(ticket.id, "k"))
    transaction.save(a_ticket(1, subject="changed"), FILED._replace(kind="final"))
    transaction.keep_rulebook("ff", ["rules.yaml"], {"sla": []}, NINE)
    transaction.set_note("cursor", {"rest": 3})
    transaction.set_counter("swept_at", NINE)


@pytest.fixture
def filled(store: TinyStore) -> TinyStore:
    """Two tickets, three events, one message, one note."""
    with store.write(at=NINE, run="r0") as transaction:
        for _ in range(2):
            ticket = add(transaction)
            transaction.append(an_event(ticket.id, "created", subject=ticket.subject))
        transaction.append(an_event(1, text="hello"))
        transaction.enqueue(a_message(1, "k1"))
        transaction.set_note("cursor", {"rest": 1})
    return store


def test_what_was_committed_is_read(filled: TinyStore) -> None:
    with filled.read() as reader:
        assert reader.ticket(1) == a_ticket(1)
        assert reader.filing(2) == FILED
        assert [event.kind for event in reader.events(1)] == ["created", "commented"]
        assert reader.messages(1) == [a_message(1, "k1")]
        assert reader.note("cursor") == {"rest": 1}
        assert (reader.counter("ticket"), reader.counter("seq"), reader.counter("swept_at")) == (2, 3, 0)


def test_what_is_not_there_is_none(filled: TinyStore) -> None:
    with filled.read() as reader:
        assert [reader.ticket(3), reader.filing(3), reader.note("else"), reader.rulebook(1)] == [None] * 4
        assert [*reader.events(3), *reader.messages(2)] == []


def test_tickets_come_in_the_order_asked_without_those_missing(filled: TinyStore) -> None:
    with filled.read() as reader:
        assert [ticket.id for ticket in reader.tickets([2, 9, 1])] == [2, 1]


def test_a_transaction_reads_what_it_wrote(filled: TinyStore) -> None:
    with filled.write(at=NINE, run="r1") as transaction:
        change_everything(transaction)

        assert transaction.tickets([1, 3])[0].subject == "changed"
        assert transaction.ids("tickets", "kind", ["final"]) == [1]
        assert transaction.tally("tickets", "kind") == {"final": 1, "initial": 2}
        assert transaction.note("cursor") == {"rest": 3}
        assert transaction.counter("swept_at") == NINE
        assert [event.run for event in transaction.events(3)] == ["r1"]
        inside = whole(transaction)
    assert everything(filled) == inside


@pytest.mark.parametrize("asking", [False, True], ids=["written at the commit", "written before, for a question"])
def test_a_transaction_left_by_an_exception_changed_nothing(filled: TinyStore, asking: bool) -> None:
    before = everything(filled)

    with pytest.raises(Interrupted), filled.write(at=NINE, run="r1") as transaction:
        change_everything(transaction)
        if asking:
            transaction.tally("tickets", "kind")
        raise Interrupted

    assert everything(filled) == before
    with filled.write(at=NINE, run="r2") as transaction:
        assert whole(transaction) == before


def test_a_reader_sees_one_state_while_a_writer_commits(filled: TinyStore) -> None:
    before = everything(filled)

    with filled.read() as reader:
        with filled.write(at=NINE, run="r1") as transaction:
            change_everything(transaction)
            assert whole(reader) == everything(filled) == before
        assert whole(reader) == before
        with filled.read() as later:
            assert whole(later) == everything(filled) != before
        assert whole(reader) == before


def test_a_transaction_that_changes_nothing_leaves_everything(filled: TinyStore) -> None:
    before = everything(filled)

    with filled.write(at=NINE, run="r1") as transaction:
        transaction.save(a_ticket(1), FILED)

    assert everything(filled) == before


def test_numbers_of_a_transaction_that_failed_were_never_given(filled: TinyStore) -> None:
    with pytest.raises(Interrupted), filled.write(at=NINE, run="r1") as transaction:
        assert transaction.next_ticket_id() == 3
        raise Interrupted

    with filled.write(at=NINE, run="r2") as transaction:
        assert [transaction.next_ticket_id(), transaction.next_ticket_id()] == [3, 4]
    with filled.write(at=NINE, run="r3") as transaction:
        assert transaction.next_ticket_id() == 5


def test_a_number_taken_by_hand_is_not_given_again(store: TinyStore) -> None:
    with store.write(at=NINE, run="import") as transaction:
        transaction.save(a_ticket(40), FILED)

        assert transaction.next_ticket_id() == 41


def test_refiling_leaves_the_ticket_as_it_was(filled: TinyStore) -> None:
    with filled.write(at=NINE + 5, run="r1") as transaction:
        transaction.refile(1, Filing("initial", None, 7))

    with filled.read() as reader:
        assert reader.ticket(1) == a_ticket(1)
        assert reader.filing(1) == Filing("initial", None, 7)
        assert reader.ids("tickets", "wake_at", Range()) == [2]
        assert reader.head_recorded_at() == NINE


def test_a_ticket_that_is_not_there_cannot_be_refiled(filled: TinyStore) -> None:
    with pytest.raises(LookupError), filled.write(at=NINE, run="r1") as transaction:
        transaction.refile(9, FILED)


def test_a_fact_taken_back_is_gone(filled: TinyStore) -> None:
    for team in ("dba", None):
        with filled.write(at=NINE, run="r1") as transaction:
            transaction.save(a_ticket(1, team=team), FILED)

    with filled.read() as reader:
        assert reader.ticket(1) == a_ticket(1)
        assert reader.ids("tickets", "team", ["dba"]) == []


def test_the_requester_is_found_by_address_or_name_in_any_case(store: TinyStore) -> None:
    with store.write(at=NINE, run="r1") as transaction:
        for requester in (Requester("Ann", "Ann@X.cn"), Requester("Straße"), None):
            add(transaction, requester=requester)

    with store.read() as reader:
        assert reader.tally("tickets", "requester") == {"ann@x.cn": 1, "strasse": 1}


def test_what_was_read_or_given_can_change_without_changing_the_store(store: TinyStore) -> None:
    fields = {"region": {"name": "eu"}}
    with store.write(at=NINE, run="r1") as transaction:
        add(transaction, fields=fields)
        note = {"rest": [1]}
        transaction.set_note("cursor", note)
        fields["region"]["name"] = "us"
        note["rest"].append(2)
        transaction.note("cursor")["rest"].append(3)

    for _ in range(2):
        with store.read() as reader:
            ticket = reader.ticket(1)
            assert ticket is not None and ticket.fields == {"region": {"name": "eu"}}
            ticket.fields["region"]["name"] = "asia"
            assert reader.note("cursor") == {"rest": [1]}
            reader.note("cursor")["rest"].append(4)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "half \ud800 a pair", object()],
    ids=["not a number", "infinite", "lone surrogate", "no JSON"],
)
def test_what_cannot_be_stored_is_refused_and_nothing_changes(filled: TinyStore, value: Any) -> None:
    before = everything(filled)

    with pytest.raises(Invalid), filled.write(at=NINE, run="r1") as transaction:
        add(transaction)
        transaction.save(a_ticket(1, fields={"x": value}), FILED)

    assert everything(filled) == before


def test_texts_of_any_script_come_back(store: TinyStore) -> None:
    subject = "打印机 🖨 \x1f\x1e \u202e é"
    with store.write(at=NINE, run="r1") as transaction:
        add(transaction, subject=subject, team=subject)

    with store.read() as reader:
        assert reader.tickets([1])[0].subject == subject
        assert reader.tally("tickets", "team") == {subject: 1}


def test_rows_read_counts_documents_and_not_questions(filled: TinyStore) -> None:
    before = filled.rows_read()
    with filled.read() as reader:
        reader.ids("tickets", "wake_at", Range(None, NINE + 99))
        reader.tally("tickets", "kind")
        reader.counter("swept_at")
        assert filled.rows_read() == before

        reader.tickets([1, 2])
        assert filled.rows_read() == before + 2


def test_a_transaction_reads_a_row_once(filled: TinyStore) -> None:
    before = filled.rows_read()
    with filled.write(at=NINE, run="r1") as transaction:
        ticket = transaction.ticket(1)
        assert ticket is not None
        transaction.save(ticket._replace(version=5), FILED)
        transaction.refile(1, FILED._replace(planned=2))
        transaction.append(an_event(1))

    assert filled.rows_read() == before + 1


def test_a_state_that_was_left_cannot_be_asked(filled: TinyStore) -> None:
    with filled.read() as reader:
        pass
    with filled.write(at=NINE, run="r1") as transaction:
        pass

    for left in (reader, transaction):
        with pytest.raises(RuntimeError, match="left already"):
            left.ticket(1)


def test_a_turn_is_had_by_one_at_a_time(store: TinyStore) -> None:
    with store.turn("sweep") as mine:
        with store.turn("sweep") as again, store.turn("outbox") as other:
            assert (mine, again, other) == (True, False, True)
        with store.turn("sweep") as again:
            assert not again
    with store.turn("sweep") as mine:
        assert mine


def test_a_turn_left_by_an_exception_is_given_back_and_keeps_no_writer_out(store: TinyStore) -> None:
    with pytest.raises(Interrupted), store.turn("sweep"), store.write(at=NINE, run="r", timeout=0):
        raise Interrupted

    with store.turn("sweep") as mine:
        assert mine


def test_a_number_that_was_given_is_damage_and_nothing_is_overwritten(filled: TinyStore) -> None:
    before = everything(filled)
    with (
        pytest.raises(StoreDamaged, match="events: number 1 was given already"),
        filled.write(at=NINE, run="r") as transaction,
    ):
        transaction.set_counter("seq", 0)
        transaction.append(an_event(1))
    assert everything(filled) == before


def test_a_counter_below_its_rows_is_a_fault(filled: TinyStore) -> None:
    with filled.write(at=NINE, run="r") as transaction:
        transaction.set_counter("seq", 1)
    with filled.read() as reader:
        assert [fault.what for fault in reader.faults()] == ["events: row 3 stands above the counter of its table, 1"]
