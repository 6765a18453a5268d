"""Whether a lifecycle makes sense: a way in, a way out, every status within reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ticketcli.domain.builtin import LIFECYCLE
from ticketcli.domain.ticket import KINDS
from ticketcli.rulebook.known import Known, listed, mappings, texts
from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Report


def check_lifecycle(raw: Any, known: Known, report: Report) -> None:
    """Kinds that must be there, transitions that lead somewhere, statuses nobody can enter or leave."""
    if not isinstance(raw, dict):
        return
    if "statuses" in raw:
        _kinds(known.statuses, report)
        if "transitions" not in raw and set(known.statuses) != set(LIFECYCLE["statuses"]):
            message = "lifecycle has statuses of its own but no transitions: say which leads where"
            report((), Finding("missing-key", message, text="transitions"))
            return
    _loops(raw, report)
    _reasons(raw, report)
    if _readable(raw):
        _reach(raw, known, report)


def _kinds(statuses: Mapping[str, str], report: Report) -> None:
    kinds = list(statuses.values())
    first = [name for name, kind in statuses.items() if kind == "initial"]
    if len(first) > 1:
        message = f"exactly one status may be initial, not {', '.join(first)}"
        report(("statuses", first[1]), Finding("lifecycle-kinds", message, text=first[1]))
    for kind in ("initial", "active", "final"):
        # A misspelt kind may be the missing one, and was reported.
        if kind not in kinds and set(kinds) <= set(KINDS):
            report(
                ("statuses",), Finding("lifecycle-kinds", f"no status is {kind}: one is needed", text=kind), key=True
            )


def _loops(raw: Mapping[str, Any], report: Report) -> None:
    for index, transition in enumerate(listed(raw.get("transitions"))):
        if isinstance(transition, dict) and transition.get("from") in texts(transition.get("to")):
            status = transition["from"]
            message = f"a transition from {status} to itself does nothing"
            report(("transitions", index), Finding("lifecycle-loop", message, text=status))


def _reasons(raw: Mapping[str, Any], report: Report) -> None:
    for key in ("close_reasons", "sla_reasons"):
        seen: set[str] = set()
        for index, reason in enumerate(listed(raw.get(key))):
            if isinstance(reason, str) and reason in seen:
                report((key, index), Finding("duplicate", f"{reason} stands here twice", text=reason))
            seen.add(str(reason))


def _readable(raw: Mapping[str, Any]) -> bool:
    """Whether every way can be read: statuses seem cut off when one is missing that its author wrote."""
    replies = raw.get("on_requester_reply", {})
    steps = raw.get("transitions", [])
    return (
        isinstance(steps, list)
        and isinstance(replies, dict)
        and all(isinstance(step, dict) and isinstance(step.get("to"), list) for step in steps)
        and all(isinstance(word, str) for word in (*(step.get("from") for step in steps), *replies.values()))
    )


def _reach(raw: Mapping[str, Any], known: Known, report: Report) -> None:
    """Warns of statuses that no ticket gets into from the initial one, and of those from which none gets to its end."""
    steps = _steps(raw, known)
    entered, left = {to for _, to in steps}, {old for old, _ in steps}
    born = _closure(known, "initial", steps, entered)
    ending = _closure(known, "final", {(to, old) for old, to in steps}, left)
    for name in known.statuses:
        place = ("statuses", name) if "statuses" in raw else ("transitions",)
        if name not in born:
            way = "no way leads from the initial status" if name in entered else "no transition leads"
            report(place, Finding("unreachable-status", f"{way} to {name}", text=name, level="warning"), key=True)
        if name not in ending:
            trapped = f"no way leads from {name} to a final status"
            message = trapped if name in left else f"no transition leads out of {name}"
            report(place, Finding("dead-end-status", message, text=name, level="warning"), key=True)


def _closure(known: Known, kind: str, steps: set[tuple[str, str]], otherwise: set[str]) -> set[str]:
    """All that can be reached from the statuses of a kind in any number of steps; `otherwise` if none is of it."""
    reached = {name for name, of in known.statuses.items() if of == kind}
    if not reached:
        return otherwise
    todo = list(reached)
    after: dict[str, list[str]] = {}
    for old, new in steps:
        after.setdefault(old, []).append(new)
    while todo:
        fresh = [name for name in after.get(todo.pop(), ()) if name not in reached]
        reached.update(fresh)
        todo += fresh
    return reached


def _steps(raw: Mapping[str, Any], known: Known) -> set[tuple[str, str]]:
    transitions: Iterable[Any] = mappings(raw.get("transitions", LIFECYCLE["transitions"]))
    steps = {(str(step.get("from")), to) for step in transitions for to in texts(step.get("to"))}
    replies = raw.get("on_requester_reply")
    return steps | {(old, str(new)) for old, new in (replies.items() if isinstance(replies, dict) else ())}
