"""A small desk to search: tickets in a memory store, a rulebook of names, and views by ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from ticketcli.domain.builtin import EMPTY_RULEBOOK
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.rulebook import Rulebook, load_rulebook
from ticketcli.domain.ticket import (
    AutocloseView,
    Move,
    Requester,
    TargetView,
    Ticket,
    Trail,
    View,
)
from ticketcli.ports import Filing
from ticketcli.services.query import Ask, search
from ticketcli.services.query.candidate import Candidate
from ticketcli.stores.memory import MemoryEngine
from ticketcli.stores.tiny import TinyStore

NOW = parse_instant("2026-11-03T09:00:00Z")
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = 3600
DAY = 24 * HOUR
KINDS = {"new": "initial", "open": "active", "pending": "waiting", "resolved": "resolved", "closed": "final"}
BOUND: dict[str, Any] = {
    **EMPTY_RULEBOOK,
    "people": [
        {"name": "ann", "account": "ann.liu", "email": "ann@x.cn"},
        {"name": "bob", "account": "bob"},
        {"name": "李雷", "account": "lilei"},
    ],
    "teams": {"dba": {"members": ["ann", "bob"]}, "servicedesk": {"members": ["李雷"]}},
    "fields": {"region": {"type": "choice", "values": ["cn", "eu"]}, "size": {"type": "number"}},
    "sla": [{"name": "normal", "file": "rules/sla.yaml", "line": 3, "targets": {"resolution": "8h"}}],
    "autoclose": [{"name": "silent", "file": "rules/close.yaml", "line": 2, "after": "48h", "remind": ["24h"]}],
}
RULEBOOK: Rulebook = load_rulebook(BOUND, "hash")


def ticket(id: int, status: str = "open", *, ago: int = DAY, **facts: Any) -> Ticket:
    """A ticket made `ago` seconds before now; facts as the ticket has them."""
    at = NOW - ago
    return Ticket(
        **{
            "id": id,
            "subject": f"ticket {id}",
            "status": status,
            "created_at": at,
            "updated_at": at,
            "status_since": at,
            "trail": Trail(moves=(Move(at, status, KINDS[status]),)),
            **facts,
        }
    )


def clock(state: str, due_in: int | None) -> TargetView:
    due_at = None if due_in is None else NOW + due_in
    return TargetView("normal", state, due_at, None, None, 0, due_in)


def store_of(tickets: Iterable[Ticket]) -> TinyStore:
    """A memory store that holds exactly these tickets."""
    store = TinyStore(MemoryEngine())
    with store.write(at=NOW, run="test") as transaction:
        for one in tickets:
            transaction.save(one, Filing(one.kind, None, 1))
    return store


def find(
    tickets: Sequence[Ticket],
    *terms: str,
    views: Mapping[int, View] = {},
    sort: Sequence[str] = (),
    limit: int | None = None,
    rulebook: Rulebook = RULEBOOK,
) -> list[Candidate]:
    """What `list` finds by these terms."""

    def view_of(one: Ticket) -> View:
        return views.get(one.id, View())

    with store_of(tickets).read() as reader:
        return search(reader, Ask(terms, sort, limit), rulebook, view_of, NOW, ZONE)


def ids(found: Iterable[Candidate]) -> list[int]:
    return [one.ticket.id for one in found]


TICKETS = (
    ticket(
        1,
        "new",
        ago=HOUR,
        requester=Requester("Li Lei", "Li@x.cn", "vip"),
        labels=("Prod", "数据库"),
        category="Database",
    ),
    ticket(
        2,
        "open",
        team="dba",
        assignee="ann",
        priority="urgent",
        fields={"region": "cn", "size": 5},
        category="database",
    ),
    ticket(
        3, "pending", ago=3 * DAY, team="dba", assignee="bob", priority="high", watchers=("李雷", "x@y.cn"), source="ci"
    ),
    ticket(
        4, "resolved", ago=9 * DAY, team="servicedesk", assignee="李雷", resolved_at=NOW - DAY, dedup_key="Disk/db1"
    ),
    ticket(5, "closed", ago=40 * DAY, team="dba", closed_at=NOW - 2 * DAY, close_reason="handled", occurrences=3),
    ticket(
        6, "open", ago=2 * DAY, team="gone", priority="low", subject="Disk FULL, again", requester=Requester("root")
    ),
)
VIEWS = {
    1: View({"first_response": clock("running", HOUR)}, turn="agent"),
    2: View({"first_response": clock("met", None), "resolution": clock("breached", -2 * HOUR)}, turn="agent"),
    3: View({"resolution": clock("paused", None)}, AutocloseView("silent", NOW - DAY, NOW + DAY), turn="requester"),
    4: View({}, AutocloseView("silent", NOW - DAY, NOW + HOUR)),
    6: View({"resolution": clock("running", 30 * 60)}, turn="agent"),
}
