"""Which texts a field names, and what is left of an event and a message."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from ticketcli.domain.chain import link, verify
from ticketcli.domain.events import Actor, Event, Message
from ticketcli.domain.redaction import FIELDS, fields_named, names_of, redact_event, redact_message
from ticketcli.errors import UsageError

NINE = 1772442000
LEE = Actor("lee@x.cn", "requester")
ANN = Actor("ann", "agent")


def linked(kind: str, data: dict[str, Any], actor: Actor = ANN) -> Event:
    numbers = count(1)
    return link(Event(1, NINE, actor, kind, data, seq=1), "", lambda: f"salt{next(numbers)}")


CREATED = {
    "subject": "s", "description": "d", "requester": {"name": "Lee", "email": "lee@x.cn", "tier": "vip"},
    "fields": {"phone": "5", "a.b": 1}, "asset": "pc", "watchers": ["ann", "lee@x.cn"],
    "status": "new", "labels": ["x"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data", "fields", "left"),
    [
        ("created", CREATED, ["subject"], {**CREATED, "subject": "[redacted]"}),
        ("created", CREATED, ["description"], {**CREATED, "description": "[redacted]"}),
        ("created", CREATED, ["fields.phone"], {**CREATED, "fields": {"a.b": 1}}),
        ("created", CREATED, ["fields"], {**CREATED, "fields": {}}),
        ("created", CREATED, ["asset"], {key: value for key, value in CREATED.items() if key != "asset"}),
        ("created", CREATED, ["requester"],
         {**CREATED, "requester": {"tier": "vip"}, "watchers": ["ann", "[redacted]"]}),
        ("created", CREATED, ["comments", "hold"], CREATED),
        ("commented", {"text": "t", "public": True}, ["comments"], {"text": "[redacted]", "public": True}),
        ("commented", {"text": "t", "public": True}, ["subject"], {"text": "t", "public": True}),
        ("changed", {"set": {"fields.phone": "6", "team": "dba"}, "was": {"fields.phone": "5"}}, ["fields.phone"],
         {"set": {"team": "dba"}, "was": {}}),
        ("changed", {"set": {"fields.phones": "6"}}, ["fields.phone"], {"set": {"fields.phones": "6"}}),
        ("changed", {"set": {"requester.email": "l@x.cn", "requester.tier": "vip"}}, ["requester"],
         {"set": {"requester.tier": "vip"}}),
        ("changed", {"set": {"subject": "new"}, "was": {"subject": "old"}}, ["subject"],
         {"set": {"subject": "[redacted]"}, "was": {"subject": "[redacted]"}}),
        ("held", {"reason": "he is ill"}, ["hold"], {}),
        ("closed", {"reason": "requester-silent", "kind": "final"}, ["hold", "comments"],
         {"reason": "requester-silent", "kind": "final"}),
        ("reminded", {"notified": [{"to": "LEE@x.cn", "via": "desk"}, {"to": "ann", "via": "desk"}]}, ["requester"],
         {"notified": [{"to": "[redacted]", "via": "desk"}, {"to": "ann", "via": "desk"}]}),
        ("assigned", {"to": "lee", "was": "ann"}, ["requester"], {"to": "lee", "was": "ann"}),
    ],
)  # fmt: skip
def test_a_field_names_its_texts_and_no_others(
    kind: str, data: dict[str, Any], fields: list[str], left: dict[str, Any]
) -> None:
    event = linked(kind, data)
    rest = redact_event(event, fields, frozenset({"lee", "lee@x.cn"}))

    assert rest.data == left
    assert verify(rest, "")
    assert (rest == event) is (left == data)
    assert redact_event(rest, fields, frozenset({"lee", "lee@x.cn"})) == rest, "once is enough"


def test_the_requester_goes_as_actor_too() -> None:
    event = linked("commented", {"text": "t"}, LEE)

    assert redact_event(event, ["comments"]).actor == LEE
    assert redact_event(event, ["requester"]).actor == Actor("[redacted]", "requester")


def test_an_agent_stays() -> None:
    assert redact_event(linked("commented", {"text": "t"}), fields_named(["all"])).actor == ANN


def test_the_names_of_the_requester_are_all_that_events_tell() -> None:
    changed = linked("changed", {"set": {"requester.email": "new@x.cn"}, "was": {"requester": {"name": "Lee W"}}})
    events = [linked("created", CREATED), linked("commented", {"text": "t"}, Actor("lw", "requester")), changed]

    assert names_of(events) == {"lee", "lee@x.cn", "lw", "new@x.cn", "lee w"}


def test_a_message_keeps_nothing_that_it_may_quote() -> None:
    message = Message(
        "k", 1, "reminder", "Lee@x.cn", "mail", "[#1] s", "d", NINE, state="queued", due_at=NINE,
        address="lee@x.cn", error="lee@x.cn: mailbox full",
    )  # fmt: skip
    kept = redact_message(message, ["description"], frozenset({"lee@x.cn"}))
    gone = redact_message(message, ["requester"], frozenset({"lee@x.cn"}))

    assert (kept.subject, kept.body, kept.to, kept.state) == ("[redacted]", "[redacted]", "Lee@x.cn", "queued")
    assert (gone.to, gone.state, gone.due_at) == ("[redacted]", "unaddressed", None)
    assert "lee" not in repr(gone).lower()
    assert redact_message(message, ["requester"], frozenset({"ann"})).to == "Lee@x.cn"


def test_fields_are_named_by_words_that_exist() -> None:
    assert fields_named(["fields.x", "subject", "subject"]) == ("fields.x", "subject")
    assert fields_named(["all"]) == FIELDS[:-1]
    for word, near in (("subjct", "subject"), ("fields.", ""), ("status", ""), ("", "")):
        with pytest.raises(UsageError, match="no text of a ticket") as caught:
            fields_named([word])
        assert near in caught.value.hint


def test_what_a_mail_server_said_about_a_requester_goes_with_the_requester() -> None:
    event = redact_event(linked("undelivered", {"reason": "550 no user lee@x.cn", "via": "mail"}), ["requester"])

    assert event.data == {"via": "mail"}
    assert verify(event, "")
