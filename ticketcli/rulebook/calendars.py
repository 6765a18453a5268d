"""Whether calendars make sense: each entry is read by itself, so that every mistake is found and has its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ticketcli.domain.calendar import Calendar, build_calendar
from ticketcli.domain.openingdays import KEYS, read_days
from ticketcli.domain.ticket import JsonMap
from ticketcli.domain.zoneclock import read_zone
from ticketcli.errors import Invalid
from ticketcli.rulebook.kinds import with_hint
from ticketcli.rulebook.problems import MAX_MISTAKES, Finding, Pointer


def build_calendars(value: Any) -> tuple[dict[str, Calendar], list[tuple[Pointer, Finding]]]:
    """Those calendars that can be built, and what is wrong with the others."""
    built: dict[str, Calendar] = {}
    unbuilt: list[tuple[Pointer, Finding]] = []
    for name, raw in value.items() if isinstance(value, dict) else ():
        if not isinstance(raw, dict):
            continue
        try:
            built[name] = build_calendar(name, raw)
        except Invalid as error:
            found = list(islice(_mistakes(name, raw), MAX_MISTAKES)) or [(*_offending(raw, error.message), error)]
            unbuilt += [
                (("calendars", name, *place), Finding("calendar", with_hint(error), text=text or name))
                for place, text, error in found
            ]
    return built, unbuilt


def _mistakes(name: str, raw: JsonMap) -> Iterator[tuple[Pointer, str, Invalid]]:
    """What cannot be read, entry by entry: its place in the calendar, the text and why."""
    for place, part in _parts(raw):
        try:
            read_zone(name, part.get("timezone"))
            read_days(name, part)
        except Invalid as error:
            inner, text = _offending(_at(raw, place), error.message)
            yield (*place, *inner), text or str(place[-1]), error


def _parts(raw: JsonMap) -> Iterator[tuple[Pointer, JsonMap]]:
    """Calendars of one entry each, and where that stands."""
    for key, value in raw.items():
        if isinstance(value, dict) and key in KEYS:
            yield from (((key, entry), {key: {entry: inner}}) for entry, inner in value.items())
        elif isinstance(value, list) and key in KEYS:
            yield from (((key, index), {key: [inner]}) for index, inner in enumerate(value))
        else:
            yield (key,), {key: value}


def _at(raw: Any, place: Pointer) -> Any:
    for step in place:
        raw = raw[step]
    return raw


def _offending(raw: Any, message: str) -> tuple[Pointer, str]:
    """The place of the text that a message about a calendar quotes, and that text; () when none is found."""
    if isinstance(raw, str):
        return (), raw
    for key, value in raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ():
        if any(isinstance(part, str) and repr(part) in message for part in (key, value)):
            return (key,), str(value if isinstance(value, str) and repr(value) in message else key)
        place, text = _offending(value, message) if isinstance(value, (dict, list)) else ((), "")
        if text:
            return (key, *place), text
    return (), ""
