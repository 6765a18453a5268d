"""Which encoding a file has: by its byte order mark, else UTF-8 if it is that, else UTF-16 or GB18030 if it can be."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from ticketcli.errors import UsageError
from ticketcli.records import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 with a byte order mark"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 with a byte order mark"),
)
_BLOCK = 1 << 20
BROKEN = "ticketcli.broken"
"""The error handler under which a byte that is no text becomes a lone surrogate, which no ticket may hold."""


_SURROGATES = dict.fromkeys(range(0xDC00, 0xDD00))


class Encoding(NamedTuple):
    """`name` as Python knows it; `why` for the person."""

    name: str
    why: str


def _keep_broken(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(BROKEN, _keep_broken)


def named(name: str) -> Encoding:
    """The encoding that the caller names. Raises `UsageError` for one that is not known, or is none of texts."""
    try:
        found = codecs.lookup(name)
        "a".encode(found.name)
    except (LookupError, ValueError, TypeError):
        raise UsageError(f"no encoding {name!r}", "such as utf-8, utf-16, gb18030 or cp1252") from None
    return Encoding("utf-8-sig" if found.name == "utf-8" else found.name, f"{found.name}, as the call says")


def detect(file: BinaryIO) -> Encoding:
    """The encoding of a file that can be read twice. It is left at its start.

    A file that is UTF-8 but for a few bytes stays UTF-8: those bytes are problems of their rows.
    """
    start = file.read(_BLOCK)
    file.seek(0)
    for mark, name, why in _MARKS:
        if start.startswith(mark):
            return Encoding(name, why)
    zeros = start[:4096:2].count(0), start[1:4096:2].count(0)
    if max(zeros) * 4 > len(start[:4096]) and min(zeros) * 8 < max(zeros):
        return Encoding("utf-16-le" if zeros[1] > zeros[0] else "utf-16-be", "UTF-16, told from its bytes")
    if _decodes(file, "utf-8"):
        return Encoding("utf-8", "UTF-8")
    letters, broken = _as_utf8(file)
    if letters <= broken * 9 and _decodes(file, "gb18030"):
        return Encoding("gb18030", "GB18030, for it is not UTF-8; --encoding says otherwise")
    return Encoding("utf-8", f"UTF-8, though {broken} of its bytes are not; --encoding says otherwise")


def _as_utf8(file: BinaryIO) -> tuple[int, int]:
    """How many letters beyond ASCII the file has if it is read as UTF-8, and how many bytes that are none."""
    decoder = codecs.getincrementaldecoder("utf-8")(BROKEN)
    letters = broken = 0
    while block := file.read(_BLOCK):
        text = decoder.decode(block)
        if not text.isascii():
            wrong = len(text) - len(text.translate(_SURROGATES))
            broken += wrong
            letters += len(text) - len(text.encode("ascii", "ignore")) - wrong
    broken += len(decoder.decode(b"", True))
    file.seek(0)
    return letters, broken


def _decodes(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
