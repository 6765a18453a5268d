"""Nothing that passes `escape` acts on a terminal, reorders a line or hides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.cli.escape import escape

KEPT = {
    "ascii": "Printer on fire: 100% \\ done",
    "chinese": "打印机着火了（三楼）　全角空格",
    "emoji": "🔥 ❤️ 👩‍💻 👍🏽 🇨🇳 1️⃣",
    "accents": "café, e\u0301, naïve",
    "no-break space": "10\u00a0000 km",
}
SHOWN = {
    "escape sequence": ("\x1b[31mred", "\\x1b[31mred"),
    "c1 control sequence": ("\x9b31m", "\\x9b31m"),
    "delete": ("a\x7fb", "a\\x7fb"),
    "newline": ("a\nb", "a\\nb"),
    "carriage return and tab": ("a\r\tb", "a\\r\\tb"),
    "null": ("\0", "\\x00"),
    "right-to-left override": ("\u202egnp.exe", "\\u202egnp.exe"),
    "isolate": ("\u2066x\u2069", "\\u2066x\\u2069"),
    "zero-width space": ("ro\u200bot", "ro\\u200bot"),
    "joiner between letters": ("a\u200db", "a\\u200db"),
    "variation selector on a letter": ("admin\ufe0f", "admin\\ufe0f"),
    "hangul filler": ("\u3164", "\\u3164"),
    "tag letters": ("\U000e0041", "\\U000e0041"),
    "line separator": ("\u2028", "\\u2028"),
    "lone surrogate": ("\udc80", "\\udc80"),
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_readable_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_unsafe_characters_are_shown_as_their_codes(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_with_lines_breaks_stay_and_tabs_become_spaces() -> None:
    assert escape("a\r\n\tb\x1b", lines=True) == "a\n    b\\x1b"


@given(st.text())
def test_what_comes_out_holds_no_control_and_no_format_character(text: str) -> None:
    shown = escape(text)

    assert {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs", "Zl", "Zp"} == set()
    assert all(letter == "\u200d" for letter in shown if unicodedata.category(letter) == "Cf")


@given(st.text())
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    assert escape(escape(text)) == escape(text)
