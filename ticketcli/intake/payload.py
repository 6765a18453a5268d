"""JSON from other systems made signals, by a mapping: paths into the payload say what is broken, and what is well.

A path is dotted (`labels.alertname`, `alerts.0.status`) or a JSON pointer (`/labels/app.kubernetes.io~1name`), looked
up in the item that `each` names; with `$` before it, in the whole payload.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ticketcli.domain.durations import parse_duration
from ticketcli.domain.signals import FIRING, RESOLVED, Signal, clipped, named, told_apart
from ticketcli.domain.template import fill, holes
from ticketcli.domain.ticket import NO_MAP, JsonMap
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

MAX_BYTES = 64 << 20
MAX_SIGNALS = 10_000
_SUBJECT, _KEY, _BODY = 500, 500, 200 << 10
_NAMES = ("category", "labels", "requester.tier", "requester.org")
_LIMITS = {"subject": _SUBJECT, "dedup_key": _KEY, "description": _BODY}


class Item(NamedTuple):
    """What paths are looked up in: one item, the whole payload, and where the item stood."""

    value: Any
    payload: Any
    where: str = ""

    def at(self, path: str) -> Any:
        """What stands there; None when nothing does."""
        value, path = (self.payload, path[1:].lstrip(".")) if path.startswith("$") else (self.value, path)
        for part in _parts(path):
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value


def _parts(path: str) -> list[str]:
    if path.startswith("/"):
        return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
    return path.split(".") if path else []


def signals(payload: Any, entries: Sequence[JsonMap], given: JsonMap = NO_MAP) -> list[Signal]:
    """What the payload says by the entries of a mapping, of which the first whose `when` holds decides on an item.

    `given` are facts of every ticket that the mapping does not set. Raises `Invalid` for a payload without what the
    mapping needs.
    """
    _check_lists(payload, entries)
    found: dict[str, Signal] = {}
    for entry, item in _items(payload, entries):
        signal = _signal(entry, item, given)
        if signal is not None:
            found.pop(signal.key, None)  # of two that speak of the same thing the later one counts
            found[signal.key] = signal
            if len(found) > MAX_SIGNALS:
                raise Invalid(f"more than {MAX_SIGNALS:,} items in one payload", "send them in parts")
    return list(found.values())


def _check_lists(payload: Any, entries: Sequence[JsonMap]) -> None:
    """Raises `Invalid` when none of the lists is there: alerts in another form would be lost without a word.

    A mapping with an entry for the whole payload, or with one that asks `when`, passes over what it does not know.
    """
    paths = [entry.get("each") for entry in entries]
    if None in paths or any("when" in entry for entry in entries):
        return
    if all(Item(payload, payload).at(str(path)) is None for path in paths):
        names = " or ".join(dict.fromkeys(map(str, paths)))
        hint = "is it of another system? look at `each` in the mapping"
        raise Invalid(f"there is no list {names} in the payload", hint)


def _items(payload: Any, entries: Sequence[JsonMap]) -> Iterator[tuple[JsonMap, Item]]:
    taken: set[tuple[str, int]] = set()
    for entry in entries:
        for number, item in enumerate(_listed(entry, payload)):
            place = (entry.get("each", ""), number)
            if place not in taken and _holds(entry.get("when", {}), item):
                taken.add(place)
                yield entry, item


def _listed(entry: JsonMap, payload: Any) -> list[Item]:
    path = entry.get("each")
    if path is None:
        return [Item(payload, payload)]
    values = Item(payload, payload).at(path)
    if values is None:
        return []
    if not isinstance(values, list):
        raise Invalid(f"{path}: a list is wanted", "look at `each` in the mapping")
    return [Item(value, payload, f"{path} {number}") for number, value in enumerate(values, 1)]


def _signal(entry: JsonMap, item: Item, given: JsonMap) -> Signal | None:
    """The signal of one item; None when it says neither that something is broken nor that it is well."""
    firing = _holds(entry.get("open", {}), item) if "open" in entry or "resolve" not in entry else False
    if not firing and not ("resolve" in entry and _holds(entry["resolve"], item)):
        return None
    key = told_apart(_filled(entry["key"], item, required=True), _KEY)
    if not firing:
        return Signal(key, RESOLVED, {}, comment=_filled(entry.get("comment", ""), item), where=item.where)
    window = entry.get("reopen_within")
    facts = {**given, "subject": key, **dict(_facts(entry["ticket"], item))}
    if "labels" in given:
        facts["labels"] = list(dict.fromkeys([*facts.get("labels", ()), *given["labels"]]))
    return Signal(key, FIRING, facts, parse_duration(window).plain if window else None, where=item.where)


def _holds(tests: JsonMap, item: Item) -> bool:
    """Whether every path has its value, or one of several; `{exists: true}` asks for any."""
    return all(_is(item.at(path), wanted) for path, wanted in tests.items())


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return bool(wanted["exists"]) == (value not in (None, "", [], {}))
    return any(type(value) is type(one) and value == one for one in (wanted if isinstance(wanted, list) else [wanted]))


def _facts(ticket: JsonMap, item: Item) -> Iterator[tuple[str, Any]]:
    for key, form in ticket.items():
        value = _value(key, form, item)
        if value not in (None, "", [], {}):
            yield key, value


def _value(key: str, form: Any, item: Item) -> Any:
    if isinstance(form, list):
        values = [value for one in form if (value := _value(key, one, item)) not in (None, "")]
        return list(dict.fromkeys(values))
    if isinstance(form, Mapping) and "from" not in form:
        inner = {name: _value(f"{key}.{name}", one, item) for name, one in form.items()}
        return {name: value for name, value in inner.items() if value not in (None, "", [], {})}
    if isinstance(form, Mapping):
        value = _looked_up(form, item)
        return value if key.startswith("fields.") else _fitted(key, value)
    return _fitted(key, _filled(str(form), item))


def _looked_up(form: Mapping[str, Any], item: Item) -> Any:
    """The value at `from`, in the words that `values` gives for it; `default` when there is none."""
    value = item.at(form["from"])
    if "values" in form:
        value = form["values"].get(_text(value), form["values"].get("*"))
    return form.get("default") if value in (None, "", [], {}) else value


def _fitted(key: str, value: Any) -> Any:
    """A machine's text as the key takes it: names on one line, long texts cut, lists of labels word by word."""
    if value is None:
        return None
    if key in _NAMES:
        if isinstance(value, list):
            return [word for one in value if (word := named(_text(one)))]
        return named(_text(value))
    text = _text(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    if key == "description":
        return clipped(text.strip(), _LIMITS[key])
    return clipped(" ".join(text.split()), _LIMITS.get(key, _SUBJECT))


def _filled(template: str, item: Item, *, required: bool = False) -> str:
    values = {path: _text(item.at(path)) for path in holes(template)}
    missing = [path for path, text in values.items() if not text]
    if required and missing:
        where = f"{item.where}: " if item.where else ""
        raise Invalid(f"{where}nothing at {missing[0]}, by which things are told apart", "look at `key` in the mapping")
    return fill(template, values)


def _text(value: Any) -> str:
    """Plain values as JSON writes them, a list of them separated by commas."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in value):
        return ", ".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False)
