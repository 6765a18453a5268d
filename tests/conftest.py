"""What holds for every test: nobody's real home, desk or settings are touched, and Hypothesis repeats itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import ticketcli
from tests.desks import OPENED
from ticketcli.domain.rulebook import Rulebook, load_rulebook

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


@pytest.fixture(autouse=True)
def stores_are_closed() -> Iterator[None]:
    """From 3.13 on SQLite's connections complain when they are forgotten, in the middle of any other test."""
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture(scope="session", autouse=True)
def every_module_is_loaded() -> None:
    """Hypothesis tries constants that it finds in loaded modules: only with all of them it tries the same each time."""
    for module in walk_packages(ticketcli.__path__, "ticketcli."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


@pytest.fixture(scope="session", autouse=True)
def rulebooks_are_compiled_once() -> Iterator[None]:
    """Tests make thousands of calls by the same rules in one process, which otherwise makes one and compiles once."""
    bounds: dict[str, Any] = {}

    @lru_cache(64)
    def loaded(hash: str, *settings: Any) -> Rulebook:
        return load_rulebook(bounds[hash], hash, *settings)

    def load(bound: Any, hash: str, *settings: Any) -> Rulebook:
        bounds[hash] = bound
        return loaded(hash, *settings) if len(hash) == 64 else load_rulebook(bound, hash, *settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ticketcli.services.in_force.load_rulebook", load)
        yield
