"""When two words of the desk are one: names and labels compare after NFKC and case folding (design section 5)."""

from __future__ import annotations

from collections.abc import Iterable


def word_key(text: str) -> str:
    """The form under which two spellings are the same label, person or team."""
    if text.isascii():
        return text.lower()
    import unicodedata

    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def with_labels(known: tuple[str, ...], added: Iterable[str]) -> tuple[str, ...]:
    """`known` and what is new in `added`; the spelling first given stays."""
    keys = {word_key(label) for label in known}
    new: list[str] = []
    for label in added:
        key = word_key(label)
        if key not in keys:
            keys.add(key)
            new.append(label)
    return (*known, *new) if new else known


def without_labels(known: tuple[str, ...], removed: Iterable[str]) -> tuple[str, ...]:
    """`known` without those that `removed` names in any spelling."""
    keys = {word_key(label) for label in removed}
    return tuple(label for label in known if word_key(label) not in keys) if keys else known


def has_label(known: Iterable[str], label: str) -> bool:
    """Whether `label` stands there in any spelling."""
    key = word_key(label)
    return any(word_key(other) == key for other in known)
