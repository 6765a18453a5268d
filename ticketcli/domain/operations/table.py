"""The table of operations: a new verb is a function in its family and a line here.

An operation takes the ticket as it stands and answers the events it comes to, none when nothing would change. It
refuses by raising an error of the family. The planner runs after it; nothing here decides by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from ticketcli.domain.events import Event

Operation = Callable[..., Sequence[Event]]
"""`(acting, ticket, **args)` to events."""

OPERATIONS = {
    "comment": "commenting:comment",
    "assign": "people:assign",
    "take": "people:take",
    "set": "setting:set_values",
    "label": "setting:label",
    "move": "moving:move",
    "start": "moving:start",
    "wait": "moving:wait",
    "resolve": "moving:resolve",
    "close": "moving:close",
    "reopen": "moving:reopen",
    "extend": "pausing:extend",
    "hold": "pausing:hold",
    "unhold": "pausing:unhold",
    "confirm": "moving:confirm",
    "route": "people:route",
    "sla reason": "missing:explain",
}
"""The verb, and `module:function` of this package; a call imports the family of its own verb only."""

UNCHANGED = {"extend": "no rule waits to close it"}
"""Why a verb changed nothing, where its word alone does not say."""


@cache
def operation(verb: str) -> Operation:
    """The function of a verb."""
    module, _, function = OPERATIONS[verb].partition(":")
    found: Operation = getattr(import_module(f"ticketcli.domain.operations.{module}"), function)
    return found
