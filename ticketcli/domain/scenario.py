"""Scenarios: what happens to tickets when, and what the rules must have made of them (design section 7).

Files become these values in `ticketcli.rulebook`; `ticketcli.services` plays them in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.desk import Guard
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.events import Event, Message
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import JsonMap, Ticket, View
from ticketcli.records import NamedTuple


class Spot(NamedTuple):
    """A place in the scenario file; lines and columns count from 1."""

    line: int = 1
    column: int = 1
    pointer: str = ""


class Trouble(NamedTuple):
    """Why a scenario cannot be played, and where."""

    spot: Spot
    code: str
    message: str
    text: str = ""
    suggestion: str = ""


MOST_TROUBLES = 100
"""Of one scenario; what is wrong that often is no slip, and looking for the right words takes its time."""
_LONGEST = 400


def shortened(trouble: Trouble) -> Trouble:
    """The trouble without most of what is too long to be read, such as a number of a megabyte."""
    return trouble._replace(message=_cut(trouble.message), text=_cut(trouble.text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class Given(NamedTuple):
    """A ticket as the scenario gives it: raw facts, and where each stands."""

    name: str
    facts: JsonMap
    spot: Spot
    places: Mapping[str, Spot]


class Do(NamedTuple):
    """A verb of the command line; `as_` and `class_` say who acts, None where the scenario leaves it open."""

    at: Instant
    spot: Spot
    on: str
    verb: str
    args: JsonMap
    as_: str | None = None
    class_: str | None = None
    given: Given | None = None
    """With `create`: the new ticket."""


class Sweep(NamedTuple):
    at: Instant
    spot: Spot


class Sweeps(NamedTuple):
    """A sweep every so many seconds after the step before, up to and including `at`."""

    at: Instant
    spot: Spot
    every: int


class Check(NamedTuple):
    at: Instant
    spot: Spot
    on: str
    checks: tuple[Expected, ...]


class Delivery(NamedTuple):
    at: Instant
    spot: Spot
    works: bool


Step = Do | Sweep | Sweeps | Check | Delivery


class Case(NamedTuple):
    """One scenario, ready to be played as often as one likes."""

    name: str
    file: str
    spot: Spot
    start: Instant
    rulebook: Rulebook
    tickets: tuple[Given, ...]
    steps: tuple[Step, ...]
    finally_: tuple[Check, ...] = ()
    guard: Guard | None = None
    offset: int = 0
    """Seconds by which the clock of the start is ahead of UTC: times are shown on it."""


class Broken(NamedTuple):
    """A scenario, or a whole file, that cannot be played."""

    name: str
    file: str
    spot: Spot
    troubles: tuple[Trouble, ...]


class Seen(NamedTuple):
    """What a check looks at: a ticket at an instant, the events of rules on it, and the messages about it."""

    ticket: Ticket
    rulebook: Rulebook
    now: Instant
    view: Callable[[], View]
    events: tuple[Event, ...]
    born: int
    """How many of these events belong to the creation."""
    messages: tuple[Message, ...]


class Expected(NamedTuple):
    """One expectation. `test` says whether it holds, `got` what is there instead."""

    key: str
    spot: Spot
    wanted: Any
    test: Callable[[Seen], bool]
    got: Callable[[Seen], Any]
    rows: Callable[[Seen], tuple[Event, ...]] | None = None
    """The events that an expectation of events is compared with."""


class Difference(NamedTuple):
    key: str
    wanted: Any
    got: Any
    at: Instant
    spot: Spot
    on: str = ""
    rows: tuple[Event, ...] = ()


class Outcome(NamedTuple):
    """How a scenario ended: with differences it failed, with troubles it could not be played to its end."""

    name: str
    file: str
    spot: Spot
    differences: tuple[Difference, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    offset: int = 0
    start: Instant = 0

    @property
    def outcome(self) -> str:
        return "error" if self.troubles else "failed" if self.differences else "passed"


def moment(text: str, start: Instant) -> Instant:
    """The instant that `+1h`, `-3d`, `1h` (offsets from the start) or an RFC 3339 text means. Raises `Invalid`."""
    if text[:1] in ("+", "-"):
        span = parse_duration(text[1:], zero=True).plain
        return start - span if text[0] == "-" else start + span
    if "-" in text or ":" in text:
        return parse_instant(text)
    return start + parse_duration(text, zero=True).plain
