"""Unquoted scalars as YAML 1.2 reads them: `no`, `on`, `12:30` and `2026-10-01` are texts."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from ticketcli.rulebook.problems import Finding

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# `007` is a text here: nobody who writes it means seven.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MAX_DIGITS = 18
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_plain_text(event: Any) -> bool:
    """Whether the scalar stands unquoted, so that it may be something else than a text."""
    return event.style is None or event.style == ""


def read_scalar(text: str) -> Any:
    """The value of an unquoted scalar; texts in NFC. Raises `Finding` for numbers that no rule can mean."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first.isdigit() or first in "+-.":
        return _number(text)
    return normal(text)


def normal(text: str) -> str:
    """The text in NFC, so that one text has one spelling. Raises `Finding` for NUL and lone surrogates (`"\\0"`)."""
    if _UNSTORABLE.search(text):
        raise Finding("control-character", "a text may not hold NUL or half a character pair", text=ascii(text[:80]))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _number(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        if len(text) > _MAX_DIGITS:
            raise _no_number(text, f"a number of {len(text)} digits; put it in quotes if it is a text")
        return int(text)
    if _BASED.fullmatch(text) and len(text) <= _MAX_DIGITS:
        return int(text, 0)
    if _NOT_FINITE.fullmatch(text):
        raise _no_number(text, f"{text} is no number a rule can use; put it in quotes if it is a text")
    if _FLOAT.fullmatch(text) and (text[0] != "0" or not text[1:2].isdigit()):
        value = float(text)
        if not math.isfinite(value):
            raise _no_number(text, f"{text[:40]} is too large a number")
        return value
    return normal(text)


def _no_number(text: str, message: str) -> Finding:
    return Finding("number", message, text=text[:80])
