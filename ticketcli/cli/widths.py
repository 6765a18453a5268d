"""Text in columns of a terminal: width, padding, cutting and wrapping by display width.

Chinese characters take two columns, combining marks none. Everything here expects text that `escape` has passed.
`unicodedata` is imported only when a text is not ASCII; wcwidth is not needed for that.
"""

from __future__ import annotations

ELLIPSIS = "…"
_JOINER = "\u200d"


def width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if character < "\u0300":
        return 1
    if character == _JOINER:
        return 0
    import unicodedata

    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """The text with spaces behind it, `columns` wide at least."""
    return text + " " * (columns - width(text))


def pad_left(text: str, columns: int) -> str:
    """The text with spaces before it, for numbers."""
    return " " * (columns - width(text)) + text


def cut(text: str, columns: int) -> str:
    """The text, or what of it fits into `columns` with an ellipsis at its end."""
    if width(text) <= columns:
        return text
    if columns < 1:
        return ""
    return _head(text, columns - 1).rstrip() + ELLIPSIS


def _head(text: str, columns: int) -> str:
    """The longest beginning that fits, marks that belong to its last character included."""
    used = 0
    for index, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:index]
    return text


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns`: broken at spaces, between wide characters, and in words that are too long.

    Line breaks of the text stay, empty lines too. An empty text is one empty line. `columns` is two at least.
    """
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, columns)]


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    """One pass: `start` begins the line, `gap` is the last place where it may end, `used` its width so far."""
    if text.isascii() and len(text) <= columns:
        return [text.rstrip(" ")]
    lines: list[str] = []
    start = gap = used = before = 0
    for index, character in enumerate(text):
        takes = _columns(character)
        if character != " " and takes:
            if before != 1 or takes == 2:
                gap = index
            if used + takes > columns and index > start:
                end = gap if text[start:gap].strip(" ") else index
                lines.append(text[start:end].rstrip(" "))
                start = gap = end
                used = width(text[start:index])
        used += takes
        if takes:
            before = 0 if character == " " else takes
    return [*lines, text[start:].rstrip(" ")]
