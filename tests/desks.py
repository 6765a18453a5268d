"""A desk in memory for tests: rules as YAML text, a clock that tests turn, and every use case by name.

    world = World('''
    autoclose:
      - {name: silent, when: {status: resolved}, after: 48h, remind: [24h]}
    ''')
    world.create("Printer on fire", requester={"email": "lee@x.cn"})
    world.do("resolve", 1, at="1h")
    world.sweep("25h")
    assert world.kinds(1) == ["created", "resolved", "reminded"]

Times are offsets from START (`"25h"`, `"1d12h"`), RFC 3339 texts, or instants. Nothing here sleeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from textwrap import dedent
from typing import Any

from ticketcli.domain.actors import Caller
from ticketcli.domain.desk import Guard
from ticketcli.domain.digest import sha256
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.events import Event, Message
from ticketcli.domain.fold import fold
from ticketcli.domain.instants import Instant, format_instant, parse_instant
from ticketcli.domain.rulebook import Rulebook, load_rulebook
from ticketcli.domain.ticket import Ticket, View
from ticketcli.ports import Built, Filing, Range, Store
from ticketcli.rulebook.check import check_files
from ticketcli.rulebook.files import RuleFile
from ticketcli.services import changing
from ticketcli.services.in_force import accept, in_force
from ticketcli.services.session import Session
from ticketcli.services.steps import Options, Result
from ticketcli.services.sweep import Wanted, next_wake, sweep
from ticketcli.services.sweep_report import Report
from ticketcli.services.viewing import view_of
from ticketcli.stores import open_store

START = parse_instant("2026-03-02T09:00:00Z")
"""A Monday."""
MINUTE, HOUR, DAY = 60, 3600, 86400
PEOPLE = """
people:
  - {name: ann, account: ann, email: ann@x.cn, roles: [agent], skills: [postgres, linux], level: senior}
  - {name: bob, account: bob, email: bob@x.cn, skills: [linux]}
  - {name: carol, email: carol@x.cn, roles: [supervisor]}
teams:
  dba: {manager: carol, members: [ann, bob]}
  servicedesk: {manager: carol, members: [bob]}
"""
"""Somebody to route to, for rules that say nothing about people themselves."""
LEE = {"email": "lee@x.cn"}
"""A requester who is nobody of the desk."""
STEADY = Guard(max_gap=None)
"""The usual guard, for tests that let days pass between two sweeps."""

Time = str | int


def instant(time: Time) -> Instant:
    """`"25h"` after START, an RFC 3339 text, or an instant as it is."""
    if isinstance(time, int):
        return time
    return parse_instant(time) if "T" in time else START + parse_duration(time, zero=True).plain


@lru_cache(256)
def built(files: tuple[tuple[str, str], ...]) -> Built:
    """The rulebook of these files, or the lines that say why there is none."""
    checked = check_files([RuleFile(name, text.encode()) for name, text in files], complete=True)
    hash = sha256(repr(files).encode()).hexdigest()
    lines = tuple(f"{problem.file}:{problem.line}: {problem.message}" for problem in checked.problems)
    return Built(hash, tuple(name for name, _ in files), checked.bound, () if checked.bound is not None else lines)


class Files:
    """Rule files that a test edits: `files["rules/sla.yaml"] = …`, `del files[…]`, `files.broken = "why"`."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.texts = {name: dedent(text) for name, text in files.items() if text.strip()}
        self.broken = ""

    def built(self) -> Built:
        if self.broken:
            return Built("", (), None, (self.broken,))
        return built(tuple(sorted(self.texts.items())))

    def __setitem__(self, name: str, text: str) -> None:
        self.texts[name] = dedent(text)

    def __delitem__(self, name: str) -> None:
        del self.texts[name]


def rulebook(rules: str, hash: str = "hash") -> Rulebook:
    """A compiled rulebook. Rules that do not check fail the test with what is wrong with them."""
    made = built((("rules/test.yaml", dedent(rules)),)) if rules.strip() else built(())
    assert made.bound is not None, made.problems
    return load_rulebook(made.bound, hash)


OPENED: list[Store] = []
"""Stores that worlds were given, to be closed when the test is over."""


class World:
    """One desk, its clock and its rules. A desk that is swept regularly unless `swept` says otherwise."""

    def __init__(
        self,
        rules: str | Mapping[str, str] = "",
        *,
        guard: Guard = STEADY,
        people: bool = True,
        swept: bool = True,
        store: Store | None = None,
        notify_default: tuple[str, ...] = (),
    ) -> None:
        texts = {"rules/test.yaml": rules} if isinstance(rules, str) else dict(rules)
        if people and not any("people:" in text for text in texts.values()):
            texts["rules/people.yaml"] = PEOPLE
        self.files = Files(texts)
        assert self.files.built().bound is not None, self.files.built().problems
        self.store: Store = open_store("memory:", "") if store is None else store
        OPENED.extend([store] if store is not None else [])
        self.guard, self.notify_default = guard, notify_default
        self.now = START
        self.runs = 0
        if swept:
            self.sweep()

    def session(self, as_: str = "root", class_: str | None = None, automatic: bool = False) -> Session:
        self.runs += 1
        caller = Caller(as_, "root", class_, automatic)
        return Session(self.store, self.files, caller, self.now, f"run-{self.runs}", self.guard, self.notify_default)

    def go(self, time: Time) -> Instant:
        """Turns the clock to that time, back too."""
        self.now = instant(time)
        return self.now

    def wait(self, time: str) -> Instant:
        """Lets so much time pass."""
        self.now += parse_duration(time).plain
        return self.now

    def create(
        self,
        subject: str = "Printer on fire",
        *,
        at: Time | None = None,
        as_: str = "root",
        class_: str | None = None,
        **facts: Any,
    ) -> int:
        """Opens a ticket and answers its number."""
        id = self.open({"subject": subject, **facts}, at=at, as_=as_, class_=class_)[0].id
        assert id is not None
        return id

    def open(
        self,
        *given: Mapping[str, Any],
        at: Time | None = None,
        as_: str = "root",
        class_: str | None = None,
        automatic: bool = False,
        options: Options = Options(),
    ) -> list[Result]:
        if at is not None:
            self.go(at)
        return changing.create(self.session(as_, class_, automatic), given, options)

    def do(
        self,
        verb: str,
        *ids: int,
        at: Time | None = None,
        as_: str = "ann",
        class_: str | None = None,
        options: Options = Options(),
        **args: Any,
    ) -> list[Result]:
        """Does a verb of OPERATIONS to these tickets."""
        if at is not None:
            self.go(at)
        return changing.change(self.session(as_, class_), verb, ids, args, options)

    def reply(self, id: int, text: str = "still broken", *, at: Time | None = None) -> Result:
        """The requester writes."""
        return self.do("comment", id, at=at, as_="lee@x.cn", class_="requester", text=text)[0]

    def answer(self, id: int, text: str = "please try again", *, at: Time | None = None) -> Result:
        """An agent writes to the requester."""
        return self.do("comment", id, at=at, as_="ann", class_="agent", text=text)[0]

    def sweep(self, at: Time | None = None, **wanted: Any) -> Report:
        """One sweep, now or at that time."""
        if at is not None:
            self.go(at)
        return sweep(self.session(), Wanted(**wanted))

    def sweep_every(self, every: str, until: Time) -> list[Report]:
        """Sweeps one after another, the last at or before `until`."""
        step, reports = parse_duration(every).plain, []
        while self.now + step <= instant(until):
            self.now += step
            reports.append(self.sweep())
        return reports

    def sweep_on_time(self, until: Time) -> list[Report]:
        """A sweep at every `next_wake_at`, not one in between; the clock then stands at `until`."""
        reports, end = [], instant(until)
        while (at := self.next_wake()) is not None and max(at, self.now) <= end:
            reports.append(self.sweep(max(at, self.now)))
            assert len(reports) < 10_000, f"it always wakes at {format_instant(self.now)}"
            if self.next_wake() == at <= self.now:
                self.now += 1
        self.now = end
        return reports

    def next_wake(self) -> Instant | None:
        with self.store.read() as reader:
            return next_wake(reader)

    def accept(self) -> None:
        """`ticket rules accept`."""
        with self.store.write(at=self.now, run="accept") as tx:
            accept(tx, self.files, self.now)

    def ticket(self, id: int = 1) -> Ticket:
        with self.store.read() as reader:
            found = reader.ticket(id)
        assert found is not None, f"no ticket {id}"
        return found

    def filing(self, id: int = 1) -> Filing:
        with self.store.read() as reader:
            found = reader.filing(id)
        assert found is not None, f"no ticket {id}"
        return found

    def wake_at(self, id: int = 1) -> Instant | None:
        return self.filing(id).wake_at

    def view(self, id: int = 1, at: Time | None = None) -> View:
        """The view, as `show` computes it."""
        with self.store.read() as reader:
            ticket = reader.ticket(id)
            assert ticket is not None, f"no ticket {id}"
            rules = in_force(reader, self.files, self.notify_default)
            return view_of(reader, rules, ticket, self.now if at is None else instant(at))

    def events(self, id: int = 1, kind: str | None = None) -> list[Event]:
        with self.store.read() as reader:
            return [event for event in reader.events(id) if kind in (None, event.kind)]

    def last(self, id: int = 1, kind: str | None = None) -> Event:
        return self.events(id, kind)[-1]

    def kinds(self, id: int = 1, *, class_: str | None = None) -> list[str]:
        """The kinds of its events, of one class of actors or of all."""
        return [event.kind for event in self.events(id) if class_ in (None, event.actor.class_)]

    def times(self, id: int, kind: str) -> list[str]:
        """When events of that kind happened."""
        return [format_instant(event.at) for event in self.events(id, kind)]

    def messages(self, id: int = 1) -> list[Message]:
        with self.store.read() as reader:
            return reader.messages(id)

    def told(self, id: int = 1) -> list[str]:
        """Who was sent a message, in order; empty where nobody was left."""
        return [message.to for message in self.messages(id)]

    def ids(self) -> list[int]:
        with self.store.read() as reader:
            return sorted(reader.ids("tickets", "created_at", Range()))

    def check(self) -> None:
        """The facts that are stored are the fold of the stored events."""
        for id in self.ids():
            assert fold(self.events(id)) == self.ticket(id)


def actions(reports: Iterable[Report]) -> list[tuple[int, str]]:
    """Ticket and kind of everything that these sweeps did."""
    return [(action.ticket, action.action) for report in reports for action in report.actions]


def facts_of(events: Sequence[Event]) -> list[tuple[int, str, Instant, dict[str, Any]]]:
    """Events without what depends on the run that wrote them."""
    return [(event.ticket, event.kind, event.at, dict(event.data)) for event in events]
