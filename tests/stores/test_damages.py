"""A hundred random damages to the files of either store, read by real commands: `bench/damage.py` does 2,000."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bench/damage.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("damage", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["damage"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("engine", ["sqlite", "json"])
def test_no_command_answers_wrongly_from_a_damaged_store(
    bench: ModuleType, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "TICKETS", 6)
    monkeypatch.setattr(bench, "ALL", bench.ALL[:6])
    monkeypatch.setattr(bench, "COMMANDS", tuple(c for c in bench.COMMANDS if c[0] == "list" or int(c[1]) <= 6))
    complaints: list[str] = []
    counts = bench.trial(engine, 60, 7, complaints.append)

    assert complaints == []
    assert {outcome for _, outcome in counts} <= {"reported", "reported by doctor", "nothing lost"}
    assert sum(count for (_, outcome), count in counts.items() if outcome == "reported") >= 12
