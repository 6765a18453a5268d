"""What holds for every test: nobody's real home, desk or settings are touched, and Hypothesis repeats itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

_VARIABLES = ("DESK", "OUTPUT", "AS", "CLASS", "LOCK_TIMEOUT", "NOW", "TRUST")


@pytest.fixture(autouse=True)
def the_real_home_is_not_touched(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """HOME is an empty folder; nothing of the environment that ticketcli reads comes from outside."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    for name in ("CI", "NO_COLOR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in _VARIABLES:
        monkeypatch.delenv(f"TICKETCLI_{name}", raising=False)
    return home
