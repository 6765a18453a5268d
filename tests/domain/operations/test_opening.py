"""Opening tickets: who asks, as which class, what binds the rules, and what is refused (design sections 5 and 7)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.desks import LEE, START, World
from ticketcli.domain.ticket import Requester
from ticketcli.errors import Invalid, NotFound, TicketError

FIELDS = """
fields:
  region: {type: choice, values: [north, south]}
  size: {type: number}
  since: {type: date}
  at: {type: time}
  loud: {type: bool}
  tags: {type: list, values: [a, b]}
  note: {type: text}
"""


def test_a_new_ticket_has_what_was_given_and_nothing_else() -> None:
    world = World()
    world.create(
        "Disk full",
        body="on db3",
        category="disk",
        labels=["prod", "PROD", "db"],
        requester={"name": "Lee", **LEE},
        tier="vip",
        asset="db3",
        fields={"x": 1},
        external_ids={"jira": "OPS-1"},
        watchers=["carol"],
        source="email",
    )
    ticket = world.ticket()
    assert (ticket.subject, ticket.description, ticket.status) == ("Disk full", "on db3", "new")
    assert (ticket.labels, ticket.watchers, ticket.source) == (("prod", "db"), ("carol",), "email")
    assert ticket.requester == Requester("Lee", "lee@x.cn", "vip")
    assert (ticket.asset, ticket.fields, ticket.external_ids) == ("db3", {"x": 1}, {"jira": "OPS-1"})
    assert (ticket.created_at, ticket.version, ticket.occurrences) == (START, 1, 1)
    assert ticket.chosen == ("category",)
    world.check()


@pytest.mark.parametrize("nothing", [None, ""], ids=["null", "empty"])
def test_a_key_that_holds_nothing_is_as_if_it_were_not_given(nothing: str | None) -> None:
    world = World()
    keys = "description category priority labels watchers requester fields external_ids dedup_key".split()
    world.create("Disk full", **dict.fromkeys(keys, nothing), answered=None)
    plain = World()
    plain.create("Disk full")
    assert world.events()[0].data == plain.events()[0].data


@pytest.mark.parametrize(
    ("how", "class_", "asks"),
    [
        pytest.param({}, "agent", False, id="an agent, for nobody"),
        pytest.param({"requester": LEE}, "agent", True, id="an agent, for somebody"),
        pytest.param({"as_": "ann", "requester": {"email": "ann@x.cn"}}, "requester", True, id="somebody for himself"),
        pytest.param({"as_": "ann", "requester": {"name": "ann"}, "assignee": "ann"}, "agent", False, id="to do it"),
        pytest.param({"as_": "ann", "class_": "agent", "requester": {"name": "ann"}}, "agent", False, id="as an agent"),
        pytest.param({"source": "ci"}, "bot", False, id="a bot, for nobody"),
        pytest.param({"source": "alert", "requester": LEE}, "bot", True, id="a bot, for somebody"),
        pytest.param({"source": "ci", "class_": "agent"}, "agent", False, id="the class that is given wins"),
    ],
)
def test_who_opens_it_and_whether_it_asks(how: dict[str, Any], class_: str, asks: bool) -> None:
    world = World()
    world.create(**how)
    assert world.last().actor.class_ == class_
    ticket = world.ticket()
    assert ticket.trail.asked_at == (START if asks else None)
    assert ticket.last_requester_at == (START if asks or class_ == "requester" else None)
    assert ticket.last_agent_at == (START if class_ == "agent" else None)
    assert ticket.last_activity_at == (None if class_ == "bot" else START)
    assert world.view().turn == "agent"


def test_an_automatic_caller_is_a_bot() -> None:
    world = World()
    world.open({"subject": "x"}, automatic=True)
    assert world.last().actor.class_ == "bot"


def test_answered_at_once_leaves_no_question_open() -> None:
    world = World()
    world.create(requester=LEE, answered=True)
    assert (world.ticket().first_responded_at, world.ticket().trail.asked_at) == (START, None)


def test_people_and_teams_are_known_by_any_of_their_names() -> None:
    world = World()
    world.create(assignee="ANN@x.cn", team="DBA")
    assert (world.ticket().assignee, world.ticket().team) == ("ann", "dba")
    assert world.ticket().chosen == ("team", "assignee")


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"subject": " "}, Invalid, "subject"),
        ({"subject": 5}, Invalid, "text"),
        ({"subject": "x" * 501}, Invalid, "500"),
        ({"subject": "a\0b"}, Invalid, "NUL"),
        ({"subject": "a\ud800"}, Invalid, "Unicode"),
        ({"body": "x" * (1 << 20) + "y"}, Invalid, "1,048,576"),
        ({"prioriti": "high"}, NotFound, "prioriti"),
        ({"priority": "hihg"}, Invalid, "hihg"),
        ({"team": "dbaa"}, NotFound, "dbaa"),
        ({"assignee": "anna"}, NotFound, "anna"),
        ({"source": "fax"}, Invalid, "fax"),
        ({"labels": [1]}, Invalid, "labels"),
        ({"labels": ["a\u202eb"]}, Invalid, "label"),
        ({"labels": ["x" * 81]}, Invalid, "81"),
        ({"requester": {"mail": "x"}}, NotFound, "mail"),
        ({"requester": 5}, Invalid, "requester"),
        ({"fields": "x"}, Invalid, "fields"),
        ({"fields": {"x": math.inf}}, Invalid, ""),
        ({"fields": {"x": "a\0b"}}, Invalid, "NUL"),
        ({"fields": {"x": {"y": ["\ud800"]}}}, Invalid, ""),
        ({"fields": {"x": "y" * 70_000}}, Invalid, "65,536"),
        ({"answered": "yes"}, Invalid, "answered"),
        ({"links": [{"kind": "follows", "id": 1}]}, NotFound, "links"),
        ({"parent": 1}, NotFound, "parent"),
        ({"status": "open"}, NotFound, "status"),
        ({"id": 7}, NotFound, "id"),
        ({"dedup_key": "k", "reopen_within": "soon"}, Invalid, "reopen_within"),
        ({"dedup_key": "k", "reopen_within": True}, Invalid, "reopen_within"),
    ],
)
def test_what_is_refused_changes_nothing(given: dict[str, Any], error: type[TicketError], says: str) -> None:
    world = World()
    world.create(dedup_key="k")
    world.do("resolve", 1)
    with pytest.raises(error) as refused:
        world.open({"subject": "x", **given})
    assert says in f"{refused.value} {refused.value.hint}"
    assert world.ids() == [1]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"region": "north"}, "north"),
        ({"size": "3.5"}, 3.5),
        ({"size": 4}, 4),
        ({"since": "2026-03-02"}, "2026-03-02"),
        ({"at": "2026-03-02T09:00:00+08:00"}, "2026-03-02T01:00:00Z"),
        ({"loud": "yes"}, True),
        ({"tags": "a,b"}, ["a", "b"]),
        ({"note": "hm"}, "hm"),
    ],
)
def test_declared_fields_are_read_by_their_type(given: dict[str, Any], kept: Any) -> None:
    world = World(FIELDS)
    world.create(fields=given)
    assert list(world.ticket().fields.values()) == [kept]


@pytest.mark.parametrize(
    "given",
    [
        {"region": "nort"},
        {"region": ["north"]},
        {"size": "big"},
        {"size": True},
        {"size": math.nan},
        {"since": "2026-02-30"},
        {"since": "20260302"},
        {"since": 5},
        {"at": "nine"},
        {"at": 9},
        {"loud": "maybe"},
        {"loud": ["x"]},
        {"tags": ["a", "c"]},
        {"note": 5},
        {"other": "x"},
    ],
)
def test_a_declared_field_refuses_what_does_not_fit(given: dict[str, Any]) -> None:
    world = World(FIELDS)
    with pytest.raises(Invalid):
        world.create(fields=given)


def test_a_key_is_held_by_one_ticket_that_is_neither_resolved_nor_final() -> None:
    world = World()
    job = {"subject": "build broken", "dedup_key": "build/main"}
    assert [world.open(job)[0].action for _ in range(3)] == ["created", "updated", "updated"]
    ticket = world.ticket()
    assert (world.ids(), ticket.occurrences, ticket.comment_count) == ([1], 3, 0)
    assert world.kinds() == ["created", "occurred", "occurred"]


def test_a_repeat_is_no_activity() -> None:
    world = World()
    world.create(dedup_key="k")
    world.open({"subject": "again", "dedup_key": "k"}, at="2h")
    assert (world.ticket().last_activity_at, world.ticket().touched_at) == (START, START + 7200)


@pytest.mark.parametrize("end", ["resolve", "close"])
@pytest.mark.parametrize(
    ("window", "time", "action"),
    [(None, "1h", "created"), (7200, "2h", "reopened"), (7200, "2h1s", "created"), ("2h", "2h", "reopened")],
)
def test_after_its_end_a_repeat_reopens_within_the_window_else_opens_a_linked_one(
    end: str, window: Any, time: str, action: str
) -> None:
    world = World()
    world.create(dedup_key="k")
    world.do(end, 1)
    given = {"subject": "again", "dedup_key": "k", **({"reopen_within": window} if window else {})}
    result = world.open(given, at=time)[0]
    assert result.action == action
    if action == "reopened":
        assert (world.ticket().status, world.ticket().occurrences) == ("open", 2)
    else:
        assert world.ticket(2).links == (("follows", 1),)
        assert world.open(given)[0].id == 2
    world.check()


def test_a_repeat_that_may_not_reopen_opens_a_linked_one() -> None:
    lifecycle = """
    lifecycle:
      transitions:
        - {from: new, to: [open, resolved, closed]}
        - {from: open, to: [pending, resolved, closed]}
        - {from: pending, to: [open]}
        - {from: resolved, to: [open, closed], roles: [supervisor]}
        - {from: closed, to: [open], roles: [supervisor]}
    """
    world = World(lifecycle)
    world.create(dedup_key="k")
    world.do("resolve", 1)
    assert world.open({"subject": "again", "dedup_key": "k", "reopen_within": 60})[0].action == "created"
    assert world.ticket(2).links == (("follows", 1),)


def test_a_reopened_ticket_holds_its_key_again_or_leaves_it_to_the_one_that_has_it() -> None:
    world = World()
    for _ in range(2):
        world.do("resolve", world.create(dedup_key="k"))
    world.do("reopen", 1)
    assert world.open({"subject": "again", "dedup_key": "k"})[0].id == 1
    world.do("resolve", 1)
    world.do("reopen", 2)
    world.do("reopen", 1)
    assert (world.ticket(1).dedup_key, world.ticket(2).dedup_key) == (None, "k")
    world.check()


def test_a_key_that_another_ticket_holds_cannot_be_set() -> None:
    world = World()
    world.create(dedup_key="k")
    world.create()
    with pytest.raises(TicketError, match="#1"):
        world.do("set", 2, values={"dedup_key": "k"})
    world.do("resolve", 1)
    world.do("set", 2, values={"dedup_key": "k"})
    assert world.ticket(2).dedup_key == "k"


def test_many_repeats_in_one_commit_are_one_ticket() -> None:
    world = World()
    results = world.open(*[{"subject": "x", "dedup_key": "k"}] * 3)
    assert [(result.id, result.action) for result in results] == [(1, "created"), (1, "updated"), (1, "updated")]
    assert world.ticket().occurrences == 3
