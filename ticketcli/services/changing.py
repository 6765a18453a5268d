"""The use cases that change tickets: create, and every verb of the table of operations (design section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ticketcli.domain.draft import Cause
from ticketcli.domain.events import Event
from ticketcli.domain.fold import ENDED
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.table import operation
from ticketcli.domain.ticket import Ticket, View
from ticketcli.errors import NotFound, TicketError, VersionConflict
from ticketcli.ports import Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.commit import Committed, commit
from ticketcli.services.in_force import InForce, former, in_force, keep
from ticketcli.services.session import Session
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.viewing import view_of


class Result(NamedTuple):
    """What became of one ticket: created, updated, reopened, unchanged, refused or not_tried."""

    id: int | None
    action: str
    reason: str | None = None
    ticket: Ticket | None = None
    view: View | None = None
    error: TicketError | None = None
    events: tuple[Event, ...] = ()
    """What was written: the caller's own first, then what the rules made of them."""


class Options(NamedTuple):
    """How a change is carried out: `each` commits ticket by ticket, `dry_run` rehearses."""

    dry_run: bool = False
    each: bool = False
    if_version: int | None = None
    on_trouble: Callable[[tuple[str, ...]], None] = lambda trouble: None
    """Told what is wrong with the rule files, when another rulebook decides in their place."""


class Desktop(NamedTuple):
    """An open transaction with the rules in force."""

    tx: Transaction
    rules: InForce
    acting: Acting
    desk: StoreDesk

    def commit(self, before: Ticket | None, own: Sequence[Event], cause: Cause = Cause()) -> Committed:
        """Commits a change of one ticket, planned by the rules in force."""
        filing = self.tx.filing(before.id) if before else None
        past = former(self.tx, filing.planned, self.rules) if filing else None
        done = commit(self.tx, self.rules, self.desk, self.acting.now, before, own, cause, past)
        self.desk.note_written([event.kind for event in done.events if event.rule])
        return done


@contextmanager
def changing(session: Session, options: Options) -> Iterator[Desktop]:
    """A transaction, or with `dry_run` a rehearsal that lands nowhere."""
    if options.dry_run:
        from ticketcli.services.rehearsal import Rehearsal

        with session.store.read() as reader:
            yield _desktop(session, Rehearsal(reader), options)
        return
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        yield _desktop(session, tx, options)


def _desktop(session: Session, tx: Transaction, options: Options) -> Desktop:
    rules = in_force(tx, session.files, session.notify_default)
    if rules.trouble:
        options.on_trouble(rules.trouble)
    return Desktop(tx, keep(tx, rules, session.now), session.acting(rules), StoreDesk(tx))


def create(
    session: Session,
    given: Sequence[Mapping[str, Any]],
    options: Options = Options(),
    wheres: Sequence[str] = (),
) -> list[Result]:
    """Opens a ticket for each mapping, all in one commit (with `each`, one commit each).

    A mapping with a `dedup_key` that a ticket holds which is neither resolved nor final is an occurrence of that
    ticket; within `reopen_within` seconds of its end a resolved or final one is reopened. `wheres` say where each
    mapping stood (`line 3`), for the message should it be refused.
    """
    places = wheres or [""] * len(given)
    steps = [partial(_open_from, where, facts) for where, facts in zip(places, given, strict=True)]
    return _run(session, options, steps, [None] * len(given))


def _open_from(where: str, given: Mapping[str, Any], desktop: Desktop) -> Result:
    try:
        return _open(given, desktop)
    except TicketError as error:
        if where:
            error.message = f"{where}: {error.message}"
        raise


def _open(given: Mapping[str, Any], desktop: Desktop) -> Result:
    facts = dict(given)
    window = facts.pop("reopen_within", None)
    former_holder = _holder(desktop, facts.get("dedup_key"))
    if former_holder is not None:
        if former_holder.kind not in ENDED:
            own = [desktop.acting.event(former_holder, "occurred")]
            return _result(desktop.commit(former_holder, own), "updated")
        ended = former_holder.closed_at or former_holder.resolved_at or former_holder.status_since
        if window is not None and desktop.acting.now <= ended + window:
            again = [desktop.acting.event(former_holder, "occurred")]
            again += operation("reopen")(desktop.acting, former_holder)
            return _result(desktop.commit(former_holder, again), "reopened")
        return _result(_born(desktop, facts, follows=former_holder.id), "created")
    return _result(_born(desktop, facts), "created")


def _holder(desktop: Desktop, dedup_key: Any) -> Ticket | None:
    """The newest ticket with that key; older ones have ended."""
    if not isinstance(dedup_key, str) or not dedup_key:
        return None
    ids = desktop.tx.ids("tickets", "dedup_key", [dedup_key], limit=1, descending=True)
    return desktop.tx.ticket(ids[0]) if ids else None


def _born(desktop: Desktop, facts: Mapping[str, Any], follows: int | None = None) -> Committed:
    from ticketcli.domain.operations.opening import opening

    event = opening(desktop.acting, desktop.tx.next_ticket_id(), facts, follows)
    return desktop.commit(None, [event], Cause(created=True))


def resolve_key(
    session: Session, key: str, args: Mapping[str, Any], options: Options, if_exists: bool
) -> list[Result]:
    """Resolves the ticket that holds the dedup key. None there: `NotFound`, or with `if_exists` nothing."""
    with changing(session, options) as desktop:
        holder = _holder(desktop, key)
        if holder is not None and holder.kind not in ENDED:
            return [_change("resolve", holder.id, args, options, desktop)]
        if not if_exists:
            raise NotFound(f"no unresolved ticket has the key {key!r}", "add --if-exists where that is no error")
        return [Result(holder.id if holder else None, "unchanged", "no unresolved ticket has that key")]


def change(
    session: Session, verb: str, ids: Sequence[int], args: Mapping[str, Any], options: Options = Options()
) -> list[Result]:
    """Does `verb` to each ticket: all in one commit, where one refusal refuses all, or `each` by itself."""
    steps = [partial(_change, verb, id, args, options) for id in ids]
    return _run(session, options, steps, list(ids))


def _change(verb: str, id: int, args: Mapping[str, Any], options: Options, desktop: Desktop) -> Result:
    ticket = found(desktop, id)
    if options.if_version is not None and ticket.version != options.if_version:
        hint = f"somebody changed it meanwhile: ticket show {id}"
        raise VersionConflict(f"#{id} is at version {ticket.version}, not {options.if_version}", hint)
    if verb == "comment" and _needs_follow_up(desktop, ticket):
        return _follow_up(desktop, ticket, args["text"])
    own = operation(verb)(desktop.acting, ticket, **args)
    if not own:
        return Result(id, "unchanged", None, ticket, view_of(desktop.tx, desktop.rules, ticket, desktop.acting.now))
    reopened = any(event.kind == "reopened" for event in own)
    done = desktop.commit(ticket, own, Cause(reroute=verb == "route"))
    return _result(done, "reopened" if reopened else "updated")


def _needs_follow_up(desktop: Desktop, ticket: Ticket) -> bool:
    from ticketcli.domain.operations.commenting import needs_follow_up

    return needs_follow_up(desktop.acting, ticket)


def found(desktop: Desktop, id: int) -> Ticket:
    """The ticket of that number. Raises `NotFound`."""
    ticket = desktop.tx.ticket(id)
    if ticket is None:
        raise NotFound(f"no ticket #{id}", "ticket list --fields id,subject shows what there is")
    return ticket


def _follow_up(desktop: Desktop, ticket: Ticket, text: str) -> Result:
    """A reply after the reopening window opens a ticket that follows the old one; both say so."""
    requester = ticket.requester._asdict() if ticket.requester else {}
    facts = {
        "subject": ticket.subject,
        "body": text,
        "category": ticket.category,
        "requester": {key: value for key, value in requester.items() if value},
    }
    done = _born(desktop, {key: value for key, value in facts.items() if value}, follows=ticket.id)
    link = desktop.acting.event(ticket, "linked", kind="followed_by", id=done.ticket.id)
    desktop.commit(ticket, [link])
    return _result(done, "created")._replace(reason=f"follows #{ticket.id}, which ended before the reopening window")


def _result(done: Committed, action: str) -> Result:
    return Result(done.ticket.id, action, None, done.ticket, done.view, events=done.events)


Step = Callable[[Desktop], Result]


def _run(session: Session, options: Options, steps: Sequence[Step], ids: Sequence[int | None]) -> list[Result]:
    if options.each and not options.dry_run:
        return [_alone(session, options, step, id) for step, id in zip(steps, ids)]
    with changing(session, options) as desktop:
        results: list[Result] = []
        for step in steps:
            try:
                results.append(step(desktop))
            except TicketError as error:
                raise _refusal(error, ids, len(results)) from None
        return results


def _refusal(error: TicketError, ids: Sequence[int | None], at: int) -> TicketError:
    """The error with what became of each ticket: one was refused, so no other was changed."""
    if len(ids) > 1:
        rows = [{"id": id, "action": "refused" if n == at else "not_tried"} for n, id in enumerate(ids)]
        rows[at]["reason"] = error.message
        error.details["results"] = rows
    return error


def _alone(session: Session, options: Options, step: Step, id: int | None) -> Result:
    """One commit for one ticket; a refusal is an answer, not the end."""
    try:
        with changing(session, options) as desktop:
            return step(desktop)
    except TicketError as error:
        if error.exit_code in (2, 3, 4, 5, 6):
            return Result(id, "refused", error.message, error=error)
        raise
