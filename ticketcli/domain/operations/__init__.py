"""What people, jobs and scripts do to a ticket: one function per verb, one line in `OPERATIONS` (design section 7).

An operation takes the ticket as it stands and answers the events it comes to, none when nothing would change. It
refuses by raising an error of the family. The planner runs after it; nothing here decides by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ticketcli.domain.events import Event
from ticketcli.domain.operations.acting import Acting
from ticketcli.domain.operations.commenting import comment
from ticketcli.domain.operations.moving import close, confirm, move, reopen, resolve, start, wait
from ticketcli.domain.operations.pausing import extend, hold, unhold
from ticketcli.domain.operations.people import assign, route, take
from ticketcli.domain.operations.setting import label, set_values
from ticketcli.domain.ticket import Ticket

Operation = Callable[..., Sequence[Event]]

OPERATIONS: dict[str, Operation] = {
    "comment": comment,
    "assign": assign,
    "take": take,
    "set": set_values,
    "label": label,
    "move": move,
    "start": start,
    "wait": wait,
    "resolve": resolve,
    "close": close,
    "reopen": reopen,
    "extend": extend,
    "hold": hold,
    "unhold": unhold,
    "confirm": confirm,
    "route": route,
}

__all__ = ["OPERATIONS", "Acting", "Operation", "Ticket"]
