"""Erasing personal texts: which texts of a ticket's events and messages a field names, and what is left of them.

The digest of each text stays in its event, so the chain still verifies; the facts are folded anew from what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ticketcli.domain.chain import erase, text_at
from ticketcli.domain.events import REDACTED, Event, Message
from ticketcli.domain.nearest import nearest
from ticketcli.errors import UsageError

_KEYS = {
    "subject": frozenset({"subject", "title"}),
    "description": frozenset({"description", "body"}),
    "comments": frozenset({"text", "comment"}),
    "requester": frozenset({"requester"}),
    "fields": frozenset({"fields"}),
    "asset": frozenset({"asset"}),
    "external_ids": frozenset({"external_ids"}),
    "dedup_key": frozenset({"dedup_key"}),
    "attachments": frozenset({"attachments"}),
    "hold": frozenset({"reason"}),
}
"""Per field the keys of event data under which its texts stand."""
FIELDS = (*_KEYS, "all")
_MARKED = frozenset({"subject", "title", "description", "body", "text", "comment", "to", "was"})
"""Texts that leave a mark where they stood; anything else is absent afterwards."""
_ALWAYS = frozenset({"assigned"})
"""Kinds whose names are those of the desk's people, also where one of them is the requester."""


def fields_named(words: Iterable[str]) -> tuple[str, ...]:
    """The fields that these words name, each once; `all` is every one of them. Raises `UsageError`."""
    named: list[str] = []
    for word in words:
        if word not in FIELDS and not (word.startswith("fields.") and len(word) > len("fields.")):
            near = nearest(word, FIELDS)
            hint = f"did you mean {near}?" if near else f"the fields are {', '.join(FIELDS)} and fields.NAME"
            raise UsageError(f"no text of a ticket is called {word!r}", hint)
        named += _KEYS if word == "all" else [word]
    return tuple(dict.fromkeys(named))


def names_of(events: Iterable[Event]) -> frozenset[str]:
    """Every name and address that the ticket's requester had, whatever their case."""
    names: set[str] = set()
    for event in events:
        for place in event.salts:
            key, last = _key(place)
            if key == "requester" and last in ("name", "email"):
                names.add(str(text_at(event, place)).casefold())
            elif place == "actor":
                names.add(event.actor.name.casefold())
    return frozenset(names - {REDACTED, "none"})


def redact_event(event: Event, fields: Sequence[str], names: frozenset[str] = frozenset()) -> Event:
    """The event without the texts of these fields, nor the requester's `names` where the requester is to go."""
    gone: dict[str, bool] = {}
    for place, salt in event.salts.items():
        if isinstance(salt, str) and (_is_of(event, place, fields) or _names_one(event, place, fields, names)):
            gone[place] = place == "actor" or _key(place)[1] in _MARKED
    return erase(event, gone) if gone else event


def redact_message(message: Message, fields: Sequence[str], names: frozenset[str]) -> Message:
    """The message without its texts, which may quote any of the ticket's; nor its receiver, where that is to go."""
    message = message._replace(subject=REDACTED, body=REDACTED)
    if "requester" in fields and names & {message.to.casefold(), (message.address or "").casefold()}:
        state = "unaddressed" if message.state == "queued" else message.state
        message = message._replace(to=REDACTED, address=None, error=None, state=state, due_at=None)
    return message


def _key(place: str) -> tuple[str, str]:
    """The key of data that a place belongs to, and the last word of its path: `requester` and `email`."""
    words = place.replace("~1", "/").replace("~0", "~").split("/") if "~" in place else place.split("/")
    words = [word for word in words[1:] if word not in ("set", "was")] or words[-1:]
    first, _, inner = words[0].partition(".")
    return first, inner or words[-1]


def _is_of(event: Event, place: str, fields: Sequence[str]) -> bool:
    key, last = _key(place)
    if place == "actor":
        return "requester" in fields
    if key == "requester":
        return "requester" in fields and last != "tier"
    if key == "reason":
        # What a mail server says about an address often quotes it.
        return ("hold" in fields and event.kind == "held") or ("requester" in fields and event.kind == "undelivered")
    if key == "fields":
        return "fields" in fields or any(_field_of(place) == name for name in fields)
    return any(key in _KEYS.get(name, ()) for name in fields)


def _field_of(place: str) -> str:
    """`fields.region` for both `data/fields/region` and `data/set/fields.region`."""
    words = [word.replace("~1", "/").replace("~0", "~") for word in place.split("/")[1:]]
    words = words[1:] if words[0] in ("set", "was") else words
    return words[0] if "." in words[0] else ".".join(words[:2])


def _names_one(event: Event, place: str, fields: Sequence[str], names: frozenset[str]) -> bool:
    """Whether the text is a name of the requester, say as a receiver of a message."""
    if "requester" not in fields or place == "actor" or event.kind in _ALWAYS:
        return False
    text = text_at(event, place)
    return isinstance(text, str) and text.casefold() in names and _key(place)[0] != "requester"
