"""What is personal is replaced, the same by the same; what rules look for stays, so that they decide alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import rulebook
from ticketcli.domain import sought
from ticketcli.domain.masking import Masks

RULES = """
people: [{name: ann, account: ann, email: ann@x.cn}]
fields:
  {cause: {type: text}, region: {type: choice, values: [north]}, count: {type: number}, size: {type: number},
   born: {type: date}, tags: {type: list}, kinds: {type: list, values: [x, y]}}
priority:
  - name: a
    when: {any: [{subject: {contains: [outage, 宕机]}}, {subject: {matches: "(?i)^\\\\[prod"}}]}
    set: urgent
  - {name: b, when: {requester.email: {contains: "@corp.cn"}, fields.cause: {is_not: disk}}, set: high}
  - name: c
    when:
      any: [{description: {contains: a subject}}, {description: {matches: "^Disk.*burns$"}}, {asset: {matches: ".*"}}]
    raise: 1
  - {name: d, when: {requester.email: {matches: "^.+@vip\\\\.cn$"}}, raise: 1}
  - {name: e, when: {fields.count: {gte: 3}, fields.tags: {has: blue}, requester.name: {matches: "^Dr .*"}}, raise: 1}
autoclose:
  - name: c
    when: {status: resolved}
    unless: {requester.org: ACME}
    after: 2d
    remind: [1d]
    close: {reason: handled}
"""


@pytest.fixture
def masks() -> Masks:
    return Masks(rulebook(RULES))


@pytest.mark.parametrize(
    ("fact", "text", "masked"),
    [
        ("subject", "Eve cannot pay", "a subject"),
        ("subject", "Eve: OUTAGE of the till", "OUTAGE a subject"),
        ("subject", "[PROD] Eve cannot pay", "[PROD] a subject"),
        ("subject", "eve: 宕机, outage", "宕机, a subject"),
        ("description", "Eve writes", "…"),
        ("description", "Disk of Eve burns", "Disk burns"),
        ("asset", "eve-7", "a subject"),
        ("requester.name", "Dr Eve", "Dr Xxx a subject"),
        ("requester.org", "acme", "acme"),
        ("requester.org", "Other", "a subject"),
    ],
)
def test_of_a_text_only_what_rules_find_is_kept(masks: Masks, fact: str, text: str, masked: str) -> None:
    assert masks.text(fact, text, "a subject") == masked


def test_of_a_text_that_takes_too_long_to_look_through_nothing_is_kept(
    masks: Masks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sought, "_TRIES", 3)

    assert masks.text("description", "Disk of Eve burns", "some words") == "some words"


def test_a_requester_is_replaced_but_for_the_tier_and_what_rules_look_for() -> None:
    masks = Masks(rulebook(RULES))

    assert masks.requester({"email": "eve@corp.cn", "tier": "vip"}) == {"email": "requester1@corp.cn", "tier": "vip"}
    assert masks.requester({"email": "kim@y.cn", "name": "Kim"}) == {
        "email": "requester2@example.com",
        "name": "Requester 1",
    }
    assert masks.requester({"email": "KIM@y.cn", "org": "Shop"}) == {"email": "requester2@example.com", "org": "org-1"}
    assert masks.requester({"email": "eve@vip.cn"}) == {"email": "requester3@vip.cn"}


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
        ("size", 13800138000, 1),
        ("born", "1971-07-13", "2000-01-01"),
        ("kinds", ["x"], ["x"]),
        ("tags", ["Eve", "blue", "Kim"], ["text", "blue", "text 3"]),
        ("cause", None, None),
        ("cause", {"name": "Eve"}, "text"),
    ],
)
def test_fields_keep_what_leaves_no_room_for_names(masks: Masks, name: str, value: Any, masked: Any) -> None:
    assert masks.field(name, value) == masked
