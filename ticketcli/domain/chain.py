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
    salts = {place: salt() for place in _personal_places(body)}
    return event._replace(prev=prev, hash=_hash(body, prev, salts), salts=salts)


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


def _personal_places(body: JsonDict) -> list[str]:
    places = ["actor"] if body["class"] == "requester" else []
    _collect(body["data"], PERSONAL.get(body["kind"], PERSONAL[""]), "data", places)
    return places


def _collect(data: Mapping[str, Any], personal: frozenset[str], above: str, places: list[str]) -> None:
    """Adds the place of each personal text, written as a JSON pointer without its first slash."""
    for key, value in data.items():
        place = f"{above}/{_escaped(key)}"
        if key.partition(".")[0] in personal:
            _collect_within(value, personal, place, places)
        elif isinstance(value, dict):
            _collect(value, personal, place, places)


def _collect_within(value: Any, personal: frozenset[str], place: str, places: list[str]) -> None:
    """What is personal of a value whose key is."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _collect_within(inner, personal, f"{place}/{_escaped(key)}", places)
    elif isinstance(value, (list, tuple)) and "/fields" not in place:  # the list of a field is one value
        for index, item in enumerate(value):
            if isinstance(item, dict):
                _collect(item, personal, f"{place}/{index}", places)
            else:
                places.append(f"{place}/{index}")
    elif value is not None:
        places.append(place)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
