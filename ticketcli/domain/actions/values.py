"""Actions on the ticket's own values: labels, priority, fields, status."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.actions.outcome import Context, Outcome, effect, skip
from ticketcli.domain.facts import standing
from ticketcli.domain.lifecycle import move_kind
from ticketcli.domain.ticket import JsonMap, raised
from ticketcli.domain.words import has_label, word_key


def as_list(value: Any) -> list[Any]:
    """One value or a list of them, as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def label(context: Context, spec: JsonMap) -> Outcome:
    labels = context.draft.base.labels
    return _relabel(context, "add", [word for word in as_list(spec["label"]) if not has_label(labels, word)])


def unlabel(context: Context, spec: JsonMap) -> Outcome:
    labels = context.draft.base.labels
    return _relabel(context, "remove", [word for word in as_list(spec["unlabel"]) if has_label(labels, word)])


def _relabel(context: Context, how: str, words: list[str]) -> Outcome:
    reasons = {word: context.may_set(f"label {word_key(word)}") for word in words}
    mine = [word for word, why in reasons.items() if not why]
    outcome = effect("labelled", **{how: mine}) if mine else Outcome()
    return outcome._replace(skipped=tuple(why for why in reasons.values() if why))


def priority(context: Context, spec: JsonMap) -> Outcome:
    return _prioritise(context, spec["priority"])


def raise_by(context: Context, spec: JsonMap) -> Outcome:
    """`raise: N` stops at urgent."""
    return _prioritise(context, raised(context.draft.base.priority, spec["raise"]))


def _prioritise(context: Context, to: str) -> Outcome:
    was = context.draft.base.priority
    why = context.may_set("priority")
    if why or to == was:
        return skip(why or f"priority: {to} already")
    return effect("prioritised", to=to, was=was)


def set_fields(context: Context, spec: JsonMap) -> Outcome:
    base, new, skipped = context.draft.base, {}, []
    for key, value in spec["set"].items():
        why = context.may_set(key)
        if why:
            skipped.append(why)
        elif base.fields.get(key.removeprefix("fields.")) != value:
            new[key] = value
    was = {key: base.fields.get(key.removeprefix("fields.")) for key in new}
    outcome = effect("changed", set=new, was=was) if new else Outcome()
    return outcome._replace(skipped=tuple(skipped))


def move(context: Context, spec: JsonMap) -> Outcome:
    """Never into a final status: only a sweep closes by rule, and only by `autoclose`."""
    to, draft = spec["move"], context.draft
    lifecycle = draft.rulebook.lifecycle
    kind = lifecycle.kind(to)
    if to == draft.base.status:
        return Outcome()
    edges = [edge for edge in lifecycle.edges_from(draft.base.status) if edge.to == to]
    if kind == "final" or not edges:
        return skip(f"move: {draft.base.status} cannot become {to}")
    missing = min((edge.missing(standing(draft.base, edge.requires)) for edge in edges), key=len)
    if missing:
        return skip(f"move: {draft.base.status} to {to} needs {', '.join(missing)}")
    why = context.may_set("status")
    if why:
        return skip(why)
    return effect(move_kind(draft.base.kind, kind), to=to, kind=kind, **{"from": draft.base.status})
