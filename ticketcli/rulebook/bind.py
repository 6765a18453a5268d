"""A checked rulebook as plain JSON: what the planner loads, the cache keeps and the store remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.builtin import complete_lifecycle
from ticketcli.rulebook.cache import FORMAT
from ticketcli.rulebook.conditions import CONDITION_KEYS
from ticketcli.rulebook.known import Section, value_of
from ticketcli.rulebook.problems import Pointer
from ticketcli.rulebook.rules import RULE_SECTIONS, Rule

_LISTED = ("watch", "label", "notify", "remind_to")
"""Keys of rules that take one word or several."""
_ACTIONS = ("then", "on_warn", "on_breach")
_ACTION_LISTED = ("notify", "via", "label", "unlabel", "watch")


def bind(sections: Mapping[str, Section], rules: list[Rule], nodes: Mapping[Pointer, Any]) -> dict[str, Any]:
    """The bound rulebook: absent keys stay absent, but for the lifecycle; conditions are nodes, single words lists.

    Only for sections without an error.
    """
    bound: dict[str, Any] = {"format": FORMAT, "lifecycle": complete_lifecycle(value_of(sections, "lifecycle") or {})}
    for name in ("calendars", "people", "teams", "fields", "channels"):
        if name in sections:
            bound[name] = value_of(sections, name)
    binding = _Binding(sections, nodes, rules)
    for name in RULE_SECTIONS:
        bound[name] = binding.rules_in((name,))
    return bound


class _Binding:
    def __init__(self, sections: Mapping[str, Section], nodes: Mapping[Pointer, Any], rules: list[Rule]) -> None:
        self.sections = sections
        self.nodes = nodes
        self.lists: dict[Pointer, list[Rule]] = {}
        for rule in rules:
            self.lists.setdefault(rule.pointer[:-1], []).append(rule)

    def rules_in(self, pointer: Pointer) -> list[dict[str, Any]]:
        """The rules of the list at that pointer."""
        return [self.rule(rule) for rule in self.lists.get(pointer, ())]

    def rule(self, rule: Rule) -> dict[str, Any]:
        section = self.sections[rule.section]
        bound = {**rule.raw, "file": section.file, "line": section.document.at(rule.pointer).line}
        for key in CONDITION_KEYS:
            if key in bound:
                pointer = (*rule.pointer, key)
                bound[key] = self.nodes[pointer]
        for key in _LISTED:
            if key in bound:
                bound[key] = _as_list(bound[key])
        for key in _ACTIONS:
            if key in bound:
                bound[key] = [_action(action) for action in bound[key]]
        if rule.calendar is not None:
            bound["calendar"] = rule.calendar
        if "routes" in bound:
            bound["routes"] = self.rules_in((*rule.pointer, "routes"))
        return bound


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _as_list(value) if key in _ACTION_LISTED else value for key, value in action.items()}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
