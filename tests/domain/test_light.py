"""What every command loads stays light: conditions of a cached rulebook need no zones, no words, no parser."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["difflib", "zoneinfo", "unicodedata", "dataclasses", "logging", "ticketcli.domain.conditions.parse"]
)
def test_compiling_conditions_does_not_load(module: str) -> None:
    code = (
        "import sys; from ticketcli.domain.conditions import compile_condition;"
        "node = {'fact': 'idle', 'op': 'over', 'operand': ['1d'], 'line': 1, 'calendar': 'office'};"
        "compile_condition({'all': [node, {'fact': 'status', 'op': 'is', 'operand': ['new'], 'line': 1}]}, {});"
        f"sys.exit({module!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
