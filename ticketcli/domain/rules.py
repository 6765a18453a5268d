"""The rules of a rulebook as values, and how they are made from the plain JSON that `ticketcli.rulebook` binds.

Whoever asks a rulebook for its rules takes these from `ticketcli.domain.rulebook`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.calendar import ALWAYS, Calendar, build_calendar
from ticketcli.domain.conditions import Condition, Node, compile_condition
from ticketcli.domain.durations import Duration, parse_duration
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import NEVER, Instant
from ticketcli.domain.ticket import Episode, JsonMap
from ticketcli.records import NamedTuple

UNDELIVERABLE = "7d"


class Route(NamedTuple):
    ref: RuleRef
    when: Condition
    catch_all: bool
    team: str | None
    assign: JsonMap
    watch: tuple[str, ...]
    label: tuple[str, ...]
    notify: tuple[JsonMap, ...]
    continues: bool
    routes: tuple[Route, ...]


class PriorityRule(NamedTuple):
    ref: RuleRef
    when: Condition
    set: str | None
    raises: int


class Threshold(NamedTuple):
    """A warning: when `percent` of the budget are used up, or when only `left` of it remains."""

    name: str
    percent: int | None
    left: Duration | None


class Policy(NamedTuple):
    ref: RuleRef
    when: Condition
    calendar: Calendar
    targets: Mapping[str, Duration]
    pause: tuple[str, ...]
    warn: tuple[Threshold, ...]
    on_warn: tuple[JsonMap, ...]
    on_breach: tuple[JsonMap, ...]


class Escalation(NamedTuple):
    ref: RuleRef
    when: Condition
    calendar: Calendar
    then: tuple[JsonMap, ...]
    repeat: Duration | None
    max: int | None
    override: bool

    def next_firing(self, episode: Episode | None, now: Instant) -> float:
        """When the rule fires next while it holds: now without an episode, else `repeat` after the last, up to max."""
        if episode is None:
            return now
        if self.repeat is None or (self.max is not None and episode.fired >= self.max):
            return NEVER
        return self.calendar.due(episode.last_at, self.repeat)


class Autoclose(NamedTuple):
    ref: RuleRef
    when: Condition
    unless: Condition | None
    calendar: Calendar
    silent: str
    after: Duration
    remind: tuple[Duration, ...]
    """Longest notice first."""
    remind_to: tuple[str, ...]
    mark: str | None
    reason: str | None
    comment: str | None
    to: str | None
    confirm: str | None
    undeliverable: Duration
    """How long a reminder may stay undelivered before the assignee gets it instead."""


class Calendars(dict[str, Calendar]):
    """Calendars by name, each built when first asked for: most commands touch one or none."""

    def __init__(self, raw: JsonMap) -> None:
        super().__init__()
        self.raw = raw

    def __missing__(self, name: str) -> Calendar:
        calendar = self[name] = build_calendar(name, self.raw[name])
        return calendar

    def of(self, rule: JsonMap) -> Calendar:
        """The calendar that stands on the rule, else the one without hours."""
        return self[rule["calendar"]] if rule.get("calendar") else ALWAYS


class Exemptions(dict[str, Condition | None]):
    """By auto-close rule what exempted the tickets that it waits for until then; None: nothing ever did.

    That is its own `unless`, or that of a rule before it while that was the first to match.
    """

    def __init__(self, rules: tuple[Autoclose, ...], calendars: Calendars) -> None:
        super().__init__()
        self.rules, self.calendars = rules, calendars

    def __missing__(self, name: str) -> Condition | None:
        at = [rule.ref.name for rule in self.rules].index(name)
        own, found, passed = self.rules[at].unless, list[Node](), list[Node]()
        for rule in self.rules[:at]:
            if rule.unless is not None:
                found.append({"all": [*passed, *_nodes(rule.when), *_nodes(rule.unless)]})
            passed += [{"not": node} for node in _nodes(rule.when)]
        self[name] = own if not found else compile_condition({"any": [*found, *_nodes(own)]}, self.calendars)
        return self[name]


def _nodes(condition: Condition | None) -> list[Node]:
    return [condition.node] if condition is not None and condition.node is not None else []


def _threshold(text: str) -> Threshold:
    if text.endswith("%"):
        return Threshold(text, int(text[:-1]), None)
    return Threshold(text, None, parse_duration(text))


class Loader(NamedTuple):
    """Makes rules of bound entries; `hash` is the rulebook's."""

    hash: str
    calendars: Calendars

    def ref(self, section: str, raw: JsonMap) -> RuleRef:
        return RuleRef(section, raw["name"], raw["file"], raw["line"], self.hash)

    def when(self, node: Any) -> Condition:
        return compile_condition(node, self.calendars)

    def route(self, raw: JsonMap) -> Route:
        return Route(
            self.ref("routing", raw),
            self.when(raw.get("when")),
            raw.get("when") is None,
            raw.get("team"),
            raw.get("assign") or {},
            tuple(raw.get("watch", ())),
            tuple(raw.get("label", ())),
            ({"notify": raw["notify"]},) if raw.get("notify") else (),
            raw.get("continue", False),
            tuple(self.route(child) for child in raw.get("routes", ())),
        )

    def priority(self, raw: JsonMap) -> PriorityRule:
        return PriorityRule(self.ref("priority", raw), self.when(raw.get("when")), raw.get("set"), raw.get("raise", 0))

    def policy(self, raw: JsonMap) -> Policy:
        return Policy(
            self.ref("sla", raw),
            self.when(raw.get("when")),
            self.calendars.of(raw),
            {target: parse_duration(text) for target, text in raw["targets"].items()},
            tuple(raw.get("pause", ())),
            tuple(_threshold(text) for text in raw.get("warn", ())),
            tuple(raw.get("on_warn", ())),
            tuple(raw.get("on_breach", ())),
        )

    def escalation(self, raw: JsonMap) -> Escalation:
        return Escalation(
            self.ref("escalation", raw),
            self.when(raw.get("when")),
            self.calendars.of(raw),
            tuple(raw["then"]),
            parse_duration(raw["repeat"]) if raw.get("repeat") else None,
            raw.get("max"),
            raw.get("override", True),
        )

    def autoclose(self, raw: JsonMap) -> Autoclose:
        close = raw.get("close") or {}
        remind = sorted((parse_duration(text) for text in raw.get("remind") or ()), key=lambda d: -d.plain)
        return Autoclose(
            self.ref("autoclose", raw),
            self.when(raw.get("when")),
            self.when(raw["unless"]) if raw.get("unless") is not None else None,
            self.calendars.of(raw),
            raw.get("silent", "anyone"),
            parse_duration(raw["after"]),
            tuple(remind),
            tuple(raw.get("remind_to", ("requester",))),
            raw.get("mark"),
            close.get("reason"),
            close.get("comment"),
            close.get("to"),
            raw.get("confirm"),
            parse_duration(raw.get("undeliverable", UNDELIVERABLE)),
        )
