"""Colours of human texts, by what a piece of text is. Only terminals get them."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""`paint(text, role)`: the text as it is to be shown in that role."""

_CODES = {"title": "1", "label": "2", "dim": "2", "bad": "31", "warn": "33", "good": "32"}


def plain(text: str, role: str) -> str:
    """No colours: for files, pipes, `NO_COLOR` and tests."""
    return text


def coloured(text: str, role: str) -> str:
    """ANSI colours. `text` must have passed `escape` and been padded: the codes take no columns."""
    return f"\033[{_CODES[role]}m{text}\033[0m"
