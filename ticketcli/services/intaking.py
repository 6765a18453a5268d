"""What machines say, made tickets: broken things open or repeat theirs, those that are well again resolve it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ticketcli.domain.signals import FIRING, Signal
from ticketcli.errors import TicketError
from ticketcli.ports import Range, Reader, Wanted
from ticketcli.services.changing import change_ticket, open_ticket, result_of
from ticketcli.services.dedup import holder
from ticketcli.services.session import Session
from ticketcli.services.steps import Desktop, Options, Result, Work, run

_LAST = "\U0010ffff"
_UNRESOLVED = ("initial", "active", "waiting")


def held_keys(reader: Reader, prefix: str) -> set[str]:
    """The dedup keys with that beginning which tickets hold that are neither resolved nor final."""
    where: dict[str, Wanted] = {"dedup_key": Range(prefix, prefix + _LAST), "kind": list(_UNRESOLVED)}
    return {str(key) for key in reader.tally("tickets", "dedup_key", where)}


def take_in(
    session: Session, signals: Sequence[Signal], options: Options = Options(), said: Any = None
) -> list[Result]:
    """Does what each signal asks for: all in one commit, or with `each` one for each of them.

    `said` is what a repeat under the same key says too, where signals depend on the desk besides.
    """
    session = session._replace(caller=session.caller._replace(automatic=True))
    steps = [partial(_take, signal) for signal in signals]
    words = ["intake", said or [_words(signal) for signal in signals]]
    names = [f"{signal.state} {signal.key}" for signal in signals] if said else ()
    return run(session, options, Work(words, steps, [None] * len(signals), names))


def _words(signal: Signal) -> list[Any]:
    return [signal.key, signal.state, dict(signal.facts), signal.reopen_within, signal.comment]


def _take(signal: Signal, desktop: Desktop) -> Result:
    try:
        return _firing(signal, desktop) if signal.state == FIRING else _resolved(signal, desktop)
    except TicketError as error:
        error.message = f"{signal.where or signal.key}: {error.message}"
        raise


def _firing(signal: Signal, desktop: Desktop) -> Result:
    facts = {**signal.facts, "dedup_key": signal.key}
    if signal.reopen_within is not None:
        facts["reopen_within"] = signal.reopen_within
    changed = open_ticket(desktop.bench, facts)
    repeats = changed.action == "updated"
    return result_of(desktop.bench, changed._replace(reason="occurred again" if repeats else changed.reason))


def _resolved(signal: Signal, desktop: Desktop) -> Result:
    held = holder(desktop.tx, signal.key)
    if held is None or held.kind not in _UNRESOLVED:
        return Result(held.id if held else None, "unchanged", f"no unresolved ticket is about {signal.key}")
    if signal.comment:
        said = change_ticket(desktop.bench, "comment", held, {"text": signal.comment})
        held = said.ticket
    return result_of(desktop.bench, change_ticket(desktop.bench, "resolve", held, {}))
