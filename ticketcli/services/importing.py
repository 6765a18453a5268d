"""`ticket import`: rows of a file become tickets, each once; all of them, batch by batch, or only the good ones.

A first pass reads everything and finds every problem, a second one writes. Both hold a few hundred rows at a time.
Which rows are here already is told by source and row key, kept in the commit that brings the ticket: killed anywhere
and run again, exactly the rest is added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice

from ticketcli.domain.digest import sha256
from ticketcli.domain.draft import Cause, Subject
from ticketcli.domain.events import IMPORT_RUN, Event
from ticketcli.domain.fold import fold
from ticketcli.domain.operations.importing import Builder
from ticketcli.domain.operations.restoring import EVENTS, restored
from ticketcli.domain.planner import plan
from ticketcli.domain.rows import WHOLE, Row, RowProblem
from ticketcli.domain.ticket import JsonMap, Ticket
from ticketcli.errors import Invalid, TicketError
from ticketcli.ports import Filing, Reader, RowSource, Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.bulk_desk import BulkDesk
from ticketcli.services.commit import RESTORED, UNPLANNED, write
from ticketcli.services.in_force import InForce, in_force
from ticketcli.services.seen import Seen
from ticketcli.services.session import Session
from ticketcli.services.steps import Desktop, Options, changing

CHUNK = 500
"""Rows held at a time."""
CHUNK_SIZE = 4 << 20
"""Characters of rows held at a time, but for the last of them."""


class Wanted(NamedTuple):
    """How an import is carried out. `batch` None: all rows in one commit, or none."""

    source: str
    """The name of the system that the rows come from."""
    batch: int | None = None
    skip_bad: bool = False
    """Good rows go in though others are refused."""


class Done(NamedTuple):
    """One commit: which lines of the file it covers, and the numbers it gave."""

    first_line: int
    last_line: int
    created: int = 0
    unchanged: int = 0
    refused: int = 0
    differing: int = 0
    """Of the unchanged ones, those that read otherwise when they came in."""
    numbers: tuple[tuple[int, int], ...] = ()
    """Of the tickets made: first and last of each unbroken run."""

    def with_number(self, id: int) -> Done:
        """One more ticket."""
        *before, last = self.numbers or ((id, id - 1),)
        runs = (*before, (last[0], id)) if last[1] == id - 1 else (*before, last, (id, id))
        return self._replace(created=self.created + 1, numbers=runs)


class Told(NamedTuple):
    """Who is told what, as it happens."""

    problem: Callable[[RowProblem], None] = lambda problem: None
    refused: Callable[[Row, Sequence[RowProblem]], None] = lambda row, problems: None
    """A row that is left out, while the others are written."""
    done: Callable[[Done], None] = lambda done: None
    step: Callable[[], None] = lambda: None
    """Every few hundred rows."""
    trouble: Callable[[InForce], None] = lambda rules: None
    """What is wrong with the rule files, when another rulebook decides in their place."""


class Checked(NamedTuple):
    """What reading everything found."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: int = 0


def key_of(source: str, row: Row) -> str:
    """Under which the desk remembers the row; a digest, for row keys may be personal."""
    said = "\0".join(("" if EVENTS in row.facts else source, row.key)).encode("utf-8", "surrogatepass")
    return f"import:{sha256(said).hexdigest()}"


def check(session: Session, rows: RowSource, source: str, told: Told = Told(), *, known_too: bool = False) -> Checked:
    """Reads everything and tells every problem; writes nothing.

    Rows that are here already are passed over, unless `known_too`.
    """
    with session.store.read() as reader:
        rules = in_force(reader, session.files, session.notify_default, session.timezone)
        if rules.trouble:
            told.trouble(rules)
        judge = _Judge(session, Builder(session.acting(rules)), reader.counter("ticket"))
        counted = Checked()
        for some in _chunks(rows.rows()):
            known = _known(reader, source, some)
            counted = _check(some, known, judge, told, counted, known_too)
            told.step()
    return counted


def _check(
    rows: Sequence[Row], known: Mapping[str, JsonMap], judge: _Judge, told: Told, counted: Checked, known_too: bool
) -> Checked:
    new = bad = count = 0
    for row in rows:
        here = row.key in known
        if here and not known_too:
            continue
        _, problems = judge.look(row, 0, here)
        for problem in problems:
            told.problem(problem)
        bad, count, new = bad + bool(problems), count + len(problems), new + (not problems and not here)
    unchanged = sum(row.key in known for row in rows)
    return Checked(
        counted.rows + len(rows),
        counted.new + new,
        counted.unchanged + unchanged,
        counted.bad + bad,
        counted.problems + count,
    )


def bring_in(session: Session, rows: RowSource, wanted: Wanted, told: Told = Told()) -> None:
    """Writes the rows that are not here yet; `told.done` hears of each commit when it stands.

    Raises `Invalid` at a bad row, unless bad ones are skipped; the commit that it stood in is then not made.
    """
    session = session._replace(run=session.run + IMPORT_RUN)
    left, seen = rows.rows(), Seen()
    while (first := next(left, None)) is not None:
        group = chain([first], left if wanted.batch is None else islice(left, wanted.batch - 1))
        with changing(session, Options(on_trouble=told.trouble)) as desktop:
            writer = _Writer(session, desktop, wanted, told, seen)
            for some in _chunks(group):
                writer.take(some)
                told.step()
        told.done(writer.done)


class _Judge:
    """What is wrong with rows, each looked at by itself and against those before it."""

    def __init__(self, session: Session, builder: Builder, last_id: int, seen: Seen | None = None) -> None:
        self._limits = session.limits
        self._builder = builder
        self._seen = Seen() if seen is None else seen
        self.last_id = last_id

    def look(self, row: Row, id: int, here: bool) -> tuple[list[Event], list[RowProblem]]:
        """The events of a row, or what is wrong with it. `here`: it is on the desk already."""
        twice = self._seen.before(row.key, row.line) if row.key else None
        if twice is not None:
            what = "the same row" if row.key.startswith(WHOLE) else "a row with this key"
            return [], [*row.problems, row.problem("key", f"{what} stands on line {twice} already")]
        if row.problems and not row.facts:
            return [], list(row.problems)
        if EVENTS in row.facts:
            events, problems = self._restored(row, here)
        else:
            events, complaints = self._builder.build(id, row.facts)
            named = {problem.column for problem in row.problems}
            found = (row.problem(*one) for one in complaints)
            problems = [problem for problem in found if problem.column not in named or not problem.column]
        return events, [*row.problems, *problems]

    def _restored(self, row: Row, here: bool) -> tuple[list[Event], list[RowProblem]]:
        id = row.facts.get("id")
        try:
            events = restored(id, row.facts[EVENTS], row.facts, self._limits)
        except TicketError as error:
            return [], [row.problem(EVENTS, error.message)]
        if not here:
            if id is None or id <= self.last_id:
                return [], [row.problem("id", f"the number {id} is taken: an export goes into an empty desk")]
            self.last_id = id
        return events, []


class _Writer:
    """Writes rows into one transaction."""

    def __init__(self, session: Session, desktop: Desktop, wanted: Wanted, told: Told, seen: Seen) -> None:
        self._desktop, self._wanted, self._told = desktop, wanted, told
        builder = Builder(desktop.acting)
        self._judge = _Judge(session, builder, desktop.tx.counter("ticket"), seen)
        self._desk = BulkDesk(desktop.tx)
        self.done = Done(0, 0)

    def take(self, rows: Sequence[Row]) -> None:
        tx = self._desktop.tx
        known = _known(tx, self._wanted.source, rows)
        for row in rows:
            done = self.done._replace(first_line=self.done.first_line or row.line, last_line=row.line)
            before = known.get(row.key)
            if before is None:
                self.done = self._add(done, row)
            else:
                differs = before["digest"] != _digest(row)
                self.done = done._replace(unchanged=done.unchanged + 1, differing=done.differing + differs)
        tx.relieve()

    def _add(self, done: Done, row: Row) -> Done:
        tx = self._desktop.tx
        events, problems = self._judge.look(row, tx.counter("ticket") + 1, False)
        if problems:
            if not self._wanted.skip_bad:
                raise Invalid(f"line {problems[0].line}: {problems[0].message}", "see: ticket import --check")
            self._told.refused(row, problems)
            return done._replace(refused=done.refused + 1)
        if EVENTS in row.facts:
            id = _restore(tx, events)
        else:
            id = _born(self._desktop, self._desk, tx.next_ticket_id(), events)
        tx.remember(key_of(self._wanted.source, row), {"digest": _digest(row), "results": [{"id": id}]}, None)
        return done.with_number(id)


def _born(desktop: Desktop, desk: BulkDesk, id: int, events: Sequence[Event]) -> int:
    """A new ticket with a past; the rules see it as it stands now, and nobody is told."""
    ticket = fold(events)
    subject = Subject(ticket, None, own=tuple(events))
    made = plan(subject, desk, desktop.rules.rulebook, desktop.acting.now, Cause(created=True, silent=True))
    write(desktop.tx, desktop.rules, None, events, made)
    desk.note(made)
    return id


def _restore(tx: Transaction, events: Sequence[Event]) -> int:
    """A ticket of an export, exactly as its history has it; rules see it in the next sweep or change."""
    ticket: Ticket = fold(events)
    for event in events:
        tx.append(event)
    tx.save(ticket, Filing(ticket.kind, None, UNPLANNED if ticket.kind == "final" else RESTORED))
    return ticket.id


def _digest(row: Row) -> str:
    """By which a row that reads otherwise than before is noticed."""
    said = row.raw if isinstance(row.raw, str) else "\0".join(row.raw)
    if EVENTS in row.facts:  # the same in CSV and JSONL
        said = json.dumps(row.facts[EVENTS], sort_keys=True)
    digest: str = sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:16]


def _known(reader: Reader, source: str, rows: Sequence[Row]) -> dict[str, JsonMap]:
    """Row keys of those that are here already, with what was kept of them."""
    keys = {key_of(source, row): row.key for row in rows}
    found: Mapping[str, JsonMap] = reader.all_remembered(list(keys))
    return {keys[key]: answer for key, answer in found.items()}


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Some rows at a time, fewer where they are large."""
    some: list[Row] = []
    weight = 0
    for row in rows:
        some.append(row)
        weight += len(row.raw) if isinstance(row.raw, str) else sum(map(len, row.raw))
        if len(some) == CHUNK or weight > CHUNK_SIZE:
            yield some
            some, weight = [], 0
    if some:
        yield some
