"""Whether calendars make sense: every mistake in them, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ticketcli.domain.calendar import Calendar, build_calendar
from ticketcli.domain.openingdays import mistakes_in
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import Invalid
from ticketcli.rulebook.kinds import with_hint
from ticketcli.rulebook.problems import MAX_MISTAKES, Finding, Pointer

MOST_CALENDARS = 200
"""The schema says so of a rule file; no more are looked at."""
MOST_REFUSED = 50
"""Calendars that are told to be wrong: a rulebook with more is wrong altogether."""


def build_calendars(value: Any) -> tuple[dict[str, Calendar], list[tuple[Pointer, Finding]]]:
    """Those calendars that can be built, and what is wrong with the others."""
    built: dict[str, Calendar] = {}
    unbuilt: list[tuple[Pointer, Finding]] = []
    refused = 0
    for name, raw in value.items() if isinstance(value, dict) and len(value) <= MOST_CALENDARS else ():
        if not isinstance(raw, dict) or refused >= MOST_REFUSED:
            continue
        try:
            built[name] = build_calendar(name, raw)
        except Invalid as error:
            refused += 1
            for place, text, mistake in _mistakes(name, raw, error):
                finding = Finding("calendar", with_hint(mistake), text=text or name)
                unbuilt.append((("calendars", name, *place), finding))
    return built, unbuilt


def _mistakes(name: str, raw: JsonMap, error: Invalid) -> Iterator[tuple[Pointer, str, Invalid]]:
    """What cannot be read, entry by entry: its place in the calendar, the text and why; else what building says."""
    found = mistakes_in(name, raw)
    if "no time zone" in error.message:
        found.insert(0, (("timezone",), error))
    for place, mistake in found[:MAX_MISTAKES] or [((), error)]:
        inner, text = _offending(_at(raw, place), mistake.message)
        yield (*place, *inner), text, mistake


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
