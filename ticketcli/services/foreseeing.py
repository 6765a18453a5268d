"""How a ticket, the desk and its sweeps stand, for those who say what happens next and why."""

from __future__ import annotations

from ticketcli.domain.dating import Look
from ticketcli.domain.explaining import Situation
from ticketcli.ports import Reader
from ticketcli.services.in_force import InForce
from ticketcli.services.session import Session
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.sweep import SWEPT_AT, cause_of, clock_behind


def situation_of(session: Session, reader: Reader, rules: InForce, look: Look, looked_at: float) -> Situation:
    """The situation of a stored ticket; `looked_at` is when rules look at it next."""
    return Situation(look, StoreDesk(reader), session.guard, _barred(session, reader, rules), looked_at)


def _barred(session: Session, reader: Reader, rules: InForce) -> str:
    """Why the next sweep closes nothing; looking back, how sweeps stood then is not kept."""
    if rules.trouble:
        return "frozen"
    if session.at is not None:
        return ""
    behind = clock_behind(reader, session.now)
    cause = cause_of(session.guard, session.now, reader.counter(SWEPT_AT), behind)
    return "clock" if cause.frozen else "gap" if cause.postpone else ""
