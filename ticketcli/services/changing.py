"""The use cases that change tickets: create, and every verb of the table of operations (design section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ticketcli.domain.draft import Cause
from ticketcli.domain.operations.table import operation
from ticketcli.domain.ticket import ENDED, Ticket
from ticketcli.errors import IllegalTransition, NotFound, NotPermitted, TicketError, VersionConflict
from ticketcli.services.commit import Committed
from ticketcli.services.session import Session
from ticketcli.services.steps import Desktop, Options, Result, Work, run
from ticketcli.services.viewing import view_of


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
    return run(session, options, Work(["create", list(given)], steps, [None] * len(given)))


def _open_from(where: str, given: Mapping[str, Any], desktop: Desktop) -> Result:
    try:
        return _open(given, desktop)
    except TicketError as error:
        if where:
            error.message = f"{where}: {error.message}"
        raise


def _open(given: Mapping[str, Any], desktop: Desktop) -> Result:
    facts = dict(given)
    window, key = facts.pop("reopen_within", None), facts.get("dedup_key")
    if key is None:
        return _result(_born(desktop, facts), "created")
    from ticketcli.services.dedup import holder, window_of

    former, within = holder(desktop.tx, key), window_of(window)
    if former is None:
        return _result(_born(desktop, facts), "created")
    again = [desktop.acting.event(former, "occurred")]
    if former.kind not in ENDED:
        return _result(desktop.commit(former, again), "updated")
    ended = former.closed_at or former.resolved_at or former.status_since
    if within is not None and desktop.acting.now <= ended + within:
        try:
            again += operation("reopen")(desktop.acting, former)
            return _result(desktop.commit(former, again), "reopened")
        except (IllegalTransition, NotPermitted):
            pass  # what happened again is told in a ticket of its own
    return _result(_born(desktop, facts, follows=former.id), "created")


def _born(desktop: Desktop, facts: Mapping[str, Any], follows: int | None = None) -> Committed:
    from ticketcli.domain.operations.opening import opening

    event = opening(desktop.acting, desktop.tx.next_ticket_id(), facts, follows)
    return desktop.commit(None, [event], Cause(created=True))


def resolve_key(session: Session, key: str, args: Mapping[str, Any], options: Options, if_exists: bool) -> list[Result]:
    """Resolves the ticket that holds the dedup key. None there: `NotFound`, or with `if_exists` nothing."""
    step = partial(_resolve_key, key, args, options, if_exists)
    return run(session, options._replace(each=False), Work(["resolve", key, dict(args)], [step], [None]))


def _resolve_key(key: str, args: Mapping[str, Any], options: Options, if_exists: bool, desktop: Desktop) -> Result:
    from ticketcli.services.dedup import holder

    held = holder(desktop.tx, key)
    if held is not None and held.kind not in ENDED:
        return _change("resolve", held.id, args, options, desktop)
    if not if_exists:
        raise NotFound(f"no unresolved ticket has the key {key!r}", "add --if-exists where that is no error")
    return Result(held.id if held else None, "unchanged", "no unresolved ticket has that key")


def change(
    session: Session, verb: str, ids: Sequence[int], args: Mapping[str, Any], options: Options = Options()
) -> list[Result]:
    """Does `verb` to each ticket: all in one commit, where one refusal refuses all, or `each` by itself."""
    steps = [partial(_change, verb, id, args, options) for id in ids]
    return run(session, options, Work([verb, list(ids), dict(args)], steps, list(ids)))


def _change(verb: str, id: int, args: Mapping[str, Any], options: Options, desktop: Desktop) -> Result:
    ticket = found(desktop, id)
    if options.if_version is not None and ticket.version != options.if_version:
        hint = f"somebody changed it meanwhile: ticket show {id}"
        raise VersionConflict(f"#{id} is at version {ticket.version}, not {options.if_version}", hint)
    own = operation(verb)(desktop.acting, ticket, **args)
    if verb == "comment" and _needs_follow_up(desktop, ticket):
        return _follow_up(desktop, ticket, args["text"])
    if own and (verb == "set" or ticket.dedup_key is not None):
        from ticketcli.services.dedup import yielding

        own = [*own, *yielding(desktop.tx, desktop.acting, ticket, own)]
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
        raise NotFound(f"no ticket #{id}", "ticket list shows what there is")
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
