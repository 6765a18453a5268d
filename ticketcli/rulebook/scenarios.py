"""Scenario files: every problem at its place, each scenario compiled so that it can be played (design section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ticketcli.domain.desk import Guard
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import Broken, Case, Spot, Trouble, shortened
from ticketcli.records import NamedTuple
from ticketcli.rulebook.files import RuleFile
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import Finding, Pointer, json_pointer
from ticketcli.rulebook.reader import Document, read_yaml
from ticketcli.rulebook.scenario_steps import Steps
from ticketcli.rulebook.schema import load_schema, mistakes

RulesOf = Callable[[Any, "Place"], tuple[Rulebook | None, list[Trouble]]]
"""The rulebook that `rules:` of a scenario names or holds (None: the desk's), and what is wrong with it."""


class Place(NamedTuple):
    """A value in a scenario file: the file's name, its document, and the way to the value."""

    file: str
    document: Document
    pointer: Pointer

    def spot(self, *inner: str | int) -> Spot:
        """Where a value below it stands, or its key if it has one."""
        way = (*self.pointer, *inner)
        place = self.document.at(way)
        return Spot(place.key_line, place.key_column, json_pointer(way))

    def below(self, *inner: str | int) -> Place:
        return self._replace(pointer=(*self.pointer, *inner))


def read_scenarios(file: RuleFile, rules_of: RulesOf) -> list[Case | Broken]:
    """The scenarios of a file, in its order; a file that cannot be read is one broken scenario named like it."""
    if file.error:
        return [_unread(file, [Trouble(Spot(), "unreadable", f"cannot be read: {file.error}")])]
    document, refused = read_yaml(file.data)
    troubles = [_told(Spot(line, column, json_pointer(way)), what) for line, column, way, what in refused]
    if document is None or not isinstance(document.value, list) or any(not t.spot.pointer for t in troubles):
        return [_unread(file, troubles or _schema_troubles(document, ()))]
    found = [*troubles, *_schema_troubles(document, ())]
    names: dict[str, int] = {}
    made = [_scenario(Place(file.name, document, (n,)), found, rules_of, names) for n in range(len(document.value))]
    return made or [_unread(file, found)]


def _unread(file: RuleFile, troubles: Sequence[Trouble]) -> Broken:
    return Broken(file.name, file.name, Spot(), tuple(map(shortened, troubles)))


def _told(spot: Spot, finding: Finding) -> Trouble:
    return Trouble(spot, finding.code, finding.message, finding.text, finding.suggestion)


def _schema_troubles(document: Document | None, pointer: Pointer) -> list[Trouble]:
    if document is None:
        return []
    found = mistakes(load_schema("scenario"), document.value, Known({}, {}, complete=False))
    troubles = []
    for way, of_key, finding in found:
        place = document.at(way)
        line, column = (place.key_line, place.key_column) if of_key else (place.line, place.column)
        troubles.append(_told(Spot(line, column, json_pointer(way)), finding))
    return troubles


def _scenario(place: Place, found: Sequence[Trouble], rules_of: RulesOf, names: dict[str, int]) -> Case | Broken:
    """One scenario. `found` is what is wrong with the whole file; `names` are those of the scenarios before."""
    raw, spot = place.document.at(place.pointer) and _value(place), place.spot()
    prefix = json_pointer(place.pointer)
    mine = [t for t in found if t.spot.pointer == prefix or t.spot.pointer.startswith(f"{prefix}/")]
    name = raw.get("name") if isinstance(raw, dict) else None
    shown = name if isinstance(name, str) else f"scenario {int(place.pointer[0]) + 1}"
    if isinstance(name, str):
        first = names.setdefault(name, spot.line)
        if first != spot.line:
            message = f"a second scenario of this name, the first is on line {first}: names must differ"
            mine.append(Trouble(place.spot("name"), "duplicate", message, name))
    bad = frozenset(trouble.spot.pointer for trouble in mine)
    if isinstance(raw, dict) and "start" in raw and not bad & {f"{prefix}/start", f"{prefix}/rules"}:
        made = _compile(raw, place, rules_of, bad)
        if isinstance(made, Case) and not mine:
            return made
        mine += [] if isinstance(made, Case) else made
    return Broken(shown, place.file, spot, tuple(sorted(set(map(shortened, mine)))))


def _value(place: Place) -> Any:
    value = place.document.value
    for part in place.pointer:
        value = value[part]
    return value


def _compile(raw: Mapping[str, Any], place: Place, rules_of: RulesOf, bad: frozenset[str]) -> Case | list[Trouble]:
    """The scenario of a mapping, or what is wrong with it beyond the schema; parts that are `bad` are passed over."""
    rulebook, troubles = rules_of(raw.get("rules"), place.below("rules") if "rules" in raw else place)
    if rulebook is None:
        return troubles
    start = parse_instant(raw["start"])
    steps = Steps(raw, place, rulebook, start, bad)
    tickets, timeline, finally_ = steps.tickets(), steps.timeline(), steps.at_the_end()
    if steps.troubles:
        return steps.troubles
    return Case(
        str(raw.get("name")),
        place.file,
        place.spot(),
        start,
        rulebook,
        tuple(tickets),
        tuple(timeline),
        tuple(finally_),
        guard_of(raw["guard"]) if "guard" in raw and not bad else None,
        _offset(raw["start"], start),
    )


def _offset(text: str, start: Instant) -> int:
    """By how many seconds the clock that `start` is written on is ahead of UTC."""
    zone = text.strip()[-6:]
    return parse_instant(text[: -len(zone)] + "Z") - start if zone[0] in "+-" else 0


def guard_of(given: Mapping[str, Any]) -> Guard:
    """The guard of a scenario; what it does not say is as on a desk."""
    values = dict(given)
    if "max_share" in values:
        values["max_share"] = float(values["max_share"].rstrip("%")) / 100
    if "max_gap" in values:
        values["max_gap"] = None if values["max_gap"] == "off" else parse_duration(values["max_gap"]).plain
    return Guard(**values)
