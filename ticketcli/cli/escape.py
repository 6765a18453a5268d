"""The one function between texts and a terminal: what could act, reorder or hide is shown as its code instead.

Every human output goes through `escape`: C0, C1 and DEL (they move cursors and set titles), bidi controls (they make
text read otherwise than it is), invisible characters (they make two names look alike) and lone surrogates.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Code points of category Cc, Cf, Cs, Zl, Zp, and those that are blank though Unicode calls them letters or marks.
UNSAFE = (
    "\x00-\x1f\x7f-\x9f"
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_PICTURE = "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
# The joiner and the variation selectors hide nothing inside an emoji; anywhere else they make look-alikes.
_OUT_OF_PLACE = (
    f"(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])"
    f"|(?<![{_PICTURE}0-9#*©®\u203c\u2049\u2122\u2139])[\ufe0e\ufe0f]"
)


def escape(text: str, *, lines: bool = False) -> str:
    """The text, safe for a terminal, on one line; with `lines` its line breaks stay and its tabs become spaces.

    Unsafe characters appear as `\\n`, `\\x1b`, `\\u202e` or `\\U000e0041`. Safe text comes back as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    if lines:
        whole = text.replace("\r\n", "\n").expandtabs(4)
        return "\n".join(escape(line) for line in whole.split("\n"))
    return _pattern().sub(_code, text)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Compiled when the first text needs it: most never do."""
    return re.compile(f"[{UNSAFE}]|{_OUT_OF_PLACE}")


def _code(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
