"""What terms find, in which order, and how they are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.query.desk import (
    BOUND,
    HOUR,
    NOW,
    RULEBOOK,
    TICKETS,
    VIEWS,
    ZONE,
    clock,
    find,
    ids,
    store_of,
    ticket,
)
from ticketcli.domain.rulebook import load_rulebook
from ticketcli.domain.ticket import PRIORITIES, SOURCES, Requester, Ticket, View
from ticketcli.errors import NotFound, TicketError, UsageError
from ticketcli.services.query import Ask, search
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.clauses import clauses
from ticketcli.services.query.terms import parse_term
from ticketcli.services.query.values import rows
from ticketcli.services.query.words import Words

ALL = "status:any"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("", [1, 2, 3, 4, 6]),
        ("status:any", [1, 2, 3, 4, 5, 6]),
        ("status:closed", [5]),
        ("status:PENDING,new", [1, 3]),
        ("status:-open", [1, 3, 4]),
        ("kind:active", [2, 6]),
        ("kind:final", [5]),
        ("kind:-final", [1, 2, 3, 4, 6]),
        ("status.kind:resolved", [4]),
        ("priority:high..", [2, 3]),
        ("priority:..normal", [1, 4, 6]),
        ("priority:normal..high", [1, 3, 4]),
        ("priority:-urgent", [1, 3, 4, 6]),
        ("priority:low,urgent", [2, 6]),
        ("team:dba", [2, 3]),
        ("team:DBA status:any", [2, 3, 5]),
        ("team:gone", [6]),
        ("team:none", [1]),
        ("team:any", [2, 3, 4, 6]),
        ("team:none,gone", [1, 6]),
        ("team:-dba", [1, 4, 6]),
        ("assignee:ann", [2]),
        ("assignee:ann.liu", [2]),
        ("assignee:ann@x.cn", [2]),
        ("assignee:李雷", [4]),
        ("assignee:none", [1, 6]),
        ("assignee:none team:gone", [6]),
        ("label:prod", [1]),
        ("label:数据库", [1]),
        ("label:-prod", [2, 3, 4, 6]),
        ("labels:none", [2, 3, 4, 6]),
        ("category:database", [1, 2]),
        ("category:no-such", []),
        ("source:ci", [3]),
        ("tier:vip", [1]),
        ("requester:li@X.cn", [1]),
        ('requester:"li lei"', [1]),
        ("requester:root", [6]),
        ("requester:none", [2, 3, 4]),
        ("requester.name:root", [6]),
        ("watcher:李雷", [3]),
        ("watcher:x@y.cn", [3]),
        ("watcher:none", [1, 2, 4, 6]),
        ("id:2,#5", [2, 5]),
        ("id:2..4", [2, 3, 4]),
        ("id:99", []),
        ("dedup:Disk/db1", [4]),
        ("dedup:disk/db1", []),
        ("dedup:any", [4]),
        ("occurrences:2.. status:any", [5]),
        ("fields.region:CN", [2]),
        ("fields.region:none", [1, 3, 4, 6]),
        ("fields.size:4..6", [2]),
        ("fields.size:5.0", [2]),
        ("fields.size:..4", []),
        ("text:disk full", [6]),
        ('text:"FULL, again"', [6]),
        ("subject:disk", [6]),
        ("created:2026-11-01", [6]),
        ("created:2026-11-02..", [1, 2]),
        ("created:..2026-10-31", [3, 4]),
        ("created:2026-10-31..2026-11-01", [3, 6]),
        ("created:2026-11-02T17:00", [2]),
        ("created:-2026-11-02..", [3, 4, 6]),
        ("resolved:2026-11-02..", [4]),
        ("closed:any", [5]),
        ("reason:handled", [5]),
        ("age:48h..", [3, 4, 6]),
        ("age:48h", [3, 4, 6]),
        ("age:..48h", [1, 2]),
        ("age:24h..48h", [2]),
        ("idle:2d..", [3, 4, 6]),
        ("untouched:any", [1, 2, 3, 4, 6]),
        ("unanswered:none", [1, 2, 3, 4, 6]),
        ("sla:breached", [2]),
        ("sla:running,paused", [1, 3, 6]),
        ("sla:-breached", [1, 3, 4, 6]),
        ("sla:none", [4]),
        ("sla.first_response:met", [2]),
        ("sla.first_response:any", [1, 2]),
        ("sla.resolution:breached", [2]),
        ("due:..1h", [1, 2, 6]),
        ("due:45m", [2, 6]),
        ("due:45m..", [1]),
        ("due:none", [3, 4]),
        ("due:2026-11-03", [1, 2, 6]),
        ("closes:any", [3, 4]),
        ("closes:..2026-11-03", [4]),
        ("turn:requester", [3]),
        ("turn:none", []),
        ("rule:silent", [3, 4]),
        ("rule:normal", [1, 2, 3, 6]),
        ("rule:none", []),
        ("hold:none", [1, 2, 3, 4, 6]),
        ("within:always-closed-is-unknown", None),
    ],
)
def test_terms_find_their_tickets(terms: str, expected: list[int] | None) -> None:
    words = [terms] if '"' in terms or terms.startswith("text") else terms.split()
    if expected is None:
        with pytest.raises(NotFound):
            find(TICKETS, *words, views=VIEWS)
        return

    assert sorted(ids(find(TICKETS, *words, views=VIEWS))) == expected


@pytest.mark.parametrize(
    ("term", "error", "message", "hint"),
    [
        ("statsu:open", UsageError, "no field 'statsu'", "status"),
        ("fields.regoin:cn", UsageError, "no field 'regoin'", "region"),
        ("status:opne", NotFound, "no status 'opne'", "open"),
        ("team:dab", NotFound, "no team 'dab'", "dba"),
        ("assignee:anne", NotFound, "no person 'anne'", "ann"),
        ("rule:silnet", NotFound, "no rule 'silnet'", "silent"),
        ("kind:activ", UsageError, "no kind of status 'activ'", "active"),
        ("priority:hihg..", UsageError, "no priority 'hihg'", "high"),
        ("source:mail", UsageError, "no source 'mail'", "email"),
        ("sla:late", UsageError, "no SLA state 'late'", "breached"),
        ("turn:me", UsageError, "no turn 'me'", "requester"),
        ("priority:urgent..low", UsageError, "priority:urgent..low ends before it begins", "lower end first"),
        ("version:9..2", UsageError, "version:9..2 ends before it begins", "lower end first"),
        ("created:2026-03-05..2026-03-01", UsageError, "ends before it begins", "lower end first"),
        ("idle:2d..24h", UsageError, "idle:2d..24h ends before it begins", "lower end first"),
        ("status:new..open", UsageError, "has no order", "a,b,c"),
        ("id:x", UsageError, "is a number", "id:12"),
        ("id:9999999999999999999999", UsageError, "is a number", "id:12"),
        ("created:today", UsageError, "not a date or time", "2026-11-01"),
        ("created:7d..", UsageError, "not a date or time: '7d'", "age:..7d is younger than that, age:7d.. older"),
        ("updated:2026-03-01..3d", UsageError, "not a date or time: '3d'", "spans go with age, idle, "),
        ("idle:48", UsageError, "not a duration", ""),
        ("due:soon", UsageError, "not a duration", "due:"),
        ("hold:yes", UsageError, "any or none", "hold:any"),
        ("links:8", UsageError, "any or none", "links:any"),
        ("watcher:anne", NotFound, "no person 'anne'", "ann"),
        ('text:""', UsageError, "empty text", ""),
    ],
)
def test_what_the_desk_cannot_mean_is_refused_with_the_nearest_word(
    term: str, error: type[TicketError], message: str, hint: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        find(TICKETS, term, views=VIEWS)

    assert hint in caught.value.hint


def test_what_needs_a_person_comes_first() -> None:
    """Breached, then nearest due, then priority, then oldest."""
    tickets = [
        ticket(1, ago=HOUR),
        ticket(2, ago=2 * HOUR),
        ticket(3, ago=HOUR, priority="high"),
        ticket(4, ago=HOUR),
        ticket(5, ago=HOUR),
        ticket(6, ago=HOUR),
    ]
    views = {
        4: View({"resolution": clock("running", HOUR)}),
        5: View({"resolution": clock("running", 60)}),
        6: View({"resolution": clock("breached", -60)}),
    }

    assert ids(find(tickets, views=views)) == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (["id"], [1, 2, 3, 4, 6]),
        (["-id"], [6, 4, 3, 2, 1]),
        (["created"], [4, 3, 6, 2, 1]),
        (["-age"], [4, 3, 6, 2, 1]),
        (["-priority"], [2, 3, 1, 4, 6]),
        (["priority", "-id"], [6, 4, 1, 3, 2]),
        (["due"], [2, 6, 1, 3, 4]),
        (["-due"], [1, 6, 2, 3, 4]),
        (["team"], [2, 3, 6, 4, 1]),
        (["-team", "-id"], [4, 6, 3, 2, 1]),
        (["fields.size"], [2, 1, 3, 4, 6]),
    ],
)
def test_sort_orders_by_fields_and_puts_what_lacks_them_last(sort: list[str], expected: list[int]) -> None:
    assert ids(find(TICKETS, views=VIEWS, sort=sort)) == expected


def test_a_limit_keeps_the_first_in_order() -> None:
    assert ids(find(TICKETS, views=VIEWS, sort=["-id"], limit=2)) == [6, 4]


@pytest.mark.parametrize("sort", ["no-such", "links", "text"])
def test_an_order_that_is_no_field_is_refused(sort: str) -> None:
    with pytest.raises(UsageError):
        find(TICKETS, sort=[sort])


def test_where_the_rules_name_nobody_any_name_may_be_searched() -> None:
    assert ids(find(TICKETS, "assignee:zoe", rulebook=load_rulebook({**BOUND, "people": []}, "hash"))) == []


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        (["team:dba"], 4),
        (["category:x"], 66),
        (["category:x", "priority:high"], 33),
        (["category:x", "created:2026-11-03T16:30.."], 20),
        (["id:7,8,999"], 2),
        (["team:nobody"], 0),
        (["label:prod"], 200),
    ],
    ids=["one column", "another", "two columns", "a column and a range", "numbers", "nothing filed", "no column"],
)
def test_only_what_the_index_leaves_is_read(terms: list[str], rows: int) -> None:
    tickets = [
        ticket(
            id,
            ago=id * 30,
            team="dba" if id % 50 == 0 else "other",
            category="x" if id % 3 == 0 else "y",
            priority="high" if id % 2 == 0 else "low",
        )
        for id in range(1, 201)
    ]
    rulebook = load_rulebook({**BOUND, "teams": {**BOUND["teams"], "nobody": {"members": []}}}, "hash")
    store = store_of(tickets)
    before = store.rows_read()

    with store.read() as reader:
        search(reader, Ask(terms), rulebook, lambda _: View(), NOW, ZONE)

    assert store.rows_read() - before == rows


def test_fields_as_data_are_times_in_utc_and_spans_in_seconds() -> None:
    found = find(TICKETS, "id:1,2,5", views=VIEWS, sort=["id"])

    table = rows(found, ["id", "created", "age", "due", "label", "fields.size", "requester"], RULEBOOK.fields)

    assert table == [
        {
            "id": 1,
            "created": "2026-11-03T08:00:00Z",
            "age": HOUR,
            "due": "2026-11-03T10:00:00Z",
            "label": ["Prod", "数据库"],
            "fields.size": None,
            "requester": "Li@x.cn",
        },
        {
            "id": 2,
            "created": "2026-11-02T09:00:00Z",
            "age": 24 * HOUR,
            "due": "2026-11-03T07:00:00Z",
            "label": None,
            "fields.size": 5,
            "requester": None,
        },
        {
            "id": 5,
            "created": "2026-09-24T09:00:00Z",
            "age": 40 * 24 * HOUR,
            "due": None,
            "label": None,
            "fields.size": None,
            "requester": None,
        },
    ]


STATUSES = st.sampled_from(["new", "open", "pending", "resolved", "closed"])
NAMES = st.sampled_from(["ann", "Ann", "bob", "李雷"])
MAKERS = st.builds(
    lambda id, status, ago, facts: ticket(id, status, ago=ago, **facts),
    id=st.integers(1, 40),
    status=STATUSES,
    ago=st.integers(0, 5 * 24 * HOUR),
    facts=st.fixed_dictionaries(
        {},
        optional={
            "team": st.sampled_from(["dba", "DBA", "servicedesk"]),
            "assignee": NAMES,
            "priority": st.sampled_from(PRIORITIES),
            "source": st.sampled_from(SOURCES),
            "category": st.sampled_from(["db", "DB", "网络"]),
            "labels": st.sampled_from([("a",), ("a", "b")]),
            "dedup_key": st.sampled_from(["k", "K"]),
            "requester": st.sampled_from(
                [Requester("a@x", "b@x"), Requester("a@x"), Requester(None, "A@x"), Requester("b")]
            ),
        },
    ),
)
TERMS = st.sampled_from(
    "status:open status:-open,new status:any kind:active,waiting kind:final priority:high.. "
    "priority:low,urgent team:dba team:none,dba team:-dba assignee:ann assignee:李雷,bob category:db "
    "category:网络 source:ci,cli requester:a@x requester:b requester:b@x dedup:k dedup:any "
    "created:2026-11-01 created:..2026-11-01 created:2026-11-02T12:00.. created:2026-10-30,2026-11-02 "
    "updated:2026-11-02.. id:3,5..9 id:1,2,3 label:b closed:none age:2d..".split()
)


@given(st.lists(MAKERS, max_size=12, unique_by=lambda one: one.id), st.lists(TERMS, max_size=3))
def test_searching_by_the_index_finds_what_testing_every_ticket_finds(tickets: list[Ticket], terms: list[str]) -> None:
    with store_of(tickets).read() as reader:
        words = Words(reader, RULEBOOK, NOW, ZONE)
        tests = clauses([parse_term(term) for term in terms], words)
        candidates = [Candidate(one, NOW, lambda _: View()) for one in tickets]
        expected = {one.ticket.id for one in candidates if all(test.ask(one) for test in tests)}

    assert set(ids(find(tickets, *terms))) == expected
