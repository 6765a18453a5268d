"""The import as a use case: rows are held a few hundred at a time, and two that come in at once come in once."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from ticketcli.domain.rows import Row, Spot
from ticketcli.services.importing import CHUNK, CHUNK_SIZE, Done, _chunks
from ticketcli.services.seen import Seen


def row(line: int, key: str) -> Row:
    return Row(line, key, {"subject": key}, lambda name: Spot(line, name, ""), (), key)


def test_seen_tells_each_key_from_every_other_and_remembers_its_line() -> None:
    seen, keys = Seen(), [f"key {number}" for number in range(5000)]
    random.Random(1).shuffle(keys)

    assert [seen.before(key, line) for line, key in enumerate(keys, 1)] == [None] * 5000
    assert [seen.before(key, 0) for key in keys] == list(range(1, 5001))


@pytest.mark.parametrize(
    ("numbers", "runs"),
    [([], ()), ([5], ((5, 5),)), ([1, 2, 3], ((1, 3),)), ([1, 2, 5, 6, 9], ((1, 2), (5, 6), (9, 9)))],
    ids=str,
)
def test_numbers_are_told_in_unbroken_runs(numbers: list[int], runs: tuple[tuple[int, int], ...]) -> None:
    done = Done(0, 0)
    for number in numbers:
        done = done.with_number(number)

    assert (done.numbers, done.created) == (runs, len(numbers))


def test_no_more_than_a_few_hundred_rows_are_asked_for_at_a_time() -> None:
    asked: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(3 * CHUNK):
            asked.append(number)
            yield row(number, str(number))

    chunks = _chunks(rows())
    for turn in range(1, 4):
        assert len(next(chunks)) == CHUNK and len(asked) == turn * CHUNK


def test_of_large_rows_fewer_are_asked_for() -> None:
    large = [row(number, "x" * (CHUNK_SIZE // 3)) for number in range(10)]

    assert [len(chunk) for chunk in _chunks(iter(large))] == [4, 4, 2]
