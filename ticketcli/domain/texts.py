"""Which texts may come in: sizes, and characters that no store, terminal or peer could hold (design sections 5, 10)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple


class Limits(NamedTuple):
    """How large texts may be: `subject` in characters, `text` (description, comment) and `fields` in UTF-8 bytes."""

    subject: int = 500
    text: int = 1 << 20
    fields: int = 64 << 10


SHORT_TEXT = 500
"""Characters of a text that is no name and no body: a reason, an asset, an address."""
NAME_LIMIT = 80
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Unicode calls them letters, marks and symbols, but nothing is seen."""


def check_text(what: str, text: str, limit: int = SHORT_TEXT) -> str:
    """The text itself when it may be kept: `limit` counts characters. Raises `Invalid` for NUL and lone surrogates."""
    _check_characters(what, text)
    if len(text) > limit:
        raise Invalid(f"{what}: {len(text):,} characters, at most {limit:,} are kept", "shorten it")
    return text


def check_body(what: str, text: str, limit: int) -> str:
    """As `check_text`, with the limit in bytes of UTF-8."""
    _check_characters(what, text)
    size = len(text) if text.isascii() else len(text.encode())
    if size > limit:
        raise Invalid(f"{what}: {size:,} bytes, at most {limit:,} are kept", "shorten it")
    return text


def _check_characters(what: str, text: str) -> None:
    if "\0" in text:
        raise Invalid(f"{what}: holds a NUL byte", "send text, not binary data")
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(f"{what}: character {error.start + 1} is not Unicode text", "send it as UTF-8") from None


def check_value(what: str, value: object) -> None:
    """Raises `Invalid` when a JSON value holds such a text at any depth, or a number that JSON cannot write."""
    if isinstance(value, str):
        _check_characters(what, value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Invalid(f"{what}: {value} is no number that can be kept", "leave it out, or send a text")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            check_value(f"{what}.{index}", item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            check_value(what, key)
            check_value(f"{what}.{key}", item)


def hidden_character(text: str) -> str:
    """The first character that cannot be seen or that turns the direction of text; empty when there is none.

    What only chooses between two forms of a picture is seen there, and nowhere else.
    """
    import unicodedata

    before = ""
    for character in text:
        chooses = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
        if unicodedata.category(character) in _HIDDEN or character in _BLANK or (chooses and before != "So"):
            return character
        before = unicodedata.category(character)
    return ""


def check_name(what: str, text: str) -> str:
    """A name of a person, team, label or key in NFC. Raises `Invalid` unless it is printable, at most 80 characters."""
    if text.isascii() and text.isprintable() and 0 < len(text) <= NAME_LIMIT and text == text.strip():
        return text
    import unicodedata

    _check_characters(what, text)
    name = unicodedata.normalize("NFC", text)
    if not name or name != name.strip():
        raise Invalid(f"{what}: {text!r} is empty or has space around it", "write it without")
    if len(name) > NAME_LIMIT:
        raise Invalid(f"{what}: {len(name)} characters, at most {NAME_LIMIT}", "shorten it")
    if hidden_character(name):
        raise Invalid(f"{what}: {text!r} holds a control or an invisible character", "write it without")
    return name
