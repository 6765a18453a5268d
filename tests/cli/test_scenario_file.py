"""What is written in YAML's flow style is read as the same value."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.cli.scenario_file import flow
from ticketcli.rulebook.reader import read_yaml

TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn", "Co"]), max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(bool), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_is_read_as_it_was_written(value: Any) -> None:
    document, refused = read_yaml(f"[{flow(value)}]\n".encode())

    assert refused == []
    assert document is not None
    assert document.value == [_composed(value)]


def _composed(value: Any) -> Any:
    """Texts of rule files are in NFC."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(one) for one in value]
    if isinstance(value, dict):
        return {_composed(key): _composed(one) for key, one in value.items()}
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("closed", "closed"),
        ("+1d2h", "+1d2h"),
        ("a subject", "a subject"),
        ("12", '"12"'),
        ("true", '"true"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ({"at": "+1h", "do": {"label": {"add": ["a", "b"]}}}, "{at: +1h, do: {label: {add: [a, b]}}}"),
    ],
)
def test_texts_stand_without_quotes_where_they_may(value: Any, text: str) -> None:
    assert flow(value) == text
