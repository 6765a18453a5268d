"""Conditions: the `when` of a rule. `parse_condition` reads and checks, `compile_condition` makes what answers.

Parsing is imported on first use only: a rulebook from the cache needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticketcli.domain.conditions.compile import compile_condition
from ticketcli.domain.conditions.model import Case, Condition, Issue, Node, Pointer, Vocabulary

if TYPE_CHECKING:
    from ticketcli.domain.conditions.parse import parse_condition

__all__ = ["Case", "Condition", "Issue", "Node", "Pointer", "Vocabulary", "compile_condition", "parse_condition"]


def __getattr__(name: str) -> Any:
    if name != "parse_condition":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ticketcli.domain.conditions.parse import parse_condition

    return parse_condition
