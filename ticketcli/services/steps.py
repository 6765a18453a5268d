"""How changes are carried out: one transaction for all steps of a call, or one for each; a rehearsal; a repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ticketcli.domain.events import Event
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.ticket import Ticket, View
from ticketcli.errors import Conflict, NotPermitted, OutcomeUnknown, TicketError
from ticketcli.ports import Transaction
from ticketcli.records import NamedTuple
from ticketcli.services.commit import Bench
from ticketcli.services.in_force import InForce, in_force, keep
from ticketcli.services.session import Session
from ticketcli.services.store_desk import StoreDesk


class Result(NamedTuple):
    """What became of one ticket: created, updated, reopened, unchanged, refused or not_tried."""

    id: int | None
    action: str
    reason: str | None = None
    ticket: Ticket | None = None
    view: View | None = None
    error: TicketError | None = None
    events: tuple[Event, ...] = ()
    """What was written: the caller's own first, then what the rules made of them, also on other tickets."""


class Options(NamedTuple):
    """How a change is carried out: `each` commits ticket by ticket, `dry_run` rehearses."""

    dry_run: bool = False
    each: bool = False
    if_version: int | None = None
    key: str | None = None
    """The idempotency key: a repeat of the same call is answered as the first time and changes nothing."""
    on_trouble: Callable[[InForce], None] = lambda rules: None
    """Told what is wrong with the rule files, when another rulebook decides in their place."""


class Desktop(NamedTuple):
    """An open transaction with the rules in force."""

    tx: Transaction
    rules: InForce
    acting: Acting
    desk: StoreDesk

    @property
    def bench(self) -> Bench:
        """The transaction as the place where tickets are decided about."""
        return Bench(self.tx, self.rules, self.acting, self.desk)


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
    rules = in_force(tx, session.files, session.notify_default, session.timezone)
    if rules.trouble:
        options.on_trouble(rules)
    return Desktop(tx, keep(tx, rules, session.now), session.acting(rules), StoreDesk(tx))


Step = Callable[[Desktop], Result]


class Work(NamedTuple):
    """What a call asks for: a step and an id (None before creation) per ticket, and the same in words that JSON knows.

    The words tell a repeat under the same idempotency key from another call.
    """

    words: Any
    steps: Sequence[Step]
    ids: Sequence[int | None]
    names: Sequence[str] = ()
    """What each step is called in such a repeat, where it may have another place."""


def run(session: Session, options: Options, work: Work) -> list[Result]:
    """Carries out the steps: all in one commit, one refusal refuses all; with `each` one commit per step."""
    if options.each and not options.dry_run:
        return _each(session, options, work)
    with changing(session, options) as desktop:
        steps = _apart if options.each else _all
        return _once(desktop, options.key, work, lambda: steps(desktop, work))


def _all(desktop: Desktop, work: Work) -> list[Result]:
    results: list[Result] = []
    for number, step in enumerate(work.steps):
        try:
            results.append(step(desktop))
        except TicketError as error:
            raise _refusal(error, work.ids, number) from None
    return _settled(desktop, results)


def _apart(desktop: Desktop, work: Work) -> list[Result]:
    """A rehearsal of one commit per step."""
    results: list[Result] = []
    for step, id in zip(work.steps, work.ids, strict=True):
        try:
            results += _settled(desktop, [step(desktop)])
        except TicketError as error:
            results.append(_refused(error, id))
    return results


def _settled(desktop: Desktop, results: list[Result]) -> list[Result]:
    """The results, with what the commit did further for tickets that waited for a person among the last one's events.

    Only at its end: a ticket that waits and is closed by the same call gets nobody first.
    """
    given = desktop.bench.settle()
    if not given:
        return results
    stand = {done.ticket.id: done for done in given}
    known = [(result, stand.get(result.id or 0)) for result in results]
    *before, last = [r._replace(ticket=done.ticket, view=done.view) if done else r for r, done in known]
    return [*before, last._replace(events=last.events + tuple(event for done in given for event in done.events))]


def _once(desktop: Desktop, key: str | None, work: Work, do: Callable[[], list[Result]]) -> list[Result]:
    """The answer of the first call with that key, else of this one, which is remembered in the same commit."""
    if key is None:
        return do()
    from ticketcli.services.once import Once, recall, remember

    once = Once.of(key, work.words, desktop.acting.caller)
    known = recall(desktop.tx, once)
    if known is not None:
        return known
    results = do()
    remember(desktop.tx, once, results, desktop.acting.now)
    return results


def _refusal(error: TicketError, ids: Sequence[int | None], at: int) -> TicketError:
    """The error with what became of each ticket, and which was refused: so no other was changed."""
    if len(ids) > 1:
        rows = [{"id": id, "action": "refused" if n == at else "not_tried"} for n, id in enumerate(ids)]
        rows[at]["reason"] = error.message
        error.details["results"] = rows
        if isinstance(error, (Conflict, NotPermitted)) and ids[at] is not None and "#" not in error.message:
            error.message = f"#{ids[at]}: {error.message}"
    return error


def _each(session: Session, options: Options, work: Work) -> list[Result]:
    """One commit per step. When the desk cannot be written any more, the answer still says what was done before."""
    results: list[Result] = []
    for number in range(len(work.steps)):
        try:
            results.append(_alone(session, options, work, number))
        except TicketError as error:
            if not results or error.exit_code == OutcomeUnknown.exit_code:
                raise
            later = [Result(id, "not_tried") for id in work.ids[number + 1 :]]
            return [*results, Result(work.ids[number], "refused", error.message, error=error), *later]
    return results


def _alone(session: Session, options: Options, work: Work, number: int) -> Result:
    """One commit for one ticket; a refusal is an answer, not the end."""
    name = work.names[number] if work.names else number
    key = None if options.key is None else f"{options.key}/{name}"
    own = Work([work.words, name], work.steps[number : number + 1], work.ids[number : number + 1])
    try:
        with changing(session, options) as desktop:
            return _once(desktop, key, own, lambda: _all(desktop, own))[0]
    except TicketError as error:
        return _refused(error, own.ids[0])


def _refused(error: TicketError, id: int | None) -> Result:
    """The answer for a ticket whose change is refused; any other error goes on."""
    if error.exit_code not in (2, 3, 4, 5, 6):
        raise error
    return Result(id, "refused", error.message, error=error)
