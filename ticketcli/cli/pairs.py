"""Words of a call that belong together: `key=value`, and texts that came without their quotes."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.errors import UsageError


def pairs(words: Iterable[str], what: str) -> dict[str, str]:
    """The words as a mapping. Raises `UsageError` for one without `=` and for a key that stands there twice."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            example = "region=north" if what == "--field" else "priority=high"
            raise UsageError(f"{what} {word!r} is no key=value", f"write it like {example}")
        if key in found:
            raise UsageError(f"{what} {key} stands there twice", "leave one out")
        found[key] = value
    return found


def quoted(words: Iterable[str]) -> str:
    """The words as one, the way a shell wants it."""
    text = " ".join(words).replace("'", "'\\''")
    return f"'{text}'"
