"""Random rulebooks and random lives of tickets, small enough that a sweep every minute is cheap.

All durations are minutes and all instants whole minutes, so that a desk swept every minute and one swept only when
something is due can be compared event by event.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from tests.desks import LEE, MINUTE, START, World
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.ticket import TARGETS
from ticketcli.errors import TicketError
from ticketcli.services.undoing import undo_last

HORIZON = 240
"""Minutes that a history lasts."""
HEAD = """
calendars:
  office: {timezone: UTC, hours: {daily: ["09:10-09:40", "10:00-10:45", "11:00-12:20"]}}
people:
  - name: ann
    account: ann
    email: ann@x.cn
    skills: [linux]
    level: senior
    calendar: office
    capacity: 1
    delegate: dan
  - {name: bob, account: bob, email: bob@x.cn, capacity: 2}
  - {name: carol, email: carol@x.cn, roles: [supervisor]}
  - {name: dan, email: dan@x.cn, skills: [linux], capacity: 1}
teams:
  dba: {manager: carol, members: [ann, bob]}
  desk: {members: [bob]}
"""
Draw = Callable[[st.SearchStrategy[Any]], Any]
SPANS = st.sampled_from(["3m", "5m", "10m", "17m", "30m", "45m", "1h", "1h20m"])
LIMITS = st.sampled_from(["4m", "8m", "16m", "32m", "44m", "1h", "1h20m"])
"""Limits of which a half and three quarters are whole minutes."""
NOTICES = st.sampled_from([[], ["5m"], ["10m", "3m"], ["20m", "10m", "2m"], ["2h", "15m"]])
STATIC = (
    "priority: [high, urgent]",
    "status: pending",
    "status: resolved",
    "status.kind: [initial, active]",
    "labels: {has: prod}",
    "labels: {has_none: [keep, noise]}",
    "assignee: {exists: false}",
    "team: dba",
    "requester.tier: vip",
    "comment_count: {gte: 2}",
    "reopen_count: {gte: 1}",
    "hold.until: {exists: true}",
)
TIMED = ("age", "in_status", "idle", "untouched", "unanswered")


@lru_cache
def among(*values: Any) -> st.SearchStrategy[Any]:
    """One of these values; a strategy that is made once is drawn from twice as fast."""
    return st.sampled_from(values)


@lru_cache
@st.composite
def conditions(draw: Draw, allow_sla: bool = True) -> str:
    """A condition in flow style: one or two facts, sometimes under any or not."""
    kinds = ["timed", "timed", "silent", "within", "static", "ahead"] + (["sla"] if allow_sla else [])
    facts: dict[str, str] = {}
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2)):
        fact, _, operand = draw(_leaf(kind)).partition(": ")
        facts[fact] = operand
    leaves = [f"{fact}: {operand}" for fact, operand in facts.items()]
    form = draw(among("all", "all", "any", "not"))
    if form == "any":
        return "{any: [" + ", ".join(f"{{{leaf}}}" for leaf in leaves) + "]}"
    whole = "{" + ", ".join(leaves) + "}"
    return f"{{not: {whole}}}" if form == "not" else whole


@lru_cache
@st.composite
def _leaf(draw: Draw, kind: str) -> str:
    span, how = draw(SPANS), draw(among("over", "over", "under"))
    calendar = draw(among("", "", ", calendar: office"))
    if kind == "static":
        leaf: str = draw(among(*STATIC))
        return leaf
    if kind == "timed":
        return f"{draw(among(*TIMED))}: {{{how}: {span}{calendar}}}"
    if kind == "silent":
        who = draw(among("requester", "agent", "anyone"))
        return f"silent: {{who: {who}, {how}: {span}{calendar}}}"
    if kind == "within":
        return "within: office"
    if kind == "ahead":
        return f"hold.until: {{ahead: {span}}}"
    target = draw(among(*TARGETS))
    state = draw(among("running", "paused", "met", "breached", f"{{left_under: {span}}}"))
    return f"sla.{target}: {state}"


ACTIONS = (
    "{notify: [assignee, manager]}",
    "{notify: requester}",
    "{label: hot}",
    "{label: prod}",
    "{unlabel: prod}",
    "{assign: manager}",
    "{assign: none}",
    "{team: desk}",
    "{priority: high}",
    "{raise: 1}",
    "{set: {fields.seen: true}}",
    '{comment: "by a rule"}',
    "{watch: carol}",
    "{move: open}",
    "{move: pending}",
)
_ACTIONS = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2, unique=True).map(lambda some: ", ".join(some))


@st.composite
def rulebooks(draw: Draw) -> str:
    """The YAML of a rulebook that checks."""
    lines = [HEAD]
    for section, make in _SECTIONS.items():
        count = draw(among(1, 0, 2))
        if count:
            lines.append(f"{section}:")
            lines += [f"  - {{name: {section}-{n}, {draw(make())}}}" for n in range(count)]
        if section == "routing" and draw(st.booleans()):
            lines += ["routing:"] if not count else []
            rest = draw(among("team: desk, assign: {strategy: round_robin}", "label: [prod]"))
            lines.append(f"  - {{name: rest, {rest}}}")
    return "\n".join(lines) + "\n"


ASSIGNS = (
    "strategy: least_loaded",
    "strategy: round_robin",
    "strategy: none",
    "strategy: least_loaded, skills: [linux]",
    "strategy: round_robin, level: senior",
    "person: ann",
)


@lru_cache
@st.composite
def _routing(draw: Draw) -> str:
    facts = ["category: database", "requester.tier: vip", "labels: {has: prod}", "age: {over: 10m}"]
    when = f"{{{draw(among(*facts))}}}"
    assign = draw(among(*ASSIGNS))
    more = ", continue: true" if draw(st.booleans()) else ""
    return f"when: {when}, team: dba, assign: {{{assign}}}{more}"


@lru_cache
@st.composite
def _priority(draw: Draw) -> str:
    what = draw(among("set: urgent", "set: low", "raise: 1", "raise: 2"))
    return f"when: {draw(conditions(allow_sla=False))}, {what}"


@lru_cache
@st.composite
def _policy(draw: Draw) -> str:
    targets = draw(st.dictionaries(st.sampled_from(TARGETS), LIMITS, min_size=1))
    listed = ", ".join(f"{target}: {span}" for target, span in targets.items())
    calendar = draw(among("", "", "calendar: office, "))
    pause = draw(among("[pending]", "[pending, hold]", "[]"))
    warn = draw(among("", "", "50%", "75%, 2m"))
    warned = f", warn: [{warn}], on_warn: [{draw(_ACTIONS)}]" if warn else ""
    return (
        f"when: {draw(conditions(allow_sla=False))}, {calendar}targets: {{{listed}}}, pause: {pause}{warned}, "
        f"on_breach: [{draw(_ACTIONS)}]"
    )


@lru_cache
@st.composite
def _escalation(draw: Draw) -> str:
    repeat = draw(among("", ", repeat: 20m", ", repeat: 7m, max: 3"))
    calendar = draw(among("", "", ", calendar: office"))
    return f"when: {draw(conditions())}, then: [{draw(_ACTIONS)}]{repeat}{calendar}"


@st.composite
def closing_rulebooks(draw: Draw) -> str:
    """Rulebooks that close by rule, and do little else."""
    rules = [f"  - {{name: autoclose-{n}, {draw(_autoclose())}}}" for n in range(draw(st.integers(1, 2)))]
    return "\n".join([HEAD, "autoclose:", *rules]) + "\n"


@lru_cache
@st.composite
def _autoclose(draw: Draw) -> str:
    unless = f", unless: {draw(conditions())}" if draw(st.booleans()) else ""
    silent = draw(among("requester", "anyone"))
    calendar = draw(among("", "", ", calendar: office"))
    after = draw(SPANS)
    remind = ", ".join(text for text in draw(NOTICES) if parse_duration(text).plain < parse_duration(after).plain)
    mark = ", mark: stale" if remind and draw(st.booleans()) else ""
    return (
        f"when: {draw(conditions())}{unless}, silent: {silent}, after: {after}, remind: [{remind}]{mark}{calendar}, "
        "close: {reason: requester-silent, comment: bye}"
    )


_SECTIONS = {
    "routing": _routing,
    "priority": _priority,
    "sla": _policy,
    "escalation": _escalation,
    "autoclose": _autoclose,
}


class Step(NamedTuple):
    """What happens at a minute of a history: a verb, by whom, on which ticket."""

    minute: int
    ticket: int
    verb: str
    who: str
    class_: str
    args: dict[str, Any]


_WHO = {"requester": "lee@x.cn", "agent": "ann", "bot": "ci"}
_VERBS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("comment", {"text": "hm"}),) * 4,
    ("comment", {"text": "note", "internal": True}),
    *(("resolve", {}),) * 3,
    *(("wait", {}),) * 2,
    ("start", {}),
    ("reopen", {}),
    ("close", {}),
    ("label", {"add": ["prod"]}),
    ("label", {"add": ["keep"]}),
    ("label", {"remove": ["prod", "keep", "stale"]}),
    ("set", {"values": {"priority": "urgent"}}),
    ("set", {"values": {"priority": "low", "tier": "vip"}}),
    ("assign", {"to": "bob"}),
    ("assign", {"to": None}),
    ("take", {}),
    ("route", {}),
    ("hold", {}),
    ("hold", {"for": 25}),
    ("unhold", {}),
    ("extend", {}),
    ("extend", {"by": 600}),
    *(("undo", {}),) * 2,
)


_SOME_VERB = st.sampled_from(_VERBS)


@lru_cache
@st.composite
def steps(draw: Draw, tickets: int, most: int = 12) -> Step:
    verb, args = draw(_SOME_VERB)
    class_ = draw(among("requester", "agent", "agent", "bot"))
    return Step(draw(st.integers(1, HORIZON - 1)), draw(st.integers(1, tickets)), verb, _WHO[class_], class_, args)


class History(NamedTuple):
    births: tuple[tuple[int, dict[str, Any]], ...]
    """Minute and facts of each ticket that is opened."""
    steps: tuple[Step, ...]

    def at(self, minute: int, world: World) -> None:
        """Does what happens at that minute; what the desk refuses does not happen."""
        for born, facts in self.births:
            if born == minute:
                world.create(as_="root", **facts)
        for step in self.steps:
            if step.minute == minute:
                carry_out(step, world)


def carry_out(step: Step, world: World) -> None:
    args = dict(step.args)
    if "for" in args:
        args["until"] = world.now + args.pop("for") * MINUTE
    try:
        if step.verb == "undo":
            undo_last(world.session(step.who, step.class_), [step.ticket])
        else:
            world.do(step.verb, step.ticket, as_=step.who, class_=step.class_, **args)
    except TicketError:
        pass


FACTS: tuple[dict[str, Any], ...] = (
    {"requester": LEE},
    {"requester": {**LEE, "tier": "vip"}, "priority": "high"},
    {"category": "database", "requester": LEE, "labels": ["prod"]},
    {"class_": "bot", "source": "ci"},
    {"assignee": "bob", "answered": True, "requester": LEE},
)


_SOME_FACTS = st.sampled_from(FACTS)


@st.composite
def histories(draw: Draw, tickets: int = 2, most: int = 10) -> History:
    births = [(draw(st.integers(0, 20)), draw(_SOME_FACTS)) for _ in range(tickets)]
    happened = draw(st.lists(steps(tickets), max_size=most))
    return History(tuple(sorted(births, key=lambda birth: birth[0])), tuple(sorted(happened, key=lambda s: s.minute)))


def told(world: World) -> dict[int, list[tuple[str, str, str, dict[str, Any]]]]:
    """Every event of every ticket without what depends on the run that wrote it."""
    return {
        id: [
            (event.kind, format_instant(event.at), event.actor.class_, without_run(event.data))
            for event in world.events(id)
        ]
        for id in world.ids()
    }


def without_run(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says, without the names of runs and numbers of events by which `undone` names what it took back."""
    if "what" not in data:
        return dict(data)
    what = [{**one, "run": ""} for one in data["what"]]
    return {**data, "what": what, "events": len(data["events"])}


def minutes() -> list[tuple[int, Instant]]:
    return [(minute, START + minute * MINUTE) for minute in range(HORIZON + 1)]


def examples(count: int) -> settings:
    """So many examples, the same each time; `SOAK=20` makes it twenty times as many, for a night."""
    return settings(max_examples=count * int(os.environ.get("SOAK", "1")))
