"""The nearest right word, for messages about a wrong one."""

from __future__ import annotations

from collections.abc import Iterable

from ticketcli.domain.words import word_key

_ALIKE = 0.6
_MANY = 200
_LONGEST = 200
_COMPARED = 50
"""Words compared in full, so that thousands of mistakes among thousands of words cost no minutes."""


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice most like `word`, "" when none is alike. The same letters in other case are the nearest of all.

    Among many choices, those are looked at that begin like the word and are about as long.
    """
    if len(word) > _LONGEST:
        return ""
    key = word_key(word)
    known = {word_key(choice): choice for choice in choices}
    if key in known:
        return known[key]
    words = list(known)
    if len(words) > _MANY:
        words = [one for one in words if one[:1] == key[:1] and abs(len(one) - len(key)) <= 2][:_MANY]
    return known.get(_likest(key, words), "")


def _likest(key: str, words: Iterable[str]) -> str:
    """Of words that are equally alike the last in the alphabet, as `difflib.get_close_matches` has it."""
    from difflib import SequenceMatcher  # only a mistake needs it, and it costs milliseconds

    matcher, best, left = SequenceMatcher(b=key), (_ALIKE, ""), _COMPARED
    for word in words:
        matcher.set_seq1(word[:_LONGEST])
        if left and matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best, left = max(best, (matcher.ratio(), word)), left - 1
    return best[1]
