"""What would happen to a ticket that does not exist: opened in a rehearsal, so that nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.draft import Cause
from ticketcli.domain.explaining import Finding, Situation, explain_rules
from ticketcli.domain.operations.opening import opening
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.ticket import Ticket, View
from ticketcli.domain.upcoming import Upcoming, upcoming
from ticketcli.records import NamedTuple
from ticketcli.services.explaining import Decision, Origin, decisions, origins_of
from ticketcli.services.session import Session
from ticketcli.services.steps import Options, changing
from ticketcli.services.viewing import look_at, looked_at

_UNNAMED = "unnamed"


class Supposed(NamedTuple):
    """The ticket as it would stand once opened, what made it so, and what each rule would make of it then."""

    ticket: Ticket
    view: View
    rulebook: Rulebook
    origins: tuple[Origin, ...]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    upcoming: tuple[Upcoming, ...]


def suppose(session: Session, given: Mapping[str, Any], options: Options) -> Supposed:
    """Opens a ticket of these facts by the rules in force, and keeps nothing of it.

    Keys are those of `create`; without a subject the fact is missing. Raises `NotFound` for an unknown key, team or
    person, `Invalid` for a value that does not fit.
    """
    with changing(session, options._replace(dry_run=True)) as desktop:
        event = opening(desktop.acting, desktop.tx.next_ticket_id(), {"subject": _UNNAMED, **given})
        if "subject" not in given:
            event = event._replace(data={**event.data, "subject": ""})
        done = desktop.bench.commit(None, [event], Cause(created=True))
        look = look_at(desktop.tx, desktop.rules, done.ticket, session.now)
        next_look = looked_at(desktop.tx, desktop.rules, done.ticket.id)
        barred = "frozen" if desktop.rules.trouble else ""
        made = decisions(desktop.tx, desktop.rules, done.events)
        return Supposed(
            done.ticket,
            done.view,
            desktop.rules.rulebook,
            origins_of(done.ticket, done.events, made),
            tuple(made),
            tuple(explain_rules(Situation(look, desktop.desk, session.guard, barred, looked_at=next_look))),
            tuple(upcoming(look, next_look)),
        )
