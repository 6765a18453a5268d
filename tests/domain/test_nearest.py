"""The nearest right word."""

from __future__ import annotations

from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.domain.nearest import nearest


@pytest.mark.parametrize(
    ("word", "choices", "wanted"),
    [
        ("opne", ["new", "open", "closed"], "open"),
        ("OPEN", ["new", "open"], "open"),
        ("statsu", ["status", "status.kind", "team"], "status"),
        ("zzz", ["new", "open"], ""),
        ("x", [], ""),
        ("persn7", [f"person{n}" for n in range(5000)], "person7"),
        ("x" * 100_000, ["open", "x" * 250], ""),
    ],
)
def test_finds_the_likest_or_none(word: str, choices: list[str], wanted: str) -> None:
    assert nearest(word, choices) == wanted


@given(st.text("abcd", max_size=8), st.lists(st.text("abcd", min_size=1, max_size=8), max_size=30))
def test_among_few_words_it_is_the_close_match_of_difflib(word: str, choices: list[str]) -> None:
    assert [nearest(word, choices)] == (get_close_matches(word, choices, n=1) or [""])
