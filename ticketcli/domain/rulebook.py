"""The rulebook that decides: bound rules, compiled once (design section 6).

`load_rulebook` takes the plain JSON that `ticketcli.rulebook` binds from YAML, caches and stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ticketcli.domain.instants import Instant, format_instant, to_utc
from ticketcli.domain.lifecycle import Lifecycle, build_lifecycle
from ticketcli.domain.rules import Autoclose as Autoclose
from ticketcli.domain.rules import Calendars as Calendars
from ticketcli.domain.rules import Escalation as Escalation
from ticketcli.domain.rules import Exemptions, Loader
from ticketcli.domain.rules import Policy as Policy
from ticketcli.domain.rules import PriorityRule as PriorityRule
from ticketcli.domain.rules import Route as Route
from ticketcli.domain.rules import Threshold as Threshold
from ticketcli.domain.ticket import NO_MAP, JsonMap
from ticketcli.domain.words import word_key
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.domain.schedules import Schedule


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
        self.quiet: frozenset[str] | None = None  # what `reads.quiet_kinds` answers, once it was asked
        self._bound = bound
        self._load = Loader(hash, self.calendars)

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
    def exemptions(self) -> Exemptions:
        return Exemptions(self.autoclose, self.calendars)

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
