"""How texts compare: without regard to case, after NFKC."""

from __future__ import annotations


def caseless(text: str) -> str:
    """The form in which equal texts are equal: NFKC and case folding. Applying it twice changes nothing."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # only other scripts need it

    return normalize("NFKC", normalize("NFKC", text).casefold())
