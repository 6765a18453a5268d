"""`ticket undo`: takes back what rules did to tickets, the last decision of each or all of a run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Protocol

from ticketcli.domain.events import Event, Message
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket
from ticketcli.domain.undoing import Decision, decisions, undo
from ticketcli.errors import NotFound
from ticketcli.ports import Range, Reader, Wanted
from ticketcli.services.changing import Changed, found, result_of
from ticketcli.services.commit import Bench
from ticketcli.services.dedup import yielding
from ticketcli.services.session import Session
from ticketcli.services.steps import Desktop, Options, Result, Work, run

_NAME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.\d{6}Z-[0-9a-f]{6}")
"""The name of a run begins with its time."""
_MARGIN = 86400
"""Seconds."""


def undo_last(session: Session, ids: Sequence[int], options: Options = Options()) -> list[Result]:
    """Takes back the last decision of a rule on each ticket.

    `unchanged`, with the reason, when there is none, when it was taken back before, or when nothing of it stands.
    """
    steps = [partial(_undo, id, None, options.if_version) for id in ids]
    return run(session, options, Work(["undo", list(ids)], steps, list(ids)))


def undo_run(
    session: Session, name: str, ids: Sequence[int], options: Options = Options(), asked: str | None = None
) -> list[Result]:
    """Takes back what rules did to these tickets in the run of that name.

    A ticket that somebody has touched since is left as it is: `unchanged`, with the reason. `asked` is the word from
    which name and tickets were worked out, by which a repeat of the call is known.
    """
    steps = [partial(_undo, id, name, options.if_version) for id in ids]
    words = ["undo", name, list(ids)] if asked is None else ["undo", asked]
    return run(session, options, Work(words, steps, list(ids)))


def last_sweep(reader: Reader) -> str:
    """The name of the newest sweep in which rules did something that can be taken back. Raises `NotFound`.

    Commands are no sweeps: what they write begins with an event of somebody.
    """
    numbers = reader.ids("events", "recorded_at", Range(), descending=True)
    newest = (event for number in numbers if (event := reader.event(number)) is not None)
    for name, written in groupby(newest, _run):
        events = list(written)
        if all(event.rule or event.actor.class_ == "rule" for event in events) and decisions(events):
            return name
    raise NotFound("no sweep did anything yet", "ticket undo ID takes back what a rule did last to one ticket")


def tickets_of(reader: Reader, name: str) -> list[int]:
    """The tickets on which rules decided in the run of that name. Raises `NotFound` when it wrote no event.

    Events are looked through from the newest back to a day before that run: it may have lasted, or the clock moved.
    """
    ids: set[int] = set()
    wrote, begun = False, _begun(name)
    for seq in reader.ids("events", "recorded_at", Range(), descending=True):
        event = reader.event(seq)
        if event is None or (begun is not None and (_begun(event.run) or begun) < begun - _MARGIN):
            break
        if event.run == name:
            wrote = True
            ids.update(decision.last.ticket for decision in decisions([event]))
    if not wrote:
        raise NotFound(f"no run {name!r} changed anything", "ticket log ID -o json names them, last is the newest")
    return sorted(ids)


def _run(event: Event) -> str:
    return event.run


def _begun(name: str) -> Instant | None:
    """When the run of that name began; None when the name does not say."""
    found = _NAME.fullmatch(name)
    return parse_instant("{}-{}-{}T{}:{}:{}Z".format(*found.groups())) if found else None


def _undo(id: int, name: str | None, version: int | None, desktop: Desktop) -> Result:
    ticket = found(desktop.tx, id, version)
    return result_of(desktop.bench, undo_ticket(desktop.bench, desktop.tx, ticket, name))


class Letters(Protocol):
    """Where messages wait that may have become untrue."""

    def ids(self, table: str, column: str, wanted: Wanted) -> list[int]: ...

    def message(self, number: int) -> Message | None: ...

    def replace_message(self, number: int, message: Message) -> None: ...


def undo_ticket(bench: Bench, letters: Letters, ticket: Ticket, name: str | None = None) -> Changed:
    """Takes back the last decision of a rule on the ticket, or all of the run of that name.

    `unchanged`, with the reason, when there is nothing to take back.
    """
    events = bench.sheet.events(ticket.id)
    wanted = decisions(events, name)[-1 if name is None else 0 :]
    why_not = _refusal(events, wanted, name)
    data = None if why_not else undo(ticket, events, wanted)
    if data is None:
        said = why_not or f"nothing stands any more of what a rule did: {_said(bench.rules.rulebook, wanted)}"
        return Changed("unchanged", ticket, None, said)
    own = [bench.acting.event(ticket, "undone", **data)]
    own += yielding(bench.sheet, bench.acting, ticket, own)
    done = bench.commit(ticket, own)
    _give_up(letters, ticket.id, wanted)
    return Changed("updated", done.ticket, done, f"took back: {_said(bench.rules.rulebook, wanted)}")


def _refusal(events: Sequence[Event], wanted: Sequence[Decision], name: str | None) -> str | None:
    """Why there is nothing to do: no decision, taken back before, or in a run whose ticket was touched since."""
    if not wanted:
        return "no rule did anything to it" if name is None else "no rule did anything to it in that run"
    gone = {(told["run"], told["rule"]) for event in events if event.kind == "undone" for told in event.data["what"]}
    if all((decision.run, decision.rule.key) in gone for decision in wanted):
        return "that was taken back before"
    if name is None:
        return None
    after = max(decision.last.seq for decision in wanted)
    since = (event for event in events if event.seq > after and event.run != name)
    touched = next((event for event in since if event.actor.class_ != "rule"), None)
    return f"touched since by {touched.actor.name}, so it stays as it is" if touched else None


def _said(rules: Rulebook, wanted: Sequence[Decision]) -> str:
    """What is taken back, for people: `escalated by late at 2026-03-02 10:00 CST`."""
    parts = [f"{one.deeds} by {one.rule.name}" for one in wanted]
    return f"{', '.join(parts)} at {rules.said(wanted[-1].last.at)}"


def _give_up(letters: Letters, id: int, wanted: Sequence[Decision]) -> None:
    """Messages of these decisions that have not left yet say what is no longer so; those that were sent stay sent."""
    made = {(decision.rule.key, event.at) for decision in wanted for event in decision.events}
    for number in letters.ids("outbox", "ticket", [id]):
        message = letters.message(number)
        if message is not None and message.state == "queued" and (message.rule, message.at) in made:
            letters.replace_message(number, message._replace(state="dropped", due_at=None))
