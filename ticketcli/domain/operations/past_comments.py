"""Comments of another system, with their authors and times, as a row gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.rows import Complaint, complaint
from ticketcli.domain.texts import check_body, check_text
from ticketcli.domain.words import word_key
from ticketcli.errors import Invalid, TicketError
from ticketcli.records import NamedTuple

COMMENTS = "comments"
_KEYS = ("at", "author", "class", "text", "public")
_CLASSES = ("requester", "agent", "bot")


class Comment(NamedTuple):
    at: Instant
    author: str | None
    class_: str
    text: str
    public: bool = True


def comments_of(given: Any, requester: Mapping[str, Any] | None, found: list[Complaint], limit: int) -> list[Comment]:
    """The comments in the order of time; what is wrong with one is added to `found`. `limit` in bytes of UTF-8.

    Whose author is the ticket's requester is of class requester, every other of class agent, unless it says so.
    """
    if given in (None, ""):
        return []
    try:
        return sorted(_read(given, requester or {}, limit), key=lambda comment: comment.at)
    except TicketError as error:
        found.append(complaint(COMMENTS, error))
        return []


def _read(given: Any, requester: Mapping[str, Any], limit: int) -> Iterator[Comment]:
    if not isinstance(given, list):
        raise Invalid("comments: a list is wanted", 'write it like [{"at": "2026-03-02T09:00:00Z", "text": "fixed"}]')
    asks = {word_key(word) for word in (requester.get("name"), requester.get("email")) if word}
    for number, one in enumerate(given, 1):
        try:
            yield _comment(one, asks, limit)
        except TicketError as error:
            raise Invalid(f"comments: number {number}: {error.message}", error.hint) from None


def _comment(one: Any, asks: set[str], limit: int) -> Comment:
    if not isinstance(one, Mapping):
        raise Invalid("an object is wanted", 'write it like {"at": "2026-03-02T09:00:00Z", "text": "fixed"}')
    strange = [key for key in one if key not in _KEYS]
    if strange:
        raise Invalid(f"unknown key {strange[0]!r}", f"it may hold {', '.join(_KEYS)}")
    text, author, at = one.get("text"), one.get("author"), one.get("at")
    if not isinstance(text, str) or not text:
        raise Invalid("it has no text", "leave it out, or give it one")
    if not isinstance(at, str):
        raise Invalid("it has no time", 'write it like "at": "2026-03-02T09:00:00Z"')
    if author is not None and not isinstance(author, str):
        raise Invalid("author: a text is wanted", "put it in quotes")
    class_ = one.get("class") or ("requester" if author and word_key(author) in asks else "agent")
    if class_ not in _CLASSES:
        raise Invalid(f"class: no such class: {class_!r}", f"one of {', '.join(_CLASSES)}")
    public = one.get("public", True)
    if not isinstance(public, bool):
        raise Invalid("public: true or false is wanted", "write true, or leave it out")
    who = author and check_text("author", author)
    return Comment(parse_instant(at), who, class_, check_body("text", text, limit), public)
