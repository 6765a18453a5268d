"""What `rules check` and `rules list` answer: lines for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ticketcli.domain.counts import counted
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.rulebook.check import Checked


def check_lines(checked: Checked) -> list[str]:
    """A line per problem, in the order of the files."""
    return [problem.as_line() for problem in checked.problems]


def check_summary(checked: Checked) -> str:
    """One sentence: how many files, errors and warnings."""
    errors = sum(problem.level == "error" for problem in checked.problems)
    warnings = len(checked.problems) - errors
    counts = [counted(errors, "error")] if errors else []
    counts += [counted(warnings, "warning")] if warnings else []
    return f"{counted(len(checked.files), 'file')}: {', '.join(counts) or 'no problems'}"


def check_json(checked: Checked) -> dict[str, Any]:
    """`{"files": […], "problems": [{"file", "line", "column", "pointer", "level", "code", "message", …}]}`."""
    return {"files": list(checked.files), "problems": [problem.as_json() for problem in checked.problems]}


class RuleLine(NamedTuple):
    """One rule of `rules list`. A child route is named `parent/child`."""

    section: str
    name: str
    file: str
    line: int
    summary: str


def rule_lines(bound: Mapping[str, Any]) -> list[RuleLine]:
    """Every rule of a bound rulebook, by section in the order in which sections run."""
    return [
        line
        for section in ("priority", "routing", "sla", "escalation", "autoclose", "schedules")
        for raw in bound.get(section) or ()
        for line in _lines(section, raw, "")
    ]


def _lines(section: str, raw: Mapping[str, Any], around: str) -> Iterator[RuleLine]:
    name = f"{around}{raw['name']}"
    yield RuleLine(section, name, raw["file"], raw["line"], rule_text(section, raw))
    for child in raw.get("routes") or ():
        yield from _lines(section, child, f"{name}/")


def rule_text(section: str, raw: Mapping[str, Any]) -> str:
    """A rule of a bound rulebook in one line: `category is server → team ops`."""
    return f"{_when(raw)} → {_EFFECTS[section](raw)}"


def _when(raw: Mapping[str, Any]) -> str:
    if "cron" in raw:
        return f"{raw['cron']} {raw.get('timezone', '')}".rstrip()
    return said(raw["when"]) if raw.get("when") is not None else "always"


def said(node: Mapping[str, Any]) -> str:
    """A condition in one line: `status is resolved and not labels has keep-open`."""
    if "not" in node:
        return f"not {_inner(node['not'])}"
    for group, word in (("all", " and "), ("any", " or ")):
        if group in node:
            return word.join(map(_inner, node[group]))
    who = f"of {node['who']} " if "who" in node else ""
    operand = ", ".join(map(_value, node["operand"]))
    calendar = f" ({node['calendar']})" if "calendar" in node else ""
    return f"{node['fact']} {who}{node['op']} {operand}{calendar}"


def _inner(node: Mapping[str, Any]) -> str:
    return f"({said(node)})" if "all" in node or "any" in node else said(node)


def _value(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _routing(raw: Mapping[str, Any]) -> str:
    assign = raw.get("assign") or {}
    parts = [f"team {raw['team']}"] if "team" in raw else []
    parts += [str(assign.get("person") or assign.get("strategy"))] if {"person", "strategy"} & assign.keys() else []
    parts += [f"{key} {', '.join(assign[key])}" for key in ("skills",) if key in assign]
    parts += [f"level {assign['level']}"] if "level" in assign else []
    parts += [f"{key} {', '.join(raw[key])}" for key in ("watch", "label", "notify") if raw.get(key)]
    return ", ".join(parts) or "as above"


def _priority(raw: Mapping[str, Any]) -> str:
    return f"set {raw['set']}" if "set" in raw else f"raise {raw['raise']}"


def _sla(raw: Mapping[str, Any]) -> str:
    calendar = f" of {raw['calendar']}" if "calendar" in raw else ""
    return ", ".join(f"{target} {limit}" for target, limit in raw["targets"].items()) + calendar


def _escalation(raw: Mapping[str, Any]) -> str:
    done = "; ".join(_action(action) for action in raw["then"])
    repeat = f", every {raw['repeat']}" if "repeat" in raw else ""
    return done + repeat + (f", at most {raw['max']} times" if "max" in raw else "")


def _autoclose(raw: Mapping[str, Any]) -> str:
    silent = f" of silence of {raw.get('silent', 'anyone')}"
    remind = f", reminders {', '.join(raw['remind'])} before" if raw.get("remind") else ", no reminder"
    unless = f", unless {said(raw['unless'])}" if raw.get("unless") is not None else ""
    return f"close after {raw['after']}{silent}{remind}{unless}"


def _schedules(raw: Mapping[str, Any]) -> str:
    return f"open {raw['ticket']['subject']}"


def _action(action: Mapping[str, Any]) -> str:
    key, value = next(iter(action.items()))
    if isinstance(value, dict):
        return f"{key} {', '.join(f'{name}={_value(of)}' for name, of in value.items())}"
    return f"{key} {', '.join(map(_value, value)) if isinstance(value, list) else _value(value)}"


_EFFECTS = {
    "routing": _routing,
    "priority": _priority,
    "sla": _sla,
    "escalation": _escalation,
    "autoclose": _autoclose,
    "schedules": _schedules,
}
