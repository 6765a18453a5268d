"""The chain: it shows every change of an event, and only texts that were erased with their salt may be missing."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.domain.chain import digest, erase, link, verify
from ticketcli.domain.events import Actor, Event, RuleRef

NINE = 1772442000
COMMENT = Event(
    7,
    NINE,
    Actor("ann@x.cn", "requester"),
    "commented",
    {"text": "call me: 555 1234", "public": True},
    rule=RuleRef("routing", "rest", "rules/routing.yaml", 3, "00ff"),
    run="r1",
    seq=1,
    recorded_at=NINE + 1,
)


def linked(event: Event, prev: str = "") -> Event:
    numbers = count(1)
    return link(event, prev, lambda: f"salt{next(numbers)}")


def test_a_linked_event_follows_its_predecessor_and_no_other() -> None:
    event = linked(COMMENT, "abc")

    assert verify(event, "abc")
    assert not verify(event, "abd")
    assert not verify(event._replace(prev="abd"), "abd")


@pytest.mark.parametrize(
    "change",
    [
        {"ticket": 8},
        {"at": NINE + 1},
        {"recorded_at": NINE},
        {"seq": 2},
        {"kind": "created"},
        {"run": "r2"},
        {"rule": None},
        {"actor": Actor("bob@x.cn", "requester")},
        {"actor": Actor("ann@x.cn", "agent")},
        {"actor": Actor("ann@x.cn", "requester", "bob")},
        {"data": {"text": "call me: 555 1235", "public": True}},
        {"data": {"text": "call me: 555 1234", "public": False}},
        {"data": {"text": "call me: 555 1234"}},
        {"hash": "0" * 64},
    ],
    ids=lambda change: " ".join(change),
)
def test_every_change_shows(change: dict[str, Any]) -> None:
    assert not verify(linked(COMMENT)._replace(**change), "")


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(["text", "subject", "set", "fields.a/b", "x~y", "to"]),
        st.recursive(
            st.text(max_size=4) | st.integers(),
            lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=2),
            max_leaves=3,
        ),
    )
)
def test_whatever_an_event_says_it_verifies_after_the_store(data: dict[str, Any]) -> None:
    event = linked(COMMENT._replace(data=data))

    assert verify(event._replace(data=json.loads(json.dumps(data)), salts=json.loads(json.dumps(event.salts))), "")


@pytest.mark.parametrize(
    ("event", "places"),
    [
        pytest.param(COMMENT, ["actor", "data/text"], id="text and requester"),
        pytest.param(COMMENT._replace(actor=Actor("ann", "agent")), ["data/text"], id="no agent's name"),
        pytest.param(
            COMMENT._replace(kind="changed", data={"set": {"fields.a/b": 1, "team": "dba"}}),
            ["actor", "data/set/fields.a~1b"],
            id="dotted keys by their first word, deep down",
        ),
        pytest.param(COMMENT._replace(kind="moved", data={"to": "open"}), ["actor"], id="a status is no name"),
        pytest.param(COMMENT._replace(kind="reminded", data={"to": "ann"}), ["actor", "data/to"], id="a receiver is"),
        pytest.param(COMMENT._replace(data={"subject": None}), ["actor"], id="null needs no salt"),
    ],
)
def test_personal_texts_get_a_salt_each(event: Event, places: list[str]) -> None:
    salts = linked(event).salts

    assert list(salts) == places
    assert len(set(salts.values())) == len(places)


def test_a_text_erased_with_its_salt_leaves_its_digest_and_the_chain_holds() -> None:
    event = linked(COMMENT)
    kept = digest(event.salts["data/text"], event.data["text"])
    erased = event._replace(data={"public": True}, salts={**event.salts, "data/text": {"digest": kept}})

    assert verify(erased, "")
    assert not verify(erased._replace(data={"public": False}), "")


def test_a_text_erased_deep_down_leaves_the_chain_whole() -> None:
    event = linked(COMMENT._replace(kind="changed", data={"set": {"requester": {"email": "ann@x.cn"}}}))
    kept = digest(event.salts["data/set/requester/email"], "ann@x.cn")

    assert verify(event._replace(data={}, salts={**event.salts, "data/set/requester/email": {"digest": kept}}), "")


MAP = {"email": "lee@x.cn", "tier": "vip"}


@pytest.mark.parametrize(
    ("kind", "data", "places", "gone", "left"),
    [
        pytest.param(
            "created",
            {"requester": MAP, "fields": {"a/b": 1, "list": ["x"]}},
            ["data/requester/email", "data/requester/tier", "data/fields/a~1b", "data/fields/list"],
            {"data/requester/email": False, "data/fields/a~1b": False},
            {"requester": {"tier": "vip"}, "fields": {"list": ["x"]}},
            id="one value of a map",
        ),
        pytest.param(
            "watched",
            {"add": ["ann", "lee@x.cn"]},
            ["data/add/0", "data/add/1"],
            {"data/add/1": False},
            {"add": ["ann", "[redacted]"]},
            id="one item of a list",
        ),
        pytest.param(
            "reminded",
            {"notified": [{"to": "lee@x.cn", "via": "desk"}, {"to": "ann", "via": "mail"}]},
            ["data/notified/0/to", "data/notified/1/to"],
            {"data/notified/0/to": True},
            {"notified": [{"to": "[redacted]", "via": "desk"}, {"to": "ann", "via": "mail"}]},
            id="one receiver",
        ),
    ],
)
def test_of_many_texts_one_is_erased(
    kind: str, data: dict[str, Any], places: list[str], gone: dict[str, bool], left: dict[str, Any]
) -> None:
    event = linked(COMMENT._replace(kind=kind, data=data, actor=Actor("ann", "agent")))
    rest = erase(event, gone)

    assert list(event.salts) == places
    assert rest.data == left
    assert verify(rest, "")
    assert not verify(erase(event, gone)._replace(data=data), ""), "a text that comes back shows"
    assert event.data == data


def test_the_actor_is_erased() -> None:
    event = erase(linked(COMMENT), {"actor": True})

    assert event.actor.name == "[redacted]"
    assert verify(event, "")


@pytest.mark.parametrize("place", ["data/text/deeper", "data/public/0", "nowhere/at/all", "data/list/x", ""])
def test_salts_of_places_that_are_none_are_damage_and_no_crash(place: str) -> None:
    event = linked(COMMENT._replace(data={"text": "x", "public": True, "list": [1]}))

    assert not verify(event._replace(salts={**event.salts, place: "salt"}), "")
    assert not verify(event._replace(salts={**event.salts, "data/text": 5}), "")


def test_equal_texts_have_different_digests() -> None:
    assert digest("salt1", "hello") != digest("salt2", "hello")
