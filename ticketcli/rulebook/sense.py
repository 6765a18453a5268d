"""Whether rules make sense beyond their form: order, reach, actions, durations that fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ticketcli.domain.actions.table import ACTIONS
from ticketcli.domain.conditions.model import Wrong
from ticketcli.domain.conditions.time import read_duration
from ticketcli.domain.operations.field_types import FIELD_TYPES
from ticketcli.errors import Invalid
from ticketcli.rulebook.explain import shown
from ticketcli.rulebook.kinds import with_hint
from ticketcli.rulebook.known import Known, listed
from ticketcli.rulebook.problems import Finding, Pointer
from ticketcli.rulebook.rules import Report, Rule, name_of
from ticketcli.rulebook.spans import at_least, duration_of

_MODIFIERS = {"via": "notify", "template": "notify", "public": "comment"}


def check_rule(rule: Rule, known: Known, report: Report) -> None:
    """What is off within one rule. `report` takes pointers from the rule on."""
    if rule.calendar is not None:
        for pointer, text in _durations(rule.raw):
            _under_calendar(pointer, text, rule.calendar, known, report)
    for key in ("then", "on_warn", "on_breach"):
        for index, action in enumerate(listed(rule.raw.get(key))):
            if isinstance(action, dict):
                _one_verb((key, index), action, report)
                _field_values((key, index), action, known, report)
    _PER_SECTION[rule.section](rule, report)


def check_catch_all(routes: Any, report: Report) -> None:
    """A top-level route without `when` takes what no other took, so it must be the last. Pointers into `routes`."""
    entries = listed(routes)
    for index, raw in enumerate(entries[:-1]):
        if isinstance(raw, dict) and "when" not in raw:
            name = name_of(raw)
            message = f"{name} has no `when`, so it takes what no other route took: it must be the last entry"
            report((index,), Finding("catch-all-not-last", message, text=name))


def _durations(raw: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Every duration of a rule outside its conditions."""
    for key in ("after", "repeat", "undeliverable"):
        if isinstance(raw.get(key), str):
            yield (key,), raw[key]
    for key in ("remind", "warn"):
        for index, text in enumerate(listed(raw.get(key))):
            if isinstance(text, str) and not text.endswith("%"):
                yield (key, index), text
    targets = raw.get("targets")
    for target, text in targets.items() if isinstance(targets, dict) else ():
        if isinstance(text, str):
            yield ("targets", target), text


def _under_calendar(pointer: Pointer, text: str, calendar: str, known: Known, report: Report) -> None:
    def note(inner: Pointer, code: str, message: str, text: str, suggestion: str, level: str) -> None:
        report((*pointer, *inner), Finding(code, message, text=text, suggestion=suggestion, level=level))

    try:
        read_duration(text, calendar, known.calendars, note)
    except Wrong as wrong:
        # What is no duration at all was reported against the schema.
        if wrong.code != "bad-duration":
            report(pointer, Finding(wrong.code, wrong.message, text=wrong.text, suggestion=wrong.suggestion))


def _field_values(pointer: Pointer, action: Mapping[str, Any], known: Known, report: Report) -> None:
    """A field can only be set to what `create --field` would make of the value: rules write it as it stands."""
    given = action.get("set")
    for key, value in given.items() if isinstance(given, dict) else ():
        name = str(key).removeprefix("fields.")
        finding = _field_value(name, value, (known.fields or {}).get(name, {}), known)
        if finding is not None:
            report((*pointer, "set", key), finding)


def _field_value(name: str, value: Any, declared: Mapping[str, Any], known: Known) -> Finding | None:
    """What is wrong with the value; nothing about one that empties the field, or of a field without a type."""
    type, choices = declared.get("type"), declared.get("values")
    if type == "choice" and isinstance(choices, list) and value not in choices:
        message = f"fields.{name} takes {', '.join(choices)}, not {shown(value)}"
        suggestion = known.nearest(str(value), choices)
        return Finding("unknown-value", message, text=shown(value), suggestion=suggestion)
    if type is None or value is None:
        return None
    try:
        kept = FIELD_TYPES[type](name, value, dict(declared))
    except Invalid as error:
        return Finding("wrong-value", with_hint(error), text=shown(value))
    if kept == value and isinstance(value, bool) == isinstance(kept, bool):
        return None
    return Finding("wrong-value", f"fields.{name} holds a {type}", text=shown(value), suggestion=shown(kept))


def _one_verb(pointer: Pointer, action: Mapping[str, Any], report: Report) -> None:
    verbs = [key for key in action if key in ACTIONS]
    if len(verbs) > 1:
        message = f"an action does one thing: make {' and '.join(verbs)} entries of their own"
        report((*pointer, verbs[1]), Finding("several-actions", message, text=verbs[1]), key=True)
    for key, verb in _MODIFIERS.items():
        if key in action and verb not in verbs:
            report((*pointer, key), Finding("misplaced-key", f"{key} belongs to {verb}", text=key), key=True)


def _routing(rule: Rule, report: Report) -> None:
    raw = rule.raw
    assign = raw.get("assign")
    if isinstance(assign, dict) and "person" in assign:
        for key in ("strategy", "skills", "level"):
            if key in assign:
                message = f"{key} has no meaning beside person, which names the one to assign"
                report(("assign", key), Finding("misplaced-key", message, text=key), key=True)


def _priority(rule: Rule, report: Report) -> None:
    raw = rule.raw
    if "set" in raw and "raise" in raw:
        report(("raise",), Finding("misplaced-key", "a priority rule either sets or raises", text="raise"), key=True)
    if "set" not in raw and "raise" not in raw:
        report((), Finding("missing-key", "a priority rule needs `set` or `raise`", text="set"))


def _sla(rule: Rule, report: Report) -> None:
    raw = rule.raw
    targets = raw.get("targets")
    limits = [limit for text in targets.values() if (limit := duration_of(text))] if isinstance(targets, dict) else []
    for index, text in enumerate(listed(raw.get("warn"))):
        left = None if isinstance(text, str) and text.endswith("%") else duration_of(text)
        if left and limits and all(at_least(left, limit, rule.calendar) for limit in limits):
            message = f"{text} before the due time is before every clock of this policy starts"
            report(("warn", index), Finding("warning-too-early", message, text=str(text)))
    if raw.get("on_warn") and not raw.get("warn"):
        report(
            ("on_warn",), Finding("misplaced-key", "on_warn never runs: there is no `warn`", text="on_warn"), key=True
        )


def _escalation(rule: Rule, report: Report) -> None:
    raw = rule.raw
    if "max" in raw and "repeat" not in raw:
        report(("max",), Finding("misplaced-key", "max has no meaning without repeat", text="max"), key=True)


def _autoclose(rule: Rule, report: Report) -> None:
    raw = rule.raw
    if "remind" not in raw:
        message = "a rule that closes must warn before: say `remind: [24h]`, or `remind: []` to close without a warning"
        report((), Finding("no-reminder", message, text="remind"))
    after, seen = duration_of(raw.get("after")), set()
    for index, text in enumerate(listed(raw.get("remind"))):
        notice = duration_of(text)
        if notice is None:
            continue
        if after and at_least(notice, after, rule.calendar):
            message = f"a reminder {text} before the close never comes: the whole wait is {after.text}"
            report(("remind", index), Finding("reminder-too-early", message, text=text))
        if notice.plain in seen:
            report(("remind", index), Finding("duplicate", f"a second reminder {text} before the close", text=text))
        seen.add(notice.plain)
    if not raw.get("remind") and ("mark" in raw or "remind_to" in raw):
        key = "mark" if "mark" in raw else "remind_to"
        report((key,), Finding("misplaced-key", f"{key} has no meaning without a reminder", text=key), key=True)


def _schedules(rule: Rule, report: Report) -> None:
    if "late" in rule.raw and rule.raw.get("catch_up") != "skip":
        message = "late has no meaning without `catch_up: skip`: one and all open however late it is"
        report(("late",), Finding("misplaced-key", message, text="late"), key=True)


_PER_SECTION: dict[str, Callable[[Rule, Report], None]] = {
    "routing": _routing,
    "priority": _priority,
    "sla": _sla,
    "escalation": _escalation,
    "autoclose": _autoclose,
    "schedules": _schedules,
}
