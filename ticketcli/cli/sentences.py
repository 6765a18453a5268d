"""Every kind of event as a plain sentence for `log` and `show`.

A new kind is one function and one line in `SENTENCES`. A sentence is raw text: whoever prints it escapes it whole.
Texts of tickets stand in it as they are, so nothing here may look at them beyond joining.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ticketcli.cli.moments import Moments
from ticketcli.cli.sla_sentences import SLA_SENTENCES, time_of
from ticketcli.domain.durations import format_duration
from ticketcli.domain.events import Event
from ticketcli.domain.ticket import JsonMap

Sentence = Callable[[JsonMap, Event, Moments], str]


def sentence(event: Event, moments: Moments) -> str:
    """What happened, in one sentence without its time and actor, who was told included."""
    tell = SENTENCES.get(event.kind, _unknown)
    said = tell(event.data, event, moments)
    if event.data.get("silent"):
        said += ", noted without a message"
    return said + _told(event.data.get("notified") or ())


def _told(notified: Iterable[JsonMap]) -> str:
    """`; told ann (desk)`; what is not delivered says so."""
    parts = []
    for one in notified:
        if one.get("state") == "unaddressed" or not one.get("to"):
            parts.append("nobody left to tell")
            continue
        state = one.get("state", "delivered")
        parts.append(f"told {one['to']} ({one.get('via', 'desk')}{'' if state == 'delivered' else ', ' + state})")
    return "".join("; " + part for part in parts)


def _names(names: Iterable[Any]) -> str:
    return ", ".join(map(str, names))


def _value(value: Any) -> str:
    return _names(value) if isinstance(value, (list, tuple)) else str(value)


def _was(data: JsonMap) -> str:
    was = data.get("was")
    return f" (was {was})" if was and was != data.get("to") else ""


def _remark(data: JsonMap) -> str:
    return f": {data['comment']}" if data.get("comment") else ""


def _created(data: JsonMap, event: Event, moments: Moments) -> str:
    facts = [data.get("category"), data.get("priority"), data.get("team") and f"team {data['team']}"]
    facts.append(data.get("assignee") and f"assigned to {data['assignee']}")
    known = _names(fact for fact in facts if fact)
    return f"opened it: {data.get('subject', '')}" + (f" ({known})" if known else "")


def _commented(data: JsonMap, event: Event, moments: Moments) -> str:
    return ("commented: " if data.get("public", True) else "noted internally: ") + str(data.get("text", ""))


def _answered(data: JsonMap, event: Event, moments: Moments) -> str:
    return "answered it in the system that it comes from"


def _changed(data: JsonMap, event: Event, moments: Moments) -> str:
    was = data.get("was") or {}
    parts = []
    for key, value in (data.get("set") or {}).items():
        if value in (None, "", []):
            parts.append(f"cleared {key}")
        else:
            parts.append(f"set {key} to {_value(value)}")
        if key not in ("subject", "description") and was.get(key) not in (None, "", []):
            parts[-1] += f" (was {_value(was[key])})"
    return "; ".join(parts) or "changed nothing"


def _assigned(data: JsonMap, event: Event, moments: Moments) -> str:
    to = data.get("to")
    if not to:
        return f"took it from {data['was']}, nobody has it now" if data.get("was") else "assigned it to nobody"
    if to == event.actor.name:
        return "took it" + _was(data)
    return f"assigned it to {to}" + _was(data)


def _prioritised(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"set the priority to {data.get('to')}" + _was(data)


def _sets(data: JsonMap, noun: str) -> str:
    """`added label a, b; removed label c`."""
    verbs = (("add", "added"), ("remove", "removed"))
    changes = [(verb, data[key]) for key, verb in verbs if data.get(key)]
    parts = [f"{verb} {noun}{'s' if len(names) > 1 else ''} {_names(names)}" for verb, names in changes]
    return "; ".join(parts) or f"changed no {noun}"


def _labelled(data: JsonMap, event: Event, moments: Moments) -> str:
    return _sets(data, "label")


def _watched(data: JsonMap, event: Event, moments: Moments) -> str:
    return _sets(data, "watcher")


def _routed(data: JsonMap, event: Event, moments: Moments) -> str:
    if data.get("given_back"):
        return "gave it back to the rules"
    said = f"routed it to {data['team']}" if data.get("team") else "routed it"
    if data.get("assignee"):
        again = "routed_by" not in data and (data.get("was") or {}).get("team") == data.get("team")
        said = f"assigned it to {data['assignee']}" if again else f"{said}, assigned to {data['assignee']}"
    if data.get("watch"):
        said += f", watched by {_names(data['watch'])}"
    if data.get("labels"):
        said += f", labelled {_names(data['labels'])}"
    reasons = [str(data["why"])] if data.get("why") else []
    evidence = data.get("evidence") or {}
    if evidence.get("passed_over"):
        from ticketcli.cli.routing_text import passed_over  # mostly there is nothing to explain

        reasons += passed_over(evidence, moments)
    return said + (f" ({'; '.join(reasons)})" if reasons else "")


def _moved(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"moved it from {data.get('from')} to {data.get('to')}" + _remark(data)


def _resolved(data: JsonMap, event: Event, moments: Moments) -> str:
    return "resolved it" + _reason(data) + _remark(data)


def _closed(data: JsonMap, event: Event, moments: Moments) -> str:
    return "closed it" + _reason(data) + _remark(data)


def _reason(data: JsonMap) -> str:
    return f" ({data['reason']})" if data.get("reason") else ""


def _reopened(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"reopened it, from {data.get('from')} to {data.get('to')}" + _remark(data)


def _occurred(data: JsonMap, event: Event, moments: Moments) -> str:
    return "reported that it happened again"


def _held(data: JsonMap, event: Event, moments: Moments) -> str:
    until = f" until {time_of(data['until'], moments)}" if data.get("until") else ""
    return f"put it on hold{until}" + (f": {data['reason']}" if data.get("reason") else "")


def _unheld(data: JsonMap, event: Event, moments: Moments) -> str:
    return "ended the hold"


def _extended(data: JsonMap, event: Event, moments: Moments) -> str:
    by = data.get("by")
    return f"put auto-close off by {format_duration(by)}" if by else "restarted the auto-close wait"


def _escalated(data: JsonMap, event: Event, moments: Moments) -> str:
    number = data.get("number") or data.get("firing", {}).get("number", 1)
    skipped = f", without {_names(data['skipped'])}" if data.get("skipped") else ""
    if data.get("silent"):
        return "found an escalation due"
    return "escalated it" + (f" for the {_ordinal(number)} time" if number != 1 else "") + skipped


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _reminded(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"reminded: without an answer it closes {time_of(data.get('close_at'), moments)}"


def _delivered(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"delivered {_message(data)}"


def _undelivered(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"could not deliver {_message(data)}" + _reason(data)


def _failed(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"failed to deliver {_message(data)}, next attempt {time_of(data.get('due_at'), moments)}" + _reason(data)


def _message(data: JsonMap) -> str:
    what = "the reminder" if data.get("before") else "the message"
    return f"{what} to {data.get('to')} ({data.get('via')})"


def _postponed(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"put off the close that was due {time_of(data.get('close_at'), moments)}"


def _lapsed(data: JsonMap, event: Event, moments: Moments) -> str:
    return str(data.get("why", "the rule no longer applies"))


def _linked(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"linked it: {str(data.get('kind', '')).replace('_', ' ')} #{data.get('id')}"


def _rule_loop(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"stopped after eight passes, these rules undo each other: {_names(data.get('rules') or ())}"


def _confirm_asked(data: JsonMap, event: Event, moments: Moments) -> str:
    return "asked for a confirmation of the close"


def _confirmed(data: JsonMap, event: Event, moments: Moments) -> str:
    return "confirmed the close"


_DEEDS = {"closed": "its close", "resolved": "its resolving", "escalated": "its escalation", "reminded": "its reminder"}
_DEEDS |= {"moved": "its move", "reopened": "its reopening", "routed": "its routing", "confirm_asked": "its question"}


def _undone(data: JsonMap, event: Event, moments: Moments) -> str:
    what = data.get("what") or ()
    parts = [f"{_DEEDS.get(one['kind'], 'what was done')} by {one['rule'].partition('/')[2]}" for one in what]
    said = f"took back {_names(parts)}"
    status = (data.get("set") or {}).get("status")
    return said + (f"; it is {status} again" if status else "")


def _redacted(data: JsonMap, event: Event, moments: Moments) -> str:
    return f"erased {_names(data.get('erased') or ())}"


def _unknown(data: JsonMap, event: Event, moments: Moments) -> str:
    """Kinds of a newer program still say their name."""
    return event.kind.replace("_", " ")


SENTENCES: dict[str, Sentence] = {
    "created": _created,
    "commented": _commented,
    "answered": _answered,
    "changed": _changed,
    "assigned": _assigned,
    "prioritised": _prioritised,
    "labelled": _labelled,
    "watched": _watched,
    "routed": _routed,
    "moved": _moved,
    "resolved": _resolved,
    "closed": _closed,
    "reopened": _reopened,
    "occurred": _occurred,
    "held": _held,
    "unheld": _unheld,
    "extended": _extended,
    **SLA_SENTENCES,
    "escalated": _escalated,
    "reminded": _reminded,
    "delivered": _delivered,
    "undelivered": _undelivered,
    "failed": _failed,
    "postponed": _postponed,
    "lapsed": _lapsed,
    "linked": _linked,
    "rule_loop": _rule_loop,
    "confirm_asked": _confirm_asked,
    "confirmed": _confirmed,
    "redacted": _redacted,
    "undone": _undone,
}
