"""Which texts may come in: sizes, and characters that no store, terminal or peer could hold (design sections 5, 10)."""

from __future__ import annotations

from ticketcli.errors import Invalid

SUBJECT_LIMIT = 500
"""Characters."""
BODY_LIMIT = 1 << 20
"""Bytes of UTF-8: comments and descriptions."""
FIELDS_LIMIT = 64 << 10
"""Bytes of UTF-8 of all fields together."""
NAME_LIMIT = 80
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def check_text(what: str, text: str, limit: int) -> str:
    """The text itself when it may be kept. Raises `Invalid` for NUL, lone surrogates and too much of it.

    Up to `SUBJECT_LIMIT` the limit counts characters, above it bytes of UTF-8.
    """
    if not text.isascii() or "\0" in text:
        _check_characters(what, text)
    size = len(text) if limit <= SUBJECT_LIMIT or text.isascii() else len(text.encode())
    if size > limit:
        unit = "characters" if limit <= SUBJECT_LIMIT else "bytes"
        raise Invalid(f"{what}: {size} {unit}, at most {limit} are kept", "shorten it")
    return text


def _check_characters(what: str, text: str) -> None:
    if "\0" in text:
        raise Invalid(f"{what}: holds a NUL byte", "send text, not binary data")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(f"{what}: character {error.start + 1} is not Unicode text", "send it as UTF-8") from None


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
    if any(unicodedata.category(character) in _HIDDEN for character in name):
        raise Invalid(f"{what}: {text!r} holds a control or an invisible character", "write it without")
    return name
