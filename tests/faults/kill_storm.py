"""`make faults`: five hundred kills while eight clients create, comment, set, list, import and sweep on one desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.conftest import Tell
from tests.faults.desks import copied, sure
from tests.faults.storms import Storm, end_imports, lost

KILLS = {"sqlite": 400, "json": 100}


@pytest.mark.parametrize("engine", KILLS)
def test_no_acknowledged_change_is_lost(engine: str, made: Path, made_json: Path, tmp_path: Path, figure: Tell) -> None:
    desk = copied(made if engine == "sqlite" else made_json, tmp_path / "desk")
    storm = Storm(desk, seed=2, kills=KILLS[engine]).rage()

    assert lost(desk, storm) == []
    end_imports(desk, storm)
    assert lost(desk, storm.told_of_every_import()) == []
    sure(desk, "create", "the next one", "-q")
    acknowledged = sum(one.ended.code == 0 for one in storm.done)
    figure(f"{engine}: {storm.killed} kills among {len(storm.done)} calls, {acknowledged} acknowledged, 0 lost")
