"""The nearest right word."""

from __future__ import annotations

import pytest

from ticketcli.domain.nearest import nearest


@pytest.mark.parametrize(
    ("word", "choices", "wanted"),
    [
        ("opne", ["new", "open", "closed"], "open"),
        ("OPEN", ["new", "open"], "open"),
        ("statsu", ["status", "status.kind", "team"], "status"),
        ("zzz", ["new", "open"], ""),
        ("x", [], ""),
    ],
)
def test_finds_the_likest_or_none(word: str, choices: list[str], wanted: str) -> None:
    assert nearest(word, choices) == wanted
