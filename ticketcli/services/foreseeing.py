"""How a ticket, the desk and its sweeps stand, for those who say what happens next and why."""

from __future__ import annotations

from ticketcli.domain.dating import Look
from ticketcli.domain.explaining import Situation
from ticketcli.ports import Reader
from ticketcli.services.in_force import InForce
from ticketcli.services.session import Session
from ticketcli.services.store_desk import StoreDesk
from ticketcli.services.sweep import BEGUN_AT, SWEPT_AT, cause_of, clock_behind


def situation_of(session: Session, reader: Reader, rules: InForce, look: Look, looked_at: float) -> Situation:
    """The situation of a stored ticket; `looked_at` is when rules look at it next."""
    found = Situation(look, StoreDesk(reader), session.guard, "frozen" if rules.trouble else "", looked_at=looked_at)
    if session.at is not None:
        return found  # how sweeps stood then is not kept
    behind = clock_behind(reader, session.now)
    cause = cause_of(session.guard, session.now, reader.counter(SWEPT_AT), behind, reader.counter(BEGUN_AT))
    return found._replace(barred=found.barred or ("clock" if cause.frozen else ""), postpone=cause.postpone)
