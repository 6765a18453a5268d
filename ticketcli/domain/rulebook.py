"""The rulebook that decides: bound rules, compiled once (design section 6).

`load_rulebook` takes the plain JSON that `ticketcli.rulebook` binds from YAML, caches and stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ticketcli.domain.calendar import ALWAYS, Calendar, build_calendar
from ticketcli.domain.conditions import Condition, compile_condition
from ticketcli.domain.durations import Duration, parse_duration
from ticketcli.domain.events import RuleRef
from ticketcli.domain.instants import NEVER, Instant, format_instant, to_utc
from ticketcli.domain.lifecycle import Lifecycle, build_lifecycle
from ticketcli.domain.ticket import NO_MAP, Episode, JsonMap
from ticketcli.domain.words import word_key
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.domain.schedules import Schedule

UNDELIVERABLE = "7d"


class Person(NamedTuple):
    name: str
    account: str | None = None
    email: str | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    level: str | None = None
    capacity: int | None = None
    calendar: str | None = None
    delegate: str | None = None


class Team(NamedTuple):
    name: str
    manager: str | None
    members: tuple[str, ...]


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
    """A warning: when `share` of the budget is used up, or when only `left` of it remains."""

    name: str
    share: float | None
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


class Rulebook:
    """The rules of a desk. Each section is compiled when it is first asked for: a call needs two or three of them."""

    def __init__(self, bound: JsonMap, hash: str, notify_default: tuple[str, ...] = (), timezone: str = "UTC") -> None:
        self.hash = hash
        self.notify_default = notify_default
        self.timezone = timezone
        self.fields: JsonMap | None = bound.get("fields")
        self.channels: JsonMap = bound.get("channels") or NO_MAP
        """Channel by name, as the rule file configures it, the preferred one first; `desk` is not among them."""
        self.calendars = Calendars(bound.get("calendars") or {})
        self.minds_marks: bool | None = None  # what `reads.minds_marks` answers, once it was asked
        self._bound = bound
        self._load = _Loader(hash, self.calendars)

    @cached_property
    def lifecycle(self) -> Lifecycle:
        return build_lifecycle(self._bound["lifecycle"])

    @cached_property
    def people(self) -> Mapping[str, Person]:
        return {raw["name"]: _person(raw) for raw in self._rules("people")}

    @cached_property
    def teams(self) -> Mapping[str, Team]:
        raws: JsonMap = self._bound.get("teams") or {}
        return {name: Team(name, raw.get("manager"), tuple(raw.get("members", ()))) for name, raw in raws.items()}

    @cached_property
    def routing(self) -> tuple[Route, ...]:
        return tuple(map(self._load.route, self._rules("routing")))

    @cached_property
    def priority(self) -> tuple[PriorityRule, ...]:
        return tuple(map(self._load.priority, self._rules("priority")))

    @cached_property
    def sla(self) -> tuple[Policy, ...]:
        return tuple(map(self._load.policy, self._rules("sla")))

    @cached_property
    def escalation(self) -> tuple[Escalation, ...]:
        return tuple(map(self._load.escalation, self._rules("escalation")))

    @cached_property
    def autoclose(self) -> tuple[Autoclose, ...]:
        return tuple(map(self._load.autoclose, self._rules("autoclose")))

    @cached_property
    def schedules(self) -> tuple[Schedule, ...]:
        from ticketcli.domain.schedules import load_schedule  # loads zoneinfo, for those who open by the clock only

        raws = self._rules("schedules")
        return tuple(load_schedule(raw, self._load.ref("schedules", raw), self.timezone) for raw in raws)

    @cached_property
    def _by_word(self) -> Mapping[str, Person]:
        known = [(word, p) for p in self.people.values() for word in (p.name, p.account, p.email) if word]
        return {word_key(word): person for word, person in reversed(known)}  # who comes first counts

    @cached_property
    def episode_keys(self) -> frozenset[str]:
        """The keys of the rules that have episodes."""
        refs = [rule.ref for rule in self.priority]
        refs += [rule.ref for rule in self.escalation]
        refs += [rule.ref for rule in self.autoclose]
        return frozenset(ref.key for ref in refs)

    def _rules(self, section: str) -> Iterable[JsonMap]:
        found: Iterable[JsonMap] = self._bound.get(section) or ()
        return found

    def said(self, instant: Instant) -> str:
        """The instant as messages to people say it: on the desk's clock, with its zone."""
        if self.timezone == "UTC":
            return format_instant(instant)
        from zoneinfo import ZoneInfo

        return to_utc(instant).astimezone(ZoneInfo(self.timezone)).strftime("%Y-%m-%d %H:%M %Z")

    def person(self, word: str | None) -> Person | None:
        """The person of that name, account or e-mail, in any spelling."""
        if not word:
            return None
        return self.people.get(word) or self._by_word.get(word_key(word))

    def team(self, word: str | None) -> Team | None:
        """The team of that name, in any spelling."""
        if not word:
            return None
        key = word_key(word)
        return self.teams.get(word) or next((t for t in self.teams.values() if word_key(t.name) == key), None)

    def roles(self, *words: str | None) -> tuple[str, ...]:
        """The roles of all these people taken together."""
        return tuple(role for word in words if (person := self.person(word)) for role in person.roles)


def load_rulebook(bound: JsonMap, hash: str, notify_default: tuple[str, ...] = (), timezone: str = "UTC") -> Rulebook:
    """The rulebook of a bound one."""
    return Rulebook(bound, hash, notify_default, timezone)


def _person(raw: JsonMap) -> Person:
    lists = {key: tuple(raw.get(key, ())) for key in ("roles", "skills")}
    return Person(**{**raw, **lists})


def _threshold(text: str) -> Threshold:
    if text.endswith("%"):
        return Threshold(text, float(text[:-1]) / 100, None)
    return Threshold(text, None, parse_duration(text))


class _Loader(NamedTuple):
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
