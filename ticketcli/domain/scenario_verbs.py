"""The verbs of a scenario's `do`: the flags of the command line by name, turned into what operations take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.instants import Instant
from ticketcli.domain.scenario import moment
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import Invalid, UsageError
from ticketcli.records import NamedTuple

Arguments = dict[str, Any]
FLAGS = ("as", "class", "reopen_within")
"""What `create` takes beside facts."""
PLAIN = ("take", "start", "wait", "resolve", "close", "reopen", "extend", "hold", "unhold", "confirm", "route", "undo")
"""Verbs that may stand alone."""
_SHORT = {
    "comment": "text", "assign": "to", "label": "add", "move": "to", "start": "to", "wait": "to", "resolve": "to",
    "reopen": "to", "close": "reason", "extend": "by", "hold": "until",
}  # fmt: skip
"""Which flag a value that is no mapping means."""
VERBS = (*_SHORT, "take", "set", "unhold", "confirm", "route", "undo", "sla reason")
"""Every verb but `create`."""


def arguments(verb: str, given: Any, start: Instant) -> tuple[Arguments, str | None, str | None]:
    """What the operation takes, and who acts as what. Raises `Invalid` and `UsageError`."""
    if isinstance(given, Mapping):
        flags = dict(given)
    elif given is None:
        flags = {}
    elif verb in _SHORT:
        flags = {_SHORT[verb]: given}
    else:
        raise UsageError(f"takes no value: {given!r}", "leave it empty, or write {as: NAME}")
    as_, class_ = flags.pop("as", None), flags.pop("class", None)
    read = _READ.get(verb)
    return (read(flags, start) if read else flags), as_, class_


class Creation(NamedTuple):
    """A `create` in its parts: the facts of the ticket, what else the command takes, and who acts as what."""

    facts: JsonMap
    args: Arguments
    as_: str | None
    class_: str | None


def creation(given: JsonMap) -> Creation:
    """The parts of `{create: …}`."""
    facts = {key: value for key, value in given.items() if key not in FLAGS}
    args = {key: given[key] for key in ("reopen_within",) if key in given}
    return Creation(facts, args, given.get("as"), given.get("class"))


def _assign(flags: Arguments, start: Instant) -> Arguments:
    if ("to" in flags) == ("nobody" in flags):
        raise UsageError("name a person", "write assign: ann, or {nobody: true}")
    return {"to": flags.get("to")}


def _set(flags: Arguments, start: Instant) -> Arguments:
    if not flags:
        raise UsageError("nothing to set", "write {priority: high}")
    return {"values": flags}


def _label(flags: Arguments, start: Instant) -> Arguments:
    words = {key: [value] if isinstance(value, str) else list(value) for key, value in flags.items()}
    if not any(words.values()):
        raise UsageError("no label", "write label: prod, or {remove: prod}")
    return words


def _move(flags: Arguments, start: Instant) -> Arguments:
    if "to" not in flags:
        raise UsageError("no status", "write move: open")
    return flags


def _extend(flags: Arguments, start: Instant) -> Arguments:
    return {"by": parse_duration(flags["by"]).plain} if "by" in flags else {}


def _hold(flags: Arguments, start: Instant) -> Arguments:
    """`until: 2h` counts from that step, as on the command line; `+2h` from the start, as everywhere here."""
    until = flags.pop("until", None)
    if until is None:
        return flags
    if not isinstance(until, str):
        raise Invalid(f"until: not a time: {until!r}", "write it like 2h, +50h or 2026-03-02T09:00:00Z")
    if until[:1] not in ("+", "-") and "-" not in until and ":" not in until:
        return {**flags, "lasting": parse_duration(until).plain}
    return {**flags, "until": moment(until, start)}


_READ: dict[str, Callable[[Arguments, Instant], Arguments]] = {
    "assign": _assign,
    "set": _set,
    "label": _label,
    "move": _move,
    "extend": _extend,
    "hold": _hold,
}
