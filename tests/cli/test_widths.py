"""Texts keep their columns, whatever script they are in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.cli.widths import cut, pad, pad_left, width, wrap

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab cd  数据库，。é\u0301ｆ👩\u200d💻\ufe0f-"), st.characters(categories=("L", "P"))
    )
)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("disk", 4),
        ("磁盘", 4),
        ("disk 磁盘", 9),
        ("e\u0301", 1),
        ("ｆ", 2),
        ("👩\u200d💻", 4),
        ("é", 1),
        ("❤\ufe0f", 1),
    ],
    ids=["empty", "latin", "wide", "mixed", "combining", "full-width", "joined", "accent", "selector"],
)
def test_a_text_is_as_wide_as_a_terminal_shows_it(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("disk full", 20, "disk full"),
        ("disk full", 9, "disk full"),
        ("disk full", 8, "disk fu…"),
        ("disk full", 6, "disk…"),
        ("磁盘已满", 8, "磁盘已满"),
        ("磁盘已满", 7, "磁盘已…"),
        ("磁盘已满", 6, "磁盘…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("disk", 0, ""),
    ],
)
def test_cutting_ends_with_an_ellipsis_inside_the_width(text: str, columns: int, shown: str) -> None:
    assert cut(text, columns) == shown


@given(TEXTS, st.integers(1, 30))
def test_a_cut_text_fits(text: str, columns: int) -> None:
    assert width(cut(text, columns)) <= columns


def test_padding_counts_columns_not_characters() -> None:
    assert pad("磁盘", 6) == "磁盘  "
    assert pad_left("12", 4) == "  12"
    assert pad("磁盘已满", 4) == "磁盘已满"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("the disk of db1 is full", ["the disk", "of db1 is", "full"]),
        ("数据库磁盘已满", ["数据库磁盘", "已满"]),
        ("db1数据库 is down", ["db1数据库", "is down"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("  indented text", ["  indented", "text"]),
        ("aaaaaaaaaaaaaaaa b", ["aaaaaaaaaa", "aaaaaa b"]),
        ("trailing    spaces  ", ["trailing", "spaces"]),
    ],
)
def test_wrapping_breaks_at_spaces_between_wide_characters_and_in_long_words(text: str, lines: list[str]) -> None:
    assert wrap(text, 10) == lines


@given(TEXTS, st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, columns: int) -> None:
    lines = wrap(text, columns)

    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_megabyte_without_spaces_is_wrapped_in_one_pass() -> None:
    assert len(wrap("a" * 1_000_000, 80)) == 12_500
