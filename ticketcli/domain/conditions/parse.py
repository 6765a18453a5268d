"""Conditions as rule files write them, turned into nodes; every problem is noted with its place (design section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ticketcli.domain.conditions.model import Issue, Node, Operand, Pointer, Vocabulary, Wrong, shown
from ticketcli.domain.conditions.table import OPERATORS, Operators
from ticketcli.domain.conditions.vocabulary import check_word
from ticketcli.domain.facts import FACTS, FIELD_TYPES, OBJECT, SILENCES, SILENT, WITHIN, Fact, find_fact

_GROUPS = ("all", "any", "not")
_ELSEWHERE = {
    "and": "all", "or": "any", "title": "subject", "body": "description", "tag": "labels", "tags": "labels",
    "type": "category", "severity": "priority", "urgency": "priority", "state": "status", "owner": "assignee",
    "group": "team", "queue": "team", "customer": "requester.email", "reporter": "requester.email",
    "opened": "created_at",
}  # fmt: skip
"""What groups and facts are called on other desks and in other languages."""
_SOUGHT = 100
_BETTER = {
    ("list", "is"): "has", ("list", "in"): "has", ("list", "contains"): "has", ("list", "is_not"): "has_none",
    ("list", "not_in"): "has_none", ("list", "matches"): "has",
    ("text", "has"): "contains", ("text", "has_none"): "not_in",
    ("timed", "is"): "over", ("timed", "gte"): "over", ("timed", "past"): "over", ("timed", "lte"): "under",
    ("silent", "is"): "over", ("silent", "gte"): "over", ("silent", "past"): "over", ("silent", "lte"): "under",
    ("instant", "over"): "past", ("instant", "under"): "gte",
    ("number", "over"): "gte", ("number", "under"): "lte", ("number", "has"): "in", ("number", "contains"): "in",
    ("priority", "over"): "gte", ("priority", "under"): "lte", ("priority", "has"): "in",
    ("date", "past"): "lte", ("date", "ahead"): "gte", ("date", "over"): "lte",
    ("object", "is"): "exists", ("sla", "under"): "left_under", ("sla", "lte"): "left_under", ("within", "is"): "in",
}  # fmt: skip
"""The operator that was meant, by type of fact and operator written."""
_EXAMPLES: dict[tuple[str, str], Any] = {
    ("instant", "gte"): "2026-03-02T09:00:00Z", ("date", "lte"): "2026-03-02", ("date", "gte"): "2026-03-02",
    ("number", "gte"): 3, ("number", "lte"): 3, ("number", "in"): [1, 2], ("list", "has"): "prod",
    ("list", "has_none"): "prod", ("text", "contains"): "disk", ("text", "not_in"): ["disk", "mail"],
    ("object", "exists"): True, ("priority", "gte"): "high", ("priority", "lte"): "high", ("priority", "in"): "high",
}  # fmt: skip
"""Operands that fit, for advice where the one that was written does not fit either."""
_SPAN = "48h"
"""The same, of operators that are measured."""


def parse_condition(
    raw: Any, vocabulary: Vocabulary, *, calendar: str | None = None, line: Callable[[Pointer], int] = lambda pointer: 0
) -> tuple[Node | None, list[Issue]]:
    """The node of a condition, and everything wrong with it; no node when there is an error.

    `calendar` is the one of the rule, `line` tells the line of what stands at a pointer below the condition.
    """
    reader = _Reader(vocabulary, calendar, line)
    node = reader.condition(raw, ())
    broken = any(issue.level == "error" for issue in reader.issues)
    return None if broken else node, reader.issues


class _Reader:
    """Walks one condition. What cannot be used becomes an issue, and the walk goes on: all problems show at once."""

    def __init__(self, vocabulary: Vocabulary, calendar: str | None, line: Callable[[Pointer], int]) -> None:
        self._vocabulary, self._calendar, self._line = vocabulary, calendar, line
        self.issues: list[Issue] = []

    def condition(self, raw: Any, at: Pointer) -> Node | None:
        """The mapping at that place: all of its entries must hold."""
        if not isinstance(raw, dict):
            self._note(at, "wrong-condition", "a condition is a mapping of facts, such as {priority: high}", raw, "")
        elif not raw:
            self._note(
                at, "empty-condition", "an empty condition would hold always: leave `when` out instead", "{}", ""
            )
        else:
            nodes = [self._entry(key, value, (*at, key)) for key, value in raw.items()]
            return _joined(nodes)
        return None

    def _entry(self, key: Any, value: Any, at: Pointer) -> Node | None:
        if key == "not":
            inner = self.condition(value, at)
            return None if inner is None else {"not": inner}
        if key in ("all", "any"):
            return self._group(key, value, at)
        fact = self._fact(str(key), at)
        return None if fact is None else _joined(self._leaves(fact, value, at))

    def _group(self, key: str, value: Any, at: Pointer) -> Node | None:
        if not isinstance(value, list):
            self._note(at, "wrong-condition", f"{key} takes a list of conditions", value, "")
            return None
        if not value:
            self._note(at, "empty-list", f"{key} needs at least one condition", "[]", "")
        nodes = [self.condition(inner, (*at, index)) for index, inner in enumerate(value)]
        return {key: [node for node in nodes if node is not None]}

    def _fact(self, name: str, at: Pointer) -> Fact | None:
        fields = self._vocabulary.fields
        key = name.removeprefix("fields.") if name.startswith("fields.") else None
        if key is not None and fields is not None and key not in fields:
            self._unknown_field(key, fields, at)
            return None
        declared = fields[key].get("type", "text") if fields is not None and key is not None else None
        fact = find_fact(name, declared if declared in FIELD_TYPES else None)
        if fact is None:
            self._unknown_fact(name, at)
        elif fact.name in self._vocabulary.forbidden or fact.root in self._vocabulary.forbidden:
            self._note(at, "forbidden-fact", f"{name} may not stand in this condition", name, "")
            return None
        return fact

    def _near(self, word: str, choices: Iterable[str]) -> str:
        """The nearest right word; a condition with more mistakes than `_SOUGHT` holds no typos, and searching costs."""
        from ticketcli.domain.nearest import nearest  # only a mistake needs it

        return nearest(word, choices) if len(self.issues) < _SOUGHT else ""

    def _unknown_field(self, key: str, fields: Iterable[str], at: Pointer) -> None:
        near = self._near(key, fields)
        self._note(
            at,
            "unknown-field",
            f"no field {key!r} is declared under `fields`",
            f"fields.{key}",
            near and f"fields.{near}",
        )

    def _unknown_fact(self, name: str, at: Pointer) -> None:
        near = self._meant(name) or self._near(name, [*FACTS, *_GROUPS])
        inside = [known for known in FACTS if known.startswith(name.partition(".")[0] + ".")] if not near else []
        message = f"no fact {name!r}" + (f"; there are {', '.join(inside)}" if inside else "")
        self._note(at, "unknown-fact", message, name, near)

    def _meant(self, name: str) -> str:
        """The fact that has the name as its last part, or what is called so elsewhere."""
        if name in (self._vocabulary.fields or ()):
            return f"fields.{name}"
        inner = [known for known in FACTS if known.endswith(f".{name}")]
        return inner[0] if len(inner) == 1 else _ELSEWHERE.get(name, "")

    def _leaves(self, fact: Fact, value: Any, at: Pointer) -> list[Node | None]:
        """One node per operator behind the fact; a plain value means `is`, a list `in`."""
        if not isinstance(value, dict):
            return [self._leaf(fact, "in" if isinstance(value, list) or fact.type == WITHIN else "is", value, at, {})]
        base, calendar = self._beside(fact, value, at)
        operators = {key: operand for key, operand in value.items() if key not in base and key != "calendar"}
        if not operators:
            known = ", ".join(OPERATORS[fact.type])
            self._note(at, "empty-condition", f"{fact.name} needs an operator: {known}", "{}", "")
        if calendar is not None:
            base["calendar"] = calendar
        return [self._leaf(fact, str(op), operand, (*at, op), base) for op, operand in operators.items()]

    def _beside(self, fact: Fact, value: dict[Any, Any], at: Pointer) -> tuple[Node, str | None]:
        """What may stand beside an operator: `who` of `silent`, and the calendar that measures."""
        base: Node = {}
        if fact.type == SILENT and "who" in value:
            base["who"] = self._word(value["who"], "who", SILENCES, (*at, "who"))
        if "calendar" not in value:
            return base, None
        if not {"over", "past"} & set(OPERATORS[fact.type]):
            self._note(
                (*at, "calendar"), "wrong-operator", f"{fact.name} is not measured by a calendar", "calendar", ""
            )
            return base, None
        return base, self._word(value["calendar"], "calendar", self._vocabulary.calendars, (*at, "calendar"))

    def _leaf(self, fact: Fact, op: str, raw: Any, at: Pointer, base: Node) -> Node | None:
        operators = OPERATORS[fact.type]
        if op not in operators:
            self._wrong_operator(fact, op, operators, raw, at)
            return None
        node: Node = {"fact": fact.name, "op": op, "operand": [], "line": self._line(at), **base}
        if fact.type == SILENT:
            node.setdefault("who", "anyone")
        if self._calendar is not None and op in ("over", "under", "past", "ahead"):
            node.setdefault("calendar", self._calendar)
        if fact.name.startswith("fields.") and self._vocabulary.fields is not None:
            node["type"] = self._vocabulary.fields[fact.name.removeprefix("fields.")].get("type", "text")
        return self._with_operand(node, fact, raw, at)

    def _with_operand(self, node: Node, fact: Fact, raw: Any, at: Pointer) -> Node | None:
        def report(below: Pointer, code: str, message: str, text: str, suggestion: str, level: str) -> None:
            self._note((*at, *below), code, message, text, suggestion, level)

        operand = Operand(raw, fact, node["op"], self._vocabulary, node.get("calendar"), node, report)
        try:
            node["operand"] = OPERATORS[fact.type][node["op"]].read(operand)
        except Wrong as wrong:
            self._note((*at, *wrong.at), wrong.code, str(wrong), wrong.text, wrong.suggestion)
            return None
        return node

    def _wrong_operator(self, fact: Fact, op: str, operators: Operators, raw: Any, at: Pointer) -> None:
        if raw == []:
            self._note(at, "empty-list", f"{fact.name} needs at least one value", "[]", "")
            return
        known = ", ".join(operators)
        inner = f"{fact.name}.{op}"
        if any(op in table for table in OPERATORS.values()):
            written = f"{op} does not fit it" if at[-1] == op else "it takes an operator"
            present = isinstance(raw, bool) and "exists" in operators
            better = "exists" if present else _BETTER.get((fact.type, op), "")
            advice = self._rewritten(fact, better, raw) if better else ""
            advice = f": write {advice}" if advice else f"; it takes {known}"
            message = f"{_KIND_OF.get(fact.type, 'a ' + fact.type)}, {written}{advice}"
            self._note(at, "wrong-operator", f"{fact.name} is {message}", op if at[-1] == op else shown(raw), better)
        elif find_fact(inner) is not None:
            message = f"no operator {op!r} for {fact.name}: write {inner}: {shown(raw)}"
            self._note(at, "unknown-operator", message, op, inner)
        else:
            message = f"no operator {op!r} for {fact.name}; it takes {known}"
            self._note(at, "unknown-operator", message, op, self._near(op, operators))

    def _rewritten(self, fact: Fact, op: str, raw: Any) -> str:
        """What may stand instead: the operator with the same operand, or with one that fits; "" when none is known."""
        inner = [known for known in FACTS if known.startswith(f"{fact.name}.")] if fact.type == OBJECT else []
        beside = f", or one of {', '.join(inner)}" if inner else ""
        for example in (raw, _EXAMPLES.get((fact.type, op), _SPAN)):
            operand = Operand(example, fact, op, self._vocabulary, self._calendar, {}, lambda *ignored: None)
            try:
                OPERATORS[fact.type][op].read(operand)
            except Wrong:
                continue
            return f"{fact.name}: {{{op}: {shown(example)}}}{beside}"
        return ""

    def _word(self, value: Any, values: str, known: Iterable[str], at: Pointer) -> str | None:
        try:
            return check_word(value if isinstance(value, str) else shown(value), values, list(known))
        except Wrong as wrong:
            self._note(at, wrong.code, str(wrong), wrong.text, wrong.suggestion)
            return None

    def _note(self, at: Pointer, code: str, message: str, text: Any, suggestion: str, level: str = "error") -> None:
        self.issues.append(Issue(at, code, message, text if isinstance(text, str) else shown(text), suggestion, level))


_KIND_OF = {
    "list": "a list", "instant": "an instant", "priority": "ordered by rank", "timed": "a span of time",
    "silent": "a span of time", "object": "a group of facts", "sla": "an SLA target", "within": "about calendars",
    "any": "a field", "flag": "true or false",
}  # fmt: skip


def _joined(nodes: list[Node | None]) -> Node | None:
    usable = [node for node in nodes if node is not None]
    if not usable:
        return None
    return usable[0] if len(usable) == 1 else {"all": usable}
