"""The use cases that change tickets: create, and every verb of the table of operations (design section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ticketcli.domain.draft import Cause
from ticketcli.domain.events import RuleRef
from ticketcli.domain.operations.table import UNCHANGED, operation
from ticketcli.domain.ticket import ENDED, Ticket
from ticketcli.errors import IllegalTransition, NotFound, NotPermitted, TicketError, VersionConflict
from ticketcli.ports import Looking
from ticketcli.records import NamedTuple
from ticketcli.services.commit import Bench, Committed
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
    return result_of(desktop.bench, open_ticket(desktop.bench, given))


class Changed(NamedTuple):
    """What a change of one ticket came to; nothing was committed when it changes nothing."""

    action: str
    ticket: Ticket
    committed: Committed | None = None
    reason: str | None = None


def open_ticket(bench: Bench, given: Mapping[str, Any], rule: RuleRef | None = None) -> Changed:
    """Opens a ticket from its facts, or counts an occurrence of the one that holds its dedup key.

    `rule` is the rule that asks for it, if it is one.
    """
    facts = dict(given)
    window, key = facts.pop("reopen_within", None), facts.get("dedup_key")
    if key is None:
        return _made("created", _born(bench, facts, rule=rule))
    from ticketcli.services.dedup import holder, window_of

    former, within = holder(bench.sheet, key), window_of(window)
    if former is None:
        return _made("created", _born(bench, facts, rule=rule))
    again = [bench.acting.event(former, "occurred")._replace(rule=rule)]
    if former.kind not in ENDED:
        return _made("updated", bench.commit(former, again))
    ended = former.closed_at or former.resolved_at or former.status_since
    if within is not None and bench.acting.now <= ended + within:
        try:
            again += operation("reopen")(bench.acting, former)
            return _made("reopened", bench.commit(former, again))
        except (IllegalTransition, NotPermitted):
            pass  # what happened again is told in a ticket of its own
    return _made("created", _born(bench, facts, follows=former.id, rule=rule))


def _born(
    bench: Bench, facts: Mapping[str, Any], follows: int | None = None, rule: RuleRef | None = None
) -> Committed:
    from ticketcli.domain.operations.opening import opening

    event = opening(bench.acting, bench.sheet.next_ticket_id(), facts, follows)
    return bench.commit(None, [event._replace(rule=rule)], Cause(created=True))


def _made(action: str, done: Committed, reason: str | None = None) -> Changed:
    return Changed(action, done.ticket, done, reason)


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
    ticket = found(desktop.tx, id, options.if_version)
    return result_of(desktop.bench, change_ticket(desktop.bench, verb, ticket, args))


def change_ticket(bench: Bench, verb: str, ticket: Ticket, args: Mapping[str, Any]) -> Changed:
    """Does a verb of the table of operations to a ticket as it stands, and what the rules make of it."""
    own = operation(verb)(bench.acting, ticket, **args)
    if verb == "comment" and _needs_follow_up(bench, ticket):
        return _follow_up(bench, ticket, args["text"])
    if own and (verb == "set" or ticket.dedup_key is not None):
        from ticketcli.services.dedup import yielding

        own = [*own, *yielding(bench.sheet, bench.acting, ticket, own)]
    if not own:
        return Changed("unchanged", ticket, reason=UNCHANGED.get(verb))
    reopened = any(event.kind == "reopened" for event in own)
    return _made("reopened" if reopened else "updated", bench.commit(ticket, own, Cause(reroute=verb == "route")))


def _needs_follow_up(bench: Bench, ticket: Ticket) -> bool:
    from ticketcli.domain.operations.commenting import needs_follow_up

    return needs_follow_up(bench.acting, ticket)


def found(sheet: Looking, id: int, version: int | None = None) -> Ticket:
    """The ticket of that number. Raises `NotFound`; `VersionConflict` unless it has that version."""
    ticket = sheet.ticket(id)
    if ticket is None:
        raise NotFound(f"no ticket #{id}", "ticket list shows what there is")
    if version is not None and ticket.version != version:
        hint = f"somebody changed it meanwhile: ticket show {id}"
        raise VersionConflict(f"#{id} is at version {ticket.version}, not {version}", hint)
    return ticket


def _follow_up(bench: Bench, ticket: Ticket, text: str) -> Changed:
    """A reply after the reopening window opens a ticket that follows the old one; both say so."""
    requester = ticket.requester._asdict() if ticket.requester else {}
    facts = {
        "subject": ticket.subject,
        "body": text,
        "category": ticket.category,
        "requester": {key: value for key, value in requester.items() if value},
    }
    done = _born(bench, {key: value for key, value in facts.items() if value}, follows=ticket.id)
    link = bench.acting.event(ticket, "linked", kind="followed_by", id=done.ticket.id)
    bench.commit(ticket, [link])
    return _made("created", done, f"follows #{ticket.id}, which ended before the reopening window")


def result_of(bench: Bench, changed: Changed) -> Result:
    action, ticket, done, reason = changed
    if done is None:
        return Result(ticket.id, action, reason, ticket, view_of(bench.sheet, bench.rules, ticket, bench.acting.now))
    return Result(ticket.id, action, reason, ticket, done.view, events=done.events)
