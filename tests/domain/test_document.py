"""Documents: what is stored loads again as it was, and what is shown has the keys of the design."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.domain import document as codec
from ticketcli.domain import ticket as shapes
from ticketcli.domain.events import RULES, Actor, Event, Message, RuleRef
from ticketcli.domain.ticket import AutocloseView, Hold, Move, Requester, TargetView, Ticket, Trail, View
from ticketcli.errors import StoreDamaged

NINE = 1772442000
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXT,
    "int": st.integers(-(2**60), 2**60),
    "Instant": st.integers(-62135596800, 253402300799),
    "JsonMap": st.dictionaries(TEXT, JSON, max_size=3),
    "dict[str, Any]": st.dictionaries(TEXT, JSON, max_size=3),
}


def values(annotation: str) -> st.SearchStrategy[Any]:
    """Any value of a field, by its annotation."""
    kind = annotation.removesuffix(" | None")
    if kind != annotation:
        return st.none() | values(kind)
    if kind.startswith("tuple["):
        return st.lists(values(kind[6:-6]), max_size=2).map(tuple)
    if kind.startswith("Mapping["):
        return st.dictionaries(TEXT, values(kind[13:-1]), max_size=2)
    return PLAIN[kind] if kind in PLAIN else records(getattr(shapes, kind))


def records(cls: Any) -> st.SearchStrategy[Any]:
    fields = {name: values(cls.__annotations__[name]) for name in cls._fields}
    return st.fixed_dictionaries(fields).map(lambda given: cls(**given))


EVENTS = st.builds(
    Event,
    ticket=st.integers(1),
    at=PLAIN["Instant"],
    actor=st.builds(Actor, TEXT, TEXT, st.none() | TEXT),
    kind=TEXT,
    data=PLAIN["JsonMap"],
    rule=st.none() | records(RuleRef),
    run=TEXT,
    seq=st.integers(1),
    recorded_at=PLAIN["Instant"],
    prev=TEXT,
    hash=TEXT,
    salts=st.dictionaries(TEXT, TEXT, max_size=2),
)


def stored(document: dict[str, Any]) -> Any:
    """The document as it comes back from a store."""
    return json.loads(json.dumps(document))


def some_ticket(**facts: Any) -> Ticket:
    begun = {"id": 7, "subject": "Printer on fire", "status": "new"}
    times = dict.fromkeys(("created_at", "updated_at", "status_since"), NINE)
    return Ticket(**{**begun, **times, **facts})


@settings(max_examples=30)
@given(records(Ticket))
def test_a_ticket_loads_as_it_was_stored(ticket: Ticket) -> None:
    assert codec.ticket_from(stored(codec.ticket_document(ticket))) == ticket


@given(EVENTS)
def test_an_event_loads_as_it_was_stored(event: Event) -> None:
    assert codec.event_from(stored(codec.event_document(event))) == event


@given(records(Message))
def test_a_message_loads_as_it_was_stored(message: Message) -> None:
    assert codec.message_from(stored(codec.message_document(message))) == message


def test_nulls_and_empty_lists_are_absent_in_the_store() -> None:
    document = codec.ticket_document(some_ticket(requester=Requester(email="ann@x.cn")))

    assert document["requester"] == {"email": "ann@x.cn"}
    assert not {"description", "labels", "fields", "episodes", "hold"} & document.keys()
    assert {"reopen_count": 0, "comment_count": 0, "version": 0}.items() <= document.items()


def test_stored_instants_are_texts_in_utc() -> None:
    trail = Trail(moves=(Move(NINE, "new", "initial"),), changed={"status": NINE}, asked_at=NINE)
    document = codec.ticket_document(some_ticket(trail=trail, hold=Hold(NINE)))

    nine = "2026-03-02T09:00:00Z"
    assert document["created_at"] == document["hold"]["until"] == nine
    assert document["trail"] == {
        "moves": [{"at": nine, "status": "new", "kind": "initial"}],
        "changed": {"status": nine},
        "asked_at": nine,
    }


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"colour": "red"}, id="a key of tomorrow"),
        pytest.param({"created_at": "yesterday"}, id="no instant"),
        pytest.param({"requester": {"phone": "1"}}, id="an inner key of tomorrow"),
        pytest.param({"requester": "ann"}, id="a text in place of a map"),
        pytest.param({"trail": {"moves": [[1, 2, 3]]}}, id="a list in place of a map"),
        pytest.param({"labels": 5}, id="a number in place of a list"),
    ],
)
def test_what_does_not_fit_is_damage_and_never_left_out(broken: dict[str, Any]) -> None:
    document = {**codec.ticket_document(some_ticket()), **broken}

    with pytest.raises(StoreDamaged, match="ticket 7") as caught:
        codec.ticket_from(document)
    assert caught.value.hint


def test_a_missing_fact_is_damage() -> None:
    document = codec.ticket_document(some_ticket())
    del document["subject"]

    with pytest.raises(StoreDamaged, match="subject"):
        codec.ticket_from(document)


@pytest.mark.parametrize("load", [codec.event_from, codec.message_from])
def test_events_and_messages_that_do_not_fit_are_damage(load: Any) -> None:
    with pytest.raises(StoreDamaged):
        load({"seq": 1, "colour": "red"})


def test_a_shown_ticket_has_every_key_in_the_order_of_the_design() -> None:
    shown = codec.ticket_output(some_ticket(), View())

    assert tuple(shown) == (*codec.FACTS, "sla", "autoclose", "turn", "wake_at")
    assert set(codec.FACTS) == set(Ticket._fields) - {"trail"}
    assert shown["labels"] == [] and shown["requester"] is None and shown["fields"] == {}


def test_a_shown_requester_has_all_its_keys() -> None:
    shown = codec.ticket_output(some_ticket(requester=Requester(email="ann@x.cn")), None)

    assert shown["requester"] == {"name": None, "email": "ann@x.cn", "tier": None, "org": None}
    assert shown["sla"] is shown["autoclose"] is shown["turn"] is shown["wake_at"] is None


def test_the_view_is_shown_with_instants_as_texts_and_durations_as_seconds() -> None:
    target = TargetView("urgent", "running", NINE, None, None, 60, 1740)
    view = View({"resolution": target}, AutocloseView("silent", NINE, NINE + 60), "agent", NINE)
    shown = codec.ticket_output(some_ticket(), view)

    assert shown["sla"]["resolution"]["due_at"] == shown["wake_at"] == "2026-03-02T09:00:00Z"
    assert shown["sla"]["resolution"]["remaining"] == 1740
    assert shown["autoclose"]["close_at"] == "2026-03-02T09:01:00Z"


def test_a_shown_event_has_every_key_and_no_salt() -> None:
    event = Event(7, NINE, RULES, "moved", {"to": "open"}, salts={"data/text": "aa"})

    assert " ".join(codec.event_output(event)) == (
        "seq ticket at recorded_at actor acting class kind data run rule prev hash"
    )
    assert codec.event_output(event)["rule"] is None
