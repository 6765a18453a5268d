"""The chain of events: each carries the hash of its predecessor, over the whole desk (design section 5).

`hash` = SHA-256 over the predecessor's hash and the canonical JSON of the event, in which every personal text is
replaced by its digest, SHA-256 of salt and text. So text and salt may be erased later: the digest that is kept in
place of the salt still proves the chain, and nobody can find the text by trying likely ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.document import JsonDict, event_body
from ticketcli.domain.events import Event

try:  # hashlib loads OpenSSL, which takes longer than all the hashing of a command
    from _sha2 import sha256 as _sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256 as _sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256 as _sha256

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
    "routed": frozenset(_RECEIVERS),
}
"""Per kind of event ("" for all others) the keys of `data`, at any depth of maps, whose values are personal texts.

A dotted key (`fields.region`) goes by its first word. Changing this table concerns later events only: which texts of
an event are digests is said by its own salts.
"""

_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def link(event: Event, prev: str, salt: Callable[[], str]) -> Event:
    """The event with `prev`, its hash and one new salt per personal text. `seq` and `recorded_at` must stand."""
    body = event_body(event)
    salts = {place: salt() for place in _personal_places(body)}
    return event._replace(prev=prev, hash=_hash(body, prev, salts), salts=salts)


def verify(event: Event, prev: str) -> bool:
    """Whether the event follows the one with hash `prev` and says what it said when it was linked."""
    return event.prev == prev and event.hash == _hash(event_body(event), prev, event.salts)


def digest(salt: str, value: Any) -> str:
    """The digest of a personal text; of anything else that is personal, the digest of its canonical JSON."""
    return str(_sha256((salt + (value if isinstance(value, str) else _canonical(value))).encode()).hexdigest())


def _hash(body: JsonDict, prev: str, salts: Mapping[str, Any]) -> str:
    sealed = dict(body)
    for place, salt in salts.items():
        _seal(sealed, [key.replace("~1", "/").replace("~0", "~") for key in place.split("/")], salt)
    return str(_sha256((prev + _canonical(sealed)).encode()).hexdigest())


def _seal(body: JsonDict, path: list[str], salt: Any) -> None:
    """Puts the digest where the text stands, or stood before it was erased; the maps above it are copied."""
    *above, last = path
    for key in above:
        body[key] = dict(body.get(key, {}))
        body = body[key]
    body[last] = digest(salt, body.get(last)) if isinstance(salt, str) else salt["digest"]


def _personal_places(body: JsonDict) -> list[str]:
    places = ["actor"] if body["class"] == "requester" else []
    _collect(body["data"], PERSONAL.get(body["kind"], PERSONAL[""]), "data", places)
    return places


def _collect(data: Mapping[str, Any], personal: frozenset[str], above: str, places: list[str]) -> None:
    """Adds the place of each personal text, written as a JSON pointer without its first slash."""
    for key, value in data.items():
        place = f"{above}/{key.replace('~', '~0').replace('/', '~1')}"
        if key.partition(".")[0] in personal:
            if value is not None:
                places.append(place)
        elif isinstance(value, dict):
            _collect(value, personal, place, places)
