"""Explanations as JSON (`schemas/output.json`: explained, supposed, why)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ticketcli.domain.conditions.explain import Reason
from ticketcli.domain.document import JsonDict, write_instant
from ticketcli.domain.events import RuleRef
from ticketcli.domain.explaining.findings import Finding
from ticketcli.domain.instants import NEVER
from ticketcli.domain.upcoming import Upcoming


def _instant(at: float | None) -> str | None:
    return None if at is None or at == NEVER else write_instant(int(at))


def rule_output(ref: RuleRef | None) -> JsonDict | None:
    return None if ref is None else dict(ref._asdict())


def finding_output(finding: Finding) -> JsonDict:
    """The shown form of a finding: every key, nulls as null."""
    section, name, file, line, _ = finding.ref
    return {
        "section": section,
        "name": name,
        "around": list(finding.around),
        "file": file,
        "line": line,
        "matched": finding.matched,
        "effect": finding.effect,
        "reason": finding.reason or None,
        "by": rule_output(finding.by),
        "at": _instant(finding.at),
        "true_at": _instant(finding.true_at),
        "conditions": conditions_output(finding.reasons),
    }


def conditions_output(reasons: Iterable[Reason]) -> list[JsonDict]:
    """The facts that decided, in the order of the rule."""
    return [_condition(reason) for reason in reasons]


def _condition(reason: Reason) -> dict[str, Any]:
    node = reason.node
    return {
        "fact": node["fact"],
        "operator": node["op"],
        "operand": list(node["operand"]),
        "calendar": node.get("calendar"),
        "who": node.get("who"),
        "line": node["line"],
        "holds": reason.holds,
        "seen": reason.seen,
        "turns_at": _instant(reason.turns_at),
    }


def upcoming_output(step: Upcoming) -> JsonDict:
    """What is foreseen next."""
    return {
        "at": write_instant(step.at),
        "kind": step.kind,
        "detail": step.detail or None,
        "rule": rule_output(step.rule),
        "kept": step.kept or None,
    }
