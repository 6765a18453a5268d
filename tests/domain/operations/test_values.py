"""What people set by hand: values, labels, assignees, holds, extensions, comments (design sections 5 and 7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desks import LEE, START, World
from ticketcli.domain.operations.setting import current
from ticketcli.domain.ticket import Hold
from ticketcli.errors import AlreadyTaken, Conflict, Invalid, NotFound, TicketError, UsageError


def opened(rules: str = "", **facts: Any) -> World:
    world = World(rules)
    world.create(**{"requester": LEE, **facts})
    return world


@pytest.mark.parametrize(
    ("key", "value", "full", "kept", "chosen"),
    [
        ("subject", "New", "subject", "New", ()),
        ("body", "text", "description", "text", ()),
        ("description", "text", "description", "text", ()),
        ("category", "mail", "category", "mail", ("category",)),
        ("priority", "high", "priority", "high", ("priority",)),
        ("priority", "", "priority", "normal", ("priority",)),
        ("team", "DBA", "team", "dba", ("team",)),
        ("assignee", "ann@x.cn", "assignee", "ann", ("assignee",)),
        ("source", "email", "source", "email", ()),
        ("asset", "db3", "asset", "db3", ()),
        ("tier", "vip", "requester.tier", "vip", ()),
        ("requester", "x@y.cn", "requester.email", "x@y.cn", ()),
        ("requester.name", "Lee", "requester.name", "Lee", ()),
        ("requester.org", "ACME", "requester.org", "ACME", ()),
        ("dedup_key", "k", "dedup_key", "k", ()),
        ("fields.x", 5, "fields.x", 5, ()),
        ("fields", {"x": [1]}, "fields.x", [1], ()),
        ("external_ids.jira", "OPS-1", "external_ids.jira", "OPS-1", ()),
    ],
)
def test_every_key_can_be_set_and_is_unchanged_the_second_time(
    key: str, value: Any, full: str, kept: Any, chosen: tuple[str, ...]
) -> None:
    world = opened()
    assert world.do("set", 1, at="1h", values={key: value})[0].action == "updated" or (key, value) == ("priority", "")
    assert current(world.ticket(), full) == kept
    assert world.ticket().chosen == chosen
    assert world.do("set", 1, at="2h", values={key: value})[0].action == "unchanged"
    world.check()


@pytest.mark.parametrize("key", ["description", "category", "asset", "requester.email", "fields.x", "team", "assignee"])
def test_an_empty_value_takes_it_away(key: str) -> None:
    world = opened(description="a", category="b", asset="c", fields={"x": "d"}, team="dba", assignee="ann")
    world.do("set", 1, values={key: ""})
    assert current(world.ticket(), key) is None
    world.check()


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, UsageError),
        ({"subject": ""}, Invalid),
        ({"colour": "red"}, NotFound),
        ({"status": "open"}, NotFound),
        ({"created_at": "x"}, NotFound),
        ({"team": "nobody"}, NotFound),
        ({"priority": "normal", "assignee": "nobody"}, NotFound),
        ({"category": "x" * 81}, Invalid),
        ({"fields": 5}, Invalid),
        ({"fields.": 5}, Invalid),
    ],
)
def test_what_cannot_be_set_is_refused_whole(values: dict[str, Any], error: type[TicketError]) -> None:
    world = opened()
    with pytest.raises(error):
        world.do("set", 1, values=values)
    assert world.ticket().version == 1


def test_several_values_are_one_change_that_says_what_was() -> None:
    world = opened(category="mail", fields={"x": 1})
    world.do("set", 1, values={"category": "disk", "fields.x": 2, "tier": "vip"})
    assert world.last(1, "changed").data["was"] == {"category": "mail", "fields.x": 1, "requester.tier": None}
    assert world.kinds() == ["created", "changed"]


@pytest.mark.parametrize(
    ("add", "remove", "expected"),
    [
        (["PROD", "ｐｒｏｄ", "new"], [], ("Prod", "数据库", "new")),
        ([], ["PROD"], ("数据库",)),
        (["b"], ["数据库", "gone"], ("Prod", "b")),
        (["straße", "STRASSE"], [], ("Prod", "数据库", "straße")),
    ],
)
def test_labels_equal_after_nfkc_and_case_folding_are_one(add: list[str], remove: list[str], expected: Any) -> None:
    world = opened(labels=["Prod", "数据库"])
    world.do("label", 1, add=add, remove=remove)
    assert world.ticket().labels == expected


def test_the_same_labels_again_change_nothing() -> None:
    world = opened(labels=["prod"])
    assert world.do("label", 1, add=["PROD"], remove=["x"])[0].action == "unchanged"
    with pytest.raises(Invalid):
        world.do("label", 1, add=["a\nb"])


def test_take_assigns_and_starts() -> None:
    world = opened()
    world.do("take", 1, as_="ann@x.cn")
    assert (world.ticket().assignee, world.ticket().status) == ("ann", "open")
    assert world.kinds() == ["created", "assigned", "moved"]
    assert world.do("take", 1, as_="ann")[0].action == "unchanged"


def test_what_another_person_took_is_taken() -> None:
    world = opened()
    world.do("take", 1, as_="bob")
    with pytest.raises(AlreadyTaken, match="bob"):
        world.do("take", 1, as_="ann")
    world.do("assign", 1, to="ann")
    world.do("take", 1, as_="ann")
    assert world.ticket().assignee == "ann"


def test_what_a_rule_gave_to_somebody_may_be_taken() -> None:
    world = opened("routing: [{name: r, team: dba, assign: {person: bob}}]")
    assert world.ticket().assignee == "bob"
    world.do("take", 1, as_="ann")
    assert world.ticket().assignee == "ann"


@pytest.mark.parametrize(
    ("verb", "before"), [("take", "resolve"), ("hold", "close"), ("extend", "close"), ("route", "close")]
)
def test_what_has_ended_is_refused(verb: str, before: str) -> None:
    world = opened()
    world.do(before, 1)
    with pytest.raises(Conflict):
        world.do(verb, 1)


def test_assign_to_somebody_to_nobody_and_again() -> None:
    world = opened(assignee="ann")
    world.do("assign", 1, to=None)
    assert (world.ticket().assignee, world.ticket().chosen) == (None, ("assignee",))
    assert world.do("assign", 1, to=None)[0].action == "unchanged"
    with pytest.raises(NotFound, match="anna"):
        world.do("assign", 1, to="anna")


def test_any_name_goes_where_the_rules_name_no_people() -> None:
    world = World(people=False)
    world.create(team="night", assignee="zoe")
    assert (world.ticket().team, world.ticket().assignee) == ("night", "zoe")


def test_a_hold_with_and_without_an_end() -> None:
    world = opened()
    world.do("hold", 1, until=START + 3600, reason="vendor")
    assert world.ticket().hold == Hold(START + 3600, "vendor")
    assert world.do("hold", 1, until=START + 3600, reason="vendor")[0].action == "unchanged"
    world.do("hold", 1)
    assert world.ticket().hold == Hold(None)
    assert len(world.ticket().trail.holds) == 1
    world.do("unhold", 1)
    assert world.ticket().hold is None
    assert world.do("unhold", 1)[0].action == "unchanged"
    with pytest.raises(Invalid):
        world.do("hold", 1, until=START)


def test_a_hold_ends_by_an_event_of_its_own_time_whoever_sees_it_first() -> None:
    world = opened()
    world.do("hold", 1, until=START + 3600)
    world.do("label", 1, at="2h", add=["x"])
    assert [(e.kind, e.at, e.actor.class_) for e in world.events(1)[-2:]] == [
        ("labelled", START + 7200, "agent"),
        ("unheld", START + 3600, "rule"),
    ]


@pytest.mark.parametrize(
    ("class_", "internal", "facts"),
    [
        ("agent", False, {"first_responded_at": 3600, "last_agent_at": 3600, "last_activity_at": 3600, "asked": None}),
        ("agent", True, {"first_responded_at": None, "last_agent_at": 3600, "last_activity_at": 3600, "asked": 0}),
        ("requester", False, {"first_responded_at": None, "last_agent_at": 0, "last_activity_at": 3600, "asked": 0}),
        ("bot", False, {"first_responded_at": None, "last_agent_at": 0, "last_activity_at": 0, "asked": 0}),
    ],
)
def test_whose_comment_counts_as_what(class_: str, internal: bool, facts: dict[str, int | None]) -> None:
    world = opened()
    world.do("comment", 1, at="1h", as_="someone", class_=class_, text="hm", internal=internal)
    ticket = world.ticket()
    for key, since in facts.items():
        value = ticket.trail.asked_at if key == "asked" else getattr(ticket, key)
        assert value == (None if since is None else START + since), key
    assert (ticket.comment_count, ticket.touched_at) == (1, START + 3600)


def test_the_class_follows_from_the_ticket() -> None:
    world = World()
    world.create(requester={"email": "bob@x.cn"})
    world.do("comment", 1, as_="bob", text="hm")
    assert world.last().actor.class_ == "requester"
    world.do("assign", 1, as_="ann", to="bob")
    world.do("comment", 1, as_="bob", text="hm")
    assert world.last().actor.class_ == "agent"


@pytest.mark.parametrize(("text", "internal"), [("", False), (" \n", False), ("a\0", False), ("secret", True)])
def test_a_comment_that_cannot_be_kept_is_refused(text: str, internal: bool) -> None:
    world = opened()
    with pytest.raises(TicketError):
        world.reply(1, text) if not internal else world.do(
            "comment", 1, as_="lee@x.cn", class_="requester", text=text, internal=True
        )
    assert world.kinds() == ["created"]


@pytest.mark.parametrize("words", [{"subject": "better"}, {"description": "more"}])
def test_editing_the_text_is_activity(words: dict[str, str]) -> None:
    world = opened()
    world.do("set", 1, at="1h", class_="agent", values=words)
    assert world.ticket().last_activity_at == START + 3600


@pytest.mark.parametrize("values", [{"priority": "high"}, {"fields.x": "1"}, {"team": "dba"}, {"tier": "vip"}])
def test_setting_anything_else_is_none(values: dict[str, str]) -> None:
    world = opened()
    world.do("set", 1, at="1h", class_="agent", values=values)
    assert (world.ticket().last_activity_at, world.ticket().touched_at) == (START, START + 3600)
