"""Opening hours that leave out the last minute of a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ticketcli.rulebook.checks.book import Book, Found
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.problems import Finding, Pointer

PAGE = Page(
    "last-minute",
    "warning",
    "these hours close one minute before midnight",
    "A span ends where its second time begins, so `00:00-23:59` is closed from 23:59 on, and each midnight makes every "
    "deadline a minute later. Write `24:00` for the end of the day. `22:00-07:00` goes on over midnight.",
    bad="""\
calendars: {always: {timezone: UTC, hours: {daily: ["00:00-23:59"]}}}
""",
    cured="""\
calendars: {always: {timezone: UTC, hours: {daily: ["00:00-24:00"]}}}
""",
)


def check(book: Book) -> Iterator[Found]:
    """Each span of weekly or special hours that ends at 23:59."""
    for pointer, span in _spans(book):
        if isinstance(span, str) and span.endswith("-23:59"):
            said = f"{pointer[1]} is closed in the last minute of the day"
            better = f"{span.removesuffix('23:59')}24:00"
            yield Found(pointer, Finding(PAGE.code, said, text=span, suggestion=better, level=PAGE.level))


def _spans(book: Book) -> Iterator[tuple[Pointer, Any]]:
    for name, calendar in _entries(book.value("calendars")):
        for key in ("hours", "dates"):
            for day, spans in _entries(calendar.get(key) if isinstance(calendar, dict) else None):
                for place, span in enumerate(spans if isinstance(spans, list) else ()):
                    yield ("calendars", name, key, day, place), span


def _entries(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
