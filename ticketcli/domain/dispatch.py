"""By which channels a message leaves the desk, where it goes, and what it says there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ticketcli.domain.draft import Draft, Firing
from ticketcli.domain.events import Message
from ticketcli.domain.receivers import DESK, Saying, arrived, template_values
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.template import fill
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple

SUBJECT = "[#{{ id }}] {{ subject }}"
BODY = "#{{ id }} {{ message }}\n\n{{ subject }}\nstatus: {{ status }}, priority: {{ priority }}\n"
"""What a channel sends that gives no templates of its own."""
WHOLE = "#{{ id }} {{ message }}\n"
"""The same of a message that says itself how the ticket stands."""


class Way(NamedTuple):
    """One message to be: to whom, by which channel, to which address (None: the channel is the address)."""

    to: str
    via: str
    address: str | None = None


def dispatch(
    draft: Draft, firing: Firing, people: Sequence[str], saying: Saying, whole: Message
) -> tuple[Message, ...]:
    """The messages of `people`, `whole` giving what they have in common."""
    values = {**template_values(draft.base), "message": saying.text, "rule": firing.ref.name}
    found = ways(draft.rulebook, people, saying.via)
    return tuple(_message(draft, firing, way, values, saying, whole) for way in found)


def _message(
    draft: Draft, firing: Firing, way: Way, values: Mapping[str, str], saying: Saying, whole: Message
) -> Message:
    if way.via == DESK:
        key = firing.key(whole.ticket, way.to)
        return arrived(draft, whole._replace(key=key, to=way.to), saying)
    channel, values = draft.rulebook.channels[way.via], {**values, "to": way.to}
    return whole._replace(
        key=firing.key(whole.ticket, f"{way.to}/{way.via}"),
        to=way.to,
        via=way.via,
        subject=fill(channel.get("subject", SUBJECT), values),
        body=fill(channel.get("body", WHOLE if saying.below else BODY), values),
        state="queued",
        due_at=draft.now,
        address=way.address,
        extra=saying.extra,
    )


def ways(book: Rulebook, people: Sequence[str], via: Sequence[str]) -> tuple[Way, ...]:
    """How `people` are reached: on each channel of `via`, else on the first that reaches them, else at the desk.

    A chat room gets one message that names all of them.
    """
    found = [way for to in people for way in _ways_to(book, to, via)]
    rooms: dict[str, str] = {}
    for way in found:
        if _is_room(book.channels.get(way.via)):
            rooms[way.via] = f"{rooms[way.via]}, {way.to}" if way.via in rooms else way.to
    return tuple(dict.fromkeys(way._replace(to=rooms[way.via]) if way.via in rooms else way for way in found))


def _ways_to(book: Rulebook, to: str, via: Sequence[str]) -> Iterator[Way]:
    named = [name for name in via if name == DESK or name in book.channels]
    usable = [way for name in named or book.channels if (way := _way(book, to, name, asked=bool(named)))]
    yield from (usable if named else usable[:1]) or [Way(to, DESK)]


def _way(book: Rulebook, to: str, name: str, asked: bool) -> Way | None:
    """Mail needs an address. Other channels take everybody when a rule names them, else only people of the desk."""
    if name == DESK:
        return Way(to, DESK)
    person = book.person(to)
    if book.channels[name]["type"] == "mail":
        address = (person.email if person else None) or (to if "@" in to else None)
        return Way(to, name, address) if address else None
    return Way(to, name) if asked or person else None


def _is_room(channel: JsonMap | None) -> bool:
    return channel is not None and channel["type"] == "webhook" and channel.get("shape", "json") != "json"
