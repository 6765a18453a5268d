"""Cells become values: times in their formats and zones, words in their translations."""

from __future__ import annotations

from datetime import timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ticketcli.domain.instants import format_instant
from ticketcli.intake.mapping import Target
from ticketcli.intake.reading import Unreadable, reader_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "format", "zone", "at"),
    [
        ("2026-03-02T09:00:00+08:00", None, "UTC", "2026-03-02T01:00:00Z"),
        ("2026-03-02T09:00:00Z", None, "Asia/Shanghai", "2026-03-02T09:00:00Z"),
        ("2026-03-02 09:00", None, "Asia/Shanghai", "2026-03-02T01:00:00Z"),
        ("2026-03-02", None, "Asia/Shanghai", "2026-03-01T16:00:00Z"),
        (" 2026-03-02 ", "iso", "UTC", "2026-03-02T00:00:00Z"),
        ("02/03/2026", "%d/%m/%Y", "UTC", "2026-03-02T00:00:00Z"),
        ("03/02/2026 9:05 PM", "%m/%d/%Y %I:%M %p", "UTC", "2026-03-02T21:05:00Z"),
        ("2023-06-01 7:29", "%Y-%m-%d %H:%M", "UTC", "2023-06-01T07:29:00Z"),
        ("2026-03-02 09:00 +0800", "%Y-%m-%d %H:%M %z", "UTC", "2026-03-02T01:00:00Z"),
        ("1772416800", "epoch", "UTC", "2026-03-02T02:00:00Z"),
        ("1772416800999", "epoch-ms", "UTC", "2026-03-02T02:00:00Z"),
        ("2026-03-29 02:30", None, "Europe/Berlin", "2026-03-29T01:30:00Z"),
        ("2026-10-25 02:30", None, "Europe/Berlin", "2026-10-25T00:30:00Z"),
    ],
)
def test_a_time_is_read_in_its_format_and_zone(text: str, format: str | None, zone: str, at: str) -> None:
    read = reader_of(Target("created_at", format=format), None, ZoneInfo(zone))

    assert format_instant(read(text)) == at


@pytest.mark.parametrize(
    ("target", "cell", "value"),
    [
        (Target("subject"), " kept ", " kept "),
        (Target("category"), " cut ", "cut"),
        (Target("category"), "", None),
        (Target("category", empty="none"), "", "none"),
        (Target("labels"), "a, b,,c", ["a", "b", "c"]),
        (Target("labels", split=";"), "a,b;c", ["a,b", "c"]),
        (Target("labels"), ["a"], ["a"]),
        (Target("fields.n", type="number"), "1 234", 1234),
        (Target("fields.n", type="number"), "3.5", 3.5),
        (Target("fields.n", type="bool"), "Yes", True),
        (Target("fields.n", type="json"), '{"a": [1]}', {"a": [1]}),
        (Target("fields.n", type="time"), "2026-03-02", "2026-03-02T00:00:00Z"),
        (Target("fields.n", type="list"), "x,y", ["x", "y"]),
        (Target("priority", {"P1": "urgent"}), "p1 ", "urgent"),
        (Target("priority", {"P1": "urgent"}), "Low", "low"),
        (Target("status", {"Done": "closed"}), "whatever", "whatever"),
        (Target("category", {"A": "b"}), "B", "b"),
        (Target("category", {"A": "b", "*": "*"}), "Other", "Other"),
        (Target("category", {"A": "b", "*": "rest"}), "Other", "rest"),
    ],
    ids=repr,
)
def test_a_cell_is_read_as_its_column_says(target: Target, cell: Any, value: Any) -> None:
    assert reader_of(target, None, timezone.utc)(cell) == value


@pytest.mark.parametrize(
    ("target", "cell", "suggestion"),
    [
        (Target("created_at"), "yesterday", ""),
        (Target("created_at", format="%d/%m/%Y"), "2026-03-02", ""),
        (Target("created_at", format="epoch"), "nan", ""),
        (Target("created_at"), 5, ""),
        (Target("fields.n", type="number"), "many", ""),
        (Target("fields.n", type="number"), "1e999", ""),
        (Target("fields.n", type="bool"), "maybe", ""),
        (Target("fields.n", type="json"), "{", ""),
        (Target("fields.n", type="time", format="epoch"), "1e18", ""),
        (Target("priority", {"Critical": "urgent"}), "Critcal", "Critical"),
        (Target("priority", {"Critical": "urgent"}), "Hign", "high"),
    ],
    ids=repr,
)
def test_a_cell_that_cannot_be_read_is_refused(target: Target, cell: Any, suggestion: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reader_of(target, None, timezone.utc)(cell)

    assert refused.value.suggestion == suggestion


def test_a_format_of_spreadsheets_is_told_how_formats_are_written_here() -> None:
    with pytest.raises(Unreadable, match="not in the format DD/MM/YYYY; a format is written like %d/%m/%Y"):
        reader_of(Target("created_at", format="DD/MM/YYYY"), None, timezone.utc)("02/03/2026")
