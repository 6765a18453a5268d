"""Waits between attempts grow, spread, repeat for the same message, and end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ticketcli.domain.backoff import ATTEMPTS, FIRST, LONGEST, wait_before


@given(st.integers(1, ATTEMPTS), st.text())
def test_a_wait_is_three_to_five_quarters_of_the_doubled_one(attempt: int, key: str) -> None:
    planned = min(FIRST * 2 ** (attempt - 1), LONGEST)

    assert planned * 3 // 4 <= wait_before(attempt, key) <= planned * 5 // 4
    assert wait_before(attempt, key) == wait_before(attempt, key)


def test_messages_that_failed_together_spread() -> None:
    assert len({wait_before(5, str(n)) for n in range(100)}) > 50


def test_all_attempts_together_last_about_three_days() -> None:
    assert 2.5 * 86400 < sum(wait_before(n, "k") for n in range(1, ATTEMPTS)) < 3.5 * 86400
