"""What is personal is replaced, the same by the same; what rules look for stays, so that they decide alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import rulebook
from ticketcli.domain.masking import Masks

RULES = """
people: [{name: ann, account: ann, email: ann@x.cn}]
fields: {cause: {type: text}, region: {type: choice, values: [north]}, count: {type: number}}
priority:
  - name: a
    when: {any: [{subject: {contains: [outage, 宕机]}}, {subject: {matches: "(?i)^\\\\[prod"}}]}
    set: urgent
  - {name: b, when: {requester.email: {contains: "@corp.cn"}, fields.cause: {is_not: disk}}, set: high}
autoclose:
  - name: c
    when: {status: resolved}
    unless: {requester.org: ACME}
    after: 2d
    remind: [1d]
    close: {reason: handled}
"""


@pytest.fixture(scope="module")
def masks() -> Masks:
    return Masks(rulebook(RULES))


@pytest.mark.parametrize(
    ("fact", "text", "masked"),
    [
        ("subject", "Eve cannot pay", "a subject"),
        ("subject", "Eve: OUTAGE of the till", "a subject outage"),
        ("subject", "[PROD] Eve cannot pay", "[PROD a subject"),
        ("subject", "eve: 宕机, outage", "a subject outage 宕机"),
        ("description", "outage", "a subject"),
        ("requester.org", "acme", "acme"),
        ("requester.org", "Other", "a subject"),
    ],
)
def test_of_a_text_only_what_rules_find_is_kept(masks: Masks, fact: str, text: str, masked: str) -> None:
    assert masks.text(fact, text, "a subject") == masked


def test_a_requester_is_replaced_but_for_the_tier_and_what_rules_look_for() -> None:
    masks = Masks(rulebook(RULES))

    assert masks.requester({"email": "eve@corp.cn", "tier": "vip"}) == {"email": "requester1@corp.cn", "tier": "vip"}
    assert masks.requester({"email": "kim@y.cn", "name": "Kim"}) == {
        "email": "requester2@example.com",
        "name": "Requester 1",
    }
    assert masks.requester({"email": "KIM@y.cn", "org": "Shop"}) == {"email": "requester2@example.com", "org": "org-1"}


def test_people_of_the_rules_keep_their_names_and_others_get_one_each() -> None:
    masks = Masks(rulebook(RULES))

    names = [masks.person(name) for name in ("ann", "ann@x.cn", "zoe", "Zoe", "kim", "kim@y.cn")]

    assert names == ["ann", "ann", "person1", "person1", "person2", "person3@example.com"]


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("cause", "disk", "disk"),
        ("cause", "Eve's disk", "text"),
        ("region", "north", "north"),
        ("count", 3, 3),
        ("cause", None, None),
        ("cause", ["Eve"], "text"),
    ],
)
def test_fields_keep_what_leaves_no_room_for_names(masks: Masks, name: str, value: Any, masked: Any) -> None:
    assert masks.field(name, value) == masked
