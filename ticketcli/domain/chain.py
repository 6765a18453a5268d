"""The chain of events: each carries the hash of its predecessor, over the whole desk (design section 5).

`hash` = SHA-256 over the predecessor's hash and the canonical JSON of the event, in which every personal text is
replaced by its digest, SHA-256 of salt and text. So text and salt may be erased later: the digest that is kept in
place of the salt still proves the chain, and nobody can find the text by trying likely ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.digest import sha256
from ticketcli.domain.document import JsonDict, event_body
from ticketcli.domain.events import REDACTED, Event

_EVERYWHERE = (
    *("subject", "description", "text", "body", "comment", "title", "reason", "requester", "name", "email"),
    *("watchers", "fields", "asset", "external_ids", "attachments", "dedup_key"),
)
_RECEIVERS = (*_EVERYWHERE, "to", "key", "receivers", "notified", "unaddressed")
PERSONAL: Mapping[str, frozenset[str]] = {
    "": frozenset(_EVERYWHERE),
    "watched": frozenset((*_EVERYWHERE, "add", "remove")),
    "assigned": frozenset((*_EVERYWHERE, "to", "was")),
    **dict.fromkeys(("reminded", "escalated", "confirm_asked", "sla_warned", "sla_breached"), frozenset(_RECEIVERS)),
    **dict.fromkeys(("routed", "delivered", "undelivered", "closed", "resolved"), frozenset(_RECEIVERS)),
}
"""Per kind of event ("" for all others) the keys of `data`, at any depth, whose values are personal texts.

A dotted key (`fields.region`) goes by its first word. Under such a key every value of a map and every item of a list
is a text of its own, so that one can be erased and the others stay proven; of a map in a list only what is personal by
its own key. Changing this table concerns later events only: which texts are digests is said by an event's own salts.
"""

_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def link(event: Event, prev: str, salt: Callable[[], str]) -> Event:
    """The event with `prev`, its hash and one new salt per personal text. `seq` and `recorded_at` must stand."""
    body = event_body(event)
    sealer = _Sealer(PERSONAL.get(event.kind, PERSONAL[""]), salt)
    if event.actor.class_ == "requester":
        body["actor"] = sealer.text(event.actor.name, "actor")
    body["data"] = sealer.data(body["data"], "data")
    return event._replace(prev=prev, hash=_of(body, prev), salts=sealer.salts)


def verify(event: Event, prev: str) -> bool:
    """Whether the event follows the one with hash `prev` and says what it said when it was linked."""
    try:
        return event.prev == prev and event.hash == _hash(event_body(event), prev, event.salts)
    except (ValueError, TypeError, AttributeError, LookupError):  # salts of places that are none
        return False


def erase(event: Event, places: Mapping[str, bool]) -> Event:
    """The event without the texts at these places of its salts: digests stay, the chain holds.

    True leaves a `[redacted]` where the text stood, False nothing. The actor and items of lists always leave a mark.
    """
    body, salts = event_body(event), dict(event.salts)
    for place, marked in places.items():
        *above, last = _path(place)
        holder = _copied(body, above)
        salts[place] = {"digest": digest(salts[place], _item(holder, last))}
        if isinstance(holder, list):
            holder[int(last)] = REDACTED
        elif marked:
            holder[last] = REDACTED
        else:
            del holder[last]
    return event._replace(data=body["data"], actor=event.actor._replace(name=body["actor"]), salts=salts)


def text_at(event: Event, place: str) -> Any:
    """What stands at a place of the event's salts."""
    value: Any = event.actor.name if place == "actor" else event.data
    for key in [] if place == "actor" else _path(place)[1:]:
        value = _item(value, key)
    return value


def digest(salt: str, value: Any) -> str:
    """The digest of a personal text; of anything else that is personal, the digest of its canonical JSON."""
    return str(sha256((salt + (value if isinstance(value, str) else _canonical(value))).encode()).hexdigest())


def _hash(body: JsonDict, prev: str, salts: Mapping[str, Any]) -> str:
    sealed = dict(body)
    for place, salt in salts.items():
        _seal(sealed, _path(place), salt)
    return _of(sealed, prev)


def _of(sealed: JsonDict, prev: str) -> str:
    return str(sha256((prev + _canonical(sealed)).encode()).hexdigest())


def _seal(body: JsonDict, path: list[str], salt: Any) -> None:
    """Puts the digest where the text stands, or stood before it was erased; what is above it is copied.

    A text that stands where one was erased is a forgery: it gets no digest, so the hash shows it.
    """
    *above, last = path
    holder = _copied(body, above)
    text = _item(holder, last)
    if isinstance(salt, str):
        sealed = digest(salt, text)
    else:
        sealed = salt["digest"] if text in (None, REDACTED) else f"not erased: {text}"
    if isinstance(holder, list):
        holder[int(last)] = sealed
    else:
        holder[last] = sealed


def _copied(body: JsonDict, path: list[str]) -> Any:
    """The map or list at the end of the path, which on its way is copied, or made where it was erased."""
    holder: Any = body
    for key in path:
        inner = _item(holder, key)
        copy = list(inner) if isinstance(inner, list) else dict(inner or {})
        if isinstance(holder, list):
            holder[int(key)] = copy
        else:
            holder[key] = copy
        holder = copy
    return holder


def _item(holder: Any, key: str) -> Any:
    return holder[int(key)] if isinstance(holder, list) else holder.get(key)


def _path(place: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in place.split("/")]


class _Sealer:
    """Seals an event for the first time: each personal text gets a salt, and its digest takes its place."""

    def __init__(self, personal: frozenset[str], salt: Callable[[], str]) -> None:
        self._personal = personal
        self._salt = salt
        self.salts: dict[str, str] = {}

    def text(self, value: Any, place: str) -> str:
        salt = self.salts[place] = self._salt()
        return digest(salt, value)

    def data(self, data: Mapping[str, Any], above: str) -> JsonDict:
        """A copy in which each personal text is a digest; its place is a JSON pointer without its first slash."""
        sealed: JsonDict = {}
        for key, value in data.items():
            if (key if "." not in key else key.partition(".")[0]) in self._personal:
                sealed[key] = self._within(value, f"{above}/{_escaped(key)}")
            else:
                sealed[key] = self.data(value, f"{above}/{_escaped(key)}") if isinstance(value, dict) else value
        return sealed

    def _within(self, value: Any, place: str) -> Any:
        """The same for a value whose key is personal."""
        if isinstance(value, dict):
            return {key: self._within(inner, f"{place}/{_escaped(key)}") for key, inner in value.items()}
        if isinstance(value, (list, tuple)) and "/fields" not in place:  # the list of a field is one value
            return [
                self.data(item, f"{place}/{index}") if isinstance(item, dict) else self.text(item, f"{place}/{index}")
                for index, item in enumerate(value)
            ]
        return None if value is None else self.text(value, place)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
