"""How many of what, as people read it."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 ticket`, `1,200 tickets`, `0 tickets`; for nouns whose plural ends in s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
