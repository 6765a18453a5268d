"""Texts for people elsewhere: what could act on a terminal, reorder a line or call a whole room is taken its effect."""

from __future__ import annotations

import re

from ticketcli.domain.events import Message

# C0 but tab and line feed, DEL, C1, line separators, bidi controls, invisible characters, lone surrogates.
_ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\U000e0000-\U000e007f]"
)
_EVERYBODY = re.compile(r"@(?=\s*(?:all|here|channel|everyone|group|所有人|全体|全員)(?!\w))", re.IGNORECASE)
_TAG = re.compile(r"<(?=\s*/?\s*(?:at\b|[@!#]))", re.IGNORECASE)
_WIDE_AT, _WIDE_LESS = "\uff20", "\uff1c"


def plain(text: str) -> str:
    """The text with line breaks as line feeds, and U+FFFD in place of every character that acts or hides."""
    return _ACTS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The same on one line, for headers and variables."""
    return plain(" ".join(text.split()))


def signed_off(message: Message) -> str:
    """The body as people read it, the key in its last line."""
    return f"{plain(message.body).rstrip()}\n\n-- \n{message.key}\n"


def chat_text(message: Message) -> str:
    """Subject, body and key for a chat room; what would call people there no longer does, but reads the same."""
    text = f"{one_line(message.subject)}\n{plain(message.body).strip()}\n({message.key})"
    return _TAG.sub(_WIDE_LESS, _EVERYBODY.sub(_WIDE_AT, text))


def cut(text: str, limit: int, end: str) -> str:
    """The text if it has at most `limit` bytes, else its beginning and then `end`, together not longer than that."""
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[: limit - len(end.encode())].decode(errors="ignore") + end
