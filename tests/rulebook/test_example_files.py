"""Rule files good and bad: dropping one into `files/good` or `files/bad` is writing a test.

A bad file says what is expected of it in comments at its end: `#> LINE:COLUMN: LEVEL: MESSAGE [CODE]`, in order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketcli.rulebook.check import check

FILES = Path(__file__).parent / "files"


def found(path: Path) -> list[str]:
    return [problem.as_line().removeprefix(f"{path}:") for problem in check([str(path)], complete=True).problems]


@pytest.mark.parametrize("path", sorted((FILES / "good").iterdir()), ids=lambda path: path.stem)
def test_a_good_file_has_no_problem_and_is_bound(path: Path) -> None:
    assert found(path) == []
    assert check([str(path)], complete=True).bound is not None


@pytest.mark.parametrize("path", sorted((FILES / "bad").iterdir()), ids=lambda path: path.stem)
def test_a_bad_file_has_exactly_the_problems_it_names(path: Path) -> None:
    wanted = [line.removeprefix("#> ") for line in path.read_text().splitlines() if line.startswith("#> ")]

    assert wanted != []
    assert found(path) == wanted
