"""Which operators fit which type of fact. A new operator is one function in its family and one line in its table."""

from __future__ import annotations

from collections.abc import Mapping

from ticketcli.domain import facts
from ticketcli.domain.conditions import numbers, sets, text, time
from ticketcli.domain.conditions.model import Operator, TimedOperator

Operators = Mapping[str, Operator | TimedOperator]

_ORDERED = {**numbers.EQUALITY, **numbers.ORDER, **sets.PRESENCE}

OPERATORS: dict[str, Operators] = {
    facts.TEXT: {**text.OPERATORS, **sets.PRESENCE},
    facts.LIST: {**sets.OPERATORS, **sets.PRESENCE},
    facts.NUMBER: _ORDERED,
    facts.DATE: _ORDERED,
    facts.PRIORITY: _ORDERED,
    facts.INSTANT: {**_ORDERED, **time.INSTANTS},
    facts.FLAG: {**numbers.EQUALITY, **sets.PRESENCE},
    facts.OBJECT: sets.PRESENCE,
    facts.TIMED: {**time.TIMED, **sets.PRESENCE},
    facts.SILENT: time.TIMED,
    facts.WITHIN: time.CALENDARS,
    facts.SLA: time.TARGETS,
    facts.ANY: {**text.OPERATORS, **sets.OPERATORS, **numbers.ORDER, **time.INSTANTS, **sets.PRESENCE},
}
