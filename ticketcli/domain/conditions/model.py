"""What conditions are made of: the case they are asked about, their issues, and the form of an operator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ticketcli.domain.calendar import ALWAYS, Calendar
from ticketcli.domain.facts import INSTANT, OBJECT, TIMED, Fact, Getter
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.ticket import TargetView, Ticket
from ticketcli.domain.verdict import Verdict
from ticketcli.records import NamedTuple

Node = dict[str, Any]
"""A condition as plain JSON: `{"fact", "op", "operand": [...], "line", "calendar"?, "who"?, "type"?, "costs"?}`,
or `{"all": [nodes]}`, `{"any": [nodes]}`, `{"not": node}`."""

Pointer = tuple[str | int, ...]


def _no_target(target: str) -> tuple[TargetView | None, float]:
    return None, NEVER


class Case(NamedTuple):
    """What a condition is asked about."""

    ticket: Ticket
    now: Instant
    sla: Callable[[str], tuple[TargetView | None, float]] = _no_target
    """The view of a target, and until when its state is sure to hold."""
    sla_left_at: Callable[[str, int], float] | None = None
    """The first instant at which at most so many seconds are left of a target, NEVER while its clock stands.
    Without it `left_under` looks again more often than it need, for it does not know the policy's calendar."""


Predicate = Callable[[Ticket], bool]
"""What only an event can change."""

Ask = Callable[[Case], Verdict]
"""What time changes too."""


class Condition(NamedTuple):
    """A compiled condition. `reads` names the top-level facts and timed names on which it depends."""

    ask: Ask
    reads: frozenset[str]
    node: Node | None
    test: Predicate | None = None
    """Answers the same of a ticket where only an event can change the answer; half as long a way as `ask`."""


class Issue(NamedTuple):
    """Something wrong with a condition, found when the rulebook is built. `level` is `error` or `warning`."""

    pointer: Pointer
    code: str
    message: str
    text: str = ""
    suggestion: str = ""
    level: str = "error"


class Vocabulary(NamedTuple):
    """The names that conditions may use. `calendars` may map names to calendars: warnings then count working days."""

    statuses: Mapping[str, str]
    teams: Collection[str]
    people: Collection[str]
    calendars: Collection[str]
    fields: Mapping[str, Any] | None = None
    """The declarations of the desk's own fields, None when any field is accepted."""
    forbidden: Collection[str] = ()
    """Facts, or top-level names of facts, that may not stand here."""
    judge: Callable[[str], Sequence[int]] | None = None
    """Answers the cost of a pattern or raises `BadPattern`; None: each is judged by itself, however many there are."""


class Leaf(NamedTuple):
    """One operator on one fact, about to be compiled."""

    fact: Fact
    operand: list[Any]
    node: Node
    calendars: Mapping[str, Calendar] = {}

    @property
    def get(self) -> Getter:
        return self.fact.get

    def calendar(self) -> Calendar:
        """The calendar that measures it. Asked for when a ticket needs it: building one loads its time zone."""
        name = self.node.get("calendar")
        return ALWAYS if name is None else self.calendars[name]


class Judged(dict[Any, bool]):
    """Answers by value, each worked out once: most facts have few values, and most tickets the same ones."""

    def __init__(self, judge: Callable[[Any], bool]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, value: Any) -> bool:
        answer = self._judge(value)
        if len(self) < 1000:
            self[value] = answer
        return answer


class Known:
    """A predicate that looks up what is known of the value which `get` answers; a group asks several in one call."""

    __slots__ = ("get", "known")

    def __init__(self, get: Getter, known: Judged) -> None:
        self.get, self.known = get, known

    def __call__(self, ticket: Ticket) -> bool:
        return self.known[self.get(ticket)]


def value_of(leaf: Leaf, case: Case) -> Any:
    """What the ticket has for the fact, as a JSON value; None when it is missing. A group of facts is there or not."""
    value = leaf.get(case.ticket)
    if value in (None, "", (), [], {}):
        return None
    if leaf.fact.type == OBJECT:
        return True
    if leaf.fact.type in (INSTANT, TIMED) and isinstance(value, int):
        return format_instant(value)
    return list(value) if isinstance(value, tuple) else value


class Operator(NamedTuple):
    """`read` checks the operand (it may raise `Wrong`), `build` makes what answers for a ticket."""

    read: Callable[[Operand], list[Any]]
    build: Callable[[Leaf], Predicate]
    slow: bool = False
    """It looks through the whole text, so that others are asked first."""
    seen: Callable[[Leaf, Case], Any] = value_of
    """What it compared with the operand, as a JSON value, for those who explain."""


class TimedOperator(NamedTuple):
    """As `Operator`, for what becomes true or false as time passes."""

    read: Callable[[Operand], list[Any]]
    build: Callable[[Leaf], Ask]
    seen: Callable[[Leaf, Case], Any]
    """What it compared with the operand, as a JSON value: spans of time in seconds, instants as RFC 3339."""


def shown(value: Any) -> str:
    """The value much as a rule file has it, cut to a readable length."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict):
        text = f"{{{', '.join(f'{key}: {shown(inner)}' for key, inner in value.items())}}}"
    else:
        text = f"[{', '.join(map(shown, value))}]" if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


class Wrong(Exception):
    """An operand that cannot be used: what the issue will say."""

    def __init__(self, code: str, message: str, text: Any = "", suggestion: str = "", at: Pointer = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.suggestion, self.at = code, message, suggestion, at
        self.text = text if isinstance(text, str) else shown(text)


class Operand(NamedTuple):
    """What a rule file wrote behind an operator, with all that is needed to judge it."""

    raw: Any
    fact: Fact
    op: str
    vocabulary: Vocabulary
    calendar: str | None
    node: Node
    """The node being made: reading may add keys to it."""
    report: Callable[[Pointer, str, str, str, str, str], None]
    """Notes an issue that does not spoil the operand: pointer below it, code, message, text, suggestion, level."""

    def several(self) -> list[Any]:
        """The values of a list, or the one value. An empty list is a problem."""
        if not isinstance(self.raw, list):
            return [self.raw]
        if not self.raw:
            raise Wrong("empty-list", f"{self.fact.name}: {self.op} needs at least one value", "[]")
        return self.raw

    def single(self) -> Any:
        if isinstance(self.raw, list):
            raise Wrong("wrong-value", f"{self.fact.name}: {self.op} takes one value, not a list", self.raw)
        return self.raw

    def place(self, index: int) -> Pointer:
        """Where the value of `several` with that index stands, below the operand."""
        return (index,) if isinstance(self.raw, list) else ()
