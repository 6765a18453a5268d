"""What is wrong with a row, as it is told."""

from __future__ import annotations

import pytest

from ticketcli.domain.rows import RowProblem, said


@pytest.mark.parametrize(
    ("column", "message", "told"),
    [
        ("priority", "priority: no such value", "priority: no such value"),
        ("Priority", "priority: no such value", "Priority: no such value"),
        ("Created At", "created_at: lies in the future", "Created At: lies in the future"),
        ("Severity", "priority: no such value", "Severity: priority: no such value"),
        ("优先级", "priority: no such value", "优先级: priority: no such value"),
        ("Priority", "not among the `values` of its column", "Priority: not among the `values` of its column"),
        ("", "3 cells, but the header has 7", "3 cells, but the header has 7"),
    ],
)
def test_column_and_key_are_named_once_where_they_are_the_same(column: str, message: str, told: str) -> None:
    assert said(RowProblem(2, column, "", message)) == told
