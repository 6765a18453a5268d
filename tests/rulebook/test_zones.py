"""The tables of time zones are found where zoneinfo finds them."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ticketcli.rulebook.zones import zone_bytes


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "UTC"])
def test_a_zone_has_a_table(name: str) -> None:
    assert ZoneInfo(name).key == name
    assert zone_bytes(name).startswith(b"TZif")


def test_without_tables_of_the_system_the_package_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONTZPATH", "")

    assert zone_bytes("Asia/Shanghai").startswith(b"TZif")


def test_the_variable_that_moves_zoneinfo_moves_us_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Mine").write_bytes(b"table")
    monkeypatch.setenv("PYTHONTZPATH", f"relative:{tmp_path}")

    assert zone_bytes("Mine") == b"table"


@pytest.mark.parametrize("name", ["Mars/Olympus", "/etc/passwd", "../../etc/passwd", ""])
def test_what_is_no_zone_has_no_table(name: str) -> None:
    assert zone_bytes(name) == b""
