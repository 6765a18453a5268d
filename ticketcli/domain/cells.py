"""Cells of spreadsheets: what would be taken for a formula is neutralised, reversibly (design section 10)."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula, and the apostrophe by which we say that it is none."""


def quoted(text: str) -> str:
    """The text with an apostrophe before it where one is needed; taking one leading apostrophe off gives it back."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unquoted(cell: str) -> str:
    """The text that `quoted` made this cell of."""
    return cell[1:] if cell.startswith("'") else cell
