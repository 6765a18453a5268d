"""The index answered by looking at every row: for engines that hold all rows in memory anyway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ticketcli.ports import Range, Scalar, Wanted
from ticketcli.stores.layout import TABLES

Filed = Iterable[tuple[int, tuple[Scalar | None, ...]]]
"""Row numbers with their index columns, in the order of `layout.TABLES`."""


def ids(table: str, rows: Filed, column: str, wanted: Wanted, limit: int | None, descending: bool) -> list[int]:
    """Row numbers ordered by (column, number); rows without a value are never among them."""
    position = TABLES[table].position(column)
    found = [(columns[position], id) for id, columns in rows if _is(columns[position], wanted)]
    found.sort(reverse=descending)
    return [id for _, id in found[:limit]]


def tally(table: str, rows: Filed, column: str, where: Mapping[str, Wanted]) -> dict[Scalar, int]:
    """How many rows per value of `column` among those that match all of `where`."""
    position = TABLES[table].position(column)
    asked = [(TABLES[table].position(name), wanted) for name, wanted in where.items()]
    counts: dict[Scalar, int] = {}
    for _, columns in rows:
        value = columns[position]
        if value is not None and all(_is(columns[place], wanted) for place, wanted in asked):
            counts[value] = counts.get(value, 0) + 1
    return counts


def least(table: str, rows: Filed, column: str) -> Scalar | None:
    """The smallest value of `column`, None when no row has one."""
    position = TABLES[table].position(column)
    values = [columns[position] for _, columns in rows]
    found: Scalar | None = min((value for value in values if value is not None), default=None)
    return found


def _is(value: Scalar | None, wanted: Wanted) -> bool:
    if not isinstance(wanted, Range):
        return value in wanted
    if value is None:
        return False
    low, high = wanted
    return (low is None or value >= low) and (high is None or value < high)  # type: ignore[operator]
