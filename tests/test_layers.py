"""Imports run downwards only, and no module outgrows a reader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PROGRAM = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def test_the_layers_hold() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], cwd=TOP, capture_output=True, text=True, timeout=120)

    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("path", sorted((TOP / "ticketcli").rglob("*.py")), ids=lambda path: str(path.relative_to(TOP)))
def test_a_module_fits_in_a_head(path: Path) -> None:
    """About 300 lines; nobody should have to break a sentence for the last twenty."""
    assert len(path.read_text().splitlines()) <= 320
