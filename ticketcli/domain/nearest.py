"""The nearest right word, for messages about a wrong one."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.domain.words import word_key


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice most like `word`, "" when none is alike. The same letters in other case are the nearest of all."""
    import difflib  # only a mistake needs it, and it costs milliseconds

    known = {word_key(choice): choice for choice in choices}
    close = difflib.get_close_matches(word_key(word), known, n=1, cutoff=0.6)
    return known[close[0]] if close else ""
