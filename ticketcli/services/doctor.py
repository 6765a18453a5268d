"""`ticket doctor`: everything that can be wrong with a desk, and what to do about it. Looks only, changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ticketcli.domain.counts import counted
from ticketcli.domain.durations import format_duration
from ticketcli.domain.instants import Instant
from ticketcli.domain.reviews import overdue_rules
from ticketcli.domain.rulebook import Rulebook
from ticketcli.errors import StoreDamaged
from ticketcli.ports import Fault, Reader
from ticketcli.records import NamedTuple
from ticketcli.services.auditing import chain_flaw
from ticketcli.services.checkup import wrong_tickets
from ticketcli.services.epoch import EPOCH
from ticketcli.services.in_force import CURRENT, InForce, bound_of, in_force
from ticketcli.services.redacting import UNPURGED
from ticketcli.services.session import Session
from ticketcli.services.store_desk import NOT_FINAL
from ticketcli.services.sweep import ACCEPTED_CLOCK, clock_behind
from ticketcli.services.sweep_status import status

_SHOWN = 20
"""Findings of one kind that are told one by one."""
_REBUILD = "ticket doctor --rebuild makes it anew from the events"


class Finding(NamedTuple):
    """Something wrong: where, how bad (damage, rules or warning), what, and what to do."""

    area: str
    level: str
    what: str
    todo: str


class Visit(NamedTuple):
    """What the checks are given."""

    session: Session
    reader: Reader
    rules: InForce
    faults: tuple[Fault, ...]


def examine(session: Session) -> list[Finding]:
    """Every finding on the desk's store, history, rules, messages, clock and sweeps."""
    try:
        with session.store.read() as reader:
            rules = in_force(reader, session.files, session.notify_default, session.timezone)
            visit = Visit(session, reader, rules, tuple(reader.faults()))
            return [finding for check in CHECKS for finding in _some(check(visit))]
    except StoreDamaged as error:
        return [Finding("store", "damage", error.message, error.hint)]


def accept_clock(session: Session) -> int:
    """Says that the clock is right though newer events were recorded; answers by how many seconds they are newer."""
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        newest = tx.head_recorded_at()
        if newest > session.now:
            tx.set_counter(ACCEPTED_CLOCK, newest)
        return max(0, newest - session.now)


def _some(found: Iterator[Finding]) -> Iterator[Finding]:
    """The first findings of a check, and how many more there are."""
    try:
        last = None
        for number, last in enumerate(found, 1):
            if number <= _SHOWN:
                yield last
        if last is not None and number > _SHOWN:
            yield last._replace(what=f"and {number - _SHOWN} more like these")
    except StoreDamaged as error:
        yield Finding("store", "damage", error.message, error.hint)


def _store(visit: Visit) -> Iterator[Finding]:
    for fault in visit.faults:
        if fault.table != "tickets" or fault.row is None:
            todo = _REBUILD if fault.filing else "restore a backup, and keep this store until then"
            yield Finding("store", "damage", fault.what, todo)
    if visit.reader.counter(UNPURGED):
        todo = "repeat the ticket redact that was cut short"
        yield Finding("store", "warning", "erased texts may still stand in free parts of the store's files", todo)


def _history(visit: Visit) -> Iterator[Finding]:
    flaw = chain_flaw(visit.reader)
    if flaw is not None:
        where = f"event {flaw.seq}: " if flaw.seq is not None else ""
        yield Finding("history", "damage", f"{where}{flaw.what}", "restore a backup; ticket audit verify tells more")


def _tickets(visit: Visit) -> Iterator[Finding]:
    for wrong in wrong_tickets(visit.reader, visit.rules, visit.session.now, visit.faults):
        yield Finding("tickets", "damage", wrong.what.removeprefix("tickets: "), _REBUILD)


def _rules(visit: Visit) -> Iterator[Finding]:
    for trouble in visit.rules.trouble:
        gone = trouble.endswith(" is gone")
        todo = "put it back, or ticket rules accept" if gone else "mend it; ticket rules check tells more"
        yield Finding("rules", "rules", trouble, todo)
    if visit.rules.trouble:
        yield Finding("rules", "rules", f"{visit.rules.deciding}, and nothing is closed by rule", "")


def _reviews(visit: Visit) -> Iterator[Finding]:
    for raw in overdue_rules(bound_of(visit.reader, visit.rules), visit.session.now):
        what = f"{raw['name']} ({raw['file']}:{raw['line']}) was to be reviewed by {raw['review_by']}"
        yield Finding("rules", "warning", what, "see whether it is still wanted, then move its review_by on")


def _loops(visit: Visit) -> Iterator[Finding]:
    """Loops since the rules were last changed, of tickets that are still worked on."""
    kept = visit.reader.rulebook(visit.reader.counter(CURRENT))
    since = kept.recorded_at if kept else 0
    told: set[int] = set()
    for seq in visit.reader.ids("events", "mark", ["loop"], descending=True):
        event = visit.reader.event(seq)
        if event is None or event.recorded_at < since:
            return
        filing = visit.reader.filing(event.ticket)
        if event.ticket not in told and filing is not None and filing.kind != "final":
            told.add(event.ticket)
            names = ", ".join(event.data.get("rules", ()))
            todo = f"change one of them; ticket log {event.ticket} shows what they do"
            yield Finding("rules", "rules", f"#{event.ticket}: rules undo each other: {names}", todo)


def _calendars(visit: Visit) -> Iterator[Finding]:
    for name, year, rule in uncovered(visit.rules.rulebook, visit.session.now):
        what = f"calendar {name} has no dates of {year}, into which {rule} reaches already"
        yield Finding("calendars", "warning", what, f"add the holidays and workdays of {year}")


def uncovered(rulebook: Rulebook, now: Instant) -> Iterator[tuple[str, int, str]]:
    """Calendar, year and rule, where a time that begins now ends in a year whose dates the calendar lacks."""
    spans = [(rule.ref, rule.calendar, list(rule.targets.values())) for rule in rulebook.sla]
    spans += [(rule.ref, rule.calendar, [rule.after]) for rule in rulebook.autoclose]
    told: set[tuple[str, int]] = set()
    for ref, calendar, durations in spans:
        if calendar.name is not None:
            end = max(calendar.due(now, duration) for duration in durations)
            for year in calendar.uncovered(now, end):
                if (calendar.name, year) not in told:
                    told.add((calendar.name, year))
                    yield calendar.name, year, ref.name


def _letters(visit: Visit) -> Iterator[Finding]:
    counts = visit.reader.tally("outbox", "state")
    if dead := counts.get("dead", 0):
        what = f"{counted(dead, 'message')} could not be delivered"
        todo = "ticket outbox list --state dead shows why; then ticket outbox retry or drop"
        yield Finding("messages", "warning", what, todo)
    if unaddressed := counts.get("unaddressed", 0):
        what = f"{counted(unaddressed, 'message')} had nobody to go to"
        todo = "name somebody in notify.default; ticket outbox list --state unaddressed, then ticket outbox drop"
        yield Finding("messages", "warning", what, todo)


def _clock(visit: Visit) -> Iterator[Finding]:
    behind = clock_behind(visit.reader, visit.session.now)
    if behind:
        what = f"the clock is {format_duration(behind)} behind the newest event, so nothing is closed by rule"
        yield Finding("clock", "warning", what, "set the clock, or if it is right: ticket doctor --accept-clock")


def _sweeps(visit: Visit) -> Iterator[Finding]:
    found = status(visit.reader, visit.session.now)
    if found.late and visit.reader.tally("tickets", "kind", {"kind": list(NOT_FINAL)}):
        ago = found.swept_at and f"the last sweep was {format_duration(found.at - found.swept_at)} ago"
        never = "no sweep has run " + ("since the desk was restored" if visit.reader.counter(EPOCH) else "yet")
        due = f", and {counted(found.due, 'ticket')} due" if found.due else ""
        yield Finding("sweep", "warning", f"{ago or never}{due}", "have cron run: ticket sweep -q")


CHECKS: tuple[Callable[[Visit], Iterator[Finding]], ...] = (
    *(_store, _history, _tickets, _rules, _reviews, _loops, _calendars, _letters, _clock, _sweeps),
)
"""A new check is one function and one word here."""
