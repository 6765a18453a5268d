"""A ticket with everything, Chinese and hostile texts among it, for the golden pages."""

from __future__ import annotations

from tests.services.query.desk import DAY, HOUR, NOW, RULEBOOK, ZONE, ticket
from ticketcli.cli.moments import Moments
from ticketcli.cli.show_text import Page
from ticketcli.domain.events import RULES, Actor, Event, Message, RuleRef
from ticketcli.domain.instants import format_instant
from ticketcli.domain.ticket import AutocloseView, Hold, Link, ReminderView, Requester, TargetView, View
from ticketcli.domain.upcoming import Upcoming

MOMENTS = Moments(ZONE, NOW)
ANN = Actor("ann", "agent")
LI = Actor("李雷", "requester", "deploy")
SLA, CLOSE = (
    RuleRef("sla", "normal", "rules/sla.yaml", 3, "h"),
    RuleRef("autoclose", "silent", "rules/close.yaml", 2, "h"),
)
ROUTE = RuleRef("routing", "database", "rules/routing.yaml", 4, "h")
SUBJECT = "数据库主机磁盘已满，请尽快处理 \x1b[2J\u202e evil, and a subject that goes on"

FULL = ticket(
    3,
    "pending",
    ago=3 * DAY,
    subject=SUBJECT,
    description="第一行\r\nsecond line\twith a tab\n\x07" + "many words here " * 40,
    team="dba",
    assignee="bob",
    priority="high",
    category="database",
    labels=("prod", "数据库"),
    watchers=("carol",),
    source="ci",
    requester=Requester("李雷", "li@x.cn", "vip", "Sales"),
    fields={"region": "cn", "size": 5},
    links=(Link("followed_by", 8),),
    dedup_key="disk/1",
    occurrences=3,
    hold=Hold(NOW + HOUR, "waiting for\nparts"),
)
FULL_VIEW = View(
    {
        "first_response": TargetView("normal", "met", None, NOW - 7000, NOW - 8000, 3 * HOUR, None),
        "next_response": TargetView("normal", "paused", None, None, None, 100, 5 * HOUR),
        "resolution": TargetView("normal", "breached", NOW - 2 * HOUR, None, NOW - 2 * HOUR, 10 * HOUR, -2 * HOUR),
    },
    AutocloseView("silent", NOW - DAY, NOW + DAY + 2 * HOUR, (ReminderView(2 * DAY, NOW - 60, None),)),
    "requester",
    NOW + 60,
)


def at(seconds: int) -> str:
    return format_instant(NOW + seconds)


def told_to(to: str, via: str = "desk", state: str = "delivered") -> dict[str, str]:
    return {"to": to, "via": via, "state": state}


EVENTS = (
    Event(3, NOW - 3 * DAY, LI, "created", {"subject": SUBJECT, "category": "database", "team": "dba"}),
    Event(3, NOW - 2 * DAY, RULES, "routed", {"team": "dba", "assignee": "bob", "why": "least loaded"}, ROUTE),
    Event(3, NOW - DAY, ANN, "commented", {"text": "please send\nthe logs \x07 " + "长" * 60, "public": True}),
    Event(
        3,
        NOW - HOUR,
        RULES,
        "sla_breached",
        {
            "target": "resolution",
            "due_at": at(-2 * HOUR),
            "notified": [told_to("ann"), told_to("", state="unaddressed")],
        },
        SLA,
    ),
    Event(
        3,
        NOW - 60,
        RULES,
        "reminded",
        {"before": 2 * DAY, "close_at": at(DAY), "notified": [told_to("li@x.cn", "mail", "queued")]},
        CLOSE,
    ),
)
MESSAGES = (Message("k", 3, "reminder", "li@x.cn", "mail", "Reminder: #3", "", NOW - 60, state="queued"),)
UPCOMING = (
    Upcoming(NOW + 60, "warn", "next_response (75%)", SLA),
    Upcoming(NOW + HOUR, "unhold"),
    Upcoming(NOW + 2 * HOUR, "remind", "24h", CLOSE),
    Upcoming(NOW + 3 * HOUR, "close", "", CLOSE),
)
PAGE = Page(FULL, FULL_VIEW, RULEBOOK, MOMENTS, EVENTS, MESSAGES, UPCOMING)
