"""The parts of one scenario: its tickets, its timeline and what is expected at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.expecting import expectations
from ticketcli.domain.instants import Instant
from ticketcli.domain.nearest import nearest
from ticketcli.domain.past import is_new
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import (
    MOST_TROUBLES,
    Check,
    Delivery,
    Do,
    Given,
    Step,
    Sweep,
    Sweeps,
    Trouble,
    moment,
)
from ticketcli.domain.scenario_verbs import FLAGS, PLAIN, arguments, creation
from ticketcli.errors import TicketError

if TYPE_CHECKING:
    from ticketcli.rulebook.scenarios import Place

KINDS = ("do", "sweep", "expect", "delivery")


class Steps:
    """Reads one scenario whose shape is right; what is wrong beyond that is kept in `troubles`."""

    def __init__(
        self, raw: Mapping[str, Any], place: Place, rulebook: Rulebook, start: Instant, bad: frozenset[str]
    ) -> None:
        self.raw, self.place, self.rulebook, self.start = raw, place, rulebook, start
        self.bad = bad
        """Pointers of which something was said already."""
        self.troubles: list[Trouble] = []
        self.names: set[str] = set()
        self.several = "tickets" in raw

    def trouble(self, place: Place, code: str, message: str, text: str = "", suggestion: str = "") -> None:
        self.troubles.append(Trouble(place.spot(), code, message, text, suggestion))

    def is_bad(self, place: Place) -> bool:
        """Whether something was said already of that value or of one in it."""
        if not self.bad:
            return False
        pointer = place.spot().pointer
        return any(one == pointer or one.startswith(f"{pointer}/") for one in self.bad)

    def tickets(self) -> list[Given]:
        """The tickets by name; the one of `ticket` has an empty name."""
        raw = self.raw
        if ("ticket" in raw) == self.several:
            none = "it has neither `ticket` nor `tickets`"
            self.trouble(self.place, "tickets", "it has both `ticket` and `tickets`" if self.several else none)
            return []
        key = "tickets" if self.several else "ticket"
        if self.several and isinstance(raw[key], dict):
            self.names.update(raw[key])
        elif not self.several:
            self.names.add("")
        if self.is_bad(self.place.below(key)):
            return []
        if not self.several:
            return [self.given("", raw["ticket"], self.place.below("ticket"))]
        return [self.given(name, facts, self.place.below("tickets", name)) for name, facts in raw["tickets"].items()]

    def given(self, name: str, facts: Mapping[str, Any], place: Place) -> Given:
        for flag in (flag for flag in FLAGS if flag in facts):
            message = f"{flag} is no fact: it goes with `do: {{create: …}}` in the timeline"
            self.trouble(place.below(flag), "unknown-key", message, flag)
        return Given(name, _nested(facts), place.spot(), {key.partition(".")[0]: place.spot(key) for key in facts})

    def timeline(self) -> list[Step]:
        steps: list[Step] = []
        before, timeline = self.start, self.raw.get("timeline", ())
        for n, raw in enumerate(timeline if isinstance(timeline, list) else ()):
            if len(self.troubles) >= MOST_TROUBLES:
                break
            place = self.place.below("timeline", n)
            if self.is_bad(place):
                continue
            step = self.step(raw, place, before)
            if step is None:
                continue
            if step.at < before:
                key = "at" if "at" in raw else "until"
                above = "the step above" if n else "the start"
                message = f"{raw[key]} lies before {above}: steps stand in the order of time"
                self.trouble(place.below(key), "backwards", message, str(raw[key]))
            before = max(before, step.at)
            steps.append(step)
        return steps

    def step(self, raw: Mapping[str, Any], place: Place, before: Instant) -> Step | None:
        kinds = [kind for kind in KINDS if kind in raw]
        if len(kinds) != 1:
            message = f"a step does one thing: {', '.join(KINDS)}" + (f"; not {' and '.join(kinds)}" if kinds else "")
            self.trouble(place, "step", message)
            return None
        kind = kinds[0]
        every = raw["sweep"] if kind == "sweep" and isinstance(raw["sweep"], str) else None
        wanted, other = ("until", "at") if every else ("at", "until")
        if wanted not in raw or other in raw:
            message = "`sweep: EVERY` needs `until`, and begins behind the step above" if every else "a step needs `at`"
            self.trouble(place, "step-time", message if wanted not in raw else f"{message}, not `{other}`")
            return None
        if "on" in raw and kind in ("sweep", "delivery"):
            message = f"{kind} concerns the whole desk, not one ticket"
            self.trouble(place.below("on"), "which-ticket", message, str(raw["on"]))
        at = moment(raw[wanted], self.start)
        if every:
            return Sweeps(at, place.spot(), parse_duration(every).plain)
        if kind == "sweep":
            return Sweep(at, place.spot())
        if kind == "delivery":
            return Delivery(at, place.spot(), raw["delivery"] == "works")
        return self.do(raw, place, at) if kind == "do" else self.check(raw["expect"], place.below("expect"), at,
                                                                       self.on(raw, place))  # fmt: skip

    def on(self, raw: Mapping[str, Any], place: Place) -> str:
        """Which ticket a step is about."""
        name = raw.get("on", "")
        if name not in self.names:
            if not name:
                self.trouble(place, "which-ticket", f"`on` must say which ticket: {', '.join(sorted(self.names))}")
            else:
                known = sorted(self.names - {""})
                message = f"there is no ticket {name}" if known else "`on` is for scenarios with `tickets`"
                self.trouble(place.below("on"), "which-ticket", message, name, nearest(name, known))
        return str(name)

    def do(self, raw: Mapping[str, Any], place: Place, at: Instant) -> Do | None:
        verb, given = next(iter(raw["do"].items())) if isinstance(raw["do"], dict) else (raw["do"], None)
        where = place.below("do", verb) if isinstance(raw["do"], dict) else place.below("do")
        if verb == "create":
            return self.create(raw, place, at, given or {}, where)
        on = self.on(raw, place)
        if given is None and verb not in PLAIN:
            self.trouble(where, "missing-value", f"{verb} needs a value", verb)
            return None
        try:
            args, as_, class_ = arguments(verb, given, self.start)
        except TicketError as error:
            said = f"{verb}: {error.message}" + (f" ({error.hint})" if error.hint else "")
            self.trouble(where, "bad-value", said)
            return None
        return Do(at, place.spot(), on, verb, args, as_, class_)

    def create(
        self, raw: Mapping[str, Any], place: Place, at: Instant, facts: Mapping[str, Any], where: Place
    ) -> Do | None:
        name = str(raw.get("on", f"created on line {place.spot().line}"))
        if name in self.names:
            self.trouble(place.below("on"), "which-ticket", f"there is a ticket {name} already", name)
            return None
        self.names.add(name)
        made = creation(facts)
        if len(made.facts) < len(facts) and not is_new(made.facts):
            flags = ", ".join(flag for flag in FLAGS if flag in facts)
            self.trouble(where, "unknown-key", f"{flags}: only for a ticket without a past", flags)
        given = self.given(name, made.facts, where)
        return Do(at, place.spot(), name, "create", made.args, made.as_, made.class_, given)

    def check(self, raw: Mapping[str, Any], place: Place, at: Instant, on: str) -> Check:
        if not raw:
            return Check(at, place.spot(), on, ())
        made, troubles = expectations(raw, self.rulebook, self.start, lambda way: place.spot(*way))
        self.troubles += troubles
        return Check(at, place.spot(), on, made)

    def at_the_end(self) -> list[Check]:
        raw, place = self.raw.get("expect"), self.place.below("expect")
        if not isinstance(raw, dict):
            return []
        if not self.several:
            return [self.check(raw, place, self.start, "")]
        checks = []
        for name, wanted in raw.items():
            if len(self.troubles) >= MOST_TROUBLES:
                break
            if name not in self.names or not isinstance(wanted, dict):
                message = "with `tickets`, `expect` says what is expected of each: {NAME: {status: closed}}"
                self.trouble(place.below(name), "which-ticket", message, name, nearest(name, self.names))
                continue
            checks.append(self.check(wanted, place.below(name), self.start, name))
        return checks


def _nested(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys such as `requester.tier` as mappings; nulls left out."""
    nested: dict[str, Any] = {}
    for key, value in facts.items():
        top, _, inner = key.partition(".")
        if value is None:
            continue
        if inner:
            nested[top] = {**nested.get(top, {}), inner: value}
        else:
            nested[top] = {**value, **nested.get(top, {})} if isinstance(value, dict) else value
    return nested
