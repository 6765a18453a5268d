"""What a value must be beyond its JSON type: the `x-is` and `x-keys` words of the schema, a function each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ticketcli.domain.conditions.numbers import date_key
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.facts import FACTS, SILENT, SLA, TIMED, WITHIN, find_fact
from ticketcli.errors import Invalid
from ticketcli.rulebook import names, templates
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.scenario_kinds import SCENARIO_KINDS

Check = Callable[[str, Known], Iterable[Finding] | None]
"""Raises the one thing that is wrong, or answers all of them."""
_NOT_STORED = frozenset({TIMED, SILENT, WITHIN, SLA})
_PERCENT = re.compile(r"[1-9][0-9]?%")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[!-?A-~]*)?")
_EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+")


def _name(value: str, known: Known) -> None:
    names.check_name(value)


def _key(value: str, known: Known) -> None:
    """A name that is a key: JSON Schema cannot say how long a key may be without hiding which one is meant."""
    if len(value) > names.MAX_LENGTH:
        raise Finding("too-long", f"a name is longer than {names.MAX_LENGTH} characters", text=value[:80])
    names.check_name(value)


def _duration(value: str, known: Known) -> None:
    _parse(value, zero=False)


def _duration_or_zero(value: str, known: Known) -> None:
    _parse(value, zero=True)


def _duration_or_off(value: str, known: Known) -> None:
    if value != "off":
        _parse(value, zero=False)


def _parse(value: str, *, zero: bool) -> None:
    try:
        parse_duration(value, zero=zero)
    except Invalid as error:
        raise Finding("bad-duration", with_hint(error), text=value) from None


def with_hint(error: Invalid) -> str:
    """An `Invalid` as one line."""
    return f"{error.message}: {error.hint}" if error.hint else error.message


def _date(value: str, known: Known) -> None:
    if date_key(value) is None:
        raise Finding("bad-date", f"{value} is no date: write it like 2026-10-01", text=value)


def _threshold(value: str, known: Known) -> None:
    if value.endswith("%"):
        if not _PERCENT.fullmatch(value):
            message = f"{value} is no share: write 1% to 99% of the time used up, or the time left, such as 15m"
            raise Finding("threshold", message, text=value)
    else:
        _duration(value, known)


def _template(value: str, known: Known) -> Iterator[Finding]:
    return templates.template_findings(value, known)


def _fact(value: str, known: Known) -> None:
    if value.startswith("fields."):
        _field(value, known)
    elif (fact := find_fact(value)) is None or fact.type in _NOT_STORED:
        stored = [name for name, fact in FACTS.items() if fact.type not in _NOT_STORED]
        suggestion = known.nearest(value, stored)
        raise Finding("unknown-fact", f"a ticket has no key {value}", text=value, suggestion=suggestion)


def _field(value: str, known: Known) -> None:
    head, _, name = value.partition(".")
    if head != "fields" or not name:
        message = f"only own fields can be set, as fields.NAME, not {value}"
        raise Finding("not-settable", message, text=value, suggestion=f"fields.{value}" if "." not in value else "")
    if known.fields is not None and name not in known.fields:
        near = known.nearest(name, known.fields.keys())
        suggestion = f"fields.{near}" if near else ""
        raise Finding("unknown-field", f"the section fields declares no {name}", text=value, suggestion=suggestion)


def _status(value: str, known: Known) -> None:
    known.require("lifecycle", "status", value, known.statuses.keys())


def _open_status(value: str, known: Known) -> None:
    _status(value, known)
    if known.statuses.get(value) == "final":
        message = f"{value} is final, and only autoclose rules and people close"
        raise Finding("final-status", message, text=value)


def _end_status(value: str, known: Known) -> None:
    _status(value, known)
    kind = known.statuses.get(value, "final")
    if kind not in ("resolved", "final"):
        raise Finding("not-an-end", f"{value} is {kind}, a close must end in a resolved or final status", text=value)


def _pause(value: str, known: Known) -> None:
    if value != "hold":
        known.require("lifecycle", "status", value, [*known.statuses, "hold"])


def _team(value: str, known: Known) -> None:
    known.require("teams", "team", value, known.teams)


def _person(value: str, known: Known) -> None:
    known.require("people", "person", value, known.people)


def _assignee(value: str, known: Known) -> None:
    if value not in ("manager", "none") and value not in known.people:
        known.require("people", "person", value, [*known.people, "manager", "none"])


def _receiver(value: str, known: Known) -> None:
    choices = (names.RECEIVERS, known.teams, known.people)
    if not any(value in words for words in choices) and not _EMAIL.fullmatch(value):
        known.require("people", "person", value, [*known.people, *known.teams, *sorted(names.RECEIVERS)])


def _watcher(value: str, known: Known) -> None:
    if not _EMAIL.fullmatch(value):
        known.require("people", "person", value, known.people)


def _calendar(value: str, known: Known) -> None:
    known.require("calendars", "calendar", value, known.calendar_names)


def _reason(value: str, known: Known) -> None:
    known.require("lifecycle", "close reason", value, known.reasons)


def _email(value: str, known: Known) -> None:
    if not _EMAIL.fullmatch(value):
        raise Finding("email", f"{value} is no mail address", text=value)


def _channel(value: str, known: Known) -> None:
    """Without a section `channels` every message stays at the desk, whatever `via` says."""
    if "channels" in known.held:
        known.require("channels", "channel", value, [*known.channels, "desk"])


def _channel_key(value: str, known: Known) -> None:
    if value == "desk":
        raise Finding("reserved-name", "desk is built in: choose another name for this channel", text=value)
    _key(value, known)


def _channel_template(value: str, known: Known) -> Iterator[Finding]:
    return templates.template_findings(value, known, templates.MESSAGE_KEYS)


def _timeout(value: str, known: Known) -> None:
    _parse(value, zero=False)
    if parse_duration(value).plain > 60:
        raise Finding("out-of-range", f"{value} is too long to wait for one delivery: at most 60s", text=value)


def _variable(value: str, known: Known) -> None:
    if not _VARIABLE.fullmatch(value):
        raise Finding("variable", f"{value} is no name of an environment variable", text=value)


def _url(value: str, known: Known) -> None:
    if not _URL.fullmatch(value):
        raise Finding("url", "an address begins with https:// or http:// and a host, and holds no password", text=value)


def _own_field(value: str, known: Known) -> None:
    _field(f"fields.{value}", known)


def _cron(value: str, known: Known) -> None:
    from ticketcli.domain.cron import read_cron

    _read("cron", read_cron, value)


def _zone(value: str, known: Known) -> None:
    from ticketcli.domain.zoneclock import zone_named

    _read("unknown-timezone", zone_named, value)


def _read(code: str, read: Callable[[str], object], value: str) -> None:
    try:
        read(value)
    except Invalid as error:
        raise Finding(code, with_hint(error), text=value) from None


def _schedule_template(value: str, known: Known) -> Iterator[Finding]:
    from ticketcli.domain.schedules import TEMPLATE_KEYS

    return templates.template_findings(value, known, only=TEMPLATE_KEYS)


KINDS: Mapping[str, Check] = {
    "name": _name,
    "key": _key,
    "duration": _duration,
    "duration-or-zero": _duration_or_zero,
    "duration-or-off": _duration_or_off,
    "date": _date,
    "threshold": _threshold,
    "template": _template,
    "fact": _fact,
    "field": _field,
    "status": _status,
    "open-status": _open_status,
    "end-status": _end_status,
    "pause": _pause,
    "team": _team,
    "person": _person,
    "assignee": _assignee,
    "receiver": _receiver,
    "watcher": _watcher,
    "calendar": _calendar,
    "reason": _reason,
    "email": _email,
    "channel": _channel,
    "channel-key": _channel_key,
    "channel-template": _channel_template,
    "timeout": _timeout,
    "variable": _variable,
    "url": _url,
    "own-field": _own_field,
    "cron": _cron,
    "zone": _zone,
    "schedule-template": _schedule_template,
    **SCENARIO_KINDS,
}


def kind_findings(kind: str, value: Any, known: Known) -> Iterator[Finding]:
    """What keeps a text from being what the schema says it is; other values are for the type check."""
    if isinstance(value, str):
        try:
            yield from KINDS[kind](value, known) or ()
        except Finding as finding:
            yield finding
